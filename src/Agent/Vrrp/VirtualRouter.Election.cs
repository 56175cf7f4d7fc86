using HotStandby.Abstractions;

namespace HotStandby.Agent.Vrrp;

/// <summary>Adverts heard and timers run out.</summary>
public sealed partial class VirtualRouter
{
    /// <summary>Between two provoked volleys of announcements; what provokes one before that is answered with a single announcement of each address.</summary>
    private static readonly Duration VolleyPause = Duration.FromSeconds(1);

    /// <summary>From a take-over's first announcements to the rest of the volley, unless the own interval is shorter.</summary>
    private static readonly Duration LongestRepeatsPause = Duration.FromMilliseconds(100);

    private readonly TokenBucket _answers = new(ProvokedBurst);
    private readonly TokenBucket _defences = new(ProvokedBurst);
    private Silence _silence;
    private Address? _leaver;
    private int _succession;
    private MonotonicTime _leftAt;
    private MonotonicTime _downSince;
    private DownWait _downWait;
    private bool _learned;
    private bool _listenedAgain;
    private bool _preemptDelayIsOver;
    private MonotonicTime? _announcedAt;
    private Address? _otherInterval;
    private MonotonicTime _secondVolley = MonotonicTime.Never;
    private MonotonicTime _losingSince;
    private MonotonicTime? _losingLast;

    /// <summary>What a running Master_Down_Timer means when it runs out.</summary>
    internal enum Silence
    {
        NeverHeard,
        Heard,
        Weaker,
        Unhealthy,
        Left,
        SteppedDown,
    }

    private Duration RepeatsPause => Duration.Min(LongestRepeatsPause, Settings.AdvertisementInterval);

    /// <summary>What the one who yields is given, from its last advert, to let go of the addresses.</summary>
    private Duration LettingGo => new(RepeatsPause.Nanoseconds / 2);

    /// <summary>For how long the rest of a take-over's volley may be put off.</summary>
    private Duration LongestPutOff => Duration.Min(VolleyPause, Settings.AdvertisementInterval);

    /// <summary>
    /// One behind what the master that fell silent advertised, if that counts as equal to this node: should it be alive, cut off only, it had the
    /// role first and wins.
    /// </summary>
    private int BehindTheSilentMaster => _silence == Silence.Heard && MasterPriority <= EffectivePriority && MasterPriority >= EffectivePriority - Settings.Tolerance
        ? Math.Min(Settings.Tolerance, EffectivePriority - MasterPriority + 1)
        : 0;

    private bool IsOwner => EffectivePriority == 255;

    /// <summary>Whether none of its checks lowers its priority, nor a drain: who is lowered itself waits as its settings say.</summary>
    private bool IsWell => EffectivePriority >= Math.Min(254, Settings.Priority + (Settings.Health?.OwnWeights ?? 0));

    /// <summary>
    /// An advert that passed every check of the <see cref="AdvertisementReceiver"/>; ignored in INITIALIZE and FAULT, except that the advert of a
    /// new master ends a hand-over.
    /// </summary>
    public void Receive(in Advertisement advertisement, Address source, MonotonicTime now, ActionBuffer actions)
    {
        if (!Listens)
        {
            return;
        }

        Count(advertisement);
        if (HandsOver && advertisement.Priority != 0)
        {
            EndHandOver(actions);
        }

        if (!TakesPart)
        {
            return;
        }

        Compare(advertisement, source, now, actions);
        if (State == RouterState.Master && WasAsleep(now))
        {
            YieldAfterSleep(now, actions);
        }

        if (State == RouterState.Master)
        {
            ReceiveAsMaster(advertisement, source, now, actions);
        }
        else
        {
            ReceiveAsBackup(advertisement, source, now, actions);
        }
    }

