using HotStandby.Abstractions;

namespace HotStandby.Agent.Vrrp;

/// <summary>What it waits for, in words: an operator asks why this node is not MASTER before asking anything else.</summary>
public sealed partial class VirtualRouter
{
    /// <summary>What would move it out of its state next. Allocates; for a report.</summary>
    public string Outlook(MonotonicTime now) => State switch
    {
        RouterState.Master when IsOwner => "Keeps the role: it owns the addresses (priority 255).",
        RouterState.Master => $"Leaves the role to whoever advertises a priority above {AdvertisedPriority}, or {AdvertisedPriority} from a greater address than {Source}; or when it can't serve any more.{WhyLess}",
        RouterState.Backup => OutlookOfBackup(now),
        _ => $"Takes part again when this has changed: {Why}",
    };

    private string WhyLess => Succession > 0
        ? $" Advertises {AdvertisedPriority} in the place of {EffectivePriority}, so that the master that fell silent keeps the role if it is only cut off (sticky)."
        : "";

    private string OutlookOfBackup(MonotonicTime now)
    {
        if (WaitsForGroup)
        {
            return $"Would take the role, but another virtual router of the sync group {Settings.SyncGroup} hears a master.";
        }

        string silence = $"if no advertisement comes for {MasterDownInterval} ({Settings.DownTimerAdverts} x {MasterAdverInterval} + skew {SkewTime})";
        Duration left = Deadline(RouterTimer.MasterDown) - now;
        string inTime = left > Duration.Zero ? $"in {left}" : "at once";
        return _silence switch
        {
            Silence.NeverHeard => $"Takes the role {inTime} unless it hears a master before.",
            Silence.Left => $"Takes the role {inTime} unless somebody else does: {_leaver} left on purpose.",
            Silence.SteppedDown => $"Left the role on purpose; takes it back {inTime} if nobody comes.",
            Silence.Weaker => $"Takes the role from the weaker {MasterAddress} (priority {MasterPriority} < {EffectivePriority}) {inTime}.",
            Silence.Unhealthy => $"Takes the role from {MasterAddress}, whose checks fail (priority {MasterPriority}), {inTime}.",
            _ when MasterPriority > EffectivePriority => $"{MasterAddress} is stronger (priority {MasterPriority} > {EffectivePriority}); takes the role {silence}.",
            _ when MasterPriority == EffectivePriority => $"{MasterAddress} has the same priority {MasterPriority} and was first; takes the role {silence}.",
            _ when MasterPriority >= EffectivePriority - Settings.Tolerance => $"{MasterAddress} (priority {MasterPriority}) was first and keeps the role, as sticky says; takes the role {silence}.",
            _ when _steppedDown => $"{MasterAddress} is weaker (priority {MasterPriority} < {EffectivePriority}), but has the role by a switchover; takes it {silence}, or after 'hotstandby switchover {Settings.Name} --back'.",
            _ when !Settings.Preempt => $"{MasterAddress} is weaker (priority {MasterPriority} < {EffectivePriority}), but preempt is off; takes the role {silence}.",
            _ when _timers.IsArmed(RouterTimer.Preempt) =>
                $"{MasterAddress} is weaker (priority {MasterPriority} < {EffectivePriority}); the preempt delay is over in {Deadline(RouterTimer.Preempt) - now}.",
            _ => $"Takes the role {silence}.",
        };
    }
}
