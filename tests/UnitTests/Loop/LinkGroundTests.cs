using HotStandby.Agent.Linux;
using HotStandby.Agent.Loop;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Loop;

/// <summary>What counts as a change of an interface, and what neighbours have to be told of.</summary>
public class LinkGroundTests
{
    private const uint Permanent = 0x80;

    private static readonly Address Vip = Address.Parse("10.0.0.100");
    private static readonly LinkState Link = new(
        2, "eth0", [2, 0, 0, 0, 0, 1], 1500, true, "", [On("10.0.0.1/24", Permanent), On("fe80::1/64", Permanent)]);

    private static LinkAddress On(string prefix, uint flags, bool isOurs = false)
    {
        string[] parts = prefix.Split('/');
        return new(new(Address.Parse(parts[0]), byte.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)), 0, flags, isOurs, Tentative: false);
    }

    private static bool IsSame(LinkState? before, LinkState? now) => LinkGround.IsSame(before, now, new HashSet<Address> { Vip });

    [Fact]
    public void An_interface_a_setting_of_it_or_an_address_of_the_host_is_a_change()
    {
        Assert.True(IsSame(Link, Link with { }));
        Assert.False(IsSame(null, Link));
        Assert.False(IsSame(Link, null));
        Assert.True(IsSame(null, null));
        Assert.All(
            new[]
            {
                Link with { Index = 3 },
                Link with { Name = "lan0" },
                Link with { MacAddress = [2, 0, 0, 0, 0, 2] },
                Link with { Mtu = 1200 },
                Link with { Up = false },
                Link with { LowerIndex = 7 },
                Link with { MasterIndex = 7 },
                Link with { Addresses = [On("10.0.0.1/24", Permanent)] },
                Link with { Addresses = [.. Link.Addresses, On("10.0.0.9/24", 0)] },
            },
            other => Assert.False(IsSame(Link, other)));
    }

    /// <summary>Or each try would be the reason for the next. Kernels before 5.18 don't keep the mark of ours.</summary>
    [Fact]
    public void An_address_that_an_agent_put_there_is_none_and_one_that_somebody_else_put_there_is()
    {
        Assert.True(IsSame(Link, Link with { Addresses = [.. Link.Addresses, On("10.0.0.100/24", 0, isOurs: true)] }));
        Assert.True(IsSame(Link, Link with { Addresses = [.. Link.Addresses, On("10.0.0.100/24", 0)] }));
        Assert.False(IsSame(Link, Link with { Addresses = [.. Link.Addresses, On("10.0.0.100/24", Permanent)] }));
    }

    [Fact]
    public void A_path_says_what_changed()
    {
        LinkPath before = LinkPath.Of(Link);
        Assert.Equal(before, LinkPath.Of(Link with { Mtu = 9000, Addresses = [] }));
        Assert.Equal("has another MAC address now (02:00:00:00:00:02, was 02:00:00:00:00:01)", LinkPath.Of(Link with { MacAddress = [2, 0, 0, 0, 0, 2] }).Since(before));
        Assert.Contains("index 9, was 2", LinkPath.Of(Link with { Index = 9 }).Since(before), StringComparison.Ordinal);
        Assert.Contains("index 4", LinkPath.Of(Link with { LowerIndex = 4 }).Since(before), StringComparison.Ordinal);
        Assert.Contains("port", LinkPath.Of(Link with { MasterIndex = 4 }).Since(before), StringComparison.Ordinal);
    }
}
