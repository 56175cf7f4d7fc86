using HotStandby.Abstractions;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>What a watch asks itself again at a later time: whether an episode that began at <paramref name="Began"/> has ended.</summary>
internal sealed record WatchQuestion(WatchQuestionKind Kind, MonotonicTime Began);

internal enum WatchQuestionKind
{
    TwoHold,
    NobodyHolds,
    HandOver,
    Announce,
}

/// <summary>
/// Sees all of one virtual router, on every node, and holds it to these invariants. Its arithmetic is its own, not the state machine's.
/// <list type="bullet">
/// <item>S1: at most one node has the addresses in its kernel. Two may: while frames are lost or late or a node is cut off, and one
/// advertisement interval beyond; while an agent that was killed, frozen or has just been started again left a lifetime running, which is at
/// most max(2 s, two intervals) and the kernel's own lateness; and for the way of a frame and a request to the kernel (25 ms) at every
/// change of the role (v2: two intervals, since its MASTER does not answer a losing advert at once). A paused machine answers nobody and does
/// not count.</item>
/// <item>S2: addresses in the kernel of a node that is not MASTER are gone within 1 s, those of an agent that does not run within their
/// lifetime.</item>
/// <item>S3: a MASTER that runs has sent an advert within 1.5 intervals, and nobody else sends any.</item>
/// <item>S5: who leaves MASTER for INITIALIZE or FAULT has said priority 0 before (unless it was asleep for longer than its peers wait), and
/// a healthy BACKUP that hears it holds the addresses within one Skew_Time.</item>
/// <item>S7: the transitions reported make a chain: each begins where the last one ended, none is missing at the end of a turn.</item>
/// <item>S8: a reload that is refused changes nothing.</item>
/// <item>S9: with a node able to serve, the addresses are held again within one Master_Down_Interval and one interval after the last
/// disturbance, and for as long as an advert is believed where somebody owns the wire; and after a quiet time of three Master_Down_Intervals exactly the right node is MASTER and holds them: one with the greatest
/// effective priority where preemption is on.</item>
/// <item>S10: after two have held the addresses, on a LAN without faults, clients find the one that stayed: its announcement is the last one,
/// within one interval and the pause between two volleys.</item>
/// <item>S11: a node whose tracked check failed, or gave its last result longer ago than that stands, does not take part; after a sleep of the
/// agent it may for the time of one call of the check.</item>
/// <item>S12: what is known of a check is never taken for younger than its last result, however long that waited for the agent.</item>
/// <item>S14: what a turn was woken for is done in it: no part asks twice in a row to be woken at a moment that is over.</item>
/// </list>
/// S13, of sync groups, is <see cref="GroupWatch"/>; S15, of signed adverts, is <c>SimulationRun.Attacks.cs</c>.
/// Not here: S4, of which only the lifetime exists (no address is ever bound without one; there is no ARP probe yet), and S6 (there is no
/// lease with an epoch).
/// </summary>
internal sealed partial class RouterWatch
{
    /// <summary>The way of a frame, a wake-up and a request to the kernel, in each direction, with room.</summary>
    private static readonly Duration Tight = Duration.FromMilliseconds(25);

    /// <summary>How late a kernel takes off an address whose lifetime is over, with room.</summary>
    private static readonly Duration KernelIsLate = Duration.FromMilliseconds(500);

    /// <summary>The pause between two volleys of announcements.</summary>
    private static readonly Duration AnnouncePause = Duration.FromSeconds(1);

    private readonly SimulationRun _run;
    private readonly int _router;
    private readonly VirtualRouterConfig _config;
    private readonly string[] _interfaces;
    private readonly Duration _lease;
    private readonly Duration _checksSettle;
    private readonly MonotonicTime[] _stateSince;
    private int _holders;
    private MonotonicTime? _twoSince;
    private MonotonicTime? _nobodySince;
    private MonotonicTime? _leftAt;
    private MonotonicTime? _conflictEnded;
    private int _announcedBy = -1;

