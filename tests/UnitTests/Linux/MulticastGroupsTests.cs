using System.Text;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Linux;

/// <summary>Lines of /proc/net/igmp and igmp6 as the kernel writes them.</summary>
public class MulticastGroupsTests
{
    [Fact]
    public void Groups_of_both_families_are_found_by_interface()
    {
        MulticastGroups groups = new();
        groups.Read();
        foreach (string line in new[]
        {
            "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter",
            "701\tlo        :     1      V3",
            "\t\t\t\t010000E0     1 0:00000000\t\t0",
            "704\teth0      :     2      V3",
            "\t\t\t\t120000E0     1 0:00000000\t\t0",
            "\t\t\t\t010000E0     1 0:00000000\t\t0",
        })
        {
            groups.AddIPv4(Encoding.ASCII.GetBytes(line));
        }

        foreach (string line in new[]
        {
            "701    lo              ff020000000000000000000000000001     1 0000000C 0",
            "704    eth0            ff020000000000000000000000000012     1 00000004 0",
            "704    a-long-name-15c ff020000000000000000000000000099     1 00000004 0",
            "704    cut",
            "",
        })
        {
            groups.AddIPv6(Encoding.ASCII.GetBytes(line));
        }

        Assert.True(groups.Has(704, Address.Parse("224.0.0.18")));
        Assert.False(groups.Has(701, Address.Parse("224.0.0.18")));
        Assert.True(groups.Has(701, Address.Parse("224.0.0.1")));
        Assert.True(groups.Has(704, Address.Parse("ff02::12")));
        Assert.True(groups.Has(704, Address.Parse("ff02::99")));
        Assert.False(groups.Has(701, Address.Parse("ff02::12")));
    }

    [Fact]
    public void As_long_as_nothing_was_read_everything_may_be_joined() =>
        Assert.True(new MulticastGroups().Has(704, Address.Parse("224.0.0.18")));
}
