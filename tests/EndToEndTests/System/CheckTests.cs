using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>The real nginx, the shipped plugins and the real plugin host move the role, and notifiers hear of it.</summary>
public sealed class CheckTests
{
    private const string PidFile = "/run/nginx.pid";

    private static readonly Variant V3 = Variant.Named("v3");

    private static readonly PluginEntry Nginx = new("nginx", "Nginx", $$"""{ "pidFile": "{{PidFile}}" }""") { Interval = "200ms" };

    [Fact]
    public void A_killed_nginx_moves_the_address_and_the_client_and_a_mended_one_brings_them_back()
    {
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry with { FaultOn = ["nginx"] }).With(Nginx);
        using var cluster = Cluster.Of(2);
        using LabService nginx1 = StartNginx(cluster["web1"]);
        using LabService nginx2 = StartNginx(cluster["web2"]);
        using AgentInNode web1 = cluster.Start("web1", file);
        using AgentInNode web2 = cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");
        using var prober = new ClientProber(
            cluster.Network.Client.NamespaceName, new ProbeTarget(V3.Vip, 80), ["web1", "web2"], TimeSpan.FromMilliseconds(20));
        prober.Start();
        cluster.Until(() => prober.LastAnswer()?.Responder == "web1", "the client to be served by web1");

        nginx1.Crash();
        cluster.Until(() => web1.State(Variant.Router) == "FAULT", "FAULT without nginx");
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        cluster.Until(() => prober.LastAnswer()?.Responder == "web2", "the client to be served by web2");
        Assert.Contains("nginx", web1.Router(Variant.Router).Why, StringComparison.Ordinal);
        Assert.Equal("down", web1.Status().Checks.Single().State);

