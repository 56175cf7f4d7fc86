using HotStandby.Agent.Status;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Routes and rules move with the role, are looked after, and leave what others have alone.</summary>
public sealed class RouteTests
{
    private static readonly Variant V3 = Variant.Named("v3");

    [Fact]
    public void They_come_with_the_role_are_put_back_and_go_with_it()
    {
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(With("10.5.0.0/16"));
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.Until(() => HasAll(cluster, "web1", "10.5.0.0/16"), "the routes and the rule of web1");
        Assert.Equal(
            [
                ("route 10.5.0.0/16 via 10.77.0.250 dev eth0 src 10.77.0.100", true, ""),
                ("route 0.0.0.0/0 via 10.77.0.250 dev eth0 table 100", true, ""),
                ("rule from 10.77.0.100/32 table 100 priority 1000", true, ""),
            ],
            web1.Router(Variant.Router).Routes.Select(one => (one.Entry, one.Installed, one.Problem)));
        Assert.False(HasAny(cluster, "web2"));

        cluster["web1"].RunToEnd("ip", "rule", "del", "priority", "1000");
        cluster["web1"].RunToEnd("ip", "route", "del", "default", "table", "100");
        cluster.Until(() => HasAll(cluster, "web1", "10.5.0.0/16"), "them to be put back");
        cluster.UntilLogged(web1, "put back");

        // The kernel takes a route with this source away with the address.
        cluster["web1"].RunToEnd("ip", "address", "del", "10.77.0.100/32", "dev", "eth0");
        cluster.Until(() => cluster.Holds("web1", V3.Vip) && HasAll(cluster, "web1", "10.5.0.0/16"), "address and route to be put back");
        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");

        Assert.Equal(0, web1.Stop());
        Assert.False(HasAny(cluster, "web1"));
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        cluster.Until(() => HasAll(cluster, "web2", "10.5.0.0/16"), "the routes and the rule of web2");
    }

    [Fact]
    public void A_route_of_somebody_else_stays_is_told_and_makes_way_by_itself()
    {
        using var cluster = Cluster.Of(1);
        cluster["web1"].RunToEnd("ip", "route", "add", "10.5.0.0/16", "via", "10.77.0.251");
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(With("10.5.0.0/16")));
        cluster.Until(() => Route(web1) is { Problem.Length: > 0 }, "the problem to be told");
        Assert.Contains("somebody else", Route(web1)!.Problem, StringComparison.Ordinal);
        cluster.UntilLogged(web1, "somebody else");
        Assert.Equal("MASTER", web1.State(Variant.Router));
        Assert.Contains("via 10.77.0.251", cluster["web1"].RunToEnd("ip", "route", "show", "10.5.0.0/16"), StringComparison.Ordinal);

        cluster["web1"].RunToEnd("ip", "route", "del", "10.5.0.0/16");
        cluster.Until(() => Route(web1) is { Installed: true, Problem: "" } && HasAll(cluster, "web1", "10.5.0.0/16"), "our route");

        cluster["web1"].RunToEnd("ip", "route", "replace", "10.5.0.0/16", "via", "10.77.0.251");
        Assert.Equal(0, web1.Stop());
        Assert.Contains("via 10.77.0.251", cluster["web1"].RunToEnd("ip", "route", "show", "10.5.0.0/16"), StringComparison.Ordinal);

        static RouteStatus? Route(AgentInNode agent) => agent.TryStatus()?.VirtualRouters.Single().Routes[0];
    }

    [Fact]
    public void C077_leftovers_of_a_killed_agent_go_at_the_next_start_or_by_release()
    {
        using var cluster = Cluster.Of(1);
        PluginsJson file = PluginsJson.Pair(With("10.5.0.0/16"));
        using AgentInNode crashed = cluster.Start("web1", file);
        cluster.Until(() => HasAll(cluster, "web1", "10.5.0.0/16"), "the routes and the rule");
        crashed.Crash();
        Assert.True(HasAny(cluster, "web1"));

        // Another file: what is left is known by its mark alone.
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry));
        cluster.Until(() => web1.State(Variant.Router) == "BACKUP" || web1.State(Variant.Router) == "MASTER", "the second run");
        Assert.False(HasAny(cluster, "web1"));
        cluster.UntilLogged(web1, "that an earlier run left behind");
        web1.Crash();

        using AgentInNode third = cluster.Start("web1", file);
        cluster.Until(() => HasAll(cluster, "web1", "10.5.0.0/16"), "the routes and the rule again");
        third.Crash();
        string said = cluster["web1"].RunToEnd(AgentBinary.FilePath, "release", "--control", cluster["web1"].ControlSocketPath);
        Assert.Contains("route(s) and rule(s) removed", said, StringComparison.Ordinal);
        Assert.False(HasAny(cluster, "web1"));
    }

    [Fact]
    public void A_reload_exchanges_them_without_leaving_MASTER()
    {
        using var cluster = Cluster.Of(1);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(With("10.5.0.0/16")));
        cluster.Until(() => HasAll(cluster, "web1", "10.5.0.0/16"), "the routes and the rule");

        web1.Reload(PluginsJson.Pair(With("10.6.0.0/16")));
        cluster.Until(() => HasAll(cluster, "web1", "10.6.0.0/16"), "the new route");
        cluster.Until(() => cluster["web1"].RunToEnd("ip", "route", "show", "10.5.0.0/16").Length == 0, "the old route to go");
        web1.Reload(PluginsJson.Pair(V3.RouterEntry));
        cluster.Until(() => !HasAny(cluster, "web1"), "all of them to go");

        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");
        Assert.DoesNotContain("put back", web1.Log, StringComparison.Ordinal);
    }

    private static RouterEntry With(string destination) => V3.RouterEntry with
    {
        AnnounceDelay = "0s",
        More = $$"""
            {
              "routes": [
                { "to": "{{destination}}", "via": "10.77.0.250", "source": "10.77.0.100" },
                { "to": "default", "via": "10.77.0.250", "table": 100 }
              ],
              "rules": [{ "from": "10.77.0.100", "table": 100, "priority": 1000 }]
            }
            """,
    };

    private static bool HasAll(Cluster cluster, string node, string destination)
    {
        string routes = cluster[node].RunToEnd("ip", "route", "show", "table", "all");
        return routes.Contains($"{destination} via 10.77.0.250 dev eth0 proto 112 src 10.77.0.100", StringComparison.Ordinal)
            && routes.Contains("default via 10.77.0.250 dev eth0 table 100 proto 112", StringComparison.Ordinal)
            && cluster[node].RunToEnd("ip", "rule", "show").Contains("from 10.77.0.100 lookup 100 proto 112", StringComparison.Ordinal);
    }

    private static bool HasAny(Cluster cluster, string node) =>
        cluster[node].RunToEnd("ip", "route", "show", "table", "all").Contains("proto 112", StringComparison.Ordinal)
        || cluster[node].RunToEnd("ip", "rule", "show").Contains("proto 112", StringComparison.Ordinal);
}
