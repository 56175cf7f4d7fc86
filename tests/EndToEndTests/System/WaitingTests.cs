using HotStandby.Agent.Lab;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>What a virtual router needs comes after the agent has started: it waits, says for what, and starts by itself.</summary>
public sealed class WaitingTests
{
    private static readonly Variant V3 = Variant.Named("v3");

    [Fact]
    public void C156_an_interface_that_is_created_after_the_agent_started_is_waited_for()
    {
        using var cluster = Cluster.Of(1);
        LabNode node = cluster["web1"];
        string port = cluster.Network.SwitchPort(node);
        node.RunToEnd("ip", "link", "del", "eth0");
        AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry));
        AssertWaits(cluster, web1, "waits for its interface: interface eth0 does not exist");

        for (int round = 0; round < 2; round++)
        {
            SystemCommand.IpBatch(cluster.Network.SwitchNamespace,
            [
                $"link add {port} type veth peer name eth0 netns {node.NamespaceName}",
                $"link set {port} master br0 up",
            ]);
            node.RunToEnd("ip", "link", "set", "eth0", "up");
            node.RunToEnd("ip", "address", "add", "10.77.0.1/24", "dev", "eth0");
            cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

            // Once it took part, an interface that goes is a fault; under another index it is the same interface again.
            node.RunToEnd("ip", "link", "del", "eth0");
            cluster.Until(() => web1.State(Variant.Router) == "FAULT", "FAULT without the interface");
        }
    }

    [Theory]
    [InlineData(null, "waits for its address: interface eth0 has no IPv4 address of its own")]
    [InlineData("true", "waits for its address: interface eth0 does not have the address 10.77.0.1")]
    public void C155_an_address_that_arrives_late_is_waited_for(string? unicast, string why)
    {
        using var cluster = Cluster.Of(2);
        cluster["web1"].RunToEnd("ip", "address", "flush", "dev", "eth0");
        AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry with { Unicast = unicast }));
        AssertWaits(cluster, web1, why);
        if (unicast is not null)
        {
            // Peers check the source: another address would not do.
            cluster["web1"].RunToEnd("ip", "address", "add", "10.77.0.77/24", "dev", "eth0");
            AssertWaits(cluster, web1, why);
        }

        cluster["web1"].RunToEnd("ip", "address", "add", "10.77.0.1/24", "dev", "eth0");
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
    }

    [Fact]
    public void C155_the_source_address_of_the_file_is_waited_for_and_used()
    {
        using var cluster = Cluster.Of(1);
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry) with { Nodes = [new(1, 150) { SourceOf = (Variant.Router, "10.77.0.41") }, new(2, 100)] };
        AgentInNode web1 = cluster.Start("web1", file);
        AssertWaits(cluster, web1, "waits for its address: interface eth0 does not have the address 10.77.0.41");

        cluster["web1"].RunToEnd("ip", "address", "add", "10.77.0.41/24", "dev", "eth0");
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.Until(
            () => cluster.Wire.Events.Count(seen => seen.IsAdvertisement && seen.Source.ToString() == "10.77.0.41") >= 3, "adverts from 10.77.0.41");
        cluster.AssertSilent("web1", cluster.Begin);
    }

    private static void AssertWaits(Cluster cluster, AgentInNode agent, string why)
    {
        cluster.Until(() => agent.State(Variant.Router) == "INITIALIZE", "INITIALIZE");
        cluster.Until(() => agent.Router(Variant.Router).Why.Contains(why, StringComparison.Ordinal), why);
    }
}