    public RouterWatch(SimulationRun run, int router, VirtualRouterConfig config)
    {
        _run = run;
        _router = router;
        _config = config;
        _interfaces = config.AllInterfaces();
        _lease = SimulatedKernel.Lease(config.AdvertInterval) + KernelIsLate;
        _stateSince = new MonotonicTime[run.Nodes.Count];
        Down = run.File.VirtualRouters.Where(one => one == config || (config.SyncGroup is not null && one.SyncGroup == config.SyncGroup)).Select(MasterDown).Max();
        long slowest = config.Tracks
            .SelectMany(track => track.What.Checks)
            .Select(check => run.File.Plugins.First(plugin => plugin.Id == check))
            .Select(plugin => ((plugin.Interval + plugin.Timeout) * (Math.Max(plugin.Rise, plugin.Fall) + 2)).Ticks)
            .Append(0)
            .Max();
        AgentConfig agent = run.File.Agent;
        TimeSpan hold = agent.StartupDelay > agent.DelayAfterBoot ? agent.StartupDelay : agent.DelayAfterBoot;
        _checksSettle = Duration.From(TimeSpan.FromTicks(slowest) + hold) + Duration.FromSeconds(2);
        _nobodySince = default(MonotonicTime);
        Figures = new HoldingFigures();
    }

    /// <summary>Master_Down_Interval of the weakest node there could be, as the slowest clock of the nodes counts it.</summary>
    public static Duration MasterDown(VirtualRouterConfig config)
    {
        Duration interval = Slow(config.AdvertInterval);
        return (config.DownTimerAdverts * interval) + new Duration(config.Version == 2 ? 1_001_000_000 : interval.Nanoseconds);
    }

    public HoldingFigures Figures { get; }

    /// <summary>Of the virtual router.</summary>
    public string Name => _config.Name;

    /// <summary>Advertisement interval, as the slowest clock of the nodes counts it.</summary>
    private Duration Interval => Slow(_config.AdvertInterval);

    /// <summary>Master_Down_Interval of the weakest node there could be; of a sync group the longest, since it decides as one.</summary>
    private Duration Down { get; }

    private Duration Settle => (3 * Down) + _config.PreemptDelay + _lease + _checksSettle;

    private MonotonicTime Now => _run.Now;

    public void Sent(SimulatedRouter router, byte priority, MonotonicTime local)
    {
        bool may = router.Reported == RouterState.Master || router.Router.State == RouterState.Master;
        if (!may)
        {
            _run.Violate("S3", $"{router.Node.Name} sent an advert with priority {priority} in {router.Reported}");
        }

        Overdue(router, local, router.LastSent);
    }

    public void Transitioned(SimulatedRouter router, in RouterAction action, bool resigned, MonotonicTime local)
    {
        if (action.From != router.Reported || action.To == action.From)
        {
            _run.Violate("S7", $"{router.Node.Name} reported {action.From} -> {action.To} after {router.Reported}");
        }

        _stateSince[router.Node.Index] = Now;
        if (action.From == RouterState.Master && action.To is RouterState.Initialize or RouterState.Fault)
        {
            Left(router, resigned, local);
        }
        else if (action.To == RouterState.Master)
        {
            // The one that left has its heir; what happens to that one is another story.
            _leftAt = null;
        }

        _run.Disturbed();
    }

    public void Announced(SimulatedNode node)
    {
        _announcedBy = Reachable(node) ? node.Index : _announcedBy;
        HoldersChanged();
    }

    /// <summary>A kernel, a machine or the LAN changed: who has the addresses now, and whom do clients reach.</summary>
    public void HoldersChanged()
    {
        int holders = 0;
        foreach (SimulatedNode node in _run.Nodes)
        {
            holders |= node.Holds(_router) ? 1 << node.Index : 0;
        }

        int before = int.PopCount(_holders);
        int count = int.PopCount(holders);
        int gone = _holders & ~holders;
        MonotonicTime? twoSince = _twoSince;
        _holders = holders;
        if (_run.Records)
        {
            Figures.Add(Now, count, IsServed());
        }

        if (count > 1 && _twoSince is null)
        {
            _twoSince = Now;
            Ask(WatchQuestionKind.TwoHold, Now, MayBothHoldUntil());
        }
        else if (count <= 1)
        {
            _twoSince = null;
        }

        if (count == 0 && _nobodySince is null)
        {
            _nobodySince = Now;
            Ask(WatchQuestionKind.NobodyHolds, Now, MayNobodyHoldUntil());
        }
        else if (count > 0)
        {
            _nobodySince = null;
        }

        // One of two let go with everybody hearing everybody: the other one's announcement has to be the last.
        bool yielded = before == 2 && count == 1 && gone != 0 && !_run.IsImpaired && _run.Nodes.All(node => node.Runs)
            && LastWordWasHeard(gone, holders) && (Yielded(gone) || (twoSince > _run.ImpairedUntil && HadTheRole(gone)));
        if (yielded)
        {
            _conflictEnded = Now;
            Ask(WatchQuestionKind.Announce, Now, Now + Interval + AnnouncePause + Tight);
        }
        else if (gone != 0 || count != 1)
        {
            _conflictEnded = null;
        }
    }

