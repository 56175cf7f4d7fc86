using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>
/// A plugin that crashes, overflows or hangs, next to a good one on the master: adverts go on, the address stays, and status names the
/// plugin and why.
/// </summary>
public sealed class HostilePluginTests
{
    /// <summary>An option that asks itself for itself, when the host binds it.</summary>
    private const string EndlessOptions = "options without end";

    private static readonly Variant V3 = Variant.Named("v3");

    [Theory]
    [InlineData("failFast")]
    [InlineData("stackOverflow")]
    [InlineData("ownThreadException")]
    [InlineData("exit")]
    [InlineData(EndlessOptions)]
    public void A_plugin_that_takes_the_host_down_moves_nothing_and_is_named_and_left_out(string deed)
    {
        using var cluster = Cluster.Of(2);
        AgentInNode web1 = StartPairWith(cluster, deed);

        cluster.Until(() => Bad(web1) is { Crashes: >= 3 }, $"{deed} to be left out", TimeSpan.FromSeconds(60));
        cluster.Until(() => web1.Status().Host.State == "running" && Good(web1) is { State: "up", AgeSeconds: < 3 }, "the good check to go on");

        PluginStatus bad = Bad(web1);
        Assert.Equal("malfunctioning", bad.State);
        Assert.Contains("took the plugin host down", bad.Why, StringComparison.Ordinal);
        Assert.Equal("active", web1.Status().Plugins.Single(plugin => plugin.Id == "good").State);
        AssertNothingMoved(cluster, web1);
    }

    [Fact]
    public void C199_a_check_that_never_returns_is_down_and_moves_nothing()
    {
        using var cluster = Cluster.Of(2);
        AgentInNode web1 = StartPairWith(cluster, "neverReturn");

        cluster.Until(() => web1.Status().Checks.Single(check => check.Id == "bad").State == "down", "the hanging check to be down");
        cluster.WaitForMoreAdverts("web1", 10);
        cluster.Until(() => Good(web1) is { State: "up", AgeSeconds: < 3 }, "the good check to go on");

        Assert.NotEmpty(web1.Status().Checks.Single(check => check.Id == "bad").LastWords);
        AssertNothingMoved(cluster, web1);
    }

    private static AgentInNode StartPairWith(Cluster cluster, string deed)
    {
        string plugins = Path.Combine(cluster.Network.Directory, "plugins");
        HostilePlugin.Copy("Misbehaving", plugins);

        // Only the other virtual router depends on the bad plugin. Slow, since a dump of the dead host can stall a small machine.
        RouterEntry kept = V3.RouterEntry with { AdvertInterval = "500ms", FaultOn = ["good"] };
        PluginsJson file = PluginsJson.Pair(kept, new RouterEntry("OTHER", 52, "10.77.0.102/24") { FaultOn = ["bad"] }) with
        {
            Agent = $$"""{ "realtimePriority": 20, "pluginPaths": ["{{plugins}}"] }""",
            Plugins =
            [
                new("good", "Nginx", """{ "pidFile": "/run/nginx.pid" }""") { Interval = "1s" },
                new("bad", "Misbehaving", deed == EndlessOptions ? """{ "endless": 1 }""" : $$"""{ "deed": "{{deed}}", "after": 3 }""") { Interval = "200ms", Timeout = "100ms" },
            ],
        };
        foreach (LabNode node in cluster.Network.Nodes)
        {
            LabService nginx = new LabServiceSpec("nginx", [], 80, "/", "/run/nginx.pid").On(node);
            nginx.Start();
            nginx.WaitUntilItAnswers(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }

        AgentInNode web1 = cluster.Start("web1", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.Start("web2", file with { Plugins = [file.Plugins[0]], Routers = [kept] });
        return web1;
    }

    private static void AssertNothingMoved(Cluster cluster, AgentInNode web1)
    {
        cluster.AssertSilent("web2", cluster.Begin);
        Assert.Equal(["web1"], cluster.Holders(V3.Vip));
        Assert.Equal("FAULT", web1.State("OTHER"));
        Assert.Equal(
            ["BACKUP", "MASTER"],
            web1.Status().Transitions.Where(one => one.VirtualRouter == Variant.Router && one.To != "INITIALIZE").Select(one => one.To));
        MonotonicTime since = LabClock.Now;
        cluster.WaitForMoreAdverts("web1", 3);
        Assert.All(cluster.Adverts("web1", since), advert => Assert.Equal(150, advert.Priority));
    }

    private static PluginStatus Bad(AgentInNode agent) => agent.Status().Plugins.Single(plugin => plugin.Id == "bad");

    private static CheckStatus Good(AgentInNode agent) => agent.Status().Checks.Single(check => check.Id == "good");
}
