namespace HotStandby.Abstractions;

/// <summary>
/// A notifier may implement this besides: it is told of conditions that last and want a person, such as another machine that has a virtual address, when
/// they begin and when they end. Calls come one at a time, in the order of what happened, for all virtual routers that the entry is named by; none is
/// superseded by a later one. What stands is told again after the agent or the plugin host starts (<see cref="Alarm.Replay"/>). A call is cancelled after
/// the entry's <c>timeout</c>.
/// </summary>
public interface IAlarmNotifier
{
    /// <summary>Handles the begin or the end of one alarm and says what came of it. May be called while a notification of a transition still runs.</summary>
    Task<NotifyResult> AlarmAsync(Alarm alarm, CancellationToken cancellationToken);
}

/// <summary>A condition of a virtual router that began or ended. The state of the virtual router is another matter: see <see cref="Transition"/>.</summary>
/// <param name="Sequence">Counts what this agent told of alarms, from 1; a begin and its end have two numbers.</param>
/// <param name="Code">What kind of condition, in words that don't change: "foreign-owner".</param>
/// <param name="VirtualRouter">Its name in plugins.json.</param>
/// <param name="About">The address or MAC address that tells two alarms of one kind apart; empty when there is one only.</param>
/// <param name="Sentence">What is wrong, about whom, and what to do; at the end, what ended it.</param>
/// <param name="Began">False when it has ended.</param>
/// <param name="Since">Wall-clock time at which it began.</param>
/// <param name="At">Wall-clock time of what is told: the begin, the end, or the replay.</param>
/// <param name="Replay">True when nothing changed and an alarm that stands is told again.</param>
public sealed record Alarm(
    long Sequence,
    string Code,
    string VirtualRouter,
    string About,
    string Sentence,
    bool Began,
    DateTimeOffset Since,
    DateTimeOffset At,
    bool Replay);
