namespace HotStandby.Agent.Vrrp;

/// <summary>The single steps that transitions and events are made of.</summary>
public sealed partial class VirtualRouter
{
    /// <summary>
    /// What others can provoke is done at once so many times: a burst of forged adverts that makes a backup take over again and again is answered
    /// in full. Each false take-over provokes twice, when it begins and when it ends.
    /// </summary>
    internal const int ProvokedBurst = 20;

    /// <summary>
    /// And after that 50 times a second, whatever the own interval is: enough against 20 forged adverts a second, little enough for a network
    /// and a processor.
    /// </summary>
    internal static readonly Duration AnswerRefill = Duration.FromMilliseconds(20);

    /// <summary>The same for announcements of all addresses, but no more than 1000 frames a second.</summary>
    internal Duration DefenceRefill => Duration.FromMilliseconds(Math.Max(20, Settings.Addresses.Count));

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
    /// A volley now or, when the pause since the last one is not over, a single announcement of each address now and a volley then: what was led
    /// astray is put right at once, and again in case that got lost. Nothing now when the rest of a take-over's volley is still to come: it is put
    /// off until it is sure to be the last word, but for no longer than an interval.
    /// </summary>
    private void AnnounceSoon(MonotonicTime now, ActionBuffer actions)
    {
        MonotonicTime? last = _announcedAt;
        bool restComes = _timers.IsArmed(RouterTimer.AnnounceRepeats);
        if (restComes && last is MonotonicTime begun)
        {
            MonotonicTime armed = _timers[RouterTimer.AnnounceRepeats];
            MonotonicTime rest = MonotonicTime.Min(MonotonicTime.Max(armed, now + LettingGo), begun + LongestPutOff);
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

        // Only once after a take-over it may come sooner: the rest was too early for the one who lets go.
        MonotonicTime earliest = last is MonotonicTime before ? before + (restComes ? LongestPutOff : VolleyPause) : now;
        if (earliest <= now)
        {
            Announce(now, actions);
            return;
        }

        if (!restComes && _defences.TryTake(now, DefenceRefill))
        {
            actions.Add(new(RouterActionKind.Announce, Announcements: 1));
        }

        if (earliest < _timers[RouterTimer.Announce])
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
