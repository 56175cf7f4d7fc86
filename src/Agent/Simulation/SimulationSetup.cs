using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>Everything a run depends on: the same setup gives the same run, to the nanosecond.</summary>
/// <param name="File">The file that every node runs.</param>
/// <param name="Faults">In order of time.</param>
/// <param name="Length">How long the run is.</param>
/// <param name="Seed">Of the delays on the LAN, of the wake-ups and of everything else that a real network leaves to chance.</param>
internal sealed record SimulationSetup(HotStandbyConfig File, IReadOnlyList<Fault> Faults, Duration Length, ulong Seed)
{
    /// <summary>How fast each node's clock runs, in parts per million above the true time; nodes beyond the list run true.</summary>
    public IReadOnlyList<int> Drift { get; init; } = [];

    /// <summary>Whether the kernel takes addresses off at the end of their lifetime and not, as chance has it, up to 250 ms later.</summary>
    public bool KernelIsPrompt { get; init; }

    /// <summary>Whether the adverts of version 3 are signed and nothing else is believed.</summary>
    public bool Signed { get; init; }

    /// <summary>How far each node's wall clock is ahead of the true time; nodes beyond the list are right.</summary>
    public IReadOnlyList<Duration> WallClocks { get; init; } = [];

    /// <summary>When somebody without a key owns the wire; see <see cref="Attacker"/>.</summary>
    public IReadOnlyList<Attack> Attacks { get; init; } = [];

    /// <summary>Whether the run keeps a timeline and the figures of each fault; a soak does without.</summary>
    public bool Records { get; init; }

    public IReadOnlyList<string> NodeNames => [.. File.Nodes.Select(node => node.Name)];
}

/// <summary>Somebody without a key owns the wire for a while.</summary>
/// <param name="At">From the start of the run.</param>
/// <param name="Seed">Of what is done.</param>
internal sealed record Attack(Duration At, Duration Length, ulong Seed);
