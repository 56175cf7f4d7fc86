using System.Diagnostics;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Control;
using HotStandby.Agent.Simulation;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>
/// Tries plugins.json with real agents and real services in network namespaces: starts, kills, freezes, cuts and heals, and after each step asks
/// agents, kernels and the client whether exactly the right node holds every virtual address.
/// </summary>
internal sealed class LabRun : IDisposable
{
    private readonly LabOptions _options;
    private readonly TimeSpan _stepBound;
    private readonly LabTable _table;
    private readonly List<LabMachine> _machines = [];
    private readonly List<WatchedRouter> _routers = [];
    private readonly TransitionCollector _transitions = new();
    private readonly LabCluster _cluster;
    private readonly LabForesight _foresight;
    private readonly MachineBusyness _busyness = new();
    private readonly Duration _busyLimit;
    private int _steps;
    private int _busySteps;
    private int _failedSteps;

    /// <param name="config">The file as the agents read it.</param>
    /// <param name="options">How.</param>
    /// <param name="output">Where the table goes.</param>
    /// <param name="agentOn">Makes the agent of a node, not started.</param>
    /// <exception cref="LabException">Not root, something is not installed, or the file is beyond what the lab can build.</exception>
    public LabRun(HotStandbyConfig config, LabOptions options, TextWriter output, Func<LabNode, ILabAgent> agentOn)
    {
        _options = options;
        _stepBound = options.StepBound ?? LabOptions.BoundFor(config);
        _busyLimit = MachineBusyness.Limit(config.VirtualRouters.Select(router => router.AdvertInterval).Min());
        _table = new LabTable(output);
        _cluster = new LabCluster(config, agentOn);
        try
        {
            _machines.AddRange(_cluster.Machines);
            foreach (VirtualRouterConfig router in config.VirtualRouters)
            {
                var prober = new ClientProber(
                    Network.Client.NamespaceName,
                    _cluster.TargetOf(router),
                    [.. config.Nodes.Select(node => node.Name)],
                    config.VirtualRouters.Count * ClientProber.DefaultInterval);
                _routers.Add(new WatchedRouter(router, _cluster.ServiceBehind(router), prober));
            }

            _foresight = new LabForesight(config, _machines);
        }
        catch
        {
            _cluster.Dispose();
            _busyness.Dispose();
            throw;
        }
    }

    public LabNetwork Network => _cluster.Network;

    /// <summary>Runs all steps. True when each ended as it should.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        Introduce();
        _cluster.StartServices(cancellationToken);
        foreach (WatchedRouter router in _routers)
        {
            router.Prober.Start();
        }

        // A step that failed is told and counted; the next begins all the same, from what the lab has done, not from what came of it.
        await StartAgentsAsync(cancellationToken).ConfigureAwait(false);
        if (_machines.Exists(machine => machine.Agent.IsRunning))
        {
            await ListenToNoiseAsync(cancellationToken).ConfigureAwait(false);
            await ServiceStepsAsync(cancellationToken).ConfigureAwait(false);
            await AgentStepsAsync("SIGTERM", LinuxSignal.Terminate, FaultKind.Stop, cancellationToken).ConfigureAwait(false);
            await DrainStepsAsync(cancellationToken).ConfigureAwait(false);
            await AgentStepsAsync("SIGKILL", LinuxSignal.Kill, FaultKind.Kill, cancellationToken).ConfigureAwait(false);
            await FreezeStepsAsync(cancellationToken).ConfigureAwait(false);
            await LinkStepsAsync(cancellationToken).ConfigureAwait(false);
            await PartitionStepsAsync(cancellationToken).ConfigureAwait(false);
        }

        Conclude();
        if (_options.Stay)
        {
            LabTour.Print(_table, Network, _machines, _routers);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return _failedSteps == 0;
    }

    private void Conclude()
    {
        if (_busySteps > 0)
        {
            _table.Line($"This machine was too busy in {_busySteps} of {_steps} steps: their outages are no measure of the file, and one that failed may have failed for that. Try again when it is idle.");
        }

        if (_failedSteps > 0)
        {
            _table.Line($"{_failedSteps} of {_steps} steps did not end as they should.");
            foreach (LabMachine machine in _machines)
            {
                _table.Line($"The last words of the agent on {machine.Name}:\n{LabLog.Tail(machine.Agent.Words)}");
            }
        }
    }

    public void Dispose()
    {
        foreach (WatchedRouter router in _routers)
        {
            router.Prober.Dispose();
        }

        _foresight.Dispose();
        _cluster.Dispose();
        _busyness.Dispose();
    }

    private void Introduce()
    {
        _table.Line($"Lab hs-{Network.Id}: "
            + string.Join(", ", _machines.Select(machine => $"{machine.Name} {machine.Config.Address} (priority {machine.Config.Priority})"))
            + $"; {string.Join(", ", _cluster.Services.Select(service => $"{service.Program} on port {service.Port}"))} on each.");
        foreach (WatchedRouter router in _routers)
        {
            _table.Line($"The client asks {router.Prober.Target} ({router.Config.Name}) every {_routers.Count} ms.");
        }

        if (_cluster.Services.All(service => service.Checks.Count == 0))
        {
            _table.Line("No plugin of the file watches a service, so no step kills one.");
        }

        _table.Header();
    }

