using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Two virtual routers on two networks that move as one.</summary>
public sealed class SyncGroupTests
{
    private const string Script = "/run/hook/group.sh";
    private const string Told = "/run/hook/told";

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

    [Fact]
    public void A_notifier_of_the_group_is_told_once_for_both_and_after_its_members()
    {
        using var cluster = Cluster.OnTwoWires();
        foreach (string node in new[] { "web1", "web2" })
        {
            cluster[node].RunToEnd("sh", "-c", $"mkdir -p /run/hook && printf '#!/bin/sh\\necho \"$*\" >> {Told}\\n' > {Script} && chmod 755 {Script}");
        }

        PluginsJson file = File with
        {
            SyncGroups = """[{ "name": "VG_1", "virtualRouters": ["VI_1", "VI_2"], "notify": ["tell"] }]""",
            Plugins = [new("tell", "Script", $$"""{ "notify": ["{{Script}}"] }""") { Timeout = "60s" }],
        };
        (AgentInNode web1, _) = StartPair(cluster, file);
        cluster.Until(() => web1.Status().Plugins.All(plugin => plugin.State == "active"), "the plugin to run");
        Assert.Equal(("MASTER", "MASTER"), (web1.Router("VI_1").SyncGroup!.State, web1.Router("VI_2").SyncGroup!.State));

        // What was before the plugin ran is told again; from here on every line is one transition.
        cluster.Until(() => Lines(cluster, "web1").LastOrDefault() == "GROUP VG_1 MASTER 0", "web1 to be told MASTER");
        int before = Lines(cluster, "web1").Length;
        cluster.SetCable("web1", 1, plugged: false);
        WaitForBoth(cluster, "web2");
        cluster.Until(() => Lines(cluster, "web1").Length > before, "web1 to be told FAULT");
        cluster.SetCable("web1", 1, plugged: true);
        WaitForBoth(cluster, "web1");
        cluster.Until(() => Lines(cluster, "web1").Length >= before + 3, "web1 to be told MASTER");
        Assert.Equal(["GROUP VG_1 FAULT 0", "GROUP VG_1 BACKUP 0", "GROUP VG_1 MASTER 0"], Lines(cluster, "web1")[before..]);

        // In the journal: the members, then the group, whose reason names the member.
        TransitionStatus[] fault = [.. web1.Status().Transitions.Where(one => one.To == "FAULT")];
        Assert.Equal(["VI_1", "VI_2", "sync group VG_1"], fault.Select(one => one.Kind == "GROUP" ? $"sync group {one.VirtualRouter}" : one.VirtualRouter));
        Assert.Contains("VI_2: interface eth1", fault[2].Reason, StringComparison.Ordinal);
        Assert.Contains("tell ok", Assert.Single(fault[2].Notified), StringComparison.Ordinal);

        // A reload that takes the group out, but not its members.
        web1.Reload(file with { SyncGroups = null, Routers = [file.Routers[0] with { Notify = ["tell"] }, file.Routers[1]] });
        cluster.Until(() => Lines(cluster, "web1")[^1] == "GROUP VG_1 STOP 0", "web1 to be told STOP");
        Assert.Equal(("MASTER", "MASTER"), (web1.State("VI_1"), web1.State("VI_2")));
    }

    private static string[] Lines(Cluster cluster, string node)
    {
        string path = cluster[node].PathInside(Told);
        return System.IO.File.Exists(path) ? System.IO.File.ReadAllLines(path) : [];
    }

    private static (AgentInNode Web1, AgentInNode Web2) StartPair(Cluster cluster, PluginsJson? file = null)
    {
        AgentInNode web1 = cluster.Start("web1", file ?? File);
        WaitForBoth(cluster, "web1");
        AgentInNode web2 = cluster.Start("web2", file ?? File);
        cluster.Until(() => web2.State("VI_1") == "BACKUP" && web2.State("VI_2") == "BACKUP", "web2 to be backup");
        return (web1, web2);
    }

    private static void WaitForBoth(Cluster cluster, string node)
    {
        cluster.WaitForMaster(node, "VI_1", First);
        cluster.WaitForMaster(node, "VI_2", Second);
    }
}
