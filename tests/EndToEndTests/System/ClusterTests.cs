using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Agents among themselves beyond the plain pair: preempt off, equal priorities, several routers, three nodes.</summary>
public sealed class ClusterTests
{
    private static readonly Variant V3 = Variant.Named("v3");

    [Fact]
    public void C176_without_preempt_the_stronger_one_that_returns_stays_backup()
    {
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry with { Preempt = false });
        using var cluster = Cluster.Of(2);
        cluster.Start("web2", file);
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);

        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Until(() => web1.State(Variant.Router) == "BACKUP", "web1 to be backup");
        cluster.WaitForMoreAdverts("web2", 15);

        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        cluster.AssertSilent("web1", cluster.Begin);
    }

    [Fact]
    public void C174_two_equal_masters_that_meet_resolve_to_the_greater_address()
    {
        // The file refuses equal priorities, so each node has a file of its own.
        using var cluster = Cluster.Of(2);
        cluster.Network.CutLink(cluster["web2"], keepCarrier: true);
        using AgentInNode web1 = cluster.Start("web1", new PluginsJson { Nodes = [new(1, 100), new(2, 99)], Routers = [V3.RouterEntry] });
        cluster.Start("web2", new PluginsJson { Nodes = [new(1, 99), new(2, 100)], Routers = [V3.RouterEntry] });
        cluster.Until(() => cluster.Holders(V3.Vip).Count == 2, "both to be master, apart from each other");

        cluster.Network.HealLink(cluster["web2"]);
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        MonotonicTime since = LabClock.Now;
        cluster.WaitForMoreAdverts("web2", 5);

        cluster.AssertSilent("web1", since);
        Assert.All(cluster.Adverts("web2", since), advert => Assert.Equal(100, advert.Priority));
        Assert.Contains("greater address", web1.Router(Variant.Router).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Sticky_nodes_of_equal_priority_leave_the_role_where_it_was_before_a_split()
    {
        PluginsJson file = new() { Nodes = [new(1, 100), new(2, 100)], Routers = [V3.RouterEntry with { More = """{ "sticky": true }""" }] };
        using var cluster = Cluster.Of(2);
        using AgentInNode web2 = cluster.Start("web2", file);
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Until(() => web1.TryStatus()?.VirtualRouters[0].MasterAddress == "10.77.0.2", "web1 to have heard web2");
        web2.Crash();
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        Assert.Equal(99, cluster.WaitForAdvert("web1", LabClock.Now).Priority);
        Assert.Contains(web1.Router(Variant.Router).Priority.Terms, term => term is { Check: "sticky", Applied: -1 });

        // web2 has the greater address, which would decide between masters of one priority.
        using AgentInNode back = cluster.Start("web2", file);
        cluster.Until(() => back.TryStatus()?.VirtualRouters[0].MasterAddress == "10.77.0.1", "web2 to have heard web1");
        cluster.Network.CutLink(cluster["web2"], keepCarrier: true);
        cluster.Until(() => cluster.Holders(V3.Vip).Count == 2, "each side to have a master");
        MonotonicTime healed = LabClock.Now;
        cluster.Network.HealLink(cluster["web2"]);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.WaitForMoreAdverts("web1", 10);
        Assert.Equal("MASTER", web1.State(Variant.Router));
        Assert.All(cluster.Adverts("web1", healed), advert => Assert.Equal(99, advert.Priority));
        Assert.Contains("priority 99 > 98", back.Router(Variant.Router).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void C175_after_a_partition_one_master_is_left()
    {
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry with { AnnounceDelay = "0s" });
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        using AgentInNode web2 = cluster.Start("web2", file);
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");

        cluster.Network.CutLink(cluster["web2"], keepCarrier: true);
        cluster.Until(() => cluster.Holders(V3.Vip).Count == 2, "each side to have a master");
        cluster.Network.HealLink(cluster["web2"]);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");
        Assert.Contains("stronger master 10.77.0.1", web2.Router(Variant.Router).Why, StringComparison.Ordinal);
        cluster.WaitForMoreAdverts("web1", 5);
        Assert.Equal(["web1"], cluster.Holders(V3.Vip));
    }

    [Fact]
    public void C145_a_losing_advert_makes_the_master_announce_its_addresses_again()
    {
        using var cluster = Cluster.Of(1);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry with { AnnounceDelay = "0s" }));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        // Past the pause between two volleys.
        cluster.WaitForMoreAdverts("web1", 15);
        byte[] weaker = new ForgedAdvert { Source = "10.77.0.200", Priority = 50 }.Frame();
        MonotonicTime loser = LabClock.Now;
        using InterfaceChannel sender = ForgedAdvert.Sender(cluster.Network.Client);
        Assert.Null(sender.Send(weaker));

        // The client may have learnt the loser's MAC from an announcement of its own: the winner corrects it.
        Assert.NotNull(cluster.Wire.WaitFor(
            seen => seen.Kind == WireEventKind.GratuitousArp && seen.Target == V3.Vip, loser, TimeSpan.FromSeconds(10)));
        Assert.Equal("MASTER", web1.State(Variant.Router));
    }

    [Fact]
    public void C021_both_families_with_one_VRID_are_independent()
    {
        Variant v6 = Variant.Named("v3-ipv6");
        RouterEntry four = V3.RouterEntry with { Name = "VI_4" };
        RouterEntry six = v6.RouterEntry with { Name = "VI_6" };
        PluginsJson file = PluginsJson.Pair(four, six);
        using var cluster = Cluster.Of(2);
        using AgentInNode web1 = cluster.Start("web1", file);
        using AgentInNode web2 = cluster.Start("web2", file);
        cluster.WaitForMaster("web1", "VI_4", V3.Vip);
        cluster.WaitForMaster("web1", "VI_6", v6.Vip);

        MonotonicTime removal = LabClock.Now;
        web1.Reload(PluginsJson.Pair(four));
        cluster.Until(() => cluster.Holds("web2", v6.Vip), "web2 to hold the IPv6 address");
        cluster.WaitForMoreAdverts("web1", 5);

        Assert.Equal(["web1"], cluster.Holders(V3.Vip));
        Assert.Equal("MASTER", web1.State("VI_4"));
        Assert.Equal("BACKUP", web2.State("VI_4"));
        cluster.AssertSilent("web2", removal);
        Assert.Contains(cluster.Adverts("web1", removal, ipv6: true), advert => advert.Priority == 0);
    }

    [Fact]
    public void C181_two_routers_with_crossed_priorities_share_the_load()
    {
        RouterEntry first = new("A", 61, "10.77.0.101/24");
        RouterEntry second = new("B", 62, "10.77.0.102/24");
        Address addressA = Address.Parse("10.77.0.101");
        Address addressB = Address.Parse("10.77.0.102");
        PluginsJson file = new()
        {
            Nodes = [new(1, 150) { PriorityOf = new Dictionary<string, int> { ["B"] = 100 } }, new(2, 100) { PriorityOf = new Dictionary<string, int> { ["B"] = 150 } }],
            Routers = [first, second],
        };
        using var cluster = Cluster.Of(2);
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Start("web2", file);
        cluster.WaitForMaster("web1", "A", addressA);
        cluster.WaitForMaster("web2", "B", addressB);

        Assert.Equal(0, web1.Stop());
        cluster.WaitForMaster("web2", "A", addressA);
        cluster.WaitForMaster("web2", "B", addressB);

        cluster.Start("web1", file);
        cluster.WaitForMaster("web1", "A", addressA);
        cluster.WaitForMaster("web2", "B", addressB);
    }

    [Fact]
    public void C170_C173_of_three_nodes_only_the_second_best_speaks_when_the_master_dies()
    {
        PluginsJson file = new() { Nodes = [new(1, 200), new(2, 150), new(3, 100)], Routers = [V3.RouterEntry] };
        using var cluster = Cluster.Of(3);
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        using AgentInNode web2 = cluster.Start("web2", file);
        using AgentInNode web3 = cluster.Start("web3", file);
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP" && web3.State(Variant.Router) == "BACKUP", "two backups");

        // Who has not heard the master counts from its own start.
        cluster.Until(
            () => web2.Router(Variant.Router).MasterAddress == "10.77.0.1" && web3.Router(Variant.Router).MasterAddress == "10.77.0.1", "both to hear it");

        web1.Crash();
        cluster.Network.CutLink(cluster["web1"]);
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        cluster.WaitForMoreAdverts("web2", 10);

        cluster.AssertSilent("web3", cluster.Begin);
        Assert.Equal("10.77.0.2", web3.Router(Variant.Router).MasterAddress);
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
    }

    [Fact]
    public void C163_without_the_capability_to_send_frames_it_ends_with_exit_code_4_and_says_which()
    {
        using var cluster = Cluster.Of(1);
        LabNode node = cluster["web1"];
        string file = Path.Combine(node.Directory, "plugins.json");
        File.WriteAllText(file, PluginsJson.Pair(V3.RouterEntry).Text());

        using LabProcess agent = node.Run(
            "setpriv", ["--bounding-set=-net_raw", "--", AgentBinary.FilePath, "run", "--config", file, "--node", "web1"]);

        Assert.Equal(4, agent.WaitForExit(TimeSpan.FromSeconds(15)));
        Assert.Contains("CAP_NET_RAW", agent.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_firewall_that_drops_protocol_112_does_not_split_the_pair()
    {
        using var cluster = Cluster.Of(2);
        foreach (string name in new[] { "web1", "web2" })
        {
            cluster[name].RunToEnd("nft", """
                table inet blocked {
                    chain in { type filter hook input priority filter; ip protocol 112 counter drop; meta l4proto 112 drop; }
                    chain out { type filter hook output priority filter; ip protocol 112 counter drop; meta l4proto 112 drop; }
                }
                """);
        }

        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        using AgentInNode web2 = cluster.Start("web2", PluginsJson.Pair(V3.RouterEntry));
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");
        cluster.WaitForMoreAdverts("web1", 15);

        Assert.Equal("10.77.0.1", web2.Router(Variant.Router).MasterAddress);
        cluster.AssertSilent("web2", cluster.Begin);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        // The rules are in force: what goes through the kernel's own stack is dropped.
        Assert.Equal(0, web1.Stop());
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
    }
}
