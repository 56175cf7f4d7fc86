using HotStandby.Agent.Configuration;
using HotStandby.Agent.Simulation;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Simulation;

/// <summary>A pair with preempt off and weighted checks that fail and heal on both nodes.</summary>
public class UnhealthyMasterTests
{
    private static HotStandbyConfig File(bool preemptUnhealthy) => ConfigReader.ReadText(
        "pair.json",
        $$"""
        {
          "nodes": { "n1": { "address": "192.0.2.11", "priority": 150 }, "n2": { "address": "192.0.2.12", "priority": 100 } },
          "virtualRouters": [{ "name": "VI_1", "vrid": 51, "interface": "eth0", "addresses": ["192.0.2.100/24"], "preempt": false,
            "preemptUnhealthy": {{(preemptUnhealthy ? "true" : "false")}}, "track": [{ "check": "app", "weight": -60 }] }],
          "plugins": [{ "id": "app", "use": "Nginx" }]
        }
        """,
        plugins: null).Config!;

    private static SimulationRun Run(IReadOnlyList<Fault> faults, double seconds, ulong seed, bool preemptUnhealthy = true)
    {
        SimulationRun run = new(new(File(preemptUnhealthy), faults, Duration.FromSeconds((long)seconds), seed) { Records = true });
        Assert.Null(run.Run());
        return run;
    }

    private static string Master(SimulationRun run) =>
        run.Nodes.Single(node => node.Routers[0].Router.State == Abstractions.RouterState.Master).Name;

    [Fact]
    public void The_role_leaves_a_master_whose_check_fails_and_does_not_come_back_when_it_heals()
    {
        Fault[] fails = [new(Duration.FromSeconds(30), FaultKind.CheckFails, 0, Duration.FromSeconds(30))];
        Assert.Equal("n2", Master(Run(fails, 120, 1)));
        Assert.Equal("n1", Master(Run(fails, 120, 1, preemptUnhealthy: false)));
    }

    /// <summary>The check is asked every second, and is heard within that; the master then teaches its successor, which does not wait for three adverts.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_failed_weight_moves_the_role_as_fast_as_a_fault(bool preempt)
    {
        HotStandbyConfig file = File(preemptUnhealthy: true);
        file = file with { VirtualRouters = [file.VirtualRouters[0] with { Preempt = preempt }] };
        for (ulong seed = 1; seed <= 20; seed++)
        {
            SimulationRun run = new(new(file, [new(Duration.FromSeconds(30), FaultKind.CheckFails, 0, Duration.FromSeconds(30))], Duration.FromSeconds(50), seed) { Records = true });
            Assert.Null(run.Run());
            TimelineEntry taken = run.Timeline.First(entry => entry.Node == "n2" && entry.At > Duration.FromSeconds(30) && entry.Text.Contains("-> MASTER", StringComparison.Ordinal));
            Assert.InRange(taken.At.Milliseconds, 30_000, 31_100);
        }
    }

    [Fact]
    public void No_seed_moves_the_role_twice_without_a_change_of_health()
    {
        int moves = 0;
        for (ulong seed = 1; seed <= 200; seed++)
        {
            SeededRandom random = new(seed);
            List<Fault> faults = [];
            List<double> changes = [0];
            for (int at = 30; at < 900; at += 20 + random.Below(60))
            {
                int length = 12 + random.Below(60);
                faults.Add(new(Duration.FromSeconds(at), FaultKind.CheckFails, random.Below(2), Duration.FromSeconds(length)));
                changes.Add(at);
                changes.Add(at + length);
            }

            SimulationRun run = Run(faults, 1100, seed);
            double[] taken = [.. run.Timeline.Where(entry => entry.Text.Contains("-> MASTER", StringComparison.Ordinal)).Select(entry => entry.At.Nanoseconds / 1e9)];
            double[] edges = [.. changes.Distinct().Order(), double.MaxValue];
            for (int i = 0; i + 1 < edges.Length; i++)
            {
                int within = taken.Count(at => at >= edges[i] && at < edges[i + 1]);
                Assert.True(within <= 1, $"seed {seed}: {within} moves after the change at {edges[i]} s and before the next");
            }

            moves += taken.Length;
        }

        Assert.True(moves > 600, $"only {moves} moves in 200 runs: the runs show nothing");
    }
}
