namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>The verb switchover on whole agents.</summary>
public sealed class SwitchoverTests
{
    private static readonly Variant V3 = Variant.Named("v3");

    [Fact]
    public void The_stronger_node_hands_over_stays_backup_and_comes_back_when_told()
    {
        using var cluster = Cluster.Of(2);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry));
        using AgentInNode web2 = cluster.Start("web2", PluginsJson.Pair(V3.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");

        (int code, string output, string errors) = Switchover(web1, Variant.Router);
        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("10.77.0.2 is MASTER now", output, StringComparison.Ordinal);
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);

        // Long enough for a stronger backup that preempts: Master_Down_Interval is less than four intervals.
        cluster.WaitForMoreAdverts("web2", 10);
        Assert.Equal("BACKUP", web1.State(Variant.Router));
        Assert.Contains("switchover", web1.Router(Variant.Router).Why, StringComparison.Ordinal);

        (code, output, _) = Switchover(web1, Variant.Router, "--back");
        Assert.Equal(0, code);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
    }

    [Fact]
    public void When_nobody_comes_it_takes_the_role_back_and_says_so()
    {
        using var cluster = Cluster.Of(1);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        (int code, _, string errors) = Switchover(web1, Variant.Router);

        Assert.Equal(1, code);
        Assert.Contains("nobody came", errors, StringComparison.Ordinal);
        Assert.True(cluster.Holds("web1", V3.Vip));
        Assert.Equal("MASTER", web1.State(Variant.Router));
    }

    [Fact]
    public void What_can_not_be_done_is_refused_with_a_reason()
    {
        using var cluster = Cluster.Of(2);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry));
        using AgentInNode web2 = cluster.Start("web2", PluginsJson.Pair(V3.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");

        AssertRefused(Switchover(web2, Variant.Router), "not MASTER here");
        AssertRefused(Switchover(web1, "VI_9"), "there is no virtual router VI_9; there are: VI_1");
        AssertRefused(Switchover(web1, Variant.Router, "--back"), "nothing to end");
        Assert.True(cluster.Holds("web1", V3.Vip));
    }

    private static void AssertRefused((int Code, string Output, string Errors) answer, string why)
    {
        Assert.Equal((1, ""), (answer.Code, answer.Output));
        Assert.Contains(why, answer.Errors, StringComparison.Ordinal);
    }

    private static (int Code, string Output, string Errors) Switchover(AgentInNode agent, string router, params string[] options) =>
        AgentBinary.Run(["switchover", router, .. options, "--control", agent.Node.ControlSocketPath]);
}
