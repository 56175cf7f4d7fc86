using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Configuration;

/// <summary>What an item of <c>addresses</c> and <c>excludedAddresses</c> may say beside the address.</summary>
public sealed class AddressAttributeTests
{
    private const string Whole = """
        { "address": "192.168.56.188/24", "label": "eth0:1", "scope": "site", "peer": "192.168.57.1", "broadcast": "192.168.57.255", "noPrefixRoute": true }
        """;

    [Fact]
    public void Takes_every_key()
    {
        HotStandbyConfig config = Sample.Config(Sample.With(
            addresses: Whole, router: """ "excludedAddresses": ["10.9.0.1/32", { "address": "fd00::1/64", "preferredSource": true }],"""));

        VirtualRouterConfig router = config.VirtualRouters[0];
        Assert.Equal(["192.168.56.188/24", "10.9.0.1/32", "fd00::1/64"], router.AllAddresses().Select(one => one.ToString()));
        Assert.Equal(
            new AddressAttributes
            {
                Label = "eth0:1",
                Scope = AddressScope.Site,
                Peer = Address.Parse("192.168.57.1"),
                Broadcast = Address.Parse("192.168.57.255"),
                NoPrefixRoute = true,
            },
            router.AddressAttributes[router.Addresses[0]]);
        Assert.Equal(new AddressAttributes { PreferredSource = true }, router.AddressAttributes[router.ExcludedAddresses[1]]);
        Assert.Equal(2, router.AddressAttributes.Count);
        Assert.Equal(
            new Abstractions.AddressModel("eth0:1", "site", "192.168.57.1", "192.168.57.255", true, false),
            ClusterModelWriter.From(config).VirtualRouters[0].AddressAttributes["192.168.56.188/24"]);
    }

    [Fact]
    public void An_object_with_nothing_but_the_address_is_the_address()
    {
        Assert.Empty(Sample.Config(Sample.With(addresses: """{ "address": "192.168.56.188/24", "noPrefixRoute": false }""")).VirtualRouters[0].AddressAttributes);
    }

    [Fact]
    public void With_a_peer_the_subnet_is_the_peers_and_needs_no_node_in_it()
    {
        Assert.Empty(Sample.Read(Sample.With(addresses: """{ "address": "10.9.0.0/24", "peer": "10.8.0.1" }""")).Diagnostics);
        Assert.Equal(["HS1305"], Sample.Read(Sample.With(addresses: """{ "address": "10.9.0.0/24" }""")).Diagnostics.Select(one => one.Code));
    }

    [Fact]
    public void The_device_has_a_name_of_its_own_on_each_node_and_its_subnet_is_not_the_nodes()
    {
        HotStandbyConfig config = Sample.Config(Sample.With(
            addresses: """ "192.168.56.188/24", { "address": "10.9.0.1/24", "device": "eth1", "scope": "site" } """,
            node: """, "virtualRouters": { "VI_1": { "interface": "ens3", "devices": { "eth1": "eth1.5" } } }""",
            router: """ "excludedAddresses": [{ "address": "10.9.0.2/32", "device": "eth0" }],"""));
        VirtualRouterConfig router = config.VirtualRouters[0];
        (NodeConfig web1, NodeConfig web2) = (config.Nodes[0], config.Nodes[1]);

        Assert.Equal(["ens3", "eth1.5", "eth0"], router.AllAddresses().Select(one => router.DeviceOn(web1, one)));
        Assert.Equal(["eth0", "eth1", "eth0"], router.AllAddresses().Select(one => router.DeviceOn(web2, one)));
        Assert.Equal(["eth0", "eth1"], router.AllInterfaces());

        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> model = ClusterModelWriter.From(config).VirtualRouters[0].AddressInterfaces;
        Assert.Equal([("10.9.0.1/24", "eth1.5"), ("10.9.0.2/32", "eth0")], model["web1"].Select(one => (one.Key, one.Value)));
        Assert.Equal([("10.9.0.1/24", "eth1")], model["web2"].Select(one => (one.Key, one.Value)));
        Assert.Empty(ClusterModelWriter.From(Sample.Config(Sample.With())).VirtualRouters[0].AddressInterfaces);
    }

    [Fact]
    public void A_reload_says_where_addresses_go()
    {
        HotStandbyConfig old = Sample.Config(Sample.With());
        HotStandbyConfig file = Sample.Config(Sample.With(addresses: """{ "address": "192.168.56.188/24", "device": "eth1" }"""));

        PlannedChange change = Assert.Single(ReloadPlan.Between(old, old.Nodes[0], file, file.Nodes[0]).VirtualRouters);

        Assert.Equal(
            [new SettingChange("addresses", "192.168.56.188/24", "192.168.56.188/24 device eth1"), new SettingChange("devices", "eth0", "eth1")],
            change.Changes);
    }

    [Fact]
    public void A_reload_compares_them()
    {
        HotStandbyConfig old = Sample.Config(Sample.With());
        HotStandbyConfig file = Sample.Config(Sample.With(addresses: Whole));

        PlannedChange change = Assert.Single(ReloadPlan.Between(old, old.Nodes[0], file, file.Nodes[0]).VirtualRouters);

        Assert.Equal(
            [new SettingChange(
                "addresses",
                "192.168.56.188/24",
                "192.168.56.188/24 label eth0:1 scope site peer 192.168.57.1 broadcast 192.168.57.255 noPrefixRoute")],
            change.Changes);
    }
}
