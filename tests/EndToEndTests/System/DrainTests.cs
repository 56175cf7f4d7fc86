namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>The verbs drain and undrain on whole agents.</summary>
public sealed class DrainTests
{
    private static readonly Variant V3 = Variant.Named("v3");

    [Fact]
    public void A_drained_node_hands_over_stays_out_over_a_restart_and_comes_back_when_told()
    {
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry);
        AgentInNode web1 = cluster.Start("web1", file);
        using AgentInNode web2 = cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");

        (int code, string output, string errors) = Run(web1, "drain", "--reason", "kernel upgrade");
        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("VI_1: BACKUP, 10.77.0.2 is MASTER", output, StringComparison.Ordinal);
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        Assert.Equal("kernel upgrade", web1.Status().Drained?.Reason);
        Assert.Equal(1, web1.Router(Variant.Router).Priority.Effective);
        Assert.Equal(0, Run(web2, "status", "--exit-code").Code);
        (code, output, _) = Run(web1, "status", "--exit-code");
        Assert.Equal(7, code);
        Assert.Contains("this node is drained (kernel upgrade)", output, StringComparison.Ordinal);
        Assert.Contains("this node is drained (kernel upgrade)", Assert.Single(web1.Status().Problems), StringComparison.Ordinal);
        (code, output, _) = Run(web1, "status");
        Assert.Equal(0, code);
        Assert.DoesNotContain("drained is", output, StringComparison.Ordinal);

        // An upgrade restarts the agent: it is the stronger node by the file, and stays out.
        web1.Stop();
        web1.Dispose();
        using AgentInNode again = cluster.Start("web1", file);
        cluster.Until(() => again.State(Variant.Router) == "BACKUP", "web1 to be backup again");
        cluster.WaitForMoreAdverts("web2", 10);
        Assert.Equal("BACKUP", again.State(Variant.Router));
        Assert.Equal("kernel upgrade", again.Status().Drained?.Reason);

        (code, output, _) = Run(again, "undrain");
        Assert.Equal((0, "This node takes part again as the file says.\n"), (code, output));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        Assert.Null(again.Status().Drained);
        (code, _, errors) = Run(again, "undrain");
        Assert.Equal(1, code);
        Assert.Contains("not drained", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_another_node_it_goes_on_serving_with_the_lowest_priority_and_gives_way_to_whoever_comes()
    {
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry);
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        (int code, string output, _) = Run(web1, "drain");
        Assert.Equal(1, code);
        Assert.Contains("VI_1: STILL MASTER", output, StringComparison.Ordinal);
        Assert.Contains("nobody came", output, StringComparison.Ordinal);
        Assert.True(cluster.Holds("web1", V3.Vip));

        using AgentInNode web2 = cluster.Start("web2", file);
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
    }

    private static (int Code, string Output, string Errors) Run(AgentInNode agent, params string[] arguments) =>
        AgentBinary.Run([.. arguments, "--control", agent.Node.ControlSocketPath]);
}
