using HotStandby.Agent.Linux;
using HotStandby.Agent.Tracking;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>
/// The one thread that owns protocol time. Each turn: the kernel's links and addresses, the mailbox, every pending advert, then due timers
/// (vrrp.md 9, rules for the loop). Deadlines are absolute, so periods don't drift. Nothing called here blocks.
/// </summary>
public sealed class ProtocolLoop : IDisposable
{
    private const int TimerKey = 0;
    private const int MailboxKey = 1;
    private const int LinksKey = 2;

    /// <summary>Bound on adverts read before timers get their turn, so that a flood can't starve our own adverts.</summary>
    private const int FramesPerTurn = 1024;

    private static readonly Duration StopPatience = Duration.FromSeconds(2);
    private static readonly Duration HeartbeatEvery = Duration.FromSeconds(1);

    /// <summary>For what the kernel sends no event for: long enough to cost nothing, short beside the minutes a switch's snooping remembers a group.</summary>
    private static readonly Duration LookAfterEvery = Duration.FromSeconds(10);

    /// <summary>Between two turns lies a heartbeat at most: after more than this the agent stood still.</summary>
    private static readonly Duration Asleep = HeartbeatEvery + Duration.FromMilliseconds(250);

    private readonly Epoll _epoll = new();
    private readonly DeadlineTimer _timer = new();
    private readonly Mailbox _mailbox = new();
    private readonly LinkMonitor _links = LinkMonitor.Open();
    private readonly HostAddresses _host;
    private readonly AddressWorker _worker;
    private readonly TrackWatcher _files;
    private readonly TrackWatcher _processes;
    private readonly ActionBuffer _actions = new();
    private readonly CheckTable _checks = new();
    private readonly DeadlineWatch _deadlines = new();
    private readonly ILoopObserver _observer;
    private readonly RunningRouters _routers;
    private readonly LoopReporter _reporter;
    private readonly TransitionReporter _transitions;
    private Configuration.TrackedInterface[] _interfacesTracked = [];
    private LoopConfiguration _configuration;
    private MonotonicTime _armed = MonotonicTime.Never;
    private MonotonicTime _armedAt;
    private MonotonicTime _nextHeartbeat;
    private MonotonicTime _nextLook;
    private MonotonicTime _lastEvaluated;
    private MonotonicTime _lastTurn;
    private MonotonicTime? _stopBy;
    private StartupHold _hold = StartupHold.None;
    private string? _drained;
    private bool _evaluate = true;

    /// <param name="configuration">The file to begin with.</param>
    /// <param name="drained">What is said of a drain that an earlier run of the agent was asked for; null for none.</param>
    /// <param name="observer">Who is told.</param>
    public ProtocolLoop(LoopConfiguration configuration, string? drained, ILoopObserver observer)
    {
        _configuration = configuration;
        _drained = drained;
        _observer = observer;
        _worker = new AddressWorker(
            work => _mailbox.Post(new AddressWorkDone(work)),
            Math.Max(0, (configuration.File.Agent.RealtimePriority ?? 0) - 1));
        _host = new HostAddresses(_links);
        _transitions = new TransitionReporter(observer);
        _routers = new RunningRouters(_epoll, _links, _worker, _transitions);
        _files = new TrackWatcher("tracked files", TrackSampling.FilesEvery, TrackSampling.Files, reading => _mailbox.Post(new ReadingTaken(reading)));
        _processes = new TrackWatcher(
            "tracked processes", TrackSampling.ProcessesEvery, TrackSampling.Processes, reading => _mailbox.Post(new ReadingTaken(reading)));
        _reporter = new LoopReporter(_checks);
        _epoll.Add(_timer.Descriptor, TimerKey);
        _epoll.Add(_mailbox.Descriptor, MailboxKey);
        _epoll.Add(_links.Descriptor, LinksKey);
    }

    /// <summary>From any thread.</summary>
    public void Post(LoopMessage message) => _mailbox.Post(message);

    /// <summary>Runs until <see cref="StopAsked"/> has been carried out. Call on a thread of its own.</summary>
    public void Run()
    {
        MonotonicTime now = MonotonicClock.Now;
        _hold = StartupHold.For(_configuration.File.Agent, now, MonotonicClock.Boot);
        _reporter.Realtime = UseRealtime();
        _links.Drain();
        Adopt(_routers.Prepare(_configuration), now);
        _observer.Started();
        _lastTurn = MonotonicClock.Now;
        Span<int> ready = stackalloc int[64];
        while (!Finished(now))
        {
            Arm(now);
            int count = _epoll.Wait(ready);
            now = MonotonicClock.Now;
            Turn(ready[..count], now);
            _lastTurn = MonotonicClock.Now;
            _reporter.TurnTook(_lastTurn - now);
        }
    }

