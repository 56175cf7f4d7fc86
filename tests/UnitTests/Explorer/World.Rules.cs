using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Explorer;

/// <summary>
/// What must hold in every state. The numbers are those of the simulator's invariants; "calm" is the time since the last fault began or ended.
/// </summary>
internal sealed partial class World
{
    private const int MostAtOnce = 6;
    private static readonly Duration LongestHandOver = Duration.FromMilliseconds(1050);
    private MonotonicTime _calmSince;
    private MonotonicTime? _twoSince;
    private MonotonicTime? _nobodySince;
    private MonotonicTime? _heirSince;
    private int _announcer = -1;

    private Duration Calm => Now - _calmSince;

    /// <summary>A fault begins or ends: nothing has been calm since. Where a healthy MASTER is about to leave on purpose, its heir is noted.</summary>
    private void BeginChange(Step step)
    {
        WorldNode node = Nodes[step.Node];
        int weakened = step.Kind == StepKind.CheckFails ? _setup.Weakened ?? 0 : 0;
        bool leaves = step.Kind == StepKind.CheckFails ? node.Runs && !node.CheckFailed : step.IsPlanned;
        bool heir = leaves && node.IsMaster && _cut < 0 && Calm > _setup.Settle && Nodes.Count(one => one.IsMaster) == 1
            && Nodes.Any(one => one != node && one.IsAble(_setup) && one.Router.State == RouterState.Backup && one.Priority(_setup) > weakened);
        _heirSince = heir ? Now : null;
        _calmSince = Now;
        _twoSince = _twoSince is null ? null : Now;
        foreach (WorldNode one in Nodes)
        {
            one.SentNow = 0;
        }
    }

    private void Break(string rule, string sentence) => Broken ??= $"{rule}: {sentence}";

    private void JudgeActions(WorldNode node)
    {
        bool resigns = false;
        bool teaches = false;
        bool takesBack = false;
        bool isMaster = node.Reported == RouterState.Master;
        foreach (ref readonly RouterAction action in _actions.AsSpan())
        {
            isMaster |= action is { Kind: RouterActionKind.Transition, To: RouterState.Master };
        }

        foreach (ref readonly RouterAction action in _actions.AsSpan())
        {
            if (action.Kind == RouterActionKind.SendAdvertisement)
            {
                resigns |= action.Priority == 0;
                if (!isMaster)
                {
                    Break("S3", $"n{node.Index} sent an advert with priority {action.Priority} in {node.Reported}");
                }

                // The lesson comes from the master that the others know, even if a check has lowered it in this very turn.
                bool isLesson = action.Interval != ExplorationSetup.Interval && action.Priority != 0;
                int right = isLesson ? node.LastPriority : node.Priority(_setup);
                teaches |= action.Interval != ExplorationSetup.Interval;
                takesBack = isLesson ? false : action.Interval == ExplorationSetup.Interval;
                if (action.Priority != 0 && action.Priority != right)
                {
                    Break("S9", $"n{node.Index} sent priority {action.Priority}, {right} is right");
                }

                if (action.Source != ExplorationSetup.Source(node.Index))
                {
                    Break("S3", $"n{node.Index} sent from {action.Source}");
                }
            }
        }

        if (teaches && !resigns && !takesBack)
        {
            Break("S3", $"n{node.Index} sent another interval than its own without leaving, and not its own after it");
        }
    }

    private void Transitioned(WorldNode node, in RouterAction action)
    {
        if (action.From != node.Reported || action.To == action.From)
        {
            Break("S7", $"n{node.Index} reported {action.From} -> {action.To} after {node.Reported}");
        }

        node.Reported = action.To;
        if (action.Reason == TransitionReason.GreaterAddress && !Nodes.Any(other => other.Index > node.Index))
        {
            Break("P4", $"n{node.Index} yielded to a smaller address");
        }

        // It listens from now on.
        bool waited = Now - node.LastHeard >= 3 * node.HeardInterval;
        if (action.Reason == TransitionReason.NoResponse && !waited)
        {
            Break("P5", $"n{node.Index} took the role {Now - node.LastHeard} after it had heard an advert with the interval {node.HeardInterval}");
        }

        node.LastHeard = Now;
        node.HeardInterval = ExplorationSetup.Interval;
        if (action.From == RouterState.Master
            && action.Reason is TransitionReason.Fault or TransitionReason.Shutdown or TransitionReason.Switchover
            && Now - node.LastSent <= 3 * ExplorationSetup.Interval && !HasSentZero())
        {
            Break("S5", $"n{node.Index} left MASTER on purpose without priority 0");
        }

        if (action.To != RouterState.Master)
        {
            return;
        }

        _heirSince = null;
        if (_setup.PreemptDelay > Duration.Zero && action.Reason == TransitionReason.Preempted && Calm < _setup.PreemptDelay)
        {
            Break("P1", $"n{node.Index} preempted {Calm} after it could, the delay is {_setup.PreemptDelay}");
        }

        if (Calm <= _setup.LongestDown || _cut >= 0)
        {
            return;
        }

        // Everything has been heard for longer than anybody waits: only a preemption takes the role from a living master.
        foreach (WorldNode other in Nodes)
        {
            bool mayPreempt = _setup.Preempt || _setup.Priorities[node.Index] == 255;
            if (other != node && other.Runs && other.IsMaster && !(mayPreempt && other.Priority(_setup) < node.Priority(_setup)))
            {
                Break("P2", $"n{node.Index} took the role from n{other.Index}, which lives and is heard");
            }
        }
    }

