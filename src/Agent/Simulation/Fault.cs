using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>What the simulator can do to a pair. A fault with a length ends after it; without one it lasts to the end of the run.</summary>
internal enum FaultKind
{
    /// <summary>The agent is killed (SIGKILL); its kernel goes on. Ends: a new agent starts.</summary>
    Kill,

    /// <summary>The machine loses power. Ends: it has booted and the agent starts.</summary>
    PowerOff,

    /// <summary>The agent is told to stop (SIGTERM). Ends: it is started again.</summary>
    Stop,

    /// <summary>The agent's processes stand still (SIGSTOP); the kernel's clock and timers go on.</summary>
    Freeze,

    /// <summary>The whole machine stands still, its clock too (a hypervisor's pause).</summary>
    Pause,

    /// <summary>The node and all others can't reach each other. The clients are on the others' side.</summary>
    Partition,

    /// <summary>The node hears nobody; it is heard.</summary>
    Deaf,

    /// <summary>Nobody hears the node; it hears.</summary>
    Mute,

    /// <summary>The interface has no carrier.</summary>
    LinkDown,

    /// <summary>The interface loses and regains its carrier every quarter of a second.</summary>
    LinkFlap,

    /// <summary>The interface has lost its own address (DHCP).</summary>
    NoSource,

    /// <summary>The service dies, and its check says so.</summary>
    CheckFails,

    /// <summary>The service is well and dead in turn, for one check interval each.</summary>
    CheckFlaps,

    /// <summary>Each call of the check runs into its time limit, which counts as a failure.</summary>
    CheckHangs,

    /// <summary>The plugin host says nothing any more; the last result grows old.</summary>
    CheckSilent,

    /// <summary>The service dies, and its check says that all is well.</summary>
    CheckLies,

    /// <summary>Tracked interfaces are down, tracked files unreadable, tracked processes gone.</summary>
    TrackFails,

    /// <summary>Frames get lost, <see cref="Fault.Percent"/> of them.</summary>
    Loss,

    /// <summary>Frames arrive twice, <see cref="Fault.Percent"/> of them.</summary>
    Duplicate,

    /// <summary>Frames are overtaken, <see cref="Fault.Percent"/> of them: up to half an advertisement interval late.</summary>
    Reorder,

    /// <summary>Every frame takes up to <see cref="Fault.Delay"/> longer.</summary>
    Delay,

    /// <summary>Somebody else takes the virtual addresses off the node's interface.</summary>
    TakeAddress,

    /// <summary>The file is read again, with <see cref="Fault.Priority"/> on this node, or unchanged. Has no end.</summary>
    Reload,

    /// <summary>The operator drains the node. Ends: undrain.</summary>
    Drain,

    /// <summary>A reload that is not a change but another virtual router: it must be refused and change nothing. Has no end.</summary>
    BadReload,

    /// <summary>The kernel refuses to add the virtual addresses to the interface (disable_ipv6, no macvlan). Its end can be seen, as a change of the interface.</summary>
    BindRefused,
}

/// <summary>One fault of a run.</summary>
/// <param name="At">When it begins, from the start of the run.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Node">Index of the node it happens to; of no meaning for faults of the whole LAN.</param>
/// <param name="Length">How long; null to the end of the run.</param>
internal sealed record Fault(Duration At, FaultKind Kind, int Node, Duration? Length)
{
    /// <summary>0..100, for the faults that hit some frames.</summary>
    public int Percent { get; init; }

    /// <summary>For <see cref="FaultKind.Delay"/>.</summary>
    public Duration Delay { get; init; }

    /// <summary>
    /// For <see cref="FaultKind.Kill"/> and <see cref="FaultKind.Freeze"/>: from the begin to the moment at which the kernel takes the
    /// addresses off; null: by the lifetime that they have left.
    /// </summary>
    public Duration? LeaseEnds { get; init; }

    /// <summary>For <see cref="FaultKind.Reload"/>: 1..254; null reads the same file again.</summary>
    public byte? Priority { get; init; }

    /// <summary>The one interface of the node it happens to, of those that <see cref="FaultWords.OfInterface"/> names; null: all of them.</summary>
    public string? Interface { get; init; }

    /// <summary>Whether it happens to the LAN and not to a node.</summary>
    public bool IsOfLan => Kind is FaultKind.Loss or FaultKind.Duplicate or FaultKind.Reorder or FaultKind.Delay;

    /// <summary>Over as soon as it has happened.</summary>
    public bool IsMoment => Kind is FaultKind.TakeAddress or FaultKind.Reload or FaultKind.BadReload;

    /// <summary>As in a scenario file: "freeze web1 for 8 s".</summary>
    public string Describe(IReadOnlyList<string> nodes)
    {
        string where = IsOfLan ? (Kind == FaultKind.Delay ? $" of {Delay}" : $" of {Percent}%") : $" {nodes[Node]}{(Interface is string device ? $" {device}" : "")}";
        string priority = Priority is byte one ? $" with priority {one}" : "";
        return $"{FaultWords.Of(Kind)}{where}{priority}{(Length is Duration length && !IsMoment ? $" for {length}" : "")}";
    }
}

/// <summary>The faults' names in scenario files and timelines.</summary>
internal static class FaultWords
{
    public static readonly IReadOnlyList<(string Word, FaultKind Kind)> All =
    [
        ("kill", FaultKind.Kill),
        ("powerOff", FaultKind.PowerOff),
        ("stop", FaultKind.Stop),
        ("freeze", FaultKind.Freeze),
        ("pause", FaultKind.Pause),
        ("partition", FaultKind.Partition),
        ("deaf", FaultKind.Deaf),
        ("mute", FaultKind.Mute),
        ("linkDown", FaultKind.LinkDown),
        ("linkFlap", FaultKind.LinkFlap),
        ("noSource", FaultKind.NoSource),
        ("checkFails", FaultKind.CheckFails),
        ("checkFlaps", FaultKind.CheckFlaps),
        ("checkHangs", FaultKind.CheckHangs),
        ("checkSilent", FaultKind.CheckSilent),
        ("checkLies", FaultKind.CheckLies),
        ("trackFails", FaultKind.TrackFails),
        ("loss", FaultKind.Loss),
        ("duplicate", FaultKind.Duplicate),
        ("reorder", FaultKind.Reorder),
        ("delay", FaultKind.Delay),
        ("takeAddress", FaultKind.TakeAddress),
        ("reload", FaultKind.Reload),
        ("drain", FaultKind.Drain),
        ("badReload", FaultKind.BadReload),
        ("bindRefused", FaultKind.BindRefused),
    ];

    /// <summary>What may happen to one interface of a node only.</summary>
    public static readonly IReadOnlyList<FaultKind> OfInterface = [FaultKind.Partition, FaultKind.Deaf, FaultKind.Mute, FaultKind.LinkDown, FaultKind.NoSource, FaultKind.BindRefused];

    public static string Of(FaultKind kind) => All[(int)kind].Word;
}
