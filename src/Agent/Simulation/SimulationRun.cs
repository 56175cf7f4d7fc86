using HotStandby.Abstractions;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>
/// Nodes that run the real state machine, reception and tracking on a simulated LAN, in virtual time. No clock, no socket, no thread: one
/// setup always gives the same run. It ends at the first broken invariant. This file: time and the LAN; <c>SimulationRun.Faults.cs</c>: what
/// is done to the nodes.
/// </summary>
internal sealed partial class SimulationRun
{
    /// <summary>A frame's way through a switch.</summary>
    public static readonly Duration LeastLatency = new(60_000);
    public static readonly Duration MostLatency = new(300_000);

    /// <summary>From a timer's deadline, or from a request to the kernel, to the deed.</summary>
    private static readonly Duration LeastDelay = new(30_000);
    private static readonly Duration MostDelay = new(400_000);
    private static readonly Duration AuditEvery = Duration.FromMilliseconds(500);

    private readonly SimulationSetup _setup;
    private readonly SeededRandom _random;
    private readonly EventQueue _queue = new();
    private readonly MonotonicTime[,] _lastArrival;

    public SimulationRun(SimulationSetup setup)
    {
        _setup = setup;
        _random = new SeededRandom(setup.Seed);
        Nodes = [.. setup.File.Nodes.Select((_, index) =>
            new SimulatedNode(this, index, setup.File, index < setup.Drift.Count ? setup.Drift[index] : 0))];
        Watches = [.. setup.File.VirtualRouters.Select((router, index) => new RouterWatch(this, index, router))];
        GroupWatches = [.. setup.File.SyncGroups.Select(group => new GroupWatch(this, group))];
        _lastArrival = new MonotonicTime[Nodes.Count, Nodes.Count];
    }

    /// <summary>Time of the world; every node's own clock differs.</summary>
    public MonotonicTime Now { get; private set; }

    public IReadOnlyList<SimulatedNode> Nodes { get; }

    public IReadOnlyList<RouterWatch> Watches { get; }

    public IReadOnlyList<GroupWatch> GroupWatches { get; }

    public HotStandbyConfig File => _setup.File;

    public bool Records => _setup.Records;

    /// <summary>Null as long as all is well.</summary>
    public Violation? Violation { get; private set; }

    /// <summary>What happened, in order; only in a run that records.</summary>
    public List<TimelineEntry> Timeline { get; } = [];

    public long Events { get; private set; }

    /// <summary>Runs to the end of the setup or to the first broken invariant, which it returns.</summary>
    public static Violation? Check(SimulationSetup setup) => new SimulationRun(setup).Run();

    public Violation? Run()
    {
        MonotonicTime end = default(MonotonicTime) + _setup.Length;
        for (int i = 0; i < Nodes.Count; i++)
        {
            _queue.Add(default(MonotonicTime) + _random.Between(Duration.Zero, Duration.FromMilliseconds(3)), new(SimulatedEventKind.Start, i));
        }

        for (int i = 0; i < _setup.Faults.Count; i++)
        {
            _queue.Add(default(MonotonicTime) + _setup.Faults[i].At, new(SimulatedEventKind.FaultBegin, 0, i));
        }

        foreach (Attack attack in _setup.Attacks)
        {
            _queue.Add(default(MonotonicTime) + attack.At, new(SimulatedEventKind.AttackBegin, 0, 0, attack));
        }

        _queue.Add(default(MonotonicTime) + AuditEvery, new(SimulatedEventKind.Audit, 0));
        while (Violation is null && _queue.TryTake(end, out MonotonicTime at, out SimulatedEvent what))
        {
            Now = at;
            Events++;
            Handle(what);
        }

        Now = Violation is null ? end : Now;
        return Violation;
    }

    public void Violate(string invariant, string sentence)
    {
        Violation ??= new(invariant, Now - default(MonotonicTime), sentence);
    }

    public void Note(int? node, string text)
    {
        if (Records)
        {
            Timeline.Add(new(Now - default(MonotonicTime), node is int index ? Nodes[index].Name : "", text));
        }
    }

