using HotStandby.Agent.Status;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>What keeps a node from serving is an alarm from its first moment, in every place where somebody looks.</summary>
public sealed class ObstacleTests
{
    private static readonly Variant V3 = Variant.Named("v3");
    private static readonly PluginsJson Good = PluginsJson.Pair(V3.RouterEntry);
    private static readonly PluginsJson Mistyped = PluginsJson.Pair(V3.RouterEntry with { Interface = "eht0" });

    [Fact]
    public void A_mistyped_interface_is_told_with_those_that_there_are_by_log_status_explain_reload_and_check()
    {
        using var cluster = Cluster.Of(1);
        AgentInNode web1 = cluster.Start("web1", Mistyped);
        cluster.Until(() => web1.TryStatus() is not null && Obstacle(web1) is not null, "the alarm");

        const string What = "interface eht0 does not exist; there is eth0";
        Assert.Contains(What, Obstacle(web1)!.Sentence, StringComparison.Ordinal);
        cluster.Until(() => web1.Log.Split('\n').Any(line => line.Contains("WARN", StringComparison.Ordinal) && line.Contains(What, StringComparison.Ordinal)), "the warning");
        Assert.Contains("ALARM cannot-serve", Verb(web1, "status"), StringComparison.Ordinal);
        Assert.Contains(What, Verb(web1, "explain"), StringComparison.Ordinal);
        Assert.Contains("warning HS2007", web1.Node.RunToEnd(AgentBinary.FilePath, "check", web1.ConfigFile), StringComparison.Ordinal);

        // A state that never changed has stood since the agent's start, and the loop is not late by the machine's uptime.
        StatusReport status = web1.Status();
        Assert.Equal("INITIALIZE", status.VirtualRouters[0].State);
        Assert.InRange(status.VirtualRouters[0].Since, status.StartedAt - TimeSpan.FromSeconds(1), status.At);
        Assert.True((status.Loop.WorstLatenessMilliseconds ?? 0) <= (status.At - status.StartedAt).TotalMilliseconds + 1000, $"late by {status.Loop.WorstLatenessMilliseconds} ms");

        File.WriteAllText(web1.ConfigFile, Good.Text());
        Assert.DoesNotContain("WARNING", Verb(web1, "reload"), StringComparison.Ordinal);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        Assert.Null(Obstacle(web1));

        File.WriteAllText(web1.ConfigFile, Mistyped.Text());
        Assert.Contains($"WARNING: virtual router {Variant.Router} is INITIALIZE: can't serve: waits for its interface: {What}", Verb(web1, "reload"), StringComparison.Ordinal);
    }

    /// <summary>An interface that is deleted is down first: whoever was told that is told what it is now, and nobody is blamed for the addresses that went with it.</summary>
    [Theory]
    [InlineData("v3")]
    [InlineData("v3-ipv6")]
    public void An_interface_that_is_deleted_is_said_to_be_gone_and_nobody_took_its_addresses(string name)
    {
        var variant = Variant.Named(name);
        using var cluster = Cluster.Of(1);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(variant.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);

        web1.Node.RunToEnd("ip", "link", "del", "eth0");
        cluster.Until(
            () => web1.Log.Split('\n').Any(line => line.Contains("ALARM cannot-serve", StringComparison.Ordinal) && line.Contains("does not exist", StringComparison.Ordinal)),
            "the log to name the cause");
        Assert.DoesNotContain("announces the virtual addresses again", web1.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("address-taken", web1.Log, StringComparison.Ordinal);
    }

    private static AlarmStatus? Obstacle(AgentInNode agent) => agent.Router(Variant.Router).Alarms.FirstOrDefault(alarm => alarm.Code == "cannot-serve");

    private static string Verb(AgentInNode agent, string verb)
    {
        (int code, string output, string errors) = AgentBinary.Run(verb, "--control", agent.Node.ControlSocketPath);
        Assert.True(code == 0, errors);
        return output;
    }
}
