using HotStandby.Abstractions;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Tracking;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>
/// The one thread that owns protocol time. Each turn: the kernel's links and addresses, the mailbox, every pending advert, then due timers
/// (vrrp.md 9, rules for the loop). Deadlines are absolute, so periods don't drift. Nothing called here blocks.
/// </summary>
public sealed class ProtocolLoop : RouterEvents, IDisposable
{
    private const int TimerKey = 0;
    private const int MailboxKey = 1;
    private const int LinksKey = 2;
    private const int NeighborsKey = 3;
    private const int FirstInterfaceKey = 16;

    /// <summary>Bound on adverts read before timers get their turn, so that a flood can't starve our own adverts.</summary>
    private const int FramesPerTurn = 1024;

    private static readonly Duration StopPatience = Duration.FromSeconds(2);
    private static readonly Duration HeartbeatEvery = Duration.FromSeconds(1);

    private readonly Epoll _epoll = new();
    private readonly DeadlineTimer _timer = new();
    private readonly Mailbox _mailbox = new();
    private readonly LinkMonitor _links = LinkMonitor.Open();
    private readonly AddressWorker _worker;
    private readonly TrackWatcher _files;
    private readonly TrackWatcher _processes;
    private readonly ActionBuffer _actions = new();
    private readonly CheckTable _checks = new();
    private readonly ILoopObserver _observer;
    private readonly Dictionary<string, InterfaceRuntime> _interfaces = new(StringComparer.Ordinal);
    private readonly List<RouterRuntime> _routers = [];

    /// <summary>Taken out of the file, but the kernel still has to let go of their addresses.</summary>
    private readonly List<RouterRuntime> _leaving = [];
    private readonly LoopReporter _reporter;
    private Configuration.TrackedInterface[] _interfacesTracked = [];
    private NeighborTable? _neighbors;
    private LoopConfiguration _configuration;
    private MonotonicTime _armed = MonotonicTime.Never;
    private MonotonicTime _nextHeartbeat;
    private MonotonicTime _lastEvaluated;
    private MonotonicTime? _stopBy;
    private long _transitions;
    private int _nextKey = FirstInterfaceKey;
    private bool _evaluate = true;

    public ProtocolLoop(LoopConfiguration configuration, ILoopObserver observer)
    {
        _configuration = configuration;
        _observer = observer;
        _worker = new AddressWorker(
            work => _mailbox.Post(new AddressWorkDone(work)),
            Math.Max(0, (configuration.File.Agent.RealtimePriority ?? 0) - 1));
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
        _reporter.Realtime = UseRealtime();
        _links.Drain();
        Track(now);
        AdoptRouters(now);

        // Opening an interface may have waited for the kernel; a node has listened only since it was open.
        now = MonotonicClock.Now;
        foreach (RouterRuntime router in _routers)
        {
            router.Router.Start(now, _actions);
            router.CarryOut(_actions, now);
        }

        EvaluateAll(now);
        _observer.Started();
        Span<int> ready = stackalloc int[64];
        while (!Finished(now))
        {
            Arm(now);
            int count = _epoll.Wait(ready);
            now = MonotonicClock.Now;
            Turn(ready[..count], now);
            _reporter.TurnTook(MonotonicClock.Now - now);
        }
    }

    public override void Transitioned(RouterRuntime router, RouterState from, RouterState to, TransitionReason reason, string sentence) =>
        _observer.Transitioned(Describe(router, from, to, reason == TransitionReason.Shutdown, sentence, replay: false), router.Config.Notify);

    public override void Alarmed(RouterRuntime router, string sentence) => _observer.Alarmed(router.Config.Name, sentence);

    public void Dispose()
    {
        foreach (InterfaceRuntime device in _interfaces.Values)
        {
            device.Dispose();
        }

        _worker.Dispose();
        _files.Dispose();
        _processes.Dispose();
        _links.Dispose();
        _neighbors?.Dispose();
        _mailbox.Dispose();
        _timer.Dispose();
        _epoll.Dispose();
    }