    /// <summary>Handles every timer due at <paramref name="now"/>; call it only after the waiting packets were received.</summary>
    public void Expire(MonotonicTime now, ActionBuffer actions)
    {
        if (NextDeadline <= now && State == RouterState.Master && WasAsleep(now))
        {
            YieldAfterSleep(now, actions);
            return;
        }

        while (_timers.TryTakeDue(now, out RouterTimer timer, out MonotonicTime due))
        {
            switch (timer)
            {
                case RouterTimer.Adver:
                    if (IsOutranked)
                    {
                        CallSuccessor(now, actions);
                    }

                    Send(AdvertisedPriority, Source, now, actions);

                    // From the due time, so that it does not drift; what was missed is left out, so that nothing is caught up in a burst.
                    long missed = (now - due).Nanoseconds / Settings.AdvertisementInterval.Nanoseconds;
                    Arm(RouterTimer.Adver, due + new Duration((missed + 1) * Settings.AdvertisementInterval.Nanoseconds), actions);
                    break;
                case RouterTimer.MasterDown:
                    MasterDown(now - due, now, actions);
                    break;
                case RouterTimer.Announce:
                    Announce(now, actions);
                    if (_secondVolley > now && _secondVolley != MonotonicTime.Never)
                    {
                        Arm(RouterTimer.Announce, _secondVolley, actions);
                    }

                    break;
                case RouterTimer.AnnounceRepeats:
                    _announcedAt = now;
                    actions.Add(new(RouterActionKind.Announce, Announcements: Math.Max(1, Settings.AnnounceRepeat - 1)));
                    break;
                case RouterTimer.AnnounceRefresh:
                    // No word about another master, so it holds no provoked volley back.
                    actions.Add(new(RouterActionKind.Announce, Announcements: 1));
                    ArmRefresh(now, actions);
                    break;
                case RouterTimer.HandOver:
                    actions.Add(new(RouterActionKind.ReleaseAddresses));
                    break;
                case RouterTimer.Preempt:
                    _preemptDelayIsOver = true;
                    break;
            }
        }
    }

    private void ReceiveAsBackup(in Advertisement advertisement, Address source, MonotonicTime now, ActionBuffer actions)
    {
        if (advertisement.Priority == 0)
        {
            CancelPreemptDelay(actions);
            _leftAt = _silence == Silence.Left ? _leftAt : now;
            _silence = Silence.Left;
            _leaver = source;

            // Only ever shorter, so that a stream of priority-0 adverts can't hold this node in BACKUP. It teaches no interval.
            if (now + SkewTime < _timers[RouterTimer.MasterDown])
            {
                Arm(RouterTimer.MasterDown, now + SkewTime, actions);
            }

            return;
        }

        MasterAddress = source;
        MasterPriority = advertisement.Priority;
        bool weaker = advertisement.Priority < EffectivePriority - Settings.Tolerance;
        if (!weaker)
        {
            CancelPreemptDelay(actions);
        }
        else if (IsWell && MayChallenge(now) && Settings.Health is HealthRule health && health.IsLowered(source, advertisement.Priority))
        {
            _silence = Silence.Unhealthy;
            return;
        }
        else if ((Settings.Preempt || IsOwner) && !_steppedDown && MayChallenge(now))
        {
            if (IsOwner || Settings.PreemptDelay == Duration.Zero || _preemptDelayIsOver)
            {
                _silence = Silence.Weaker;
                return;
            }

            if (!_timers.IsArmed(RouterTimer.Preempt))
            {
                Arm(RouterTimer.Preempt, now + Settings.PreemptDelay, actions);
            }
        }

        Accept(advertisement, source, now, actions);
    }

    /// <summary>Takes the sender as the master: learns its interval (v3), restarts Master_Down_Timer.</summary>
    private void Accept(in Advertisement advertisement, Address source, MonotonicTime now, ActionBuffer actions)
    {
        MasterAddress = source;
        MasterPriority = advertisement.Priority;
        LastAdvertisement = now;
        _silence = Silence.Heard;
        if (Settings.Version == 3)
        {
            _learned = true;
            MasterAdverInterval = Duration.Min(advertisement.Interval, Settings.LearnedIntervalCap);
            bool isLong = advertisement.Interval > Settings.LearnedIntervalCap || advertisement.Interval > 10 * Settings.AdvertisementInterval;
            if (isLong && _alarms.Pass(AlarmSubject.LongInterval, now))
            {
                Alarm(Sentences.LongInterval(source, advertisement.Interval, MasterAdverInterval, MasterDownInterval), actions);
            }
        }

        ArmMasterDown(now, actions);
    }