    public void Answer(WatchQuestion question)
    {
        switch (question.Kind)
        {
            case WatchQuestionKind.TwoHold when _twoSince == question.Began:
                AnswerTwo(question.Began);
                break;
            case WatchQuestionKind.NobodyHolds when _nobodySince == question.Began:
                AnswerNobody(question.Began);
                break;
            case WatchQuestionKind.HandOver when _leftAt == question.Began && _nobodySince is not null && HeirIsThere(question.Began):
                _run.Violate("S5", $"nobody took over within one Skew_Time after priority 0 was sent {Now - question.Began} ago, though a healthy BACKUP was there");
                break;
            case WatchQuestionKind.Announce when _conflictEnded == question.Began && !_run.IsImpaired && _run.LastFault < question.Began:
                int holder = int.TrailingZeroCount(_holders);
                if (_announcedBy != holder)
                {
                    _run.Violate("S10", $"{_run.Nodes[holder].Name} alone holds the addresses for {Now - question.Began}, but the last announcement was another node's");
                }

                break;
            default:
                break;
        }
    }

    /// <summary>
    /// Whether a node let go because it heard the winner, which then heard its last word. Who lets go otherwise (stopped, killed) gives the
    /// winner no sign, and what a fault swallowed of the winner's announcements is said again with the second volley only.
    /// </summary>
    private bool Yielded(int nodes) => _run.Nodes
        .Where(node => (nodes & (1 << node.Index)) != 0)
        .All(node => node.Routers[_router].Router.LastReason is TransitionReason.HigherPriority or TransitionReason.GreaterAddress);

    /// <summary>
    /// Whether their last word, which brings the announcement of the one who stayed, was said when the LAN lost nothing any more and that one ran: a
    /// machine that was paused meanwhile has no way to know that there was another master.
    /// </summary>
    private bool LastWordWasHeard(int gone, int stayed)
    {
        MonotonicTime awake = Later(_run.ImpairedUntil, _run.Nodes[int.TrailingZeroCount(stayed)].RunsSince);
        return _run.Nodes.Where(node => (gone & (1 << node.Index)) != 0).All(node => _stateSince[node.Index] > awake);
    }

    /// <summary>Whether their agents let go of the addresses; else their kernels had them left from an agent that was killed.</summary>
    private bool HadTheRole(int nodes) => _run.Nodes
        .Where(node => (nodes & (1 << node.Index)) != 0)
        .All(node => node.Routers[_router].Router.LastReason is not (TransitionReason.Startup or TransitionReason.FaultCleared));

    private void AnswerTwo(MonotonicTime began)
    {
        MonotonicTime until = MayBothHoldUntil();
        if (Now >= until)
        {
            _run.Violate("S1", $"{Names(_holders)} both hold the addresses for {Now - began}");
        }
        else
        {
            Ask(WatchQuestionKind.TwoHold, began, until);
        }
    }

    private void AnswerNobody(MonotonicTime began)
    {
        MonotonicTime until = MayNobodyHoldUntil();
        if (Now < until)
        {
            Ask(WatchQuestionKind.NobodyHolds, began, until);
        }
        else if (_run.Nodes.Any(IsAble))
        {
            _run.Violate("S9", $"nobody holds the addresses for {Now - began}, {Now - _run.LastDisturbance} after the last disturbance, though a node is able to serve");
        }
        else
        {
            Ask(WatchQuestionKind.NobodyHolds, began, Now + Down);
        }
    }

