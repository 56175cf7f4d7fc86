using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Two virtual routers on two networks that move as one.</summary>
public sealed class SyncGroupTests
{
    private static readonly Address First = Address.Parse("10.77.0.100");
    private static readonly Address Second = Address.Parse("10.78.0.100");

    private static readonly PluginsJson File = new()
    {
        Nodes = [new(1, 150) { SourceOf = ("VI_2", "10.78.0.1") }, new(2, 100) { SourceOf = ("VI_2", "10.78.0.2") }],
        Routers = [new("VI_1", 51, "10.77.0.100/24"), new("VI_2", 52, "10.78.0.100/24") { Interface = "eth1" }],
        SyncGroups = """[{ "name": "VG_1", "virtualRouters": ["VI_1", "VI_2"] }]""",
    };

    [Fact]
    public void The_cable_of_one_network_takes_both_roles_and_brings_both_back()
    {
        using var cluster = Cluster.OnTwoWires();
        (AgentInNode web1, _) = StartPair(cluster);

        MonotonicTime cut = LabClock.Now;
        cluster.SetCable("web1", 1, plugged: false);
        WaitForBoth(cluster, "web2");
        Assert.Equal(("FAULT", "FAULT"), (web1.State("VI_1"), web1.State("VI_2")));
        Assert.Contains("VI_2 of the sync group VG_1", web1.Router("VI_1").Why, StringComparison.Ordinal);

        // On the network that is well the peer was told; nothing had to be waited for.
        Assert.Contains(cluster.Adverts("web1", cut), advert => advert.Priority == 0);

        cluster.SetCable("web1", 1, plugged: true);
        WaitForBoth(cluster, "web1");
    }

    [Fact]
    public void A_switchover_of_one_is_of_both_and_status_shows_the_group()
    {
        using var cluster = Cluster.OnTwoWires();
        (AgentInNode web1, AgentInNode web2) = StartPair(cluster);
        Assert.Equal(("VG_1", false), (web1.Router("VI_2").SyncGroup!.Name, web1.Router("VI_2").SyncGroup!.Waits));

        Assert.Equal(0, AgentBinary.Run(["switchover", "VI_2", "--control", web1.Node.ControlSocketPath]).Code);
        WaitForBoth(cluster, "web2");
        cluster.WaitForMoreAdverts("web2", 10);
        Assert.Equal(("BACKUP", "BACKUP"), (web1.State("VI_1"), web1.State("VI_2")));

        Assert.Equal(0, AgentBinary.Run(["switchover", "VI_1", "--back", "--control", web1.Node.ControlSocketPath]).Code);
        WaitForBoth(cluster, "web1");
        Assert.Equal(("BACKUP", "BACKUP"), (web2.State("VI_1"), web2.State("VI_2")));
        (int code, string table, _) = AgentBinary.Run(["status", "--control", web1.Node.ControlSocketPath]);
        Assert.Equal(0, code);
        Assert.Contains("sync group: VG_1", table, StringComparison.Ordinal);
    }

    private static (AgentInNode Web1, AgentInNode Web2) StartPair(Cluster cluster)
    {
        AgentInNode web1 = cluster.Start("web1", File);
        WaitForBoth(cluster, "web1");
        AgentInNode web2 = cluster.Start("web2", File);
        cluster.Until(() => web2.State("VI_1") == "BACKUP" && web2.State("VI_2") == "BACKUP", "web2 to be backup");
        return (web1, web2);
    }

    private static void WaitForBoth(Cluster cluster, string node)
    {
        cluster.WaitForMaster(node, "VI_1", First);
        cluster.WaitForMaster(node, "VI_2", Second);
    }
}