    private void ReceiveAsMaster(in Advertisement advertisement, Address source, MonotonicTime now, ActionBuffer actions)
    {
        if (advertisement.Priority == 0)
        {
            if (_answers.TryTake(now, AnswerRefill))
            {
                Send(AdvertisedPriority, Source, now, actions);
                Arm(RouterTimer.Adver, now + Settings.AdvertisementInterval, actions);
            }
            else
            {
                Statistics.AnswersHeldBack++;
            }

            // Only a master resigns: it has announced the addresses too, and perhaps later than this node.
            AnnounceSoon(now, actions);
            return;
        }

        int order = advertisement.Priority.CompareTo(AdvertisedPriority);
        order = order != 0 ? order : source.CompareTo(Source!.Value);
        if (order == 0)
        {
            // Two such nodes would answer each other for ever.
            Statistics.EqualAddressReceived++;
            if (_alarms.Pass(AlarmSubject.EqualAddress, now))
            {
                Alarm(Sentences.EqualAddress(source), actions);
            }

            return;
        }

        if (order > 0)
        {
            bool stronger = advertisement.Priority > AdvertisedPriority;

            // The winner may not have heard of this node, and clients may have its MAC address: a losing advert makes it announce again.
            Send(AdvertisedPriority, Source, now, actions);
            LeaveMaster(
                RouterState.Backup,
                stronger ? TransitionReason.HigherPriority : TransitionReason.GreaterAddress,
                stronger
                    ? Sentences.Stronger(source, advertisement.Priority, AdvertisedPriority)
                    : Sentences.GreaterAddress(source, AdvertisedPriority, Source),
                resignFrom: null,
                now,
                actions);
            Accept(advertisement, source, now, actions);
            return;
        }

        Reassert(advertisement, source, now, actions);
    }

    /// <summary>A losing advert: this node answers at once (RFC 9568; v2 stays silent) and repairs what the other's announcements have moved.</summary>
    private void Reassert(in Advertisement advertisement, Address source, MonotonicTime now, ActionBuffer actions)
    {
        Statistics.LosingReceived++;
        if (Settings.Version == 3)
        {
            if (_answers.TryTake(now, AnswerRefill))
            {
                Send(AdvertisedPriority, Source, now, actions);
            }
            else
            {
                Statistics.AnswersHeldBack++;
            }
        }

        AnnounceSoon(now, actions);

        // Losing adverts that go on say that the other does not hear this node.
        if (_losingLast is not MonotonicTime last || now - last > 2 * advertisement.Interval)
        {
            _losingSince = now;
        }

        _losingLast = now;
        Duration span = now - _losingSince;
        if (span > 3 * advertisement.Interval && !Alarms.Again(AlarmCode.DeafPeer, new(source), now))
        {
            Alarms.Begin(AlarmCode.DeafPeer, new(source), Sentences.DeafPeer(source, advertisement.Priority, span), AlarmHolds(advertisement.Interval), now, actions);
        }
    }

    private void MasterDown(Duration late, MonotonicTime now, ActionBuffer actions)
    {
        if (late > MasterAdverInterval && !_listenedAgain)
        {
            // While it was frozen nothing reached it; a living master is heard within one interval.
            ArmMasterDown(adverts: 1, now, actions);
            _listenedAgain = true;
            if (_alarms.Pass(AlarmSubject.LateTakeover, now))
            {
                Alarm(Sentences.LateTakeover(late), actions);
            }

            return;
        }

        if (Settings.SyncGroup is not null)
        {
            // The group decides; without this timer it counts as waiting for that.
            return;
        }

        (TransitionReason reason, string sentence) = WhyMaster(now);
        BecomeMaster(reason, sentence, now, actions);
    }

