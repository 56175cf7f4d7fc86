using HotStandby.Abstractions;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Tracking;
using HotStandby.Agent.Vrrp;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Simulation;

/// <summary>What the loop of the agent does: one turn, its waking after a sleep, its next deadline, its end.</summary>
internal sealed partial class SimulatedNode
{
    /// <summary>One turn of the loop: mail, frames, what is known, timers.</summary>
    private void Turn(MonotonicTime at)
    {
        MonotonicTime now = Clock.Local(at);
        ReadSources(now);
        foreach (CheckChanged result in _results)
        {
            _checks.Heard(result, now);
            _evaluate = true;
            foreach (SimulatedCheck check in Checks)
            {
                check.LastDelivered = check.Plugin.Id == result.Id ? (new(result.MadeAt), result.Healthy == true) : check.LastDelivered;
            }
        }

        _results.Clear();
        foreach ((int index, byte[] packet) in _frames)
        {
            AdvertisementReceiver receiver = _receivers[Routers[index].Config.Interface];
            DropReason reason = receiver.Receive(packet, now, Wall(at), _actions, out VirtualRouter? judged);
            if (reason == DropReason.None)
            {
                World.Believed(this, packet);
            }

            if (judged is not null)
            {
                RouterOf(judged).CarryOut(_actions, now);
            }
        }

        _frames.Clear();
        foreach (SimulatedRouter router in Routers)
        {
            _evaluate |= router.Holding.ClearProblemIfDue(now);
        }

        if (!IsStopping && (_evaluate || _checks.NextDeadline(_lastEvaluated) <= now || (Hold.Holds(_lastEvaluated) && !Hold.Holds(now))))
        {
            _evaluate = false;
            _lastEvaluated = now;
            EvaluateAll(now);
        }

        foreach (SimulatedRouter router in Routers)
        {
            router.Router.Expire(now, _actions);
            router.CarryOut(_actions, now);
        }

        foreach ((SyncGroup group, GroupStanding standing) in _groups)
        {
            group.Settle(now, _actions, (member, when) => RouterOf(member).CarryOut(_actions, when));
            if (standing.Follow(group.Members, out RouterState from))
            {
                World.GroupTransitioned(this, group, from, standing.State);
            }
        }

        foreach (SimulatedRouter router in Routers)
        {
            router.Reconcile(now);
        }

        Rewake(at, endsTurn: true);
        EndIfStopped(at);
    }

    private void EvaluateAll(MonotonicTime now)
    {
        foreach (SimulatedRouter router in Routers)
        {
            router.Evaluate(_checks, now, _actions);
        }

        foreach (SimulatedRouter router in Routers)
        {
            string? group = router.Config.SyncGroup;
            (Readiness readiness, string sentence) = GroupReadiness.Of(
                group ?? "", router.Known, Routers.Where(one => group is not null && one.Config.SyncGroup == group).Select(one => one.Known));
            router.Follow(readiness, sentence, now, _actions);
        }
    }

    /// <summary>Tracked interfaces, files and processes: the kernel and the watchers are not late.</summary>
    private void ReadSources(MonotonicTime now)
    {
        bool fails = Has(FaultKind.TrackFails);
        foreach (Tracked source in _sources)
        {
            int? number = source is TrackedFile && !fails ? 0 : null;
            _evaluate |= _checks.Readings.Heard(new(source, !fails, number, fails ? "fails" : "is well"), now);
        }
    }

    private void Resume(MonotonicTime at)
    {
        MonotonicTime now = Clock.Local(at);
        if (_sleptSince is MonotonicTime since)
        {
            _checks.Slept(since, now);
            _sleptSince = null;
        }

        foreach (SimulatedRouter router in Routers)
        {
            if (!router.Kernel.Holds)
            {
                router.Missed(now);
            }

            if (router.Holding.UnderWay != SimulatedHolding.Work.None)
            {
                World.AskKernel(router);
            }
        }

        _evaluate = true;
        Turn(at);
    }

    /// <param name="endsTurn">Whether what was due had its turn: only then is a deadline that is over one that nobody met.</param>
    private void Rewake(MonotonicTime at, bool endsTurn)
    {
        MonotonicTime now = Clock.Local(at);
        MonotonicTime next = IsStopping ? _stopBy!.Value : _checks.NextDeadline(now);
        next = Hold.Holds(now) ? MonotonicTime.Min(next, Hold.Until) : next;
        foreach (SimulatedRouter router in Routers)
        {
            next = MonotonicTime.Min(next, endsTurn ? router.JudgeDeadlines(now) : router.NextDeadline(now));
        }

        // An earlier wake-up that is in the queue looks for itself what is due then.
        MonotonicTime wake = Clock.World(next);
        if (wake < _wakeAt)
        {
            _wakeAt = wake;
            World.WakeLater(this, wake);
        }
    }

    private void EndIfStopped(MonotonicTime at)
    {
        if (_stopBy is MonotonicTime limit
            && (Clock.Local(at) >= limit || Routers.All(router => router.Holding.Idle && router.Router.State == RouterState.Initialize)))
        {
            _stopBy = null;
            KillAgent(at);
            World.Ended(this);
        }
    }

    private SimulatedRouter RouterOf(VirtualRouter router)
    {
        foreach (SimulatedRouter one in Routers)
        {
            if (ReferenceEquals(one.Router, router))
            {
                return one;
            }
        }

        throw new InvalidOperationException("A receiver knows a virtual router that the node does not.");
    }
}
