using HotStandby.Abstractions;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>What is looked at again and again, whether anything happened or not: S2, S3, S7, S9, S11, S12.</summary>
internal sealed partial class RouterWatch
{
    /// <summary>Twice a second: what must hold at any time.</summary>
    public void Audit()
    {
        foreach (SimulatedNode node in _run.Nodes)
        {
            SimulatedRouter router = node.Routers[_router];
            AuditKernel(node, router);
            if (node.Runs)
            {
                AuditState(node, router);
            }
        }

        MonotonicTime steadySince = _run.ImpairedUntil > _run.LastFault ? _run.ImpairedUntil : _run.LastFault;
        if (!_run.IsUnsteady && !_run.IsAttacked && Now - steadySince > Settle && Now - default(MonotonicTime) > Settle)
        {
            AuditOutcome();
        }
    }

    private void AuditKernel(SimulatedNode node, SimulatedRouter router)
    {
        bool isInOrder = router.Router.State == RouterState.Master || router.Holding.Wanted || router.Holding.UnderWay == SimulatedHolding.Work.Release;
        if (!node.Holds(_router) || (node.Runs && isInOrder))
        {
            return;
        }

        MonotonicTime leftover = node.RunsSince + _lease;
        MonotonicTime sweep = _stateSince[node.Index] + Duration.FromSeconds(1);
        MonotonicTime until = node.Runs && sweep > leftover ? sweep : leftover;
        if (Now > until)
        {
            string how = node.Runs ? $"is {router.Router.State}" : "has no agent that runs";
            _run.Violate("S2", $"{node.Name} {how}, but its kernel still has the addresses");
        }
    }

    private void AuditState(SimulatedNode node, SimulatedRouter router)
    {
        MonotonicTime local = node.Clock.Local(Now);
        if (router.Router.State != router.Reported)
        {
            _run.Violate("S7", $"{node.Name} is {router.Router.State}, but the last transition reported led to {router.Reported}");
        }

        if (router.Router.State == RouterState.Master)
        {
            MonotonicTime since = router.LastSent ?? node.Clock.Local(node.RunsSince > _stateSince[node.Index] ? node.RunsSince : _stateSince[node.Index]);
            Overdue(router, local, since);
        }

        AuditAges(node);
        if (router.Router.State is RouterState.Backup or RouterState.Master && !router.Resigned && !node.IsStopping)
        {
            AuditChecks(node);
        }
    }

    private void AuditAges(SimulatedNode node)
    {
        foreach (SimulatedCheck check in node.Checks)
        {
            if (node.KnownOf(check) > check.LastDelivered?.MadeAt)
            {
                _run.Violate("S12", $"{node.Name} takes the last result of {check.Plugin.Id} for {node.KnownOf(check) - check.LastDelivered?.MadeAt} younger than it is");
            }
        }
    }

    private void AuditChecks(SimulatedNode node)
    {
        foreach (TrackConfig track in _config.Tracks)
        {
            SimulatedCheck? check = node.Checks.FirstOrDefault(one => one.Plugin.Id == (track.What as TrackedCheck)?.Id);
            if (track.Weight is null && track.What is not TrackedCheck)
            {
                AuditReading(node, track.What);
            }

            if (track.Weight is not null || check?.LastDelivered is not (MonotonicTime made, bool healthy))
            {
                continue;
            }

            Duration age = node.Clock.Local(Now) - made;
            Duration validFor = Duration.From(check.ValidFor);
            if (!healthy && age > Tight && Now - node.RunsSince > Tight)
            {
                _run.Violate("S11", $"{node.Name} takes part, although its {track.What.Title} failed {age} ago");
            }
            else if (age > validFor + new Duration(validFor.Nanoseconds / 1000) + Tight && Now - node.RunsSince > Slow(validFor - Duration.From(check.Plugin.Interval)) + Tight)
            {
                _run.Violate("S11", $"{node.Name} takes part, although its {track.What.Title} gave its last result {age} ago");
            }
        }
    }

    /// <summary>Interfaces, files and processes are told at once; an expression with a check in it waits for that.</summary>
    private void AuditReading(SimulatedNode node, Tracked what)
    {
        if (!what.Checks.Any() && node.Has(FaultKind.TrackFails) && Now - _run.LastFault > Tight && Now - node.RunsSince > Tight)
        {
            _run.Violate("S11", $"{node.Name} takes part, although its {what.Title} fails");
        }
    }

    /// <summary>Long after the last fault: exactly the right node is MASTER and has the addresses.</summary>
    private void AuditOutcome()
    {
        int masters = 0;
        int best = 0;
        int able = 0;
        foreach (SimulatedNode node in _run.Nodes)
        {
            SimulatedRouter router = node.Routers[_router];
            masters |= node.Runs && router.Router.State == RouterState.Master ? 1 << node.Index : 0;
            if (!IsAble(node))
            {
                continue;
            }

            able++;

            // Who failed in the role leaves a living master in peace, whatever its priority, until it may challenge it: from then on it has as long as after a fault.
            bool hadItsChance = node.Clock.Local(Now) - Settle >= router.Router.ChallengesFrom;
            best = hadItsChance ? Math.Max(best, Expectations.Priority(router, node)) : best;
            if (router.Router.EffectivePriority != Expectations.Priority(router, node))
            {
                _run.Violate("S9", $"{node.Name} has the effective priority {router.Router.EffectivePriority}, {Expectations.Priority(router, node)} is right");
            }
        }

        int expected = able > 0 ? 1 : 0;
        if (able == 0)
        {
            // A node whose kernel refuses the addresses tries in vain as long as nobody else is there.
            masters = _run.Nodes.Where(node => !node.Routers[_router].BindIsRefused).Aggregate(0, (left, node) => left | (masters & (1 << node.Index)));
        }

        if (int.PopCount(masters) != expected || _holders != masters)
        {
            _run.Violate("S9", $"{Settle} after the last fault with {able} nodes able to serve: MASTER {Names(masters)}, addresses on {Names(_holders)}");
        }
        else if (expected == 1)
        {
            SimulatedNode master = _run.Nodes[int.TrailingZeroCount(masters)];
            int priority = Expectations.Priority(master.Routers[_router], master);
            if (!IsAble(master) || ((_config.Preempt || best == 255) && priority < best - (_config.Sticky ? VirtualRouterSettings.StickyRange : 0)))
            {
                _run.Violate("S9", $"{Settle} after the last fault {master.Name} is MASTER with priority {priority}, but {best} is there");
            }
        }
    }
}