    /// <summary>What it means that Master_Down_Timer has run out.</summary>
    private (TransitionReason Reason, string Sentence) WhyMaster(MonotonicTime now) => _silence switch
    {
        Silence.Left => (TransitionReason.PriorityZero, Sentences.PriorityZero(_leaver, now - _leftAt)),
        Silence.SteppedDown => (TransitionReason.TakenBack, Sentences.TakenBack((now - Since).GetValueOrDefault())),
        Silence.Weaker => (TransitionReason.Preempted, Sentences.Preempted(MasterAddress, MasterPriority, EffectivePriority, Settings.PreemptDelay)),
        Silence.Unhealthy => (TransitionReason.Preempted, Sentences.Unhealthy(MasterAddress, MasterPriority, EffectivePriority)),
        _ => (TransitionReason.NoResponse, Sentences.NoResponse(MasterAddress, (now - (LastAdvertisement ?? Since)).GetValueOrDefault(), _downWait)),
    };

    /// <summary>
    /// Whether this master was silent for longer than its peers wait: they have replaced it, whatever its own state says.
    /// </summary>
    private bool WasAsleep(MonotonicTime now) => now - LastAdvertisement > MasterDownInterval;

    private void YieldAfterSleep(MonotonicTime now, ActionBuffer actions)
    {
        LeaveMaster(
            RouterState.Backup,
            TransitionReason.Asleep,
            Sentences.Asleep((now - LastAdvertisement)!.Value, MasterDownInterval),
            resignFrom: null,
            now,
            actions);
        ArmMasterDown(now, actions);
    }

    private void Count(in Advertisement advertisement)
    {
        Statistics.AdvertisementsReceived++;
        Statistics.PriorityZeroReceived += advertisement.Priority == 0 ? 1 : 0;
        if (Settings is { Version: 3, IsIPv6: false })
        {
            Statistics.PseudoHeaderChecksums += advertisement.ChecksumForm == ChecksumForm.PseudoHeader ? 1 : 0;
            Statistics.MessageOnlyChecksums += advertisement.ChecksumForm == ChecksumForm.MessageOnly ? 1 : 0;
        }
    }

    /// <summary>Counts what differs from the own settings but is no reason to drop the advert.</summary>
    private void Compare(in Advertisement advertisement, Address source, MonotonicTime now, ActionBuffer actions)
    {
        if (advertisement.Priority != 0)
        {
            CompareInterval(advertisement.Interval, source, now, actions);
        }
        else if (_otherInterval == source)
        {
            // It has taught its successor and left: no setting of its own.
            _otherInterval = null;
        }

        if (!advertisement.AddressesMatch)
        {
            Statistics.AddressListMismatches++;
        }

        if (advertisement.Priority == 255 && IsOwner && _alarms.Pass(AlarmSubject.TwoOwners, now))
        {
            Alarm(Sentences.TwoOwners(source), actions);
        }
    }

    /// <summary>What an advert says stands until some were missed: of a backup that is silent, or a peer that is mended.</summary>
    private static Duration AlarmHolds(Duration interval) => Duration.FromSeconds(5) + (3 * interval);

    /// <summary>A single advert with another interval is a master that hands over; a second one in a row is another setting.</summary>
    private void CompareInterval(Duration theirs, Address source, MonotonicTime now, ActionBuffer actions)
    {
        bool differs = theirs != Settings.AdvertisementInterval;
        Statistics.IntervalMismatches += differs ? 1 : 0;
        if (differs && _otherInterval == source && _alarms.Pass(AlarmSubject.IntervalMismatch, now))
        {
            Alarm(Sentences.IntervalMismatch(source, theirs, Settings.AdvertisementInterval), actions);
        }

        _otherInterval = differs ? source : null;
    }
}
