using HotStandby.Abstractions;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Simulation;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Simulation;

/// <summary>A kernel that refuses the virtual addresses on the stronger node: n1 150, n2 100.</summary>
public class BindRefusedTests
{
    private static readonly HotStandbyConfig File = ConfigReader.ReadText(
        "pair.json",
        """
        {
          "nodes": { "n1": { "address": "192.0.2.11", "priority": 150 }, "n2": { "address": "192.0.2.12", "priority": 100 } },
          "virtualRouters": [{ "name": "VI_1", "vrid": 51, "interface": "eth0", "addresses": ["192.0.2.100/24"] }]
        }
        """,
        plugins: null).Config!;

    private static SimulationRun Run(int seconds, ulong seed, params Fault[] faults)
    {
        SimulationRun run = new(new(File, faults, At(seconds), seed) { Records = true });
        Violation? violation = run.Run();
        Assert.True(violation is null, violation?.ToString());
        return run;
    }

    private static Duration At(int seconds) => Duration.FromSeconds(seconds);

    private static TimelineEntry[] Taken(SimulationRun run, string node, int from = 0) =>
        [.. run.Timeline.Where(entry => entry.Node == node && entry.At >= At(from) && entry.Text.Contains("-> MASTER", StringComparison.Ordinal))];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_stronger_node_tries_once_and_leaves_the_weaker_one_in_peace_until_something_changes(ulong seed)
    {
        // It is MASTER and bound until its lease is taken away; what it loses it can't put back.
        SimulationRun run = Run(
            900,
            seed,
            new(At(30), FaultKind.BindRefused, 0, At(600)),
            new(At(40), FaultKind.TakeAddress, 0, null));
        Assert.Single(Taken(run, "n1"), entry => entry.At < At(30));
        Assert.Single(Taken(run, "n2"));
        TimelineEntry back = Assert.Single(Taken(run, "n1", 30));
        Assert.InRange(back.At.Nanoseconds / 1e9, 630, 640);
        Assert.Equal(RouterState.Master, run.Nodes[0].Routers[0].Router.State);
    }

    [Fact]
    public void With_nobody_else_there_it_goes_on_trying_and_serves_as_soon_as_it_can()
    {
        SimulationRun run = Run(
            200,
            1,
            new(At(20), FaultKind.PowerOff, 1, null),
            new(At(30), FaultKind.BindRefused, 0, At(100)),
            new(At(40), FaultKind.TakeAddress, 0, null));
        Assert.InRange(Taken(run, "n1", 40).Length, 8, 14);
        Assert.True(run.Nodes[0].Holds(0));
    }

    [Fact]
    public void An_interface_that_comes_and_goes_does_not_make_it_try_each_time()
    {
        // Down for ten seconds of every thirty: each return is a change.
        SimulationRun run = Run(
            1800,
            1,
            [
                new(At(30), FaultKind.BindRefused, 0, null),
                new(At(40), FaultKind.TakeAddress, 0, null),
                .. Enumerable.Range(2, 50).Select(i => new Fault(At(30 * i), FaultKind.LinkDown, 0, At(10))),
            ]);
        Assert.InRange(Taken(run, "n1", 40).Length, 5, 12);
    }

    [Fact]
    public void A_change_of_the_interface_ends_the_pause_after_a_refusal()
    {
        // 1.5 s after the refusal all is well again: nothing is left of the five seconds' pause.
        SimulationRun run = Run(
            100,
            1,
            new(At(40), FaultKind.BindRefused, 0, Duration.FromMilliseconds(1500)),
            new(At(40), FaultKind.TakeAddress, 0, null));
        TimelineEntry ended = run.Timeline.First(entry => entry.Node == "n1" && entry.Text.Contains("FAULT -> BACKUP", StringComparison.Ordinal));
        Assert.InRange(ended.At.Nanoseconds / 1e9, 41.5, 41.6);
    }
}
