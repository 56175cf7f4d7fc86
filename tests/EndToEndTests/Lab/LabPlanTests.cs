using HotStandby.Agent.Configuration;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.Lab;

public sealed class LabPlanTests
{
    [Fact]
    public void A_pair_shares_one_wire_with_the_client_in_the_subnet_of_the_virtual_address()
    {
        LabTopology topology = TopologyPlan.From(LabConfigs.Pair());

        Assert.Equal(1, topology.Segments);
        Assert.Equal(["10.78.0.1/24"], Texts(topology.Nodes[0].Ports[0].Addresses));
        Assert.Equal("eth0", topology.Nodes[0].Ports[0].Interface);
        Assert.Empty(topology.Nodes[0].Ports[0].Routes);
        Assert.Equal(["10.78.0.250/24"], Texts(topology.ClientPorts[0].Addresses));
    }

    [Fact]
    public void The_client_takes_no_address_that_is_in_use() =>
        Assert.Equal(
            ["10.78.0.249/24"],
            Texts(TopologyPlan.From(LabConfigs.Pair(routers: LabConfigs.Router("VI_1", ["10.78.0.250/24"]))).ClientPorts[0].Addresses));

    [Fact]
    public void A_host_prefix_means_the_usual_wire() =>
        Assert.Equal(
            ["10.78.0.1/24"],
            Texts(TopologyPlan.From(LabConfigs.Pair(routers: LabConfigs.Router("VI_1", ["10.78.0.100/32"]))).Nodes[0].Ports[0].Addresses));

    [Fact]
    public void A_second_interface_is_a_second_wire_with_an_address_of_its_own()
    {
        LabTopology topology = TopologyPlan.From(LabConfigs.Pair(routers:
            [LabConfigs.Router("VI_1", ["10.78.0.100/24"]), LabConfigs.Router("VI_2", ["10.79.0.100/24"], "eth1")]));

        Assert.Equal(2, topology.Segments);
        Assert.Equal(["10.79.0.250/24"], Texts(topology.ClientPorts[1].Addresses));
        Assert.Equal("10.79.0.249/24", Assert.Single(topology.Nodes[0].Ports[1].Addresses).ToString());
        Assert.Equal("10.79.0.248/24", Assert.Single(topology.Nodes[1].Ports[1].Addresses).ToString());
    }

    [Fact]
    public void Addresses_on_another_device_are_on_a_second_wire()
    {
        VirtualRouterConfig router = LabConfigs.Router("VI_1", ["10.78.0.100/24", "10.79.0.100/24"]);
        router = router with { AddressAttributes = new Dictionary<AddressPrefix, AddressAttributes> { [router.Addresses[1]] = new() { Device = "eth1" } } };
        HotStandbyConfig config = LabConfigs.Pair(routers: router);
        NodeConfig renamed = LabConfigs.Node("web2", "10.78.0.2", 100, ("VI_1", new(null, null) { Devices = new Dictionary<string, string> { ["eth1"] = "ens4" } }));
        LabTopology topology = TopologyPlan.From(config with { Nodes = [config.Nodes[0], renamed] });

        Assert.Equal(2, topology.Segments);
        Assert.Equal(["10.78.0.250/24"], Texts(topology.ClientPorts[0].Addresses));
        Assert.Equal(["10.79.0.250/24"], Texts(topology.ClientPorts[1].Addresses));
        Assert.Equal(("eth1", "ens4"), (topology.Nodes[0].Ports[1].Interface, topology.Nodes[1].Ports[1].Interface));
    }

    [Fact]
    public void An_IPv6_router_on_IPv4_nodes_gets_a_route_to_the_client()
    {
        LabTopology topology = TopologyPlan.From(LabConfigs.Pair(routers: LabConfigs.Router("VI_6", ["fe80::100/64", "fd00::100/64"])));

        Assert.Equal(["fd00::/64"], Texts(topology.Nodes[0].Ports[0].Routes));
        Assert.Equal(["fd00::fffa/64", "10.78.0.250/24"], Texts(topology.ClientPorts[0].Addresses));
    }

    [Fact]
    public void What_can_not_be_built_is_refused()
    {
        HotStandbyConfig pair = LabConfigs.Pair();
        Refused(pair with { Nodes = [pair.Nodes[0]] }, "two nodes");
        Refused(pair with { VirtualRouters = [] }, "virtual router");
        Refused(pair with { Nodes = [pair.Nodes[0], LabConfigs.Node("client", "10.78.0.2", 100)] }, "'client'");
        Refused(pair with { VirtualRouters = [LabConfigs.Router("VI_1", ["10.78.0.100/30"])] }, "no free address");
        Refused(
            pair with
            {
                Nodes = [pair.Nodes[0], LabConfigs.Node("web2", "10.78.0.2", 100, ("VI_2", new NodeOverride(null, "eth9")))],
                VirtualRouters = [LabConfigs.Router("VI_1", ["10.78.0.100/24"]), LabConfigs.Router("VI_2", ["10.78.0.101/24"])],
            },
            "same wire");

        static void Refused(HotStandbyConfig config, string word) =>
            Assert.Contains(word, Assert.Throws<LabException>(() => TopologyPlan.From(config)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Services_come_from_the_plugins_that_watch_one()
    {
        IReadOnlyList<LabServiceSpec> specs = LabServiceSpec.From(LabConfigs.Pair(plugins:
        [
            LabConfigs.Plugin("port", "TcpPort", """{ "port": 8080 }"""),
            LabConfigs.Plugin("web", "Nginx", """{ "pidFile": "/run/n/x.pid" }"""),
            LabConfigs.Plugin("app", "Tomcat", """{ "url": "http://127.0.0.1:8080/app/health" }"""),
            LabConfigs.Plugin("tell", "Script"),
        ]));

        Assert.Equal(2, specs.Count);
        Assert.Equal(("nginx", 80, "/", "/run/n/x.pid"), (specs[0].Program, specs[0].Port, specs[0].Path, specs[0].PidFile));
        Assert.Equal(("tomcat", 8080, "/app/health"), (specs[1].Program, specs[1].Port, specs[1].Path));
        Assert.Equal(["app", "port"], specs[1].Checks);
    }

    [Fact]
    public void Without_a_watched_service_an_nginx_answers_the_client()
    {
        LabServiceSpec spec = Assert.Single(LabServiceSpec.From(LabConfigs.Pair()));

        Assert.Equal(("nginx", 80), (spec.Program, spec.Port));
        Assert.Empty(spec.Checks);
    }

    [Theory]
    [InlineData("Nginx", """{ "pidFile": "/opt/nginx.pid" }""", "/run")]
    [InlineData("Tomcat", """{ "url": "https://127.0.0.1/" }""", "plain http")]
    public void A_service_the_lab_can_not_run_is_refused(string use, string options, string word) =>
        Assert.Contains(
            word,
            Assert.Throws<LabException>(() => LabServiceSpec.From(LabConfigs.Pair(plugins: [LabConfigs.Plugin("x", use, options)]))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(12_340_000, "12.3 ms")]
    [InlineData(99_960_000, "100 ms")]
    [InlineData(3_609_400_000, "3609 ms")]
    public void Outages_have_one_decimal_below_100_ms(long nanoseconds, string expected) =>
        Assert.Equal(expected, LabTable.Milliseconds(new Duration(nanoseconds)));

    private static IEnumerable<string> Texts(IEnumerable<AddressPrefix> addresses) => addresses.Select(address => address.ToString());
}
