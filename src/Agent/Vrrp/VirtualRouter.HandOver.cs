using HotStandby.Abstractions;

namespace HotStandby.Agent.Vrrp;

/// <summary>
/// Leaving the role on purpose without a hole. Version 3: the backups are first taught the shortest interval, so that their Skew_Time is some
/// milliseconds (RFC 9568 6.1), then told priority 0. The addresses stay bound and answering until the new master is heard, or for as long as one
/// may take to come. Version 2 can't be taught: there the addresses stay for up to a second. This goes beyond RFC 9568 6.4.3, whose Shutdown leaves
/// clients without an answer for Skew_Time.
/// </summary>
public sealed partial class VirtualRouter
{
    /// <summary>For what comes after the timers of the others: their advert's way here.</summary>
    private static readonly Duration HandOverSlack = Duration.FromMilliseconds(50);

    private bool _steppedDown;

    /// <summary>Whether it leaves the role to its peers because of <see cref="StepDown"/>.</summary>
    public bool SteppedDown => _steppedDown;

    /// <summary>Whether the addresses are still bound although the role was left.</summary>
    public bool HandsOver => _timers.IsArmed(RouterTimer.HandOver);

    /// <summary>
    /// Longest time until a backup must have come: below its Skew_Time, which is less than one interval even if it was not taught; at most a
    /// second, the longest Skew_Time of version 2.
    /// </summary>
    private Duration HandOverLimit
    {
        get
        {
            Duration second = Duration.FromSeconds(1);
            return (Settings.Version == 2 ? second : Duration.Min(second, Settings.AdvertisementInterval)) + HandOverSlack;
        }
    }

    /// <summary>
    /// The operator's switchover: a MASTER leaves the role to a backup and does not preempt it until that one fails (falls silent, or advertises
    /// that its checks do: <see cref="HealthRule"/>), or <see cref="Resume"/>. When nobody comes it takes the role back. Does nothing in another
    /// state.
    /// </summary>
    public void StepDown(string sentence, MonotonicTime now, ActionBuffer actions)
    {
        if (State != RouterState.Master)
        {
            return;
        }

        LeaveMaster(RouterState.Backup, TransitionReason.Switchover, sentence, Source, now, actions);
        _steppedDown = true;
        _silence = Silence.SteppedDown;
        if (HandsOver)
        {
            ArmMasterDown(HandOverLimit, now, actions);
        }
        else
        {
            ArmMasterDown(now, actions);
        }
    }

    /// <summary>
    /// MASTER whose last advert was better than the next one, which is below what another node of the file advertises while it is well. That node takes
    /// the role when Master_Down_Timer runs out; <see cref="CallSuccessor"/> makes that short. Not in version 2, which can't be taught, and not in a
    /// sync group, whose members are lowered one by one and go together.
    /// </summary>
    private bool IsOutranked => State == RouterState.Master && Settings is { Version: 3, SyncGroup: null }
        && AdvertisedPriority < MasterPriority
        && AdvertisedPriority < Settings.StrongestPeer
        && Settings.AdvertisementInterval > VirtualRouterSettings.ShortestInterval;

    /// <summary>
    /// As for a hand-over the backups are taught the shortest interval by the master that they know. The lowered adverts that follow leave it to whoever
    /// is better to take the role after three of those; the others learn the real interval again, and nothing has happened if nobody comes. There are
    /// two, so that the loss of one calls nobody who is not better.
    /// </summary>
    private void CallSuccessor(MonotonicTime now, ActionBuffer actions)
    {
        Send(MasterPriority, VirtualRouterSettings.ShortestInterval, Source, now, actions);
        Send(AdvertisedPriority, Source, now, actions);
    }

    /// <summary>Ends the restraint after <see cref="StepDown"/>: from now on it preempts as its settings say.</summary>
    public void Resume() => _steppedDown = false;

    private void BeginHandOver(Address source, MonotonicTime now, ActionBuffer actions)
    {
        Duration taught = Settings.AdvertisementInterval;
        if (Settings.Version == 3 && taught > VirtualRouterSettings.ShortestInterval)
        {
            taught = VirtualRouterSettings.ShortestInterval;

            // As the master that the backups know: from one that a drain or a check has just made the weaker they would preempt, and learn nothing.
            Send(MasterPriority, taught, source, now, actions);
        }

        Send(0, taught, source, now, actions);
        Arm(RouterTimer.HandOver, now + HandOverLimit, actions);
    }

    private void EndHandOver(ActionBuffer actions)
    {
        Cancel(RouterTimer.HandOver, actions);
        actions.Add(new(RouterActionKind.ReleaseAddresses));
    }
}
