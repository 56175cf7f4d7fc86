using HotStandby.Agent.Vrrp;
using PacketDotNet;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Agents, and an agent and the real keepalived, as unicast peers: on the wire of the nodes, where the client's tap sees nothing.</summary>
public sealed class UnicastTests
{
    private const string Adverts = "ip proto 112";

    private static readonly Variant V3 = Variant.Named("v3");

    [Fact]
    public void C182_each_peer_gets_one_copy_at_layer_2_and_no_group_any()
    {
        using var cluster = Cluster.Of(3);
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry with { Unicast = "true" }) with { Nodes = [new(1, 150), new(2, 100), new(3, 50)] };
        using FrameTap atPeer = new(cluster["web2"], Adverts);
        using FrameTap atSender = new(cluster["web1"], $"({Adverts}) or icmp");
        cluster.Start("web1", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        AgentInNode web2 = cluster.Start("web2", file);
        AgentInNode web3 = cluster.Start("web3", file);
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP" && web3.State(Variant.Router) == "BACKUP", "two backups");
        int frames = atSender.Frames.Count;
        int begin = From(atSender, "10.77.0.1").Count;
        cluster.Until(() => From(atSender, "10.77.0.1").Count >= begin + 20, "20 more adverts of web1");

        IPv4Packet[] sent = [.. From(atSender, "10.77.0.1").Skip(begin).Take(20)];
        Assert.Equal(10, sent.Count(packet => packet.DestinationAddress.ToString() == "10.77.0.2"));
        Assert.Equal(10, sent.Count(packet => packet.DestinationAddress.ToString() == "10.77.0.3"));
        Assert.All(From(atPeer, "10.77.0.1"), packet => Assert.Equal("10.77.0.2", packet.DestinationAddress.ToString()));
        Assert.All(sent, packet => Assert.Equal(255, packet.TimeToLive));
        Assert.DoesNotContain(atSender.Frames, frame => frame.DestinationHardwareAddress.GetAddressBytes()[0] == 0x01);

        // "Protocol unreachable" is what a kernel answers when nobody there speaks protocol 112.
        Assert.DoesNotContain(atSender.Frames.Skip(frames), frame => frame.Extract<IcmpV4Packet>() is not null);
        Assert.Equal("10.77.0.1", web2.Router(Variant.Router).MasterAddress);
        Assert.True(cluster.Holds("web1", V3.Vip), cluster.Describe());
    }