    /// <summary>A virtual router sends; every other node that can hear it will.</summary>
    public void Sent(SimulatedRouter router, in RouterAction action, MonotonicTime local)
    {
        Watches[router.Index].Sent(router, action.Priority, local);
        SimulatedNode from = router.Node;
        string device = router.Config.Interface;
        if (!from.Answers(device) || from.Has(FaultKind.Partition, device) || from.Has(FaultKind.Mute, device))
        {
            return;
        }

        ulong sequence = router.Router.NextSequence(from.Wall(Now), local);
        byte[] packet = SimulatedPacket.Advert(router.Router.Settings, action.Priority, action.Interval, action.Source, sequence);
        Record(from, router, packet, action.Priority);
        foreach (SimulatedNode to in Nodes)
        {
            if (to == from || to.Has(FaultKind.Partition, device) || to.Has(FaultKind.Deaf, device) || _random.Chance(_loss / 100.0))
            {
                continue;
            }

            if (_attacker is not null)
            {
                DeliverAsAttacked(from, to, router.Index, packet);
                continue;
            }

            Deliver(from, to, router.Index, packet, action.Interval);
            if (_random.Chance(_duplicate / 100.0))
            {
                Deliver(from, to, router.Index, packet, action.Interval);
            }
        }
    }

    public void Transitioned(SimulatedRouter router, in RouterAction action, bool resigned, MonotonicTime local)
    {
        Note(router.Node.Index, $"{router.Config.Name} {Word(action.From)} -> {Word(action.To)}: {action.Sentence}");
        Watches[router.Index].Transitioned(router, action, resigned, local);
    }

    public void GroupTransitioned(SimulatedNode node, SyncGroup group, RouterState from, RouterState to)
    {
        Note(node.Index, $"the group {group.Name} has left {Word(from)} for {Word(to)}");
        GroupWatches.First(watch => watch.Name == group.Name).Transitioned(node, to);
    }

    public void Alarmed(SimulatedRouter router, string sentence) => Note(router.Node.Index, $"{router.Config.Name} alarm: {sentence}");

    public void Overdue(SimulatedRouter router, DeadlineOf part) =>
        Violate("S14", $"{router.Node.Name} asks twice in a row to be woken in the past for {router.Config.Name}, for its {part}");

    public void Announced(SimulatedRouter router)
    {
        Note(router.Node.Index, $"{router.Config.Name} announces its addresses");
        Watches[router.Index].Announced(router.Node);
    }

    public void AskKernel(SimulatedRouter router) => _queue.Add(Now + Delay(), new(SimulatedEventKind.KernelWork, router.Node.Index, router.Index));

    public void KernelChanged(SimulatedRouter router) => Watches[router.Index].HoldersChanged();

    /// <summary>Sees to it that the kernel looks when the addresses expire; a renewal moves that, so that it looks again then.</summary>
    public void WatchExpiry(SimulatedRouter router)
    {
        if (router.Kernel is { Holds: true, ExpiryIsQueued: false } kernel && !router.Node.IsPaused)
        {
            kernel.ExpiryIsQueued = true;

            // The kernel looks through its list from time to time: gone 0 to 250 ms late.
            Duration late = _random.Between(Duration.Zero, Duration.FromMilliseconds(250));
            MonotonicTime due = router.Node.Clock.World(kernel.ExpiresAt) + (_setup.KernelIsPrompt ? Duration.Zero : late);
            _queue.Add(due, new(SimulatedEventKind.KernelExpiry, router.Node.Index, router.Index));
        }
    }

    public void WakeLater(SimulatedNode node, MonotonicTime wake) => _queue.Add(
        (wake > Now ? wake : Now) + Delay(), new(SimulatedEventKind.Wake, node.Index));

    /// <summary>Asks a watch again at a time, whether what began has ended.</summary>
    public void AskLater(int router, MonotonicTime at, WatchQuestion question) =>
        _queue.Add(at, new(SimulatedEventKind.Question, 0, router, question));

    public void Ended(SimulatedNode node)
    {
        Note(node.Index, "the agent has ended");
        Disturbed();
    }

    private static string Word(RouterState state) => state switch
    {
        RouterState.Master => "MASTER",
        RouterState.Backup => "BACKUP",
        RouterState.Fault => "FAULT",
        _ => "INITIALIZE",
    };

    private Duration Delay() => _random.Between(LeastDelay, MostDelay);

    private void Deliver(SimulatedNode from, SimulatedNode to, int router, byte[] packet, Duration interval)
    {
        Duration way = _random.Between(LeastLatency, MostLatency) + _random.Between(Duration.Zero, _delay);
        bool overtaken = _random.Chance(_reorder / 100.0);
        MonotonicTime arrival = Now + way + (overtaken ? _random.Between(Duration.Zero, new(interval.Nanoseconds / 2)) : Duration.Zero);
        ref MonotonicTime last = ref _lastArrival[from.Index, to.Index];
        if (!overtaken)
        {
            arrival = arrival > last ? arrival : new MonotonicTime(last.Nanoseconds + 1);
            last = arrival;
        }

        if (arrival > Now + MostLatency)
        {
            // Late, or behind a late one.
            ImpairedUntil = arrival > ImpairedUntil ? arrival : ImpairedUntil;
        }

        _queue.Add(arrival, new(SimulatedEventKind.Frame, to.Index, router, packet));
    }

