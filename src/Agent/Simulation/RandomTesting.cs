using System.Globalization;
using System.Text;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>Runs from seeds, each an hour (or less) of a pair with random faults, until one breaks an invariant.</summary>
internal static class RandomTesting
{
    /// <summary>Time between faults, on average.</summary>
    private static readonly Duration Calm = Duration.FromSeconds(60);

    /// <summary>What became of one seed.</summary>
    /// <param name="Report">Null when all was well; else the invariant, the seed and the shortest trace found.</param>
    /// <param name="Faults">How many faults there were.</param>
    /// <param name="Events">How many events were simulated.</param>
    internal sealed record Outcome(string? Report, int Faults, long Events);

    public static Outcome Try(ulong seed, Duration length)
    {
        SimulationSetup setup = RandomSetup.Create(seed, length, Calm);
        SimulationRun run = new(setup);
        return run.Run() is Violation violation
            ? new(Explain(seed, setup, violation), setup.Faults.Count, run.Events)
            : new(null, setup.Faults.Count, run.Events);
    }

    /// <summary>The first broken invariant of some seeds, without a trace; null when there is none.</summary>
    public static Violation? First(ulong firstSeed, int seeds, Duration length)
    {
        for (int i = 0; i < seeds; i++)
        {
            if (SimulationRun.Check(RandomSetup.Create(firstSeed + (ulong)i, length, Calm)) is Violation violation)
            {
                return violation;
            }
        }

        return null;
    }

    private static string Explain(ulong seed, SimulationSetup setup, Violation violation)
    {
        (SimulationSetup small, Violation found) = Shrinking.Shrink(setup, violation);
        SimulationRun run = new(small with { Records = true });
        run.Run();
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"seed {seed}: {violation}");
        Configuration.VirtualRouterConfig router = setup.File.VirtualRouters[0];
        text.AppendLine(CultureInfo.InvariantCulture, $"  {string.Join(", ", setup.File.Nodes.Select(node => $"{node.Name} priority {node.Priority}"))}; version {router.Version}, {router.AdvertInterval}, preempt {router.Preempt} after {router.PreemptDelay}, {router.Tracks.Count} tracks");
        text.AppendLine(CultureInfo.InvariantCulture, $"  shortest trace found, {small.Faults.Count} of {setup.Faults.Count} faults: {found}");
        foreach (TimelineEntry entry in run.Timeline)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {entry.At,12} {entry.Node} {entry.Text}");
        }

        return text.ToString();
    }
}
