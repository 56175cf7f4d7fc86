using HotStandby.Agent.Configuration;
using HotStandby.Agent.Simulation;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Simulation;

/// <summary>agent.startupDelay and agent.delayAfterBoot. A pair, n1 the stronger.</summary>
public class StartupHoldTests
{
    private static Duration At(double seconds) => new((long)(seconds * 1e9));

    private static SimulationRun Run(string agent, double seconds, params Fault[] faults)
    {
        HotStandbyConfig file = ConfigReader.ReadText(
            "hold.json",
            $$"""
            {
              "nodes": { "n1": { "address": "192.0.2.11", "priority": 150 }, "n2": { "address": "192.0.2.12", "priority": 100 } },
              "virtualRouters": [{ "name": "VI_1", "vrid": 51, "interface": "eth0", "addresses": ["192.0.2.100/24"] }],
              "plugins": [],
              "agent": {{agent}}
            }
            """,
            plugins: null).Config!;
        SimulationRun run = new(new(file, faults, At(seconds), 1) { Records = true });
        Assert.Null(run.Run());
        return run;
    }

    private static TimelineEntry FirstMaster(SimulationRun run, string node, double from) => run.Timeline.First(entry =>
        entry.At >= At(from) && entry.Node == node && entry.Text.Contains("-> MASTER", StringComparison.Ordinal));

    [Fact]
    public void After_its_start_an_agent_takes_no_part_until_the_startup_delay_is_over()
    {
        SimulationRun run = Run("""{ "startupDelay": "20s" }""", 120, new Fault(At(60), FaultKind.Kill, 0, At(10)));
        Assert.InRange(FirstMaster(run, "n1", 0).At.Milliseconds, 23_000, 24_000);

        // Killed and started again at 70 s: n2 serves meanwhile, and n1 takes the role back when its own delay is over.
        Assert.InRange(FirstMaster(run, "n2", 60).At.Milliseconds, 62_000, 64_000);
        Assert.InRange(FirstMaster(run, "n1", 60).At.Milliseconds, 90_000, 95_000);
    }

    [Fact]
    public void The_delay_after_boot_counts_from_the_boot_only()
    {
        const string Agent = """{ "delayAfterBoot": "20s" }""";

        // The machines have run for long: no delay at the beginning and none for an agent that is started anew.
        SimulationRun killed = Run(Agent, 120, new Fault(At(60), FaultKind.Kill, 0, At(10)));
        Assert.InRange(FirstMaster(killed, "n1", 0).At.Milliseconds, 3_000, 4_000);
        Assert.InRange(FirstMaster(killed, "n1", 60).At.Milliseconds, 70_000, 75_000);

        SimulationRun booted = Run(Agent, 120, new Fault(At(60), FaultKind.PowerOff, 0, At(10)));
        Assert.InRange(FirstMaster(booted, "n1", 60).At.Milliseconds, 90_000, 95_000);
    }
}
