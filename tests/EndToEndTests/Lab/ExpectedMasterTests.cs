using HotStandby.Agent.Configuration;
using HotStandby.Agent.Lab;

namespace HotStandby.EndToEndTests.Lab;

public sealed class ExpectedMasterTests
{
    private static readonly NodeCondition Fine = new(true, true, new HashSet<string>());
    private static readonly NodeCondition Down = Fine with { AgentRuns = false };
    private static readonly NodeCondition Cut = Fine with { LinkIsUp = false };
    private static readonly NodeCondition Sick = Fine with { FailedChecks = new HashSet<string> { "nginx" } };

    [Fact]
    public void The_higher_priority_wins_at_the_start() => Assert.Equal("web1", Winner(true, [], Fine, Fine, null));

    [Fact]
    public void A_node_without_agent_or_link_cannot_be_the_master()
    {
        Assert.Equal("web2", Winner(true, [], Down, Fine, "web1"));
        Assert.Equal("web2", Winner(true, [], Cut, Fine, "web1"));
        Assert.Null(Winner(true, [], Down, Cut, "web1"));
    }

    [Fact]
    public void A_failed_check_without_weight_is_a_fault()
    {
        Assert.Equal("web2", Winner(true, [new TrackConfig("nginx", null)], Sick, Fine, "web1"));
        Assert.Equal("web1", Winner(true, [new TrackConfig("other", null)], Sick, Fine, "web1"));
    }

    [Theory]
    [InlineData(-60, "web2")]
    [InlineData(-40, "web1")]
    [InlineData(60, "web2")]
    [InlineData(40, "web1")]
    public void Weights_move_the_master_when_they_change_the_order(int weight, string expected) =>
        Assert.Equal(expected, Winner(true, [new TrackConfig("nginx", weight)], Sick, Fine, "web1"));

    [Fact]
    public void Without_preemption_the_master_stays_while_it_is_healthy()
    {
        Assert.Equal("web2", Winner(false, [], Fine, Fine, "web2"));
        Assert.Equal("web1", Winner(true, [], Fine, Fine, "web2"));
    }

    [Fact]
    public void Without_preemption_a_sick_master_still_yields_to_a_healthy_better_node() =>
        Assert.Equal("web2", Winner(false, [new TrackConfig("nginx", -60)], Sick, Fine, "web1"));

    [Theory]
    [InlineData("MASTER", "web1")]
    [InlineData("BACKUP", "web2")]
    public void A_healthy_node_is_master_or_backup(string expected, string master) =>
        Assert.Equal(expected, ExpectedMaster.StateOf(LabConfigs.Pair().VirtualRouters[0], "web1", Fine, master));

    [Fact]
    public void A_node_that_is_cut_off_is_master_on_its_own_side_only()
    {
        NodeCondition cutOff = Fine with { IsCutOff = true };
        Assert.Equal("web2", Winner(true, [], cutOff, Fine, "web1"));
        Assert.Equal("MASTER", ExpectedMaster.StateOf(LabConfigs.Pair().VirtualRouters[0], "web1", cutOff, "web2"));
        Assert.Equal("FAULT", ExpectedMaster.StateOf(LabConfigs.Pair().VirtualRouters[0], "web1", cutOff with { AgentRuns = false }, "web2"));
    }

    [Fact]
    public void A_node_with_a_cut_link_is_in_fault() =>
        Assert.Equal("FAULT", ExpectedMaster.StateOf(LabConfigs.Pair().VirtualRouters[0], "web1", Cut, "web2"));

    private static string? Winner(bool preempt, IReadOnlyList<TrackConfig> tracks, NodeCondition web1, NodeCondition web2, string? current)
    {
        HotStandbyConfig config = LabConfigs.Pair(preempt, tracks);
        return ExpectedMaster.Of(config.VirtualRouters[0], [(config.Nodes[0], web1), (config.Nodes[1], web2)], current);
    }
}