    private async Task StartAgentsAsync(CancellationToken cancellationToken)
    {
        if (_routers.TrueForAll(router => router.Config.Preempt))
        {
            await StepAsync("normal start", () => _machines.ForEach(StartAgent), Unforeseen, cancellationToken).ConfigureAwait(false);
            return;
        }

        // Without preemption the first one up stays the master: so the strongest goes first, or the outcome would be a race.
        foreach (LabMachine machine in _machines.OrderByDescending(machine => _routers[0].Config.PriorityOn(machine.Config)))
        {
            await StepAsync($"agent started on {machine.Name}", () => StartAgent(machine), Unforeseen, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ListenToNoiseAsync(CancellationToken cancellationToken)
    {
        MonotonicTime from = ClientProber.Mark();
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false);
        MonotonicTime to = ClientProber.Mark();
        string noise = string.Join(", ", _routers.Select(router => LabTable.Milliseconds(router.Prober.LongestGap(from, to).Length)));
        _table.Line($"    (noise: longest time without an answer in a quiet second: {noise})");
    }

    private async Task ServiceStepsAsync(CancellationToken cancellationToken)
    {
        foreach (LabServiceSpec spec in _cluster.Services.Where(spec => spec.Checks.Count > 0))
        {
            WatchedRouter? watching = _routers.Find(router => router.Config.Tracks.Any(track => track.What.Checks.Any(spec.Checks.Contains)));
            LabMachine machine = MasterOf(watching ?? _routers[0]);
            await StepAsync(
                $"{spec.Program} killed on {machine.Name}",
                () =>
                {
                    machine.Crashed.Add(spec);
                    machine.ServiceOf(spec).Crash();
                },
                at => _foresight.Begun(FaultKind.CheckFails, machine, at),
                cancellationToken).ConfigureAwait(false);
            await StepAsync(
                $"{spec.Program} back on {machine.Name}",
                () =>
                {
                    machine.Crashed.Remove(spec);
                    machine.ServiceOf(spec).Start();
                },
                _ => _foresight.Ended(),
                cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AgentStepsAsync(string signalName, LinuxSignal signal, FaultKind fault, CancellationToken cancellationToken)
    {
        LabMachine machine = MasterOf(_routers[0]);
        await StepAsync(
            $"agent {signalName} on {machine.Name}",
            () =>
            {
                machine.AgentShouldRun = false;
                machine.Agent.Kill(signal);
            },
            at => _foresight.Begun(fault, machine, at),
            cancellationToken).ConfigureAwait(false);
        await StepAsync($"agent started on {machine.Name}", () => StartAgent(machine), _ => _foresight.Ended(), cancellationToken).ConfigureAwait(false);
    }

    private async Task DrainStepsAsync(CancellationToken cancellationToken)
    {
        LabMachine machine = MasterOf(_routers[0]);
        await StepAsync($"drain of {machine.Name}", () => Drain(true), at => _foresight.Begun(FaultKind.Drain, machine, at), cancellationToken).ConfigureAwait(false);
        await StepAsync($"undrain of {machine.Name}", () => Drain(false), _ => _foresight.Ended(), cancellationToken).ConfigureAwait(false);

        void Drain(bool on)
        {
            machine.IsDrained = on;
            machine.Agent.Drain(on);
        }
    }

    private async Task FreezeStepsAsync(CancellationToken cancellationToken)
    {
        LabMachine machine = MasterOf(_routers[0]);
        long frozen = Stopwatch.GetTimestamp();
        await StepAsync(
            $"agent SIGSTOP on {machine.Name}",
            () =>
            {
                machine.IsFrozen = true;
                machine.Agent.Kill(LinuxSignal.Stop);
            },
            at => _foresight.Begun(FaultKind.Freeze, machine, at),
            cancellationToken).ConfigureAwait(false);
        TimeSpan left = _options.Freeze - Stopwatch.GetElapsedTime(frozen);
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        await StepAsync(
            $"agent SIGCONT on {machine.Name}",
            () =>
            {
                machine.IsFrozen = false;
                machine.Agent.Kill(LinuxSignal.Continue);
            },
            _ => _foresight.Ended(),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>No carrier is lost: both sides go on alone, and the client is on the other one's.</summary>
    private async Task PartitionStepsAsync(CancellationToken cancellationToken)
    {
        LabMachine machine = MasterOf(_routers[0]);
        await StepAsync(
            $"partition of {machine.Name}",
            () =>
            {
                machine.IsCutOff = true;
                Network.CutLink(machine.Node, keepCarrier: true);
            },
            at => _foresight.Begun(FaultKind.Partition, machine, at),
            cancellationToken).ConfigureAwait(false);
        await StepAsync(
            $"partition healed of {machine.Name}",
            () =>
            {
                machine.IsCutOff = false;

                // Two that are MASTER settle it by priority, whatever preempt says.
                _routers.ForEach(router => router.Master = null);
                Network.HealLink(machine.Node);
            },
            _ => _foresight.Ended(),
            cancellationToken).ConfigureAwait(false);
    }

    private async Task LinkStepsAsync(CancellationToken cancellationToken)
    {
        LabMachine machine = MasterOf(_routers[0]);
        await StepAsync(
            $"link cut of {machine.Name}",
            () =>
            {
                machine.LinkIsUp = false;
                Network.CutLink(machine.Node);
            },
            at => _foresight.Begun(FaultKind.LinkDown, machine, at),
            cancellationToken).ConfigureAwait(false);
        await StepAsync(
            $"link healed of {machine.Name}",
            () =>
            {
                machine.LinkIsUp = true;
                Network.HealLink(machine.Node);
            },
            _ => _foresight.Ended(),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does something, waits until all is as it should be then, and prints the row.</summary>
    /// <param name="foretell">From the time at which it was done to what the simulator says of it.</param>
    private async Task StepAsync(
        string name, Action act, Func<MonotonicTime, IReadOnlyList<Duration>?> foretell, CancellationToken cancellationToken)
    {
        List<string?> before = [.. _routers.Select(router => router.Master)];
        var seen = new List<(string Node, TransitionStatus Transition)>();
        _steps++;
        _busyness.TakeWorst();
        MonotonicTime from = ClientProber.Mark();
        string? obstacle = null;
        try
        {
            act();
        }
        catch (Exception error) when (error is LabException or ControlException)
        {
            obstacle = $"the step could not be done: {error.Message}";
        }

        MonotonicTime done = ClientProber.Mark();
        foreach (WatchedRouter router in _routers)
        {
            router.Master = ExpectedMaster.Of(
                router.Config,
                [.. _machines.Select(machine => (machine.Config, machine.Condition))],
                router.Master);
        }

        LabObservation observation = await SettleAsync(seen, cancellationToken).ConfigureAwait(false);
        MonotonicTime to = ClientProber.Mark();
        IReadOnlyList<Duration>? predicted = foretell(done);
        List<LabRouterOutcome> outcomes = [.. _routers.Select((router, index) => new LabRouterOutcome(
            router.Config.Name,
            before[index],
            observation.MastersOf(router),
            [.. _machines.Select(machine => (machine.Name, observation.KernelWords(router, machine)))],
            router.Prober.LongestGap(from, to),
            predicted?[index],
            [.. obstacle is null ? [] : new[] { obstacle }, .. observation.Complaints(router)]))];
        _table.Step(name, outcomes, [.. seen.OrderBy(one => one.Transition.At)]);
        _failedSteps += outcomes.TrueForAll(outcome => outcome.Complaints.Count == 0) ? 0 : 1;
        Duration held = _busyness.TakeWorst();
        if (held > _busyLimit)
        {
            _busySteps++;
            _table.Line($"    (this machine was too busy for these times: it kept the lab itself waiting for {LabTable.Milliseconds(held)})");
        }
    }

    /// <summary>Looks until all has been well for a while, or the bound is over; returns the last look.</summary>
    private async Task<LabObservation> SettleAsync(List<(string Node, TransitionStatus Transition)> seen, CancellationToken cancellationToken)
    {
        long begin = Stopwatch.GetTimestamp();
        long? wellSince = null;
        while (true)
        {
            LabObservation observation = await LabObservation.ReadAsync(_machines, cancellationToken).ConfigureAwait(false);
            foreach ((string node, StatusReport? report) in observation.Reports)
            {
                if (report is not null)
                {
                    seen.AddRange(_transitions.NewOnes(node, report).Select(one => (node, one)));
                }
            }

            bool isWell = _routers.TrueForAll(router => observation.Complaints(router).Count == 0);
            wellSince = isWell ? wellSince ?? Stopwatch.GetTimestamp() : null;
            if ((wellSince is long since && Stopwatch.GetElapsedTime(since) >= LabOptions.Steady)
                || (!isWell && Stopwatch.GetElapsedTime(begin) > _stepBound))
            {
                return observation;
            }

            await Task.Delay(LabOptions.LookInterval, cancellationToken).ConfigureAwait(false);
        }
    }

    private LabMachine MasterOf(WatchedRouter router) =>
        _machines.Find(machine => machine.Name == router.Master)
        ?? throw new LabException($"No node can be the master of {router.Config.Name}.");

    /// <summary>For steps that are no fault, or that depend on how fast programs start.</summary>
    private static IReadOnlyList<Duration>? Unforeseen(MonotonicTime at) => null;

    private static void StartAgent(LabMachine machine)
    {
        machine.AgentShouldRun = true;
        machine.Agent.Start();
    }
}
