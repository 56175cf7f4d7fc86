using System.Text.Json;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Tracking;
using HotStandby.Agent.Vrrp;
using HotStandby.HostProtocol;

namespace HotStandby.UnitTests.Tracking;

public sealed class CheckTableTests
{
    private static readonly MonotonicTime Start = new(1_000_000_000_000);
    private readonly CheckTable _checks = new();

    [Fact]
    public void A_check_that_was_not_heard_yet_is_waited_for_and_then_counts_as_failed()
    {
        _checks.Configure([Plugin("app")], Duration.FromSeconds(10), Start);

        Assert.Equal(CheckStanding.Waiting, _checks.Of("app", Start + Duration.FromSeconds(11)).Standing);
        CheckVerdict late = _checks.Of("app", _checks.NextDeadline(Start));
        Assert.Equal(CheckStanding.Down, late.Standing);
        Assert.Contains("never gave a result", late.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_check_is_a_failed_check()
    {
        Assert.Equal(CheckStanding.Down, _checks.Of("nobody", Start).Standing);
    }

    [Theory]
    [InlineData(StartAs.Wait, CheckStanding.Waiting)]
    [InlineData(StartAs.Failed, CheckStanding.Down)]
    [InlineData(StartAs.Healthy, CheckStanding.Up)]
    public void What_it_counts_as_before_its_first_result_is_the_entrys_choice(StartAs start, CheckStanding expected)
    {
        _checks.Configure([Plugin("app") with { Start = start }], Duration.FromSeconds(10), Start);

        Assert.Equal(expected, _checks.Of("app", Start).Standing);
    }

    [Fact]
    public void A_result_older_than_its_deadline_is_a_failure_and_not_the_last_value()
    {
        _checks.Configure([Plugin("app")], Duration.FromSeconds(10), Start);
        Hear("app", true, Start);

        Assert.Equal(CheckStanding.Up, _checks.Of("app", Start + Duration.FromMilliseconds(1999)).Standing);
        CheckVerdict late = _checks.Of("app", Start + Duration.FromSeconds(2));
        Assert.Equal(CheckStanding.Down, late.Standing);
        Assert.Contains("said nothing for 2 s", late.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_that_waited_on_its_way_is_as_old_as_it_is()
    {
        _checks.Configure([Plugin("app"), Plugin("stale"), Plugin("ahead")], Duration.FromSeconds(10), Start);
        MonotonicTime read = Start + Duration.FromMilliseconds(1500);
        Hear("app", true, Start, read);
        Hear("stale", true, Start - Duration.FromSeconds(1), read);
        Hear("ahead", true, read + Duration.FromSeconds(60), read);

        Assert.Equal(Start, _checks.LastResult("app").HeardAt);
        Assert.Equal(CheckStanding.Up, _checks.Of("app", read).Standing);
        Assert.Equal(CheckStanding.Down, _checks.Of("app", Start + Duration.FromSeconds(2)).Standing);
        Assert.Contains("said nothing for 2.5 s", _checks.Of("stale", read).Sentence, StringComparison.Ordinal);
        Assert.Equal(read, _checks.LastResult("ahead").HeardAt);
        Assert.Equal(CheckStanding.Down, _checks.Of("ahead", read + Duration.FromSeconds(2)).Standing);
    }

    [Fact]
    public void While_the_plugin_host_is_away_the_last_result_stands_for_the_grace_and_no_longer()
    {
        _checks.Configure([Plugin("app")], Duration.FromSeconds(10), Start);
        Hear("app", true, Start);
        MonotonicTime left = Start + Duration.FromSeconds(1);
        _checks.HostLeft("it died", left);

        Assert.Equal(CheckStanding.Up, _checks.Of("app", left + Duration.FromMilliseconds(9999)).Standing);
        Assert.Equal(CheckStanding.Down, _checks.Of("app", left + Duration.FromSeconds(10)).Standing);
    }

    [Fact]
    public void C191_what_was_believed_when_the_agent_fell_asleep_stands_for_one_call_of_the_check_and_no_longer()
    {
        PluginConfig app = Plugin("app");
        _checks.Configure([app, Plugin("late"), Plugin("failed")], Duration.FromSeconds(10), Start);
        Hear("late", true, Start - Duration.FromSeconds(2));
        Hear("app", true, Start);
        Hear("failed", false, Start);
        MonotonicTime woke = Start + Duration.FromSeconds(60);
        _checks.Slept(Start + Duration.FromMilliseconds(500), woke);

        MonotonicTime end = woke + (Duration.FromSeconds(2) - Duration.From(app.Interval));
        Assert.Equal(CheckStanding.Up, _checks.Of("app", new(end.Nanoseconds - 1)).Standing);
        Assert.Equal(end, _checks.NextDeadline(woke));
        Assert.Equal(CheckStanding.Down, _checks.Of("app", end).Standing);
        Assert.Equal(CheckStanding.Down, _checks.Of("late", woke).Standing);
        Assert.Equal(CheckStanding.Down, _checks.Of("failed", woke).Standing);
    }

    [Fact]
    public void C191_a_result_that_waited_while_the_agent_slept_does_not_end_the_time_it_has_to_hear_a_new_one()
    {
        PluginConfig app = Plugin("app");
        _checks.Configure([app, Plugin("failed")], Duration.FromSeconds(10), Start);
        Hear("app", true, Start);
        Hear("failed", true, Start);
        MonotonicTime woke = Start + Duration.FromSeconds(60);
        _checks.Slept(Start + Duration.FromMilliseconds(500), woke);
        MonotonicTime waited = Start + Duration.FromSeconds(1);
        Hear("app", true, waited, woke);
        Hear("failed", false, waited, woke);

        MonotonicTime end = woke + (Duration.FromSeconds(2) - Duration.From(app.Interval));
        Assert.Equal(waited, _checks.LastResult("app").HeardAt);
        Assert.Equal(CheckStanding.Up, _checks.Of("app", new(end.Nanoseconds - 1)).Standing);
        Assert.Equal(CheckStanding.Down, _checks.Of("app", end).Standing);
        Assert.Equal(CheckStanding.Down, _checks.Of("failed", woke).Standing);
    }

    /// <summary>No .NET runtime: the host is started again for ever. The router is told so at once, and is not kept waiting for ever.</summary>
    [Fact]
    public void A_host_that_never_comes_up_is_waited_for_once_and_named_at_once()
    {
        _checks.Configure([Plugin("app")], Duration.FromSeconds(10), Start);
        MonotonicTime end = Start + Duration.FromSeconds(2) + CheckTable.HostStartAllowance;
        for (MonotonicTime death = Start; death < end; death += Duration.FromSeconds(5))
        {
            _checks.HostLeft("You must install .NET", death);
            CheckVerdict verdict = _checks.Of("app", death);
            Assert.Equal(CheckStanding.Waiting, verdict.Standing);
            Assert.EndsWith("the plugin host does not run: You must install .NET", verdict.Sentence, StringComparison.Ordinal);
        }

        Assert.Equal(CheckStanding.Down, _checks.Of("app", end).Standing);
        Assert.Contains("You must install .NET", _checks.Of("app", end).Sentence, StringComparison.Ordinal);
        Hear("app", true, end);
        Assert.Equal(CheckStanding.Up, _checks.Of("app", end).Standing);
    }

    [Fact]
    public void A_failed_result_does_not_become_healthy_by_the_host_leaving()
    {
        _checks.Configure([Plugin("app")], Duration.FromSeconds(10), Start);
        Hear("app", false, Start);
        _checks.HostLeft("it died", Start);

        Assert.Equal(CheckStanding.Down, _checks.Of("app", Start + Duration.FromSeconds(5)).Standing);
    }

    [Fact]
    public void A_refused_plugin_is_a_failed_check_that_says_why()
    {
        _checks.Configure([Plugin("app")], Duration.FromSeconds(10), Start);
        Hear("app", true, Start);
        _checks.Refused("app", "built for contract 2.0");

        CheckVerdict verdict = _checks.Of("app", Start);
        Assert.Equal(CheckStanding.Down, verdict.Standing);
        Assert.Contains("built for contract 2.0", verdict.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reload_keeps_what_a_check_said_and_forgets_a_check_that_is_gone()
    {
        _checks.Configure([Plugin("app"), Plugin("old")], Duration.FromSeconds(10), Start);
        Hear("app", true, Start);
        Hear("old", true, Start);
        _checks.Configure([Plugin("app"), Plugin("new")], Duration.FromSeconds(10), Start);

        Assert.Equal(CheckStanding.Up, _checks.Of("app", Start).Standing);
        Assert.Equal(CheckStanding.Down, _checks.Of("old", Start).Standing);
        Assert.Equal(CheckStanding.Waiting, _checks.Of("new", Start).Standing);
    }

    [Theory]
    [InlineData(-60, true, 100)]
    [InlineData(-60, false, 40)]
    [InlineData(60, true, 160)]
    [InlineData(60, false, 100)]
    [InlineData(-253, false, 1)]
    [InlineData(253, true, 254)]
    public void C180_weights_apply_as_keepalived_applies_them_and_are_clamped(int weight, bool healthy, int expected)
    {
        _checks.Configure([Plugin("app")], Duration.FromSeconds(10), Start);
        Hear("app", healthy, Start);

        Assert.Equal(expected, EffectivePriority.Compute(100, [new TrackConfig("app", weight)], _checks, Start));
    }

    [Fact]
    public void C180_an_owner_is_exempt_from_weights()
    {
        _checks.Configure([Plugin("app")], Duration.FromSeconds(10), Start);
        Hear("app", false, Start);

        Assert.Equal(255, EffectivePriority.Compute(255, [new TrackConfig("app", -60)], _checks, Start));
    }

    [Fact]
    public void C180_a_drained_node_has_the_lowest_priority_and_an_owner_keeps_its_own()
    {
        _checks.Configure([Plugin("app")], Duration.FromSeconds(10), Start);
        Hear("app", true, Start);

        Assert.Equal(1, EffectivePriority.Compute(150, [new TrackConfig("app", 60)], _checks, Start, drained: true));
        Assert.Equal(255, EffectivePriority.Compute(255, [new TrackConfig("app", 60)], _checks, Start, drained: true));
    }

    [Fact]
    public void A_failed_check_without_weight_is_a_fault_with_its_last_words()
    {
        _checks.Configure([Plugin("app")], Duration.FromSeconds(10), Start);
        Hear("app", false, Start);

        (Readiness readiness, string sentence) = RouterReadiness.Evaluate([new TrackConfig("app", null)], _checks, null, null, Start);

        Assert.Equal(Readiness.Fault, readiness);
        Assert.Equal("check app: HTTP 503", sentence);
    }

    [Fact]
    public void A_failed_check_with_a_weight_is_no_fault()
    {
        _checks.Configure([Plugin("app")], Duration.FromSeconds(10), Start);
        Hear("app", false, Start);

        Assert.Equal(Readiness.Ready, RouterReadiness.Evaluate([new TrackConfig("app", -60)], _checks, null, null, Start).Readiness);
    }

    private static PluginConfig Plugin(string id) =>
        new(id, "Tomcat", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1, 1, StartAs.Wait, JsonDocument.Parse("{}").RootElement);

    private void Hear(string id, bool healthy, MonotonicTime made, MonotonicTime? now = null) =>
        _checks.Heard(new CheckChanged(id, healthy, healthy ? "HTTP 200" : "HTTP 503", TimeSpan.FromSeconds(2), TimeSpan.Zero, made.Nanoseconds), now ?? made);
}