    public void Dispose()
    {
        _routers.Dispose();
        _worker.Dispose();
        _files.Dispose();
        _processes.Dispose();
        _links.Dispose();
        _mailbox.Dispose();
        _timer.Dispose();
        _epoll.Dispose();
    }

    private void Turn(ReadOnlySpan<int> ready, MonotonicTime now)
    {
        if (now - _lastTurn > Asleep)
        {
            _checks.Slept(_lastTurn, now);
        }

        bool linksChanged = false;
        foreach (int key in ready)
        {
            switch (key)
            {
                case TimerKey:
                    _timer.Acknowledge();
                    _reporter.WokeAfter(_armed, _armedAt, now);
                    _armed = MonotonicTime.Never;
                    break;
                case MailboxKey:
                    _mailbox.Acknowledge();
                    break;
                case LinksKey:
                    linksChanged = _links.Drain();
                    break;
                case RunningRouters.NeighborsKey:
                    _routers.Neighbors?.Drain();
                    break;
                default:
                    break;
            }
        }

        if (linksChanged)
        {
            FollowLinks(now);
        }

        TakeMail(now);

        // Links or mail may have opened an interface, and the kernel may have made that wait: what follows is later than the wake-up.
        now = MonotonicClock.Now;
        DrainChannels(now);
        if (_evaluate || NextEvaluation() <= now)
        {
            EvaluateAll(now);
        }

        foreach (RouterRuntime router in _routers.All)
        {
            router.Router.Expire(now, _actions);
            router.CarryOut(_actions, now);
        }

        _routers.Groups.Settle(stopping: _stopBy is not null, now);
        bool removesStrays = _configuration.File.Agent.StrayAddresses == Configuration.StrayPolicy.Remove;
        foreach (RouterRuntime router in _routers.All)
        {
            if (router.Places.Problem is not null && router.Places.ClearProblemIfDue(now))
            {
                _evaluate = true;
            }

            router.Reconcile(now);
            router.LookForStrays(_host, removesStrays, now, _actions);
            router.JudgeClaims(now, _actions);
            router.ExpireAlarms(now, _actions);
            router.Announce();
            router.Probe(now);
            if (router.Reassertions.TryTake(now, out Address loser))
            {
                _transitions.Reasserted(router, _routers.Groups.Of(router), Sentences.Reasserted(loser, router.Router.Settings));
            }

            if (router.Places.Announces)
            {
                _mailbox.Nudge();
            }
        }

        foreach (RouterRuntime router in _routers.Leaving)
        {
            router.Router.Expire(now, _actions);
            router.CarryOut(_actions, now);
            router.Places.ClearProblemIfDue(now);
            router.Reconcile(now);
            router.JudgeClaims(now, _actions);

            // It is no MASTER any more, which stops them: nobody would meet their deadlines.
            router.Probe(now);
            router.ExpireAlarms(now, _actions);
        }

        if (now >= _nextHeartbeat)
        {
            _nextHeartbeat = now + HeartbeatEvery;
            _observer.Alive();
            if (now >= _nextLook)
            {
                _nextLook = now + LookAfterEvery;
                _evaluate |= _routers.LookAfterInterfaces();
            }
        }
    }

    /// <summary>The first moment since the last look at which time alone changes what is known of a router.</summary>
    private MonotonicTime NextEvaluation()
    {
        MonotonicTime next = _checks.NextDeadline(_lastEvaluated);
        foreach (RouterRuntime router in _routers.All)
        {
            next = MonotonicTime.Min(next, router.NextEvaluation(_lastEvaluated));
        }

        return next;
    }

    private void EvaluateAll(MonotonicTime now)
    {
        _evaluate = false;
        _lastEvaluated = now;
        if (_stopBy is not null)
        {
            return;
        }

        foreach (RouterRuntime router in _routers.All)
        {
            router.Drained = _drained;
            router.Hold = _hold;
            router.Evaluate(_checks, now, _actions);
        }

        foreach (RouterRuntime router in _routers.All)
        {
            (Readiness readiness, string sentence) = _routers.Groups.ReadinessOf(router);
            router.Follow(readiness, sentence, now, _actions);
        }
    }

