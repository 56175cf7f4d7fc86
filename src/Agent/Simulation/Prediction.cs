using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>
/// What the simulator says of faults that come one after the other, each ended and settled before the next. Of what a real network leaves to
/// chance it is told when in the advertisement interval a fault comes and when the kernel takes the addresses off, so that its outages can be
/// held against measured ones.
/// </summary>
internal sealed class Prediction
{
    private readonly HotStandbyConfig _file;
    private readonly Duration _settles;
    private readonly List<Fault> _faults = [];
    private Duration _quietFrom;

    public Prediction(HotStandbyConfig file)
    {
        _file = file;
        _settles = BuiltInScenario.Settles(file);
        _quietFrom = _settles;
    }

    /// <summary>Whether the simulator can know the outage of a dead service: an event tells of it, and not the next call, whose time it does not know.</summary>
    public static bool Foresees(PluginConfig check) => check.Pushes;

    /// <summary>A fault begins on a node.</summary>
    /// <param name="kind">One that has an end.</param>
    /// <param name="node">Index in the file.</param>
    /// <param name="sinceAdvertisement">From the node's last advertisement for the first virtual router to the fault; null: it sent none.</param>
    /// <param name="leaseEnds">From the fault to the moment at which the kernel took the addresses off; null: it did not, or by its lifetime.</param>
    /// <returns>The longest time without service, for each virtual router of the file; null when the run broke an invariant.</returns>
    public IReadOnlyList<Duration>? Begin(FaultKind kind, int node, Duration? sinceAdvertisement, Duration? leaseEnds)
    {
        Duration at = _quietFrom;
        if (sinceAdvertisement is Duration phase)
        {
            SimulationRun before = new(Setup(at));
            before.Run();
            at = before.Nodes[node].Routers[0].LastSent is MonotonicTime sent ? sent - default(MonotonicTime) + phase : at;
        }

        _faults.Add(new(at, kind, node, null) { LeaseEnds = leaseEnds });
        return Outages(at);
    }

    /// <summary>The last fault ends.</summary>
    /// <returns>As <see cref="Begin"/>.</returns>
    public IReadOnlyList<Duration>? End()
    {
        Fault fault = _faults[^1];
        Duration at = fault.At + _settles;
        _faults[^1] = fault with { Length = _settles };
        _quietFrom = at + _settles;
        return Outages(at);
    }

    private Duration[]? Outages(Duration from)
    {
        SimulationRun run = new(Setup(from + _settles));
        return run.Run() is null
            ? [.. run.Watches.Select(watch => watch.Figures.Between(default(MonotonicTime) + from, run.Now).Outage)]
            : null;
    }

    private SimulationSetup Setup(Duration length) => new(_file, [.. _faults], length, Seed: 1) { Records = true, KernelIsPrompt = true };
}