    /// <summary>As far as is known now.</summary>
    private MonotonicTime MayBothHoldUntil()
    {
        MonotonicTime began = _twoSince ?? Now;
        Duration quick = _config.Version == 2 ? (2 * Interval) + Tight : Tight;
        MonotonicTime until = began + quick;
        if (_run.IsImpaired || _run.IsUnsteady)
        {
            until = Later(until, Now + Interval + Tight);
        }
        else if (_run.ImpairedUntil > began - Interval)
        {
            until = Later(until, _run.ImpairedUntil + Interval + Tight);
        }

        if (_run.UnsteadyUntil > began)
        {
            // A priority that flapped in step with the adverts made each think that it wins, until the checks have settled.
            until = Later(until, _run.UnsteadyUntil + _checksSettle + Interval + Tight);
        }

        foreach (SimulatedNode node in _run.Nodes)
        {
            if ((_holders & (1 << node.Index)) == 0)
            {
                continue;
            }

            // Frozen, dead, or just begun with what its predecessor left: the kernel's lifetime decides. After a pause: as after a cut.
            bool leftover = !node.Runs || node.Routers[_router].Router.State != RouterState.Master;
            until = Later(until, node.RunsSince + (leftover ? _lease : Interval + Tight));
        }

        return until;
    }

    private MonotonicTime MayNobodyHoldUntil()
    {
        MonotonicTime since = Later(_nobodySince ?? Now, Later(_run.LastDisturbance, _run.IsUnsteady ? Now : _run.ImpairedUntil));
        return since + Down + Interval + _checksSettle + Tight + _run.AttackDelay;
    }

    private void Left(SimulatedRouter router, bool resigned, MonotonicTime local)
    {
        bool asleep = router.LastSent is not MonotonicTime last || local - last > _config.DownTimerAdverts * _config.AdvertInterval;
        if (!resigned && !asleep)
        {
            _run.Violate("S5", $"{router.Node.Name} left MASTER for good without priority 0");
        }

        if (resigned && Reachable(router.Node) && !_run.IsImpaired && HeirIsThere(Now))
        {
            _leftAt = Now;
            Duration skew = new(_config.Version == 2 ? 1_000_000_000 : Interval.Nanoseconds);
            Ask(WatchQuestionKind.HandOver, Now, Now + skew + Tight);
        }
        else
        {
            _leftAt = null;
        }
    }

    /// <summary>A BACKUP that has been healthy for long and to which nothing has happened since <paramref name="since"/>.</summary>
    private bool HeirIsThere(MonotonicTime since) =>
        !_run.IsUnsteady && !_run.IsAttacked && _run.ImpairedUntil + Settle < since && _run.Nodes.Any(node =>
            IsAble(node) && node.Routers[_router].Router.State == RouterState.Backup
            && _stateSince[node.Index] + Settle < since && node.RunsSince + Settle < since);

    private void Overdue(SimulatedRouter router, MonotonicTime local, MonotonicTime? since)
    {
        Duration interval = _config.AdvertInterval;
        if (since is MonotonicTime last && router.Reported == RouterState.Master && !router.Resigned && router.Router.State == RouterState.Master
            && local - last > new Duration(interval.Nanoseconds / 2 * 3) + Duration.FromMilliseconds(2))
        {
            _run.Violate("S3", $"{router.Node.Name} is MASTER, but its last advert was {local - last} ago");
        }
    }

    private bool IsAble(SimulatedNode node) => Expectations.IsAble(node, _config);

    /// <summary>On every interface that has addresses.</summary>
    private bool Reachable(SimulatedNode node)
    {
        bool all = true;
        foreach (string device in _interfaces)
        {
            all &= node.Answers(device)
                && !node.Has(FaultKind.Partition, device) && !node.Has(FaultKind.Deaf, device) && !node.Has(FaultKind.Mute, device);
        }

        return all;
    }

    /// <summary>Whether a client's packet ends at a living service: it goes to who announced last.</summary>
    private bool IsServed() => _announcedBy >= 0
        && _run.Nodes[_announcedBy] is SimulatedNode node
        && node.Holds(_router) && Reachable(node) && node.ServiceIsWell;

    private void Ask(WatchQuestionKind kind, MonotonicTime began, MonotonicTime at) =>
        _run.AskLater(_router, at > Now ? at : Now + Tight, new(kind, began));

    private static Duration Slow(Duration duration) => new(duration.Nanoseconds + (duration.Nanoseconds / 1000));

    private string Names(int nodes) => nodes == 0 ? "nobody"
        : string.Join(" and ", _run.Nodes.Where(node => (nodes & (1 << node.Index)) != 0).Select(node => node.Name));

    private static MonotonicTime Later(MonotonicTime left, MonotonicTime right) => left > right ? left : right;
}
