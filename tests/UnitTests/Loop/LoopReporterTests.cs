using HotStandby.Agent.Loop;
using HotStandby.Agent.Tracking;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Loop;

/// <summary>The loop's own punctuality.</summary>
public sealed class LoopReporterTests
{
    private static readonly MonotonicTime Start = new(5_000_000_000_000);

    private readonly LoopReporter _reporter = new(new CheckTable());

    [Fact]
    public void Before_a_timer_has_run_out_there_is_no_lateness()
    {
        Assert.Null(_reporter.WorstLateness);
        _reporter.WokeAfter(MonotonicTime.Never, Start, Start + Duration.FromSeconds(1));
        Assert.Null(_reporter.WorstLateness);
    }

    /// <summary>A deadline that nobody has set yet is zero, and zero is when the machine booted.</summary>
    [Fact]
    public void A_deadline_that_was_over_when_it_was_armed_is_not_the_timers_lateness()
    {
        _reporter.WokeAfter(default, Start, Start + Duration.FromMilliseconds(2));
        Assert.Equal(Duration.FromMilliseconds(2), _reporter.WorstLateness);
    }

    [Fact]
    public void The_worst_lateness_stays()
    {
        _reporter.WokeAfter(Start + Duration.FromMilliseconds(10), Start, Start + Duration.FromMilliseconds(17));
        _reporter.WokeAfter(Start + Duration.FromMilliseconds(20), Start, Start + Duration.FromMilliseconds(21));
        Assert.Equal(Duration.FromMilliseconds(7), _reporter.WorstLateness);
    }
}
