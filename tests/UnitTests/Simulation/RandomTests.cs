using HotStandby.Agent.Simulation;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Simulation;

/// <summary>Random pairs with random faults: no invariant breaks, and a seed is the whole of a run.</summary>
public class RandomTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void No_seed_breaks_an_invariant(int part)
    {
        for (ulong i = 0; i < 25; i++)
        {
            RandomTesting.Outcome outcome = RandomTesting.Try((1000UL * (ulong)part) + i, Duration.FromSeconds(3600));
            Assert.True(outcome.Report is null, outcome.Report);
            Assert.InRange(outcome.Faults, 20, 1000);
        }
    }

    [Fact]
    public void A_seed_replays_exactly()
    {
        SimulationSetup setup = RandomSetup.Create(4711, Duration.FromSeconds(900), Duration.FromSeconds(20)) with { Records = true };
        SimulationRun first = new(setup);
        SimulationRun second = new(setup);
        Assert.Null(first.Run());
        Assert.Null(second.Run());
        Assert.NotEmpty(first.Timeline);
        Assert.Equal(first.Timeline, second.Timeline);
        Assert.Equal(first.Events, second.Events);

        SimulationRun other = new(setup with { Seed = setup.Seed + 1 });
        other.Run();
        Assert.NotEqual(first.Timeline, other.Timeline);
    }
}
