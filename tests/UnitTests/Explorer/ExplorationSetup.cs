using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Explorer;

/// <summary>What the nodes of one exploration run, and how much may go wrong.</summary>
/// <param name="Name">For tests and reports.</param>
/// <param name="Priorities">One for each node, 2 or 3.</param>
internal sealed record ExplorationSetup(string Name, byte[] Priorities)
{
    public byte Version { get; init; } = 3;

    public bool Preempt { get; init; } = true;

    public Duration PreemptDelay { get; init; }

    /// <summary>How long a message may be under way; without it, it arrives before time goes on.</summary>
    public Duration Delay { get; init; }

    /// <summary>What a failed check makes of the priority; null: FAULT.</summary>
    public byte? Weakened { get; init; }

    /// <summary>
    /// How many faults there may be on one path, each at any moment: a lost message, a freeze, a crash, a partition, a failed check, a stop, a
    /// switchover. What ends a fault costs nothing.
    /// </summary>
    public int Faults { get; init; } = 2;

    /// <summary>Whether it begins when all has been well for long, else with the start of every node at once.</summary>
    public bool IsSettled { get; init; } = true;

    public static readonly Duration Interval = Duration.FromSeconds(1);

    /// <summary>All the setups; two nodes but for the last.</summary>
    public static IReadOnlyList<ExplorationSetup> All { get; } =
    [
        new("pair", [192, 128]),
        new("start", [192, 128]) { IsSettled = false },
        new("equal", [128, 128]),
        new("noPreempt", [192, 128]) { Preempt = false },
        new("preemptDelay", [192, 128]) { PreemptDelay = Duration.FromSeconds(6) },
        new("version2", [192, 128]) { Version = 2 },
        new("weights", [192, 128]) { Weakened = 64 },
        new("owner", [255, 128]),
        new("slowLan", [192, 128]) { Delay = Duration.FromMilliseconds(100) },
        new("trio", [192, 128, 64]),
    ];

    public VirtualRouterSettings Settings(int node) => new(
        "VI_1",
        51,
        Version,
        IsIPv6: false,
        Priorities[node],
        Interval,
        [new AddressPrefix(Address.Parse("192.0.2.100"), 24)],
        Preempt,
        PreemptDelay,
        ChecksumForm.PseudoHeader,
        AnnounceRepeat: 1,
        AnnounceDelay: Duration.Zero)
    {
        StrongestPeer = Weakened is null ? null : Priorities.Where((_, other) => other != node).Max(),
    };

    public static Address Source(int node) => Address.Read([192, 0, 2, (byte)(11 + node)]);

    /// <summary>Skew_Time of a node, its arithmetic apart from the state machine's.</summary>
    public static Duration Skew(int priority, Duration interval) => new(interval.Nanoseconds * (256 - priority) / 256);

    /// <summary>Master_Down_Interval of the weakest node.</summary>
    public Duration LongestDown => (3 * Interval) + Skew(Weakened ?? Priorities.Min(), Interval);

    /// <summary>After the last fault, until the right node must be MASTER: one takeover, one preemption after its delay.</summary>
    public Duration Settle => LongestDown + Interval + PreemptDelay + (PreemptDelay > Duration.Zero ? LongestDown + Interval : Duration.Zero) + Delay;
}