    private void Turn(ReadOnlySpan<int> ready, MonotonicTime now)
    {
        bool timerRan = false;
        bool linksChanged = false;
        foreach (int key in ready)
        {
            switch (key)
            {
                case TimerKey:
                    _timer.Acknowledge();
                    _reporter.WokeAfter(_armed, now);
                    _armed = MonotonicTime.Never;
                    timerRan = true;
                    break;
                case MailboxKey:
                    _mailbox.Acknowledge();
                    break;
                case LinksKey:
                    linksChanged = _links.Drain();
                    break;
                case NeighborsKey:
                    _neighbors?.Drain();
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
        if (_evaluate || (timerRan && NextEvaluation(_lastEvaluated) <= now))
        {
            EvaluateAll(now);
        }

        foreach (RouterRuntime router in _routers)
        {
            router.Router.Expire(now, _actions);
            router.CarryOut(_actions, now);
            if (router.Holding.Problem is not null && router.Holding.ClearProblemIfDue(now))
            {
                _evaluate = true;
            }

            router.Holding.Reconcile(now);
            router.ContinueAnnouncing();
            if (router.Announcer.Pending)
            {
                _mailbox.Nudge();
            }
        }

        foreach (RouterRuntime router in _leaving)
        {
            router.Router.Expire(now, _actions);
            router.CarryOut(_actions, now);
            router.Holding.Reconcile(now);
        }

        if (now >= _nextHeartbeat)
        {
            _nextHeartbeat = now + HeartbeatEvery;
            _observer.Alive();
        }
    }

    /// <summary>The next moment at which time alone changes what is known of a router.</summary>
    private MonotonicTime NextEvaluation(MonotonicTime since)
    {
        MonotonicTime next = _checks.NextDeadline(since);
        foreach (RouterRuntime router in _routers)
        {
            next = MonotonicTime.Min(next, router.NextEvaluation(since));
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

        foreach (RouterRuntime router in _routers)
        {
            router.Evaluate(_checks, now, _actions);
        }
    }

    private void FollowLinks(MonotonicTime now)
    {
        ReadLinks(now);
        foreach (InterfaceRuntime device in _interfaces.Values)
        {
            device.Follow(_links.Find(device.Name), _epoll);
        }

        foreach (RouterRuntime router in _routers)
        {
            router.LinksChanged(now);
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
        foreach (InterfaceRuntime device in _interfaces.Values)
        {
            for (int i = 0; i < FramesPerTurn && device.Channel is { } channel && channel.TryReceive(out ReadOnlySpan<byte> frame); i++)
            {
                if (Wire.EthernetFrame.Payload(frame, out ReadOnlySpan<byte> packet))
                {
                    device.Receiver.Receive(packet, now, _actions, out VirtualRouter? router);
                    if (router is not null)
                    {
                        RuntimeOf(router).CarryOut(_actions, now);
                    }
                }
            }
        }
    }

    private RouterRuntime RuntimeOf(VirtualRouter router)
    {
        foreach (RouterRuntime runtime in _routers)
        {
            if (ReferenceEquals(runtime.Router, router))
            {
                return runtime;
            }
        }

        throw new InvalidOperationException("A receiver knows a virtual router that the loop does not.");
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
                case HostLeft:
                    _checks.HostLeft(now);
                    break;
                case AddressWorkDone done:
                    AddressesDone(done.Work, now);
                    break;
                case ReportAsked asked:
                    asked.Answer.TrySetResult(_reporter.Report(_configuration, _routers, now));
                    break;
                case ReplayAsked:
                    Replay();
                    break;
                case ConfigurationChanged changed:
                    Reload(changed.Configuration, now);
                    changed.Applied.TrySetResult();
                    break;
                case SwitchoverAsked asked:
                    asked.Answer.TrySetResult(Switchover(asked.Router, asked.Back, now));
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
        foreach (RouterRuntime router in _routers.Concat(_leaving))
        {
            if (ReferenceEquals(router.Holding, work.Owner))
            {
                string? before = router.Holding.Problem;
                router.AddressesDone(work, now);
                _evaluate |= router.Holding.Problem != before;
            }
        }

        _leaving.RemoveAll(router => router.Holding.Idle);
    }

    /// <returns>Null when it was done, else why not.</returns>
    private string? Switchover(string name, bool back, MonotonicTime now)
    {
        if (_routers.Find(known => known.Config.Name == name) is not RouterRuntime runtime)
        {
            return $"there is no virtual router {name}; there are: {string.Join(", ", _routers.Select(known => known.Config.Name))}";
        }

        VirtualRouter router = runtime.Router;
        if (back)
        {
            if (!router.SteppedDown)
            {
                return $"{name} holds no switchover: there is nothing to end";
            }

            router.Resume();
            return null;
        }

        if (_stopBy is not null || router.State != RouterState.Master)
        {
            return $"{name} is not MASTER here: a switchover is asked of the node that has the role";
        }

        if (router.Settings.IsOwner)
        {
            return $"this node owns the address of {name} (priority 255) and always takes the role: stop the agent instead";
        }

        router.StepDown(
            $"The operator asked for a switchover: stays backup until the new master fails or 'hotstandby switchover {name} --back'.", now, _actions);
        runtime.CarryOut(_actions, now);
        return null;
    }

    private void Stop(string sentence, MonotonicTime now)
    {
        _stopBy = now + StopPatience;
        foreach (RouterRuntime router in _routers)
        {
            router.Router.Stop(sentence, now, _actions);
            router.CarryOut(_actions, now);
        }
    }

    private bool Finished(MonotonicTime now) =>
        _stopBy is MonotonicTime limit && (now >= limit || (_routers.TrueForAll(router => router.Holding.Idle) && _leaving.Count == 0));

    /// <summary>
    /// Identity is VRID, family and interface: what has the same keeps its state; the rest is stopped or started. All of it happens between
    /// two turns, so between two adverts.
    /// </summary>
    private void Reload(LoopConfiguration configuration, MonotonicTime now)
    {
        _configuration = configuration;
        Track(now);
        AdoptRouters(now);
        now = MonotonicClock.Now;
        foreach (RouterRuntime router in _routers)
        {
            router.Router.Start(now, _actions);
            router.CarryOut(_actions, now);
        }

        EvaluateAll(now);
    }

    private void AdoptRouters(MonotonicTime now)
    {
        List<RouterRuntime> before = [.. _routers];
        _routers.Clear();
        List<(Configuration.VirtualRouterConfig Config, RouterRuntime? Known)> wanted = [];
        foreach (Configuration.VirtualRouterConfig config in _configuration.File.VirtualRouters)
        {
            RouterRuntime? known = before.Find(router =>
                router.Config.Vrid == config.Vrid && router.Config.Version == config.Version
                && router.Router.Settings.IsIPv6 == config.Addresses[0].Address.IsIPv6
                && router.Device.Name == config.InterfaceOn(_configuration.Node));
            wanted.Add((config, known));
            if (known is not null)
            {
                before.Remove(known);
            }
        }

        // First what goes: another version of a virtual router takes over its VRID.
        foreach (RouterRuntime gone in before)
        {
            LetGo(gone, now);
        }

        foreach ((Configuration.VirtualRouterConfig config, RouterRuntime? known) in wanted)
        {
            known?.Change(config, _configuration.Node, now, _actions);
            _routers.Add(known ?? Create(config));
        }

        WatchPeers();
        foreach (InterfaceRuntime device in _interfaces.Values)
        {
            device.Follow(_links.Find(device.Name), _epoll);
        }
    }

    private RouterRuntime Create(Configuration.VirtualRouterConfig config)
    {
        InterfaceRuntime device = DeviceFor(config.InterfaceOn(_configuration.Node));
        device.Uses(config.Addresses[0].Address.IsIPv6);
        RouterRuntime router = new(config, _configuration.Node, device, _worker, this);
        device.Receiver.Add(router.Router);
        return router;
    }

    private void LetGo(RouterRuntime gone, MonotonicTime now)
    {
        gone.Router.Stop("taken out of the configuration", now, _actions);
        gone.CarryOut(_actions, now);
        gone.Device.Receiver.Remove(gone.Router);
        if (!gone.Holding.Idle)
        {
            // Hands over as every leaving master does, but hears nobody any more: its addresses go when the time for that is over.
            _leaving.Add(gone);
        }
    }

    /// <summary>Listens to the kernel's neighbours from the first virtual router in unicast mode on.</summary>
    private void WatchPeers()
    {
        RouterRuntime[] unicast = [.. _routers.Where(router => router.Router.Settings.Unicast is not null)];
        if (unicast.Length > 0 && _neighbors is null)
        {
            _neighbors = NeighborTable.Open();
            _epoll.Add(_neighbors.Descriptor, NeighborsKey);
        }

        foreach (RouterRuntime router in unicast)
        {
            router.Device.UsesUnicast(router.Router.Settings.IsIPv6, _neighbors!);
        }

        _neighbors?.Watch(unicast.SelectMany(router => router.Router.Settings.Unicast!.Peers));
    }

    private InterfaceRuntime DeviceFor(string name)
    {
        if (!_interfaces.TryGetValue(name, out InterfaceRuntime? device))
        {
            device = new InterfaceRuntime(name, _nextKey++);
            _interfaces.Add(name, device);
        }

        return device;
    }

    private void Replay()
    {
        foreach (RouterRuntime router in _routers)
        {
            RouterState state = router.Router.State;
            _observer.Transitioned(Describe(router, state, state, stopping: false, router.Router.Why, replay: true), router.Config.Notify);
        }
    }

    private Transition Describe(RouterRuntime router, RouterState from, RouterState to, bool stopping, string sentence, bool replay) =>
        new(
            replay ? _transitions : ++_transitions,
            router.Config.Name,
            router.Config.Vrid,
            router.Device.Name,
            from,
            to,
            stopping,
            router.Router.EffectivePriority,
            [.. router.Router.Settings.Addresses.Select(address => address.ToString())],
            router.Router.MasterAddress is Address master && master != router.Router.Source ? master.ToString() : null,
            sentence,
            DateTimeOffset.Now,
            replay);

    private void Arm(MonotonicTime now)
    {
        MonotonicTime next = MonotonicTime.Min(_nextHeartbeat, _checks.NextDeadline(now));
        if (_stopBy is MonotonicTime stop)
        {
            next = MonotonicTime.Min(next, stop);
        }

        foreach (RouterRuntime router in _routers)
        {
            next = MonotonicTime.Min(next, router.NextDeadline(now));
        }

        foreach (RouterRuntime router in _leaving)
        {
            next = MonotonicTime.Min(next, router.NextDeadline(now));
        }

        if (_evaluate)
        {
            next = now;
        }

        if (next != _armed)
        {
            _timer.Arm(next);
            _armed = next;
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