    private bool HasSentZero()
    {
        foreach (ref readonly RouterAction action in _actions.AsSpan())
        {
            if (action is { Kind: RouterActionKind.SendAdvertisement, Priority: 0 })
            {
                return true;
            }
        }

        return false;
    }

    private void Judge()
    {
        int holders = 0;
        int living = 0;
        foreach (WorldNode node in Nodes)
        {
            holders += node.Holds ? 1 : 0;

            // What a dead agent left, the next one lets the kernel take off.
            living += node.Holds && node.Runs && node.LeftoverUntil == MonotonicTime.Never && _cut != node.Index ? 1 : 0;
            if (node.Runs)
            {
                JudgeNode(node);
            }
        }

        // Two that hand over and no heir: each lets go at its own limit, which is judged for each.
        _twoSince = living > 1 && Nodes.Any(node => node.IsMaster) ? _twoSince ?? Now : null;
        _nobodySince = holders == 0 ? _nobodySince ?? Now : null;
        Duration both = (_setup.Version == 2 ? 2 * ExplorationSetup.Interval : ExplorationSetup.Interval) + _setup.Delay;
        if (_twoSince is MonotonicTime two && Now - two > both)
        {
            Break("S1", $"two hold the addresses for {Now - two} and can hear each other");
        }

        if (_nobodySince is MonotonicTime nobody && Duration.Min(Now - nobody, Calm) > _setup.LongestDown + _setup.Delay && Nodes.Any(node => node.IsAble(_setup)))
        {
            Break("S9", $"nobody holds the addresses for {Now - nobody}, {Calm} after the last fault");
        }

        JudgeHandOver(holders);
        if (Calm > _setup.Settle && _cut < 0)
        {
            JudgeOutcome(holders);
        }
    }

    private void JudgeNode(WorldNode node)
    {
        VirtualRouter router = node.Router;
        if (router.State == RouterState.Master)
        {
            if (router.Deadline(RouterTimer.Adver) > Now + ExplorationSetup.Interval)
            {
                Break("S3", $"n{node.Index} is MASTER and its next advert is not due within one interval");
            }

            if (Now - node.LastSent > new Duration(ExplorationSetup.Interval.Nanoseconds * 3 / 2))
            {
                Break("S3", $"n{node.Index} is MASTER, but its last advert was {Now - node.LastSent} ago");
            }

            if (!node.Wanted)
            {
                Break("S2", $"n{node.Index} is MASTER and does not want the addresses");
            }
        }
        else if (node.Wanted && !(router.HandsOver && router.Deadline(RouterTimer.HandOver) - Now <= LongestHandOver))
        {
            Break("S2", $"n{node.Index} is {router.State} and keeps the addresses");
        }

        if (router.State == RouterState.Backup && router.Deadline(RouterTimer.MasterDown) - Now > _setup.LongestDown)
        {
            Break("S9", $"n{node.Index} is BACKUP and waits longer than a Master_Down_Interval");
        }

        if (node.CheckFailed && _setup.Weakened is null && router.State is RouterState.Backup or RouterState.Master)
        {
            Break("S11", $"n{node.Index} takes part with a failed check");
        }

        if (node.SentNow > MostAtOnce)
        {
            Break("S3", $"n{node.Index} sent {node.SentNow} adverts at one time");
        }
    }

    /// <summary>
    /// A planned leave with an heir: somebody holds all the time, and the heir comes within its taught Skew_Time. After a failed weight, the better node
    /// within its taught Master_Down_Interval.
    /// </summary>
    private void JudgeHandOver(int holders)
    {
        if (_heirSince is not MonotonicTime since)
        {
            return;
        }

        Duration taught = _setup.Version == 2 ? ExplorationSetup.Interval : Duration.FromMilliseconds(_setup.Weakened is null ? 10 : 40);
        if (holders == 0)
        {
            Break("S5", $"nobody holds the addresses in a planned hand-over, {Now - since} after it began");
        }
        else if (Now - since > taught + _setup.Delay)
        {
            Break("S5", $"{Now - since} after a planned leave no heir has come");
        }
    }

    /// <summary>Long after the last fault: exactly the right node is MASTER, holds the addresses and was the last to announce them.</summary>
    private void JudgeOutcome(int holders)
    {
        WorldNode? master = null;
        int masters = 0;
        int best = 0;
        int able = 0;
        foreach (WorldNode node in Nodes)
        {
            master = node.Runs && node.IsMaster ? node : master;
            masters += node.Runs && node.IsMaster ? 1 : 0;
            able += node.IsAble(_setup) ? 1 : 0;
            best = node.IsAble(_setup) && !node.Router.SteppedDown ? Math.Max(best, node.Priority(_setup)) : best;
        }

        if (masters != (able > 0 ? 1 : 0) || holders != masters)
        {
            Break("S9", $"{Calm} after the last fault {masters} are MASTER and {holders} hold the addresses, {able} are able to serve");
        }
        else if (master is not null)
        {
            if ((_setup.Preempt || best == 255) && master.Priority(_setup) < best)
            {
                Break("S9", $"{Calm} after the last fault n{master.Index} is MASTER with priority {master.Priority(_setup)}, but {best} is there");
            }

            if (_announcer != master.Index)
            {
                Break("S10", $"{Calm} after the last fault n{master.Index} holds the addresses, but the last announcement was another node's");
            }
        }
    }
}
