using HotStandby.Agent.Configuration;
using HotStandby.Agent.Tracking;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Tracking;

public sealed class ReadingTableTests
{
    private static readonly MonotonicTime Start = new(1_000_000_000_000);
    private static readonly TrackedInterface Steady = new("eth1", false, Duration.FromSeconds(2), Duration.FromMilliseconds(500));
    private static readonly TrackedProcess Process = new("worker", 2, Duration.Zero, Duration.Zero);
    private static readonly TrackedFile Drain = new("/run/drain", 0);
    private readonly CheckTable _checks = new();

    private ReadingTable Table => _checks.Readings;

    [Fact]
    public void A_reading_that_is_too_old_is_a_failure_but_an_interface_that_did_not_change_is_not()
    {
        Table.Configure([Process, Steady], Start);
        Hear(Process, true, Start);
        Hear(Steady, true, Start);
        MonotonicTime late = Start + ReadingTable.ValidFor;

        Assert.Equal(CheckStanding.Up, Table.Of(Process, new(late.Nanoseconds - 1)).Standing);
        Assert.Equal(CheckStanding.Down, Table.Of(Process, late).Standing);
        Assert.Equal(late, Table.NextDeadline(Start));
        Assert.Equal(CheckStanding.Up, Table.Of(Steady, late).Standing);
    }

    [Fact]
    public void C191_what_was_believed_when_the_agent_fell_asleep_stands_until_it_must_have_been_read_again()
    {
        Table.Configure([Process, Steady], Start);
        Hear(Process, true, Start);
        Hear(Steady, false, Start);
        MonotonicTime woke = Start + Duration.FromSeconds(60);
        _checks.Slept(Start + Duration.FromSeconds(1), woke);

        Assert.Equal(CheckStanding.Up, Table.Of(Process, woke).Standing);
        Assert.Equal(CheckStanding.Down, Table.Of(Process, woke + ReadingTable.ToldEvery).Standing);
        Assert.Equal(CheckStanding.Down, Table.Of(Steady, woke).Standing);

        Hear(Process, true, woke);
        _checks.Slept(woke + ReadingTable.ValidFor, woke + Duration.FromSeconds(60));
        Assert.Equal(CheckStanding.Down, Table.Of(Process, woke + Duration.FromSeconds(60)).Standing);
    }

    [Fact]
    public void What_was_never_read_waits_and_then_fails_and_what_is_not_watched_fails()
    {
        Table.Configure([Process], Start);

        Assert.Equal(CheckStanding.Waiting, Table.Of(Process, Start).Standing);
        Assert.Equal(CheckStanding.Down, Table.Of(Process, Start + ReadingTable.ValidFor).Standing);
        Assert.Equal(CheckStanding.Down, Table.Of(Drain, Start).Standing);
    }

    [Fact]
    public void A_flap_shorter_than_the_delay_does_not_count_and_a_longer_one_does_at_its_time()
    {
        Table.Configure([Steady], Start);
        Hear(Steady, true, Start);
        Hear(Steady, false, Start);
        Hear(Steady, true, After(400));
        Hear(Steady, false, After(450));

        Assert.Equal(CheckStanding.Up, Table.Of(Steady, After(949)).Standing);
        Assert.Equal(After(950), Table.NextDeadline(After(450)));
        Assert.Equal(CheckStanding.Down, Table.Of(Steady, After(950)).Standing);

        Hear(Steady, true, After(1000));
        Assert.Equal(CheckStanding.Down, Table.Of(Steady, After(2999)).Standing);
        Assert.Equal(CheckStanding.Up, Table.Of(Steady, After(3000)).Standing);
    }

    [Fact]
    public void The_first_reading_counts_at_once()
    {
        Table.Configure([Steady], Start);
        Hear(Steady, false, Start);

        Assert.Equal(CheckStanding.Down, Table.Of(Steady, Start).Standing);
    }

    [Fact]
    public void A_reload_keeps_what_was_seen_and_what_it_adds_changes_nothing_until_it_is_read()
    {
        Table.Configure([Process], Start);
        Hear(Process, true, Start);
        Table.Configure([Process, Drain, Steady], Start);

        Assert.Equal(CheckStanding.Up, Table.Of(Process, Start).Standing);
        Assert.Equal(100, Priority(new(Drain, -1)));
        Assert.Equal(100, Priority(new(Steady, -60)));
        Hear(Steady, false, Start);
        Assert.Equal(40, Priority(new(Steady, -60)));
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(60, 40)]
    [InlineData(-20, 120)]
    [InlineData(null, 1)]
    public void C180_the_number_of_a_file_times_the_weight_is_added_and_a_file_without_one_takes_all(int? number, int expected)
    {
        Table.Configure([Drain], Start);
        Table.Heard(new(Drain, number == 0, number, ""), Start);

        Assert.Equal(expected, Priority(new(Drain, -1)));
    }

    [Theory]
    [InlineData(-60, true, 100)]
    [InlineData(-60, false, 160)]
    [InlineData(60, true, 40)]
    [InlineData(60, false, 100)]
    public void C180_a_reversed_weight_counts_with_the_other_sign_as_keepalived_has_it(int weight, bool up, int expected)
    {
        Table.Configure([Process], Start);
        Hear(Process, up, Start);

        Assert.Equal(expected, Priority(new(Process, weight) { Reverse = true }));
    }

    [Theory]
    [InlineData(false, true, true, CheckStanding.Up)]
    [InlineData(false, true, false, CheckStanding.Up)]
    [InlineData(false, false, false, CheckStanding.Down)]
    [InlineData(false, true, null, CheckStanding.Up)]
    [InlineData(false, false, null, CheckStanding.Waiting)]
    [InlineData(true, true, true, CheckStanding.Up)]
    [InlineData(true, true, false, CheckStanding.Down)]
    [InlineData(true, false, null, CheckStanding.Down)]
    [InlineData(true, true, null, CheckStanding.Waiting)]
    public void An_expression_is_decided_as_soon_as_it_can_be(bool all, bool first, bool? second, CheckStanding expected)
    {
        Table.Configure([Process, Drain], Start);
        Hear(Process, first, Start);
        if (second is bool up)
        {
            Hear(Drain, up, Start);
        }

        // Nested, and the other way round outside: one operand alone is the same either way.
        TrackedExpression expression = new(!all, [new TrackedExpression(all, [Process, Drain])]);
        Assert.Equal(expected, TrackVerdict.Of(expression, _checks, Start).Standing);
    }

    [Fact]
    public void A_failed_expression_says_what_each_of_them_said()
    {
        Table.Configure([Process, Drain], Start);
        Hear(Process, false, Start);
        Hear(Drain, false, Start);

        TrackConfig track = new(new TrackedExpression(false, [Process, Drain]), null);
        (Readiness readiness, string sentence) = RouterReadiness.Evaluate([track], _checks, null, null, Start);
        Assert.Equal(Readiness.Fault, readiness);
        Assert.Equal("anyOf(process worker, file /run/drain) fails: process worker: said; file /run/drain: said", sentence);
    }

    private static MonotonicTime After(int milliseconds) => Start + Duration.FromMilliseconds(milliseconds);

    private byte Priority(TrackConfig track) => EffectivePriority.Compute(100, [track], _checks, Start);

    private void Hear(Tracked what, bool up, MonotonicTime at) => Table.Heard(new(what, up, up ? 0 : null, "said"), at);
}