    private void FollowLinks(MonotonicTime now)
    {
        ReadLinks(now);
        _host.Follow();
        _routers.FollowLinks();
        foreach (RouterRuntime router in _routers.All)
        {
            router.LinksChanged(now, _actions);
            router.FollowPaths(now, _actions);
        }

        _evaluate = true;
    }

    /// <summary>Watches what the file tracks: interfaces by the kernel's events, the rest on threads of their own.</summary>
    private void Track(MonotonicTime now)
    {
        _checks.Configure(_configuration.File, now);
        Configuration.Tracked[] sources = [.. _configuration.File.VirtualRouters.SelectMany(router => router.Tracks)
            .SelectMany(track => track.What.Sources).Distinct()];
        _interfacesTracked = [.. sources.OfType<Configuration.TrackedInterface>()];
        _files.Watch([.. sources.OfType<Configuration.TrackedFile>()]);
        _processes.Watch([.. sources.OfType<Configuration.TrackedProcess>()]);
        ReadLinks(now);
    }

    private void ReadLinks(MonotonicTime now)
    {
        foreach (Configuration.TrackedInterface one in _interfacesTracked)
        {
            _evaluate |= _checks.Readings.Heard(LinkReading.Of(one, _links.Find(one.Interface)), now);
        }
    }

    private void DrainChannels(MonotonicTime now)
    {
        foreach (InterfaceRuntime device in _routers.Interfaces)
        {
            device.Claims.Collect();
            for (int i = 0; i < FramesPerTurn && device.Channel is { } channel && channel.TryReceive(out ReadOnlySpan<byte> frame); i++)
            {
                if (Wire.EthernetFrame.Payload(frame, out ReadOnlySpan<byte> packet))
                {
                    MacAddress mac = Wire.EthernetFrame.Source(frame);
                    DropReason reason = device.Receiver.Receive(packet, now, WallClock.Now, _actions, out VirtualRouter? router, mac);
                    if (router is not null)
                    {
                        RouterRuntime runtime = _routers.Of(router);
                        if (IpPacket.TryRead(packet, out IpPacket advert))
                        {
                            runtime.HeardFrom(mac, advert.Source, reason, now, _actions);
                        }

                        runtime.CarryOut(_actions, now);
                    }
                }
            }
        }
    }

    private void TakeMail(MonotonicTime now)
    {
        while (_mailbox.TryTake(out LoopMessage? message))
        {
            switch (message)
            {
                case CheckHeard heard:
                    _checks.Heard(heard.Result, now);
                    _evaluate = true;
                    break;
                case CheckRefused refused:
                    _checks.Refused(refused.Id, refused.Why);
                    _evaluate = true;
                    break;
                case ReadingTaken taken:
                    _evaluate |= _checks.Readings.Heard(taken.Reading, now);
                    break;
                case HostLeft left:
                    _checks.HostLeft(left.Why, now);
                    _evaluate = true;
                    break;
                case AddressWorkDone done:
                    // The kernel has reported what the worker did: without that its answer would be held against how things were before.
                    if (_links.Drain())
                    {
                        FollowLinks(now);
                    }

                    AddressesDone(done.Work, now);
                    break;
                case ReportAsked asked:
                    asked.Answer.TrySetResult(_reporter.Report(_configuration, _routers, _deadlines, now) with
                    {
                        NodeProblem = NodeAddress.Problem(_configuration, [.. _host.All.Select(one => one.Address.Address)]),
                    });
                    break;
                case ReplayAsked:
                    _transitions.Replay(_routers, now);
                    break;
                case ConfigurationChanged changed:
                    changed.Answer.TrySetResult(Reload(changed.Configuration, now));
                    break;
                case RolesAsked asked:
                    asked.Answer.TrySetResult(TransitionReporter.HeldRoles(_routers, asked.Stopping));
                    break;
                case SwitchoverAsked asked:
                    asked.Answer.TrySetResult(Switchover(asked, now));
                    break;
                case DrainAsked asked:
                    Drain(asked.Sentence, now);
                    asked.Answer.TrySetResult(true);
                    break;
                case StopAsked stop:
                    Stop(stop.Sentence, now);
                    break;
                default:
                    throw new InvalidOperationException($"Nobody reads {message.GetType().Name}.");
            }
        }
    }

