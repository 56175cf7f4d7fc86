using System.Net.NetworkInformation;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>One virtual router with an address on another interface than its adverts: <c>device</c>.</summary>
public sealed class SecondInterfaceTests : IDisposable
{
    private static readonly Address Own = Address.Parse("10.77.0.100");
    private static readonly Address Other = Address.Parse("10.78.0.100");

    private readonly Cluster _cluster = Cluster.OnTwoWires();
    private readonly WireTap _second;

    public SecondInterfaceTests() => _second = WireTap.Open(_cluster.Network.Client.NamespaceName, "eth1");

    private static RouterEntry Router => new(Variant.Router, Variant.Vrid, "10.77.0.100/24") { More = Excluded("""{ "address": "10.78.0.100/24", "device": "eth1" }""") };

    private static PluginsJson File => PluginsJson.Pair(Router);

    [Fact]
    public void An_address_on_another_interface_moves_with_the_role_and_is_announced_where_it_is()
    {
        using AgentInNode web1 = _cluster.Start("web1", File);
        using AgentInNode web2 = _cluster.Start("web2", File);
        WaitForMaster("web1");
        Assert.Equal("eth0", DeviceOf("web1", Own));
        Assert.Equal("eth1", DeviceOf("web1", Other));
        WaitForAnnouncement("web1", _cluster.Begin);
        Assert.True(_cluster.ClientPings(Other), _cluster.Describe());
        AddressStatus status = Assert.Single(web1.Router(Variant.Router).Addresses, one => one.Address == "10.78.0.100/24");
        Assert.Equal(("eth1", true), (status.Interface, status.Bound));

        MonotonicTime stop = LabClock.Now;
        Assert.Equal(0, web1.Stop());
        WaitForMaster("web2");
        WaitForAnnouncement("web2", stop);
        Assert.True(_cluster.ClientPings(Other), _cluster.Describe());
        using AgentInNode again = _cluster.Start("web1", File);
        WaitForMaster("web1");

        // No advert ever went there, nor did an announcement to the wrong network.
        Assert.DoesNotContain(_second.Events, seen => seen.IsAdvertisement || seen.Target == Own);
        Assert.DoesNotContain(_cluster.Wire.Events, seen => seen.IsAnnouncement && seen.Target == Other);

        // Each announced there while the other still had it, and neither takes the other for a stranger: longer than the grace of 3 s.
        _cluster.WaitForMoreAdverts("web1", 20);
        Assert.Equal(0, again.Router(Variant.Router).Counters["addressConflicts"] + web2.Router(Variant.Router).Counters["addressConflicts"]);
        Assert.DoesNotContain("another machine has this virtual address", web1.Log + again.Log + web2.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void C152_the_cable_of_the_other_interface_is_watched_as_the_own_one()
    {
        using AgentInNode web1 = _cluster.Start("web1", File);
        using AgentInNode web2 = _cluster.Start("web2", File);
        WaitForMaster("web1");

        _cluster.SetCable("web1", 1, plugged: false);
        WaitForMaster("web2");
        Assert.Equal("FAULT", web1.State(Variant.Router));
        Assert.Contains("eth1", web1.Router(Variant.Router).Why, StringComparison.Ordinal);
        Assert.Contains("10.78.0.100/24 belongs there", web1.Router(Variant.Router).Why, StringComparison.Ordinal);

        _cluster.SetCable("web1", 1, plugged: true);
        WaitForMaster("web1");
    }

    [Fact]
    public void C151_what_somebody_takes_off_the_other_interface_comes_back_and_is_announced_there()
    {
        using AgentInNode web1 = _cluster.Start("web1", File);
        WaitForMaster("web1");
        _cluster.WaitForMoreAdverts("web1", 3);

        MonotonicTime deletion = LabClock.Now;
        _cluster["web1"].RunToEnd("ip", "address", "del", "10.78.0.100/32", "dev", "eth1");

        WaitForAnnouncement("web1", deletion);
        _cluster.Until(() => _cluster.Holds("web1", Other), "the address to be back");
        _cluster.UntilLogged(web1, "10.78.0.100/24 was taken off eth1");
        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");
    }

    [Fact]
    public void A_reload_moves_addresses_from_one_interface_to_the_other_without_leaving_MASTER()
    {
        using AgentInNode web1 = _cluster.Start("web1", File);
        WaitForMaster("web1");

        // One comes to the own interface, one goes to the other.
        MonotonicTime reload = LabClock.Now;
        web1.Reload(PluginsJson.Pair(Router with { More = Excluded("\"10.78.0.100/32\"", """{ "address": "10.78.0.101/24", "device": "eth1" }""") }));
        _cluster.Until(() => DeviceOf("web1", Other) == "eth0" && DeviceOf("web1", Address.Parse("10.78.0.101")) == "eth1", "the addresses to be elsewhere");
        Assert.NotNull(_cluster.Wire.WaitFor(seen => seen.IsAnnouncement && seen.Target == Other, reload, TimeSpan.FromSeconds(10)));

        // The last one leaves it, and comes back to it.
        web1.Reload(PluginsJson.Pair(Router with { More = null }));
        _cluster.Until(() => DeviceOf("web1", Other) is null && DeviceOf("web1", Address.Parse("10.78.0.101")) is null, "the addresses to be gone");
        reload = LabClock.Now;
        web1.Reload(File);
        _cluster.Until(() => DeviceOf("web1", Other) == "eth1", "the address to be back");
        WaitForAnnouncement("web1", reload);
        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");

        Assert.Equal(0, web1.Stop());
        Assert.Null(DeviceOf("web1", Other));
        Assert.Null(DeviceOf("web1", Own));
    }

    [Fact]
    public void Without_the_interface_the_virtual_router_waits_and_each_node_may_have_a_name_of_its_own_for_it()
    {
        PluginsJson file = File with { Nodes = [new(1, 150) { DevicesOf = (Variant.Router, """{ "eth1": "ens4" }""") }, new(2, 100)] };
        using AgentInNode web1 = _cluster.Start("web1", file);
        using AgentInNode web2 = _cluster.Start("web2", file);
        WaitForMaster("web2");
        Assert.Equal("INITIALIZE", web1.State(Variant.Router));
        Assert.Contains("interface ens4 does not exist", web1.Router(Variant.Router).Why, StringComparison.Ordinal);

        _cluster["web1"].RunToEnd("ip", "link", "set", "eth1", "down");
        _cluster["web1"].RunToEnd("ip", "link", "set", "eth1", "name", "ens4");
        _cluster["web1"].RunToEnd("ip", "link", "set", "ens4", "up");
        WaitForMaster("web1");
        Assert.Equal("ens4", DeviceOf("web1", Other));
        (_, string table, _) = AgentBinary.Run(["status", "--control", web1.Node.ControlSocketPath]);
        Assert.Contains("not in the adverts: 10.78.0.100/24* (device ens4)", table, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_may_be_on_lo()
    {
        using AgentInNode web1 = _cluster.Start("web1", PluginsJson.Pair(Router with { More = Excluded("""{ "address": "10.99.0.1/32", "device": "lo" }""") }));
        _cluster.WaitForMaster("web1", Variant.Router, Own);
        _cluster.Until(() => DeviceOf("web1", Address.Parse("10.99.0.1")) == "lo", "the address to be there");
        Assert.NotNull(_cluster.Wire.WaitFor(seen => seen.IsAnnouncement && seen.Target == Own, _cluster.Begin, TimeSpan.FromSeconds(10)));
        _cluster.WaitForMoreAdverts("web1", 10);
        Assert.Equal("MASTER", web1.State(Variant.Router));
        Assert.Equal(0, web1.Stop());
        Assert.Null(DeviceOf("web1", Address.Parse("10.99.0.1")));
    }

    [Fact]
    public void A_stranger_that_has_the_address_there_is_told_and_defended_against_there()
    {
        using AgentInNode web1 = _cluster.Start("web1", File);
        using AgentInNode web2 = _cluster.Start("web2", File);
        WaitForMaster("web1");
        LabNode client = _cluster.Network.Client;
        string mac = client.RunToEnd("cat", "/sys/class/net/eth1/address").Trim();
        byte[] claim = new byte[UnsolicitedNeighborAdvertisement.Length];
        int length = GratuitousArp.Write(claim, PhysicalAddress.Parse(mac.ToUpperInvariant().Replace(':', '-')).GetAddressBytes(), Other);
        using InterfaceChannel sender = NetworkNamespace.Run(client.NamespaceName, () => InterfaceChannel.Open("eth1", 4));
        MonotonicTime begin = LabClock.Now;

        _cluster.Until(() => sender.Send(claim.AsSpan(0, length)) is null && web1.Router(Variant.Router).AddressConflicts.Count > 0, "the stranger to be known");

        Assert.Equal((Other.ToString(), mac), (web1.Router(Variant.Router).AddressConflicts[0].Address, web1.Router(Variant.Router).AddressConflicts[0].Mac));
        WaitForAnnouncement("web1", begin);
        Assert.Equal("MASTER", web1.State(Variant.Router));
    }

    public void Dispose()
    {
        _second.Dispose();
        _cluster.Dispose();
    }

    private static string Excluded(params string[] items) => $$"""{ "excludedAddresses": [{{string.Join(", ", items)}}] }""";

    private void WaitForMaster(string node)
    {
        _cluster.WaitForMaster(node, Variant.Router, Own);
        _cluster.WaitForMaster(node, Variant.Router, Other);
    }

    /// <summary>From the MAC address that this node has there.</summary>
    private void WaitForAnnouncement(string node, MonotonicTime since)
    {
        var mac = PhysicalAddress.Parse(_cluster[node].RunToEnd("cat", "/sys/class/net/eth1/address").Trim().ToUpperInvariant().Replace(':', '-'));
        Assert.NotNull(_second.WaitFor(seen => seen.IsAnnouncement && seen.Target == Other && seen.SourceMac.Equals(mac), since, TimeSpan.FromSeconds(10)));
    }

    /// <summary>The interface that has an address; null for none.</summary>
    private string? DeviceOf(string node, Address address) =>
        _cluster[node].RunToEnd("ip", "-o", "address", "show", "to", address.ToString()).Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1);
}