    private void Handle(in SimulatedEvent what)
    {
        SimulatedNode node = Nodes[what.Node];
        switch (what.Kind)
        {
            case SimulatedEventKind.Start:
                StartAgent(node);
                break;
            case SimulatedEventKind.Wake:
                node.Wake(Now);
                break;
            case SimulatedEventKind.Frame:
                node.Receive(what.Index, (byte[])what.Thing!, Now);
                break;
            case SimulatedEventKind.Check:
                CheckCalled(node, (CheckCall)what.Thing!);
                break;
            case SimulatedEventKind.KernelWork:
                node.KernelWorks(node.Routers[what.Index], Now);
                break;
            case SimulatedEventKind.KernelExpiry:
                Expire(node, node.Routers[what.Index]);
                break;
            case SimulatedEventKind.FaultBegin:
                Begin(_setup.Faults[what.Index], what.Index);
                break;
            case SimulatedEventKind.FaultEnd:
                End(_setup.Faults[what.Index]);
                break;
            case SimulatedEventKind.Flap:
                Flap(node, what.Index);
                break;
            case SimulatedEventKind.Question:
                Watches[what.Index].Answer((WatchQuestion)what.Thing!);
                break;
            case SimulatedEventKind.AttackBegin or SimulatedEventKind.AttackPhase or SimulatedEventKind.AttackFrame or SimulatedEventKind.AttackEnd:
                Attacked(what);
                break;
            default:
                foreach (RouterWatch watch in Watches)
                {
                    watch.Audit();
                }

                foreach (GroupWatch watch in GroupWatches)
                {
                    watch.Audit();
                }

                _queue.Add(Now + AuditEvery, new(SimulatedEventKind.Audit, 0));
                break;
        }
    }

    private void Expire(SimulatedNode node, SimulatedRouter router)
    {
        router.Kernel.ExpiryIsQueued = false;
        if (!router.Kernel.Holds || node.IsPaused)
        {
            return;
        }

        if (node.Clock.Local(Now) >= router.Kernel.ExpiresAt)
        {
            Note(node.Index, $"{router.Config.Name}: the kernel took the addresses off, nobody renewed them");
            node.KernelRemoved(router, Now);
        }
        else
        {
            WatchExpiry(router);
        }
    }

    private void StartAgent(SimulatedNode node)
    {
        if (!node.HasAgent && node.HasPower && !node.IsPaused)
        {
            node.StartAgent(Now);
            Disturbed();
            foreach (SimulatedCheck check in node.Checks)
            {
                // The host is up and has called the check for the first time.
                Duration first = _random.Between(Duration.FromMilliseconds(150), Duration.FromMilliseconds(400));
                _queue.Add(Now + first, new(SimulatedEventKind.Check, node.Index, 0, new CheckCall(check, check.Generation, false)));
            }
        }
    }

    private void CheckCalled(SimulatedNode node, CheckCall call)
    {
        if (!node.HasAgent || call.Generation != call.Check.Generation || !node.HasPower)
        {
            return;
        }

        Configuration.PluginConfig plugin = call.Check.Plugin;
        bool hangs = node.Has(FaultKind.CheckHangs);
        if (hangs && !call.TimedOut)
        {
            _queue.Add(Now + Duration.From(plugin.Timeout), new(SimulatedEventKind.Check, node.Index, 0, call with { TimedOut = true }));
            return;
        }

        Report(node, call.Check, hung: call.TimedOut && hangs);
        _queue.Add(Now + Duration.From(plugin.Interval), new(SimulatedEventKind.Check, node.Index, 0, call with { TimedOut = false }));
    }

    private void Report(SimulatedNode node, SimulatedCheck check, bool hung)
    {
        if (!node.IsPaused && !node.Has(FaultKind.CheckSilent))
        {
            bool healthy = !hung && (node.ServiceIsWell || node.Has(FaultKind.CheckLies));
            node.Heard(check.Result(healthy, hung, node.Clock.Local(Now)), Now);
        }
    }

    /// <summary>One call of a check of one agent's host.</summary>
    private sealed record CheckCall(SimulatedCheck Check, int Generation, bool TimedOut);
}

/// <summary>One line of what happened.</summary>
/// <param name="At">From the start of the run.</param>
/// <param name="Node">Empty: the LAN, or all.</param>
/// <param name="Text">What.</param>
internal sealed record TimelineEntry(Duration At, string Node, string Text);