    [Fact]
    public void C182_when_the_master_crashes_the_strongest_peer_takes_over()
    {
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry with { Unicast = "true" });
        AgentInNode web1 = cluster.Start("web1", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        AgentInNode web2 = cluster.Start("web2", file);
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");

        web1.Crash();
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        cluster.Start("web1", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
    }

    [Fact]
    public void C182_a_firewall_on_the_node_that_drops_protocol_112_both_ways_does_no_harm_once_the_peer_is_known()
    {
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry with { Unicast = "true" });
        cluster.Start("web1", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        AgentInNode web2 = cluster.Start("web2", file);
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP" && web2.Router(Variant.Router).MasterAddress == "10.77.0.1", "web2 to hear web1");

        foreach (string node in new[] { "web1", "web2" })
        {
            cluster[node].RunToEnd("nft", "add table inet f; add chain inet f o { type filter hook output priority 0; }; "
                + "add chain inet f i { type filter hook input priority 0; }; add rule inet f o meta l4proto 112 drop; add rule inet f i meta l4proto 112 drop");
        }

        using FrameTap tap = new(cluster["web2"], Adverts);
        cluster.Until(() => From(tap, "10.77.0.1").Count >= 25, "25 adverts through the firewalls");
        Assert.Equal("BACKUP", web2.State(Variant.Router));
        Assert.True(cluster.Holds("web1", V3.Vip), cluster.Describe());
    }

    [Fact]
    public void C182_a_stranger_is_counted_and_moves_nothing()
    {
        using var cluster = Cluster.Of(3);
        AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry with { Unicast = "true" }));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        // keepalived speaks to web1, but web1's file does not know it.
        cluster.StartKeepalived("web3", V3.Keepalived(200) with { ExtraLines = Peers("10.77.0.3", "10.77.0.1") });
        cluster.Until(() => web1.Router(Variant.Router).Counters.GetValueOrDefault("droppedPeer") >= 5, "5 dropped adverts");
        Assert.Equal("MASTER", web1.State(Variant.Router));
        cluster.Until(() => web1.Log.Contains("unicast peers", StringComparison.Ordinal), "the alarm");
        Assert.Equal(1, web1.Log.Split("unicast peers").Length - 1);
    }

    [Fact]
    public void C182_a_peer_behind_a_gateway_is_reached_through_it()
    {
        // web1 and web3 have no common subnet any more; web2 forwards between them.
        using var cluster = Cluster.Of(3);
        cluster["web3"].RunToEnd("ip", "address", "flush", "dev", "eth0");
        cluster["web3"].RunToEnd("ip", "address", "add", "10.88.0.3/24", "dev", "eth0");
        cluster["web3"].RunToEnd("ip", "route", "add", "10.77.0.0/24", "via", "10.88.0.2");
        cluster["web2"].RunToEnd("ip", "address", "add", "10.88.0.2/24", "dev", "eth0");
        cluster["web2"].RunToEnd("sysctl", "-q", "-w", "net.ipv4.ip_forward=1", "net.ipv4.conf.eth0.send_redirects=0", "net.ipv4.conf.all.send_redirects=0");
        cluster["web1"].RunToEnd("ip", "route", "add", "10.88.0.0/24", "via", "10.77.0.2");
        string unicast = """{ "peers": ["10.77.0.1", "10.88.0.3"], "minTtl": 254 }""";
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry with { Unicast = unicast }) with { Nodes = [new(1, 150), new(3, 100)] };
        string text = file.Text().Replace("10.77.0.3", "10.88.0.3", StringComparison.Ordinal).Replace("10.77.0.100/24", "10.77.0.100/32", StringComparison.Ordinal);

        foreach (string node in new[] { "web1", "web3" })
        {
            string path = Path.Combine(cluster[node].Directory, "routed.json");
            File.WriteAllText(path, text);
            AgentInNode agent = AgentInNode.Start(cluster[node], path);
            cluster.Until(() => agent.State(Variant.Router) == (node == "web1" ? "MASTER" : "BACKUP"), $"the state of {node}: {agent.Log}");
            cluster.Until(() => node == "web1" || agent.Router(Variant.Router).MasterAddress == "10.77.0.1", $"{node} to hear web1: {agent.Log}");
        }
    }

    [Theory]
    [InlineData("v2", "web1")]
    [InlineData("v2", "web2")]
    [InlineData("v3", "web1")]
    [InlineData("v3", "web2")]
    public void C182_C179_with_keepalived_election_stop_return_and_crash(string variant, string agentOn)
    {
        Variant spoken = Variant.Named(variant);
        using var cluster = Cluster.Of(2);
        var pair = new Mixed(cluster, spoken, agentOn) { Unicast = true };
        pair.Start("web2");
        cluster.Until(() => cluster.Holds("web2", spoken.Vip), "web2 to be the only holder");
        pair.Start("web1");
        cluster.Until(() => cluster.Holds("web1", spoken.Vip), "the stronger web1 to be the only holder");
        pair.AssertAgentSays(agentOn == "web1" ? "MASTER" : "BACKUP");

        pair.Stop("web1");
        cluster.Until(() => cluster.Holds("web2", spoken.Vip), "web2 to take over from the one that stopped");
        pair.Start("web1");
        cluster.Until(() => cluster.Holds("web1", spoken.Vip), "web1 to be back");
        pair.AssertAgentSays(agentOn == "web1" ? "MASTER" : "BACKUP");

        pair.Crash("web1");
        cluster.Until(() => cluster.Holders(spoken.Vip).Contains("web2"), "web2 to take over from the one that crashed");
        Assert.DoesNotContain(cluster.Wire.Events, seen => seen.IsAdvertisement && seen.Target == AdvertisementCodec.IPv4Group);
    }

    internal static IReadOnlyList<string> Peers(string source, string peer) => [$"unicast_src_ip {source}", "unicast_peer {", $"    {peer}", "}"];

    private static IReadOnlyList<IPv4Packet> From(FrameTap tap, string source) =>
        [.. tap.Frames.Select(frame => frame.PayloadPacket).OfType<IPv4Packet>()
            .Where(packet => packet.SourceAddress.ToString() == source && (int)packet.Protocol == 112)];
}
