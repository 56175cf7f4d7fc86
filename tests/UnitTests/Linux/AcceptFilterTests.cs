using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Linux;

/// <summary>The nftables table of acceptMode false.</summary>
public sealed class AcceptFilterTests
{
    private static AcceptFilter Filter(bool isIPv6, string name, params string[] addresses) =>
        new(51, isIPv6, name, [.. addresses.Select(Address.Parse)]);

    [Fact]
    public void IPv4_addresses_are_dropped_wherever_they_come_in() => Assert.Equal(
        """
        table inet hotstandby_4_51_eth0
        delete table inet hotstandby_4_51_eth0
        table inet hotstandby_4_51_eth0 {
            chain input {
                type filter hook input priority 200; policy accept;
                iifname "lo" accept
                ip daddr { 10.77.0.100, 10.77.0.101 } counter drop
            }
        }

        """,
        Filter(false, "eth0", "10.77.0.100", "10.77.0.101").Ruleset());

    [Fact]
    public void IPv6_lets_neighbour_discovery_through_and_keeps_link_local_addresses_to_their_link() => Assert.Equal(
        """
        table inet hotstandby_6_51_eth0
        delete table inet hotstandby_6_51_eth0
        table inet hotstandby_6_51_eth0 {
            chain input {
                type filter hook input priority 200; policy accept;
                iifname "lo" accept
                icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
                ip6 daddr { fd77::100 } counter drop
                iifname "eth0" ip6 daddr { fe80::77:100 } counter drop
                iifname "hs6.51.*" ip6 daddr { fe80::77:100 } counter drop
            }
        }

        """,
        Filter(true, "eth0", "fe80::77:100", "fd77::100").Ruleset());

    [Fact]
    public void A_link_local_address_on_another_interface_is_kept_to_that_one() => Assert.Contains(
        """
                iifname "eth0" ip6 daddr { fe80::77:100 } counter drop
                iifname "hs6.51.*" ip6 daddr { fe80::77:100 } counter drop
                iifname "eth1" ip6 daddr { fe80::78:100 } counter drop

        """,
        (Filter(true, "eth0", "fe80::77:100", "fe80::78:100") with { LinkLocalElsewhere = [("eth1", Address.Parse("fe80::78:100"))] }).Ruleset(),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("eth0.10", "hotstandby_4_51_eth0_2e10")]
    [InlineData("br-lan", "hotstandby_4_51_br_2dlan")]
    [InlineData("a_2db", "hotstandby_4_51_a_5f2db")]
    [InlineData("veth@x", "hotstandby_4_51_veth_40x")]
    public void Each_interface_has_a_table_of_its_own(string name, string table) => Assert.Equal(table, Filter(false, name).Table);
}
