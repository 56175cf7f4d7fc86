using HotStandby.Abstractions;

namespace HotStandby.Agent.Vrrp;

/// <summary>As a member of a <see cref="SyncGroup"/>, which decides when it takes the role, and may have it leave.</summary>
public sealed partial class VirtualRouter
{
    /// <summary>BACKUP whose Master_Down_Timer has run out: it would be MASTER by now, but for its group.</summary>
    public bool WaitsForGroup => State == RouterState.Backup && !_timers.IsArmed(RouterTimer.MasterDown);

    /// <summary>It waits because the master said that it leaves.</summary>
    internal bool MasterLeft => WaitsForGroup && _silence == Silence.Left;

    /// <summary>It waits because the master it hears is not well.</summary>
    internal bool MasterIsUnhealthy => WaitsForGroup && _silence == Silence.Unhealthy;

    /// <summary>BACKUP of a master that would win against this node.</summary>
    internal bool HearsStronger => State == RouterState.Backup && !WaitsForGroup && _silence == Silence.Heard
        && (MasterPriority > EffectivePriority || (MasterPriority == EffectivePriority && MasterAddress!.Value.CompareTo(Source!.Value) > 0));

    /// <summary>BACKUP of a master that would lose against this node, protected or not.</summary>
    internal bool HearsWeaker => State == RouterState.Backup && MasterAddress is not null && MasterPriority < EffectivePriority;

    /// <summary>From BACKUP into MASTER, since the group does.</summary>
    /// <param name="sentence">Used when it has no reason of its own yet.</param>
    internal void TakeWithGroup(string sentence, MonotonicTime now, ActionBuffer actions)
    {
        (TransitionReason reason, string why) = WaitsForGroup ? WhyMaster(now) : (TransitionReason.SyncGroup, sentence);
        BecomeMaster(reason, why, now, actions);
    }

    /// <summary>
    /// From MASTER into BACKUP, since the group does. It yields to a master that is there, as the member that heard it: priority 0 would call further
    /// backups, whose Skew_Time may be shorter than the master's answer takes.
    /// </summary>
    internal void LeaveWithGroup(string sentence, MonotonicTime now, ActionBuffer actions)
    {
        // The losing advert makes the master announce again, for clients that have this node's MAC address.
        Send(AdvertisedPriority, Source, now, actions);
        LeaveMaster(RouterState.Backup, TransitionReason.SyncGroup, sentence, resignFrom: null, now, actions);
        ArmMasterDown(now, actions);
    }

    /// <summary>Raises an alarm, at most once a minute, if it has waited for its group for another Master_Down_Interval.</summary>
    internal void ComplainOfSilence(string group, VirtualRouter hears, MonotonicTime now, ActionBuffer actions)
    {
        if (WaitsForGroup && now - _downSince > 2 * MasterDownInterval && _alarms.Pass(AlarmSubject.SilentMember, now))
        {
            Alarm(Sentences.SilentMember(group, hears), actions);
        }
    }
}
