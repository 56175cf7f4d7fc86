using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>What is done to the nodes and to the LAN.</summary>
internal sealed partial class SimulationRun
{
    private static readonly Duration FlapEvery = Duration.FromMilliseconds(250);
    private int _loss;
    private int _duplicate;
    private int _reorder;
    private Duration _delay;
    private int _impairments;
    private int _unsteady;

    /// <summary>When a fault last began or ended.</summary>
    public MonotonicTime LastFault { get; private set; }

    /// <summary>When a fault, a start or an end of an agent last changed anything.</summary>
    public MonotonicTime LastDisturbance { get; private set; }

    /// <summary>Frames get lost or late, or a node is cut off, now; or one that is late is still on its way.</summary>
    public bool IsImpaired => _impairments > 0 || ImpairedUntil > Now;

    /// <summary>When the LAN was last impaired; the beginning when it never was. In the future while a late frame is on its way.</summary>
    public MonotonicTime ImpairedUntil { get; private set; } = new(long.MinValue / 2);

    /// <summary>Something goes on that may change who should be MASTER at any time.</summary>
    public bool IsUnsteady => _unsteady > 0;

    /// <summary>When it last ended; the beginning when it never went on.</summary>
    public MonotonicTime UnsteadyUntil { get; private set; } = new(long.MinValue / 2);

    public void Disturbed() => LastDisturbance = Now;

    private static bool Impairs(FaultKind kind) => kind is FaultKind.Partition or FaultKind.Deaf or FaultKind.Mute or FaultKind.LinkDown
        or FaultKind.LinkFlap or FaultKind.Loss or FaultKind.Reorder or FaultKind.Delay or FaultKind.NoSource;

    private static bool Unsettles(FaultKind kind) => kind is FaultKind.Partition or FaultKind.Deaf or FaultKind.Mute
        or FaultKind.LinkFlap or FaultKind.Loss or FaultKind.Reorder or FaultKind.Delay or FaultKind.CheckFlaps;

    private void Begin(Fault fault, int index)
    {
        Note(null, fault.Describe(_setup.NodeNames));
        SimulatedNode node = Nodes[fault.Node];
        Changed();
        if (!fault.IsMoment)
        {
            node.Change(fault.Kind, 1, fault.Interface);
            Count(fault, 1);
            if (fault.Length is Duration length)
            {
                _queue.Add(Now + length, new(SimulatedEventKind.FaultEnd, fault.Node, index));
            }
        }

        switch (fault.Kind)
        {
            case FaultKind.Kill:
                node.KillAgent(Now);
                break;
            case FaultKind.PowerOff:
                node.LosePower(Now);
                break;
            case FaultKind.Stop when node.Runs && !node.IsStopping:
                node.StopAgent(Now);
                break;
            case FaultKind.Stop when node.HasAgent && !node.IsStopping:
                // Who does not react to SIGTERM is killed in the end.
                node.KillAgent(Now);
                break;
            case FaultKind.Freeze when node.HasAgent && !node.IsFrozen:
                node.Freeze(Now);
                break;
            case FaultKind.Pause when node.Change(FaultKind.Pause, 0) == 1:
                node.Pause(Now);
                break;
            case FaultKind.LinkDown or FaultKind.NoSource:
                node.LinksChanged(Now);
                break;
            case FaultKind.TrackFails:
                node.LookAgain(Now);
                break;
            case FaultKind.LinkFlap:
                Flap(node, 1);
                break;
            case FaultKind.CheckFails or FaultKind.CheckLies:
                ChangeService(node);
                break;
            case FaultKind.CheckFlaps:
                FlapCheck(node);
                break;
            case FaultKind.TakeAddress:
                TakeAddresses(node);
                break;
            case FaultKind.Reload when node.Runs && !node.IsStopping:
                node.Reload(fault.Priority, Now);
                break;
            case FaultKind.Drain when node.Runs && !node.IsStopping:
                node.Drain(Now);
                break;
            case FaultKind.BadReload when node.Runs:
                ReloadBadly(node);
                break;
            default:
                break;
        }

        if (fault.LeaseEnds is Duration left)
        {
            foreach (SimulatedRouter router in node.Routers)
            {
                router.Kernel.EndLease(node.Clock.Local(Now + left));
                WatchExpiry(router);
            }
        }

        Look();
    }

