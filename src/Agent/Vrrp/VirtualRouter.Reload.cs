using HotStandby.Abstractions;

namespace HotStandby.Agent.Vrrp;

/// <summary>Changed settings and priority.</summary>
public sealed partial class VirtualRouter
{
    /// <summary>
    /// The effective priority from tracking, held to 1..254; an owner stays at 255. MASTER: the next advert carries it, and comes at once if another
    /// node is now the better one. BACKUP: the running Master_Down_Timer stays, the next accepted advert counts with it.
    /// </summary>
    public void SetPriority(byte effective, MonotonicTime now, ActionBuffer actions)
    {
        EffectivePriority = Settings.IsOwner ? (byte)255 : Math.Clamp(effective, (byte)1, (byte)254);
        if (IsOutranked && _timers[RouterTimer.Adver] > now)
        {
            // Not here: what lowered it may be followed by a drain or a fault, which leave the role their own way.
            Arm(RouterTimer.Adver, now, actions);
        }
    }

    /// <summary>
    /// Takes new settings of the same virtual router: the state and a learned interval stay. What tracking had added to the base priority stays
    /// added until <see cref="SetPriority"/> says otherwise.
    /// </summary>
    /// <exception cref="ArgumentException">Another VRID, family or version, or the settings break a rule; nothing was changed.</exception>
    public void Apply(VirtualRouterSettings settings, MonotonicTime now, ActionBuffer actions)
    {
        SettingsRules.Demand(settings);
        VirtualRouterSettings old = Settings;
        Duration oldInterval = MasterAdverInterval;
        if ((settings.Vrid, settings.IsIPv6, settings.Version) != (old.Vrid, old.IsIPv6, old.Version))
        {
            throw new ArgumentException($"{settings.Name}: another vrid, family or version is another virtual router.", nameof(settings));
        }

        if (State == RouterState.Master && WasAsleep(now))
        {
            YieldAfterSleep(now, actions);
        }

        Settings = settings;
        SomethingChanged(now, actions);
        int tracked = old.IsOwner ? 0 : EffectivePriority - old.Priority;
        EffectivePriority = settings.IsOwner ? (byte)255 : (byte)Math.Clamp(settings.Priority + tracked, 1, 254);
        bool intervalChanged = settings.AdvertisementInterval != old.AdvertisementInterval;
        bool addressesChanged = !settings.Addresses.SequenceEqual(old.Addresses);
        if (State == RouterState.Master)
        {
            ApplyAsMaster(intervalChanged, addressesChanged, now, actions);
            if (settings.AnnounceRefresh != old.AnnounceRefresh)
            {
                Cancel(RouterTimer.AnnounceRefresh, actions);
                ArmRefresh(now, actions);
            }

            return;
        }

        if (!_learned)
        {
            MasterAdverInterval = settings.AdvertisementInterval;
        }

        MasterAdverInterval = Duration.Min(MasterAdverInterval, settings.LearnedIntervalCap);
        if (State != RouterState.Backup)
        {
            return;
        }

        if (!settings.Preempt || settings.PreemptDelay == Duration.Zero)
        {
            CancelPreemptDelay(actions);
        }

        if (settings.SyncGroup is null && WaitsForGroup)
        {
            // Out of its group: what it waited for will not come.
            Arm(RouterTimer.MasterDown, now, actions);
            return;
        }

        // After priority 0 the timer runs for Skew_Time only, and that stands.
        if (_silence != Silence.Left && !WaitsForGroup && MasterAdverInterval != oldInterval)
        {
            _downWait = new(Settings.DownTimerAdverts, MasterAdverInterval, SkewTime);
            Arm(RouterTimer.MasterDown, _downSince + _downWait.Total, actions);
        }
    }

    private void ApplyAsMaster(bool intervalChanged, bool addressesChanged, MonotonicTime now, ActionBuffer actions)
    {
        MasterAdverInterval = Settings.AdvertisementInterval;
        if (addressesChanged)
        {
            actions.Add(new(RouterActionKind.BindAddresses));
        }

        if (intervalChanged || addressesChanged)
        {
            Send(AdvertisedPriority, Source, now, actions);
        }

        if (addressesChanged)
        {
            Announce(now, actions);
        }

        if (intervalChanged)
        {
            Arm(RouterTimer.Adver, now + Settings.AdvertisementInterval, actions);
        }
    }
}
