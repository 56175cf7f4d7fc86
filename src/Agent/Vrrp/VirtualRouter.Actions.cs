namespace HotStandby.Agent.Vrrp;

/// <summary>The single steps that transitions and events are made of.</summary>
public sealed partial class VirtualRouter
{
    /// <summary>How fast immediate answers come back after a burst: one per own interval, but 1 to 10 a second.</summary>
    private Duration AnswerRefill => Duration.FromMilliseconds(Math.Clamp(Settings.AdvertisementInterval.Nanoseconds / 1_000_000, 100, 1000));

    private void Send(byte priority, Address? source, MonotonicTime now, ActionBuffer actions) =>
        Send(priority, Settings.AdvertisementInterval, source, now, actions);

    private void Send(byte priority, Duration interval, Address? source, MonotonicTime now, ActionBuffer actions)
    {
        LastAdvertisement = now;
        Statistics.AdvertisementsSent++;
        Statistics.PriorityZeroSent += priority == 0 ? 1 : 0;
        MasterPriority = priority == 0 ? MasterPriority : priority;
        actions.Add(new(RouterActionKind.SendAdvertisement, priority, interval, Source: source!.Value));
    }

    private void Arm(RouterTimer timer, MonotonicTime deadline, ActionBuffer actions)
    {
        _timers[timer] = deadline;
        actions.Add(new(RouterActionKind.ArmTimer, Timer: timer, Deadline: deadline));
    }

    /// <summary>Master_Down_Timer from now on, with the priority and the interval of now.</summary>
    private void ArmMasterDown(MonotonicTime now, ActionBuffer actions) => ArmMasterDown(Settings.DownTimerAdverts, now, actions);

    private void ArmMasterDown(int adverts, MonotonicTime now, ActionBuffer actions)
    {
        _downWait = new(adverts, MasterAdverInterval, SkewTime);
        ArmMasterDown(_downWait.Total, now, actions);
    }

    private void ArmMasterDown(Duration wait, MonotonicTime now, ActionBuffer actions)
    {
        _downSince = now;
        _listenedAgain = false;
        Arm(RouterTimer.MasterDown, now + wait, actions);
    }

    private void Cancel(RouterTimer timer, ActionBuffer actions)
    {
        if (_timers.IsArmed(timer))
        {
            _timers[timer] = MonotonicTime.Never;
            actions.Add(new(RouterActionKind.CancelTimer, Timer: timer));
        }
    }

    /// <summary>Every timer of the role; a hand-over under way goes on.</summary>
    private void CancelAll(ActionBuffer actions)
    {
        Cancel(RouterTimer.Adver, actions);
        Cancel(RouterTimer.MasterDown, actions);
        Cancel(RouterTimer.Announce, actions);
        Cancel(RouterTimer.AnnounceRepeats, actions);
        Cancel(RouterTimer.AnnounceRefresh, actions);
        Cancel(RouterTimer.Preempt, actions);
    }

    private void CancelPreemptDelay(ActionBuffer actions)
    {
        _preemptDelayIsOver = false;
        Cancel(RouterTimer.Preempt, actions);
    }

    private void Announce(MonotonicTime now, ActionBuffer actions)
    {
        _announcedAt = now;
        actions.Add(new(RouterActionKind.Announce, Announcements: Settings.AnnounceRepeat));
    }

    /// <summary>
    /// The volley of a take-over: one announcement of each address at once, the rest of the volley when the one who had the role has heard of
    /// it and has let go. Until then that one may still answer a client, and only what is announced after that reaches this client.
    /// </summary>
    private void AnnounceTakeover(MonotonicTime now, ActionBuffer actions)
    {
        _announcedAt = now;
        actions.Add(new(RouterActionKind.Announce, Announcements: 1));
        if (Settings.AnnounceRepeat > 1)
        {
            Arm(RouterTimer.AnnounceRepeats, now + RepeatsPause, actions);
        }
    }

    /// <summary>
    /// A volley now, or as soon as the pause since the last one is over: provoked volleys never come faster than that. None when the rest of a
    /// take-over's volley is still to come: it is put off until it is sure to be the last word, but for no longer than that pause.
    /// </summary>
    private void AnnounceSoon(MonotonicTime now, ActionBuffer actions)
    {
        MonotonicTime? last = _announcedAt;
        if (_timers.IsArmed(RouterTimer.AnnounceRepeats) && last is MonotonicTime begun)
        {
            MonotonicTime armed = _timers[RouterTimer.AnnounceRepeats];
            MonotonicTime rest = MonotonicTime.Min(MonotonicTime.Max(armed, now + LettingGo), begun + ProvokedPause);
            if (rest > armed)
            {
                Arm(RouterTimer.AnnounceRepeats, rest, actions);
            }

            if (rest - now >= LettingGo)
            {
                return;
            }

            last = rest;
        }

        MonotonicTime earliest = last is MonotonicTime before ? before + ProvokedPause : now;
        if (earliest <= now)
        {
            Announce(now, actions);
        }
        else if (earliest < _timers[RouterTimer.Announce])
        {
            Arm(RouterTimer.Announce, earliest, actions);
        }
    }

    /// <summary>The second volley of a take-over, for a switch or a client that was not ready to hear the first.</summary>
    private void ArmSecondVolley(MonotonicTime now, ActionBuffer actions)
    {
        _secondVolley = MonotonicTime.Never;
        if (Settings.AnnounceDelay > Duration.Zero)
        {
            _secondVolley = now + Settings.AnnounceDelay;
            Arm(RouterTimer.Announce, _secondVolley, actions);
        }
    }

    private void ArmRefresh(MonotonicTime now, ActionBuffer actions)
    {
        if (Settings.AnnounceRefresh > Duration.Zero)
        {
            Arm(RouterTimer.AnnounceRefresh, now + Settings.AnnounceRefresh, actions);
        }
    }

    private static void Alarm(string sentence, ActionBuffer actions) => actions.Add(new(RouterActionKind.Alarm, Sentence: sentence));
}