    private void End(Fault fault)
    {
        Note(null, $"ended: {fault.Describe(_setup.NodeNames)}");
        SimulatedNode node = Nodes[fault.Node];
        Changed();
        int left = node.Change(fault.Kind, -1, fault.Interface);
        Count(fault, -1);
        switch (fault.Kind)
        {
            case FaultKind.Kill or FaultKind.PowerOff or FaultKind.Stop:
                if (!node.Has(FaultKind.Kill) && !node.Has(FaultKind.PowerOff) && !node.Has(FaultKind.Stop))
                {
                    if (node.HasAgent)
                    {
                        // It was still on its way out.
                        node.KillAgent(Now);
                    }

                    StartAgent(node);
                }

                break;
            case FaultKind.Freeze when left == 0 && node.IsFrozen && node.IsPaused:
                node.Unfreeze();
                break;
            case FaultKind.Freeze when left == 0 && node.IsFrozen:
                node.Thaw(Now);
                break;
            case FaultKind.Pause when left == 0:
                node.Unpause(Now);
                if (!node.Has(FaultKind.Kill) && !node.Has(FaultKind.Stop))
                {
                    StartAgent(node);
                }

                break;
            case FaultKind.LinkDown or FaultKind.NoSource or FaultKind.BindRefused:
                node.LinksChanged(Now);
                break;
            case FaultKind.Drain or FaultKind.TrackFails:
                node.LookAgain(Now);
                break;
            case FaultKind.CheckFails or FaultKind.CheckLies or FaultKind.CheckFlaps:
                ChangeService(node);
                break;
            default:
                break;
        }

        Look();
    }

    private void Changed()
    {
        LastFault = Now;
        LastDisturbance = Now;
        ImpairedUntil = IsImpaired && ImpairedUntil < Now ? Now : ImpairedUntil;
    }

    private void Look()
    {
        foreach (RouterWatch watch in Watches)
        {
            watch.HoldersChanged();
        }
    }

    private void Count(Fault fault, int by)
    {
        _impairments += Impairs(fault.Kind) ? by : 0;
        _unsteady += Unsettles(fault.Kind) ? by : 0;
        UnsteadyUntil = Unsettles(fault.Kind) ? Now : UnsteadyUntil;
        switch (fault.Kind)
        {
            case FaultKind.Loss:
                _loss += by * fault.Percent;
                break;
            case FaultKind.Duplicate:
                _duplicate += by * fault.Percent;
                break;
            case FaultKind.Reorder:
                _reorder += by * fault.Percent;
                break;
            case FaultKind.Delay:
                _delay = by > 0 ? _delay + fault.Delay : _delay - fault.Delay;
                break;
            default:
                break;
        }
    }

    /// <summary>0: carrier, 1: no carrier, 2: the service turns.</summary>
    private void Flap(SimulatedNode node, int down)
    {
        if (down == 2)
        {
            if (node.Has(FaultKind.CheckFlaps))
            {
                FlapCheck(node);
            }

            return;
        }

        bool goesOn = node.Has(FaultKind.LinkFlap);
        node.FlapLink(goesOn && down == 1);
        node.LinksChanged(Now);
        Look();
        if (goesOn)
        {
            _queue.Add(Now + FlapEvery, new(SimulatedEventKind.Flap, node.Index, 1 - down));
        }
    }

    /// <summary>The service follows the faults; the kernel's news of a death is not late.</summary>
    private void ChangeService(SimulatedNode node)
    {
        node.SetService(!node.Has(FaultKind.CheckFails) && !node.Has(FaultKind.CheckLies));
        foreach (SimulatedCheck check in node.Checks)
        {
            if (check.Plugin.Pushes && node.HasAgent && !node.ServiceIsWell)
            {
                Report(node, check, hung: false);
                check.Generation++;
                _queue.Add(
                    Now + Duration.From(check.Plugin.Interval), new(SimulatedEventKind.Check, node.Index, 0, new CheckCall(check, check.Generation, false)));
            }
        }
    }

    private void FlapCheck(SimulatedNode node)
    {
        TimeSpan each = node.Checks.Count > 0 ? node.Checks[0].Plugin.Interval : TimeSpan.FromSeconds(1);
        node.SetService(!node.ServiceIsWell);
        foreach (SimulatedCheck check in node.Checks)
        {
            if (node.HasAgent)
            {
                Report(node, check, hung: false);
            }
        }

        _queue.Add(Now + Duration.From(each), new(SimulatedEventKind.Flap, node.Index, 2));
    }

    private void TakeAddresses(SimulatedNode node)
    {
        foreach (SimulatedRouter router in node.Routers)
        {
            if (router.Kernel.Holds && node.HasPower && !node.IsPaused)
            {
                node.KernelRemoved(router, Now);
            }
        }
    }

    private void ReloadBadly(SimulatedNode node)
    {
        foreach (SimulatedRouter router in node.Routers)
        {
            var before = node.Face(router);
            if (!node.RefusesAnother(router, Now) || node.Face(router) != before)
            {
                Violate("S8", $"a reload that makes {router.Config.Name} another virtual router was not refused whole on {node.Name}");
            }
        }
    }
}
