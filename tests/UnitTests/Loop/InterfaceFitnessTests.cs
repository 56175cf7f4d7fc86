using HotStandby.Agent.Linux;
using HotStandby.Agent.Loop;
using HotStandby.Agent.Vrrp;
using HotStandby.UnitTests.Vrrp;

namespace HotStandby.UnitTests.Loop;

/// <summary>What no waiting mends about an interface.</summary>
public class InterfaceFitnessTests
{
    private static readonly LinkState Link = new(2, "eth0", [2, 0, 0, 0, 0, 1], 1500, true, "", []);

    private static string? Problem(LinkState link, bool useVmac = false, VirtualRouterSettings? settings = null) =>
        InterfaceFitness.Problem(settings ?? Dut.Settings, useVmac, link);

    private static VirtualRouterSettings IPv6(int count) => Dut.SettingsIPv6 with
    {
        Addresses = [.. Enumerable.Range(0, count).Select(i => new AddressPrefix(Address.Parse($"fe80::{i + 1:x}"), 64))],
    };

    /// <summary>40 bytes of IPv6, 8 of VRRP and 16 for each address.</summary>
    [Theory]
    [InlineData(90, 1500, true)]
    [InlineData(91, 1500, false)]
    [InlineData(255, 9000, true)]
    [InlineData(2, 79, false)]
    [InlineData(2, 80, true)]
    public void An_advert_has_to_fit_the_MTU(int addresses, int mtu, bool fits)
    {
        string? problem = Problem(Link with { Mtu = mtu }, settings: IPv6(addresses));
        Assert.Equal(fits, problem is null);
    }

    [Fact]
    public void A_virtual_MAC_address_needs_an_interface_that_is_no_macvlan_itself()
    {
        Assert.Null(Problem(Link with { Kind = "macvlan" }));
        Assert.Null(Problem(Link with { Kind = "vlan" }, useVmac: true));
        Assert.Contains("macvlan", Problem(Link with { Kind = "macvlan" }, useVmac: true), StringComparison.Ordinal);
        Assert.Contains("an ipvlan", Problem(Link with { Kind = "ipvlan" }, useVmac: true), StringComparison.Ordinal);
    }

    [Fact]
    public void The_loopback_interface_leads_to_no_peer() =>
        Assert.Contains("loopback", Problem(Link with { Name = "lo", Loopback = true }), StringComparison.Ordinal);
}