        nginx1.Start();
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.Until(() => prober.LastAnswer()?.Responder == "web1", "the client to be served by web1 again");
        Assert.Equal("up", web1.Status().Checks.Single().State);
    }

    /// <summary>A frozen machine, or its snapshot, is no fault of nginx: nobody is told of one.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void C191_who_slept_does_not_blame_the_check(bool pluginHostToo) => WithNginx(V3.RouterEntry with { FaultOn = ["nginx"] }, (cluster, _, web1) =>
    {
        int[] asleep = pluginHostToo ? [web1.Process.Pid, web1.Status().Host.Pid!.Value] : [web1.Process.Pid];

        MonotonicTime freeze = LabClock.Now;
        Assert.All(asleep, pid => Assert.Equal(0, LabLibC.Kill(pid, (int)LinuxSignal.Stop)));
        cluster.Until(() => cluster.Holds("web2", V3.Vip), "web2 to be the only holder", TimeSpan.FromSeconds(10));
        cluster.Until(() => LabClock.Now - freeze > Duration.FromSeconds(6), "six seconds of sleep");
        Assert.All(asleep, pid => Assert.Equal(0, LabLibC.Kill(pid, (int)LinuxSignal.Continue)));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        IReadOnlyList<TransitionStatus> moves = web1.Status().Transitions;
        Assert.Contains(moves, move => move.Reason.Contains("asleep", StringComparison.Ordinal));
        Assert.DoesNotContain(moves, move => move.To == "FAULT");
        Assert.Equal("up", web1.Status().Checks.Single().State);
    });

    [Fact]
    public void C180_a_failed_check_with_a_weight_lowers_the_priority_on_the_wire_and_moves_the_role() => WithNginx(V3.RouterEntry with { Weights = [("nginx", -60)] }, (cluster, nginx1, web1) =>
    {
        MonotonicTime crash = LabClock.Now;
        nginx1.Crash();
        cluster.WaitForAdvert("web1", crash, advert => advert.Priority == 90);
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        Assert.Equal("BACKUP", web1.State(Variant.Router));

        nginx1.Start();
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        Assert.Equal(150, web1.Router(Variant.Router).Priority.Effective);
    });

    [Fact]
    public void Without_nginx_from_the_start_it_never_takes_the_role()
    {
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry with { FaultOn = ["nginx"] }).With(Nginx);
        using var cluster = Cluster.Of(2);
        using LabService nginx2 = StartNginx(cluster["web2"]);
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Start("web2", file);

        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        cluster.Until(() => web1.State(Variant.Router) == "FAULT", "FAULT without nginx");
        cluster.WaitForMoreAdverts("web2", 10);

        cluster.AssertSilent("web1", cluster.Begin);
    }

    [Fact]
    public void The_Script_notifier_is_told_master_fault_backup_and_stop_in_order_with_keepalived_s_arguments()
    {
        const string Script = "/run/notify/told.sh";
        const string Told = "/run/told";
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry with { Notify = ["tell"] })
            .With(new PluginEntry("tell", "Script", $$"""{ "notify": ["{{Script}}", "extra"], "onMaster": ["{{Script}}", "only-master"] }"""));
        using var cluster = Cluster.Of(1);
        LabNode node = cluster["web1"];
        node.RunToEnd("sh", "-c", $"mkdir -p /run/notify && printf '#!/bin/sh\\necho \"$*\" >> {Told}\\n' > {Script} && chmod 755 {Script} && touch {Told}");
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.Until(() => Lines().Contains("extra INSTANCE VI_1 MASTER 150"), "the notifier to hear of MASTER");

        cluster.Network.CutLink(node);
        cluster.Until(() => Lines().Contains("extra INSTANCE VI_1 FAULT 150"), "the notifier to hear of FAULT");
        cluster.Network.HealLink(node);
        cluster.Until(() => Lines().Count(line => line == "extra INSTANCE VI_1 MASTER 150") >= 2, "the notifier to hear of MASTER again");
        Assert.Equal(0, web1.Stop());

        // The state at the start is told again when the plugin host is up, so the first one may come twice.
        string[] told = [.. Lines()];
        int first = Array.FindLastIndex(told, line => line == "extra INSTANCE VI_1 FAULT 150");
        Assert.Equal(
            [
                "extra INSTANCE VI_1 FAULT 150",
                "extra INSTANCE VI_1 BACKUP 150",
                "only-master INSTANCE VI_1 MASTER 150",
                "extra INSTANCE VI_1 MASTER 150",
                "extra INSTANCE VI_1 STOP 150",
            ],
            told[first..]);
        Assert.Contains("only-master INSTANCE VI_1 MASTER 150", told[..first]);

        IReadOnlyList<string> Lines() => File.ReadAllLines(node.PathInside(Told));
    }

    [Fact]
    public void A_plugin_host_that_is_killed_comes_back_and_the_address_does_not_move() => WithNginx(V3.RouterEntry with { FaultOn = ["nginx"] }, (cluster, nginx1, web1) =>
    {
        HostStatus before = web1.Status().Host;
        Assert.NotNull(before.Pid);

        MonotonicTime kill = LabClock.Now;
        cluster["web1"].RunToEnd("sh", "-c", $"kill -9 {before.Pid}");
        cluster.Until(
            () => web1.Status() is { Host: { State: "running", Restarts: >= 1, Pid: not null } host, Checks: [{ State: "up", AgeSeconds: < 2 }] } && host.Pid != before.Pid,
            "the plugin host to be back");
        cluster.WaitForMoreAdverts("web1", 5);

        cluster.AssertSilent("web2", kill);
        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");
        Assert.Equal(["web1"], cluster.Holders(V3.Vip));
        Assert.NotEmpty(web1.Status().Host.Why);

        // And it is of use again.
        nginx1.Crash();
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
    });

    /// <summary>The usual pair with an nginx and a check of it on each node; the test begins with web1 as master.</summary>
    private static void WithNginx(RouterEntry router, Action<Cluster, LabService, AgentInNode> test)
    {
        PluginsJson file = PluginsJson.Pair(router).With(Nginx);
        using var cluster = Cluster.Of(2);
        using LabService nginx1 = StartNginx(cluster["web1"]);
        using LabService nginx2 = StartNginx(cluster["web2"]);
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        test(cluster, nginx1, web1);
    }

    private static LabService StartNginx(LabNode node)
    {
        LabService nginx = new LabServiceSpec("nginx", [], 80, "/", PidFile).On(node);
        nginx.Start();
        nginx.WaitUntilItAnswers(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        return nginx;
    }
}