    private void AddressesDone(AddressWork work, MonotonicTime now)
    {
        if (_routers.Asked(work) is RouterRuntime router)
        {
            string? before = router.Places.Problem;
            router.AddressesDone(work, now, _actions);
            _evaluate |= router.Places.Problem != before;
        }

        _routers.ForgetWhoLeft();
    }

    /// <returns>Null when it was done, else why not.</returns>
    private string? Switchover(SwitchoverAsked asked, MonotonicTime now) =>
        asked.Back ? OperatorRequests.SwitchBack(_routers, asked.Router)
        : _stopBy is not null ? "the agent is leaving every role: it was told to stop"
        : OperatorRequests.Switchover(_routers, asked.Router, now, _actions);

    /// <summary>Priorities first: whoever takes a role back because nobody came holds it with the lowest priority there is.</summary>
    private void Drain(string? sentence, MonotonicTime now)
    {
        _drained = sentence;
        EvaluateAll(now);
        if (sentence is not null && _stopBy is null)
        {
            OperatorRequests.HandOverAll(_routers, now, _actions);
        }
    }

    private void Stop(string sentence, MonotonicTime now)
    {
        _stopBy = now + StopPatience;
        foreach (RouterRuntime router in _routers.All)
        {
            router.Router.Stop(sentence, now, _actions);
            router.CarryOut(_actions, now);
        }
    }

    private bool Finished(MonotonicTime now) =>
        _stopBy is MonotonicTime limit && (now >= limit || (_routers.All.All(router => router.Idle) && _routers.Leaving.IsEmpty));

    /// <summary>All of it between two turns, so between two adverts; or nothing.</summary>
    /// <returns>Null when the file is in force, else why nothing was changed.</returns>
    private string? Reload(LoopConfiguration configuration, MonotonicTime now)
    {
        if (_stopBy is not null)
        {
            return "the agent is leaving every role: it was told to stop";
        }

        RouterAdoption adoption;
        try
        {
            adoption = _routers.Prepare(configuration);
        }
        catch (Exception error) when (error is ArgumentException or LinuxException)
        {
            return error.Message;
        }

        _configuration = configuration;
        Adopt(adoption, now);
        return null;
    }

    private void Adopt(RouterAdoption adoption, MonotonicTime now)
    {
        Track(now);
        _host.Follow();
        _routers.Adopt(adoption, now, _actions);

        // Opening an interface may have waited for the kernel; a node has listened only since it was open.
        now = MonotonicClock.Now;
        foreach (RouterRuntime router in _routers.All)
        {
            router.Router.Start(now, _actions);
            router.CarryOut(_actions, now);
        }

        EvaluateAll(now);
    }

    private void Arm(MonotonicTime now)
    {
        MonotonicTime next = MonotonicTime.Min(_nextHeartbeat, _deadlines.Judge(DeadlineOf.Readiness, _checks.NextDeadline(_lastEvaluated), now));
        while (_deadlines.TryTakeFault(out DeadlineOf part))
        {
            _observer.Alarmed("", Sentences.Overdue(part));
        }

        if (_stopBy is MonotonicTime stop)
        {
            next = MonotonicTime.Min(next, stop);
        }

        foreach (RouterRuntime router in _routers.All)
        {
            next = MonotonicTime.Min(next, router.NextDeadline(router.NextEvaluation(_lastEvaluated), now));
        }

        foreach (RouterRuntime router in _routers.Leaving)
        {
            next = MonotonicTime.Min(next, router.NextDeadline(MonotonicTime.Never, now));
        }

        if (_evaluate)
        {
            next = now;
        }

        if (next != _armed)
        {
            _timer.Arm(next);
            (_armed, _armedAt) = (next, now);
        }
    }

    private bool UseRealtime()
    {
        Configuration.AgentConfig agent = _configuration.File.Agent;
        bool realtime = false;
        if (agent.RealtimePriority is int priority)
        {
            string? refusal = RealtimeScheduling.UseFifo(priority);
            realtime = refusal is null;
            if (refusal is not null)
            {
                _observer.Alarmed("", $"realtimePriority {priority} is not in force: {refusal}");
            }
        }

        if (agent.LockMemory && RealtimeScheduling.LockMemory() is string problem)
        {
            _observer.Alarmed("", $"lockMemory is not in force: {problem}");
        }

        return realtime;
    }
}
