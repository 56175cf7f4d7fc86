using HotStandby.Agent.Lab;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>onRelease of the Script plugin: the role is left when it has ended, or its time is over.</summary>
public sealed class ReleaseHookTests
{
    private const string Script = "/run/hook/release.sh";
    private const string Begun = "/run/hook/begun";
    private const string GoOn = "/run/hook/go-on";

    private static readonly Variant V3 = Variant.Named("v3");

    [Theory]
    [InlineData("stop")]
    [InlineData("drain")]
    [InlineData("switchover")]
    public async Task The_addresses_stay_until_the_script_has_ended(string how)
    {
        using var cluster = Cluster.Of(2);
        (AgentInNode web1, AgentInNode web2) = Start(cluster, "60s");
        Task<int> left = Task.Run(() => Leave(web1, how));
        cluster.Until(() => File.Exists(cluster["web1"].PathInside(Begun)), "the script to run");

        // As many adverts as a hand-over never lasts for.
        cluster.WaitForMoreAdverts("web1", 10);
        Assert.True(cluster.Holds("web1", V3.Vip));
        Assert.False(left.IsCompleted);

        File.WriteAllText(cluster["web1"].PathInside(GoOn), "");
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        Assert.Equal(0, await left);
        cluster.Until(() => web1.Log.Contains("VI_1: onRelease of tell done", StringComparison.Ordinal), "the log to say so");
        Assert.Equal(["INSTANCE VI_1 RELEASE 150"], File.ReadAllLines(cluster["web1"].PathInside(Begun)));
        Assert.Equal("MASTER", web2.State(Variant.Router));
    }

    [Fact]
    public void When_the_budget_is_over_the_role_is_left_all_the_same()
    {
        using var cluster = Cluster.Of(2);
        (AgentInNode web1, _) = Start(cluster, "500ms");
        Assert.Equal(0, Leave(web1, "drain"));
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        cluster.UntilLogged(web1, "VI_1: onRelease of tell did not end within 0.5 s (releaseBudget): leaves all the same");
    }

    [Fact]
    public void A_second_signal_ends_the_waiting()
    {
        using var cluster = Cluster.Of(2);
        (AgentInNode web1, _) = Start(cluster, "60s");
        web1.Process.Kill(LinuxSignal.Terminate);
        cluster.Until(() => File.Exists(cluster["web1"].PathInside(Begun)), "the script to run");
        Assert.Equal(0, web1.Stop());
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        cluster.UntilLogged(web1, "onRelease of tell was not waited for any longer");
    }

    /// <summary>web1 is MASTER and has the script, which waits for a file.</summary>
    private static (AgentInNode Web1, AgentInNode Web2) Start(Cluster cluster, string budget)
    {
        cluster["web1"].RunToEnd(
            "sh",
            "-c",
            $"mkdir -p /run/hook && printf '#!/bin/sh\\necho \"$*\" >> {Begun}; until [ -e {GoOn} ]; do sleep 0.05; done\\n' > {Script} && chmod 755 {Script}");
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry with { Notify = ["tell"], More = $$"""{ "releaseBudget": "{{budget}}" }""" })
            .With(new PluginEntry("tell", "Script", $$"""{ "onRelease": ["{{Script}}"] }""") { Timeout = "60s" });
        AgentInNode web1 = cluster.Start("web1", file);
        AgentInNode web2 = cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");
        cluster.Until(() => web1.Status().Plugins.All(plugin => plugin.State == "active"), "the plugin to run");
        return (web1, web2);
    }

    private static int Leave(AgentInNode agent, string how) => how switch
    {
        "stop" => agent.Stop() ?? -1,
        "drain" => AgentBinary.Run("drain", "--control", agent.Node.ControlSocketPath).Code,
        _ => AgentBinary.Run("switchover", Variant.Router, "--control", agent.Node.ControlSocketPath).Code,
    };
}
