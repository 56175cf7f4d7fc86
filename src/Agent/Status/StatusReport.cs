using System.Text.Json.Serialization;
using HotStandby.Abstractions;

namespace HotStandby.Agent.Status;

/// <summary>
/// What <c>hotstandby status --json</c> prints: additive only, a change that could break a reader changes <see cref="Schema"/>.
/// Ages are measured when the report is made, so a reader never takes an old value for a new one.
/// </summary>
public sealed record StatusReport(
    string Schema,
    string Node,
    string Version,
    int Pid,
    DateTimeOffset At,
    DateTimeOffset StartedAt,
    ConfigStatus Config,
    IReadOnlyList<VirtualRouterStatus> VirtualRouters,
    IReadOnlyList<CheckStatus> Checks,
    IReadOnlyList<PluginStatus> Plugins,
    HostStatus Host,
    LoopStatus Loop,
    IReadOnlyList<TransitionStatus> Transitions)
{
    public const string CurrentSchema = "hotstandby.status/v1";

    /// <summary>The operator's drain; null when the node is not drained.</summary>
    public DrainStatus? Drained { get; init; }

    /// <summary>Everything that is not as it should be, a sentence each; empty when all is well. `status --exit-code` goes by it.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Why this machine may not be the node that it runs as; null when it has that one's address.</summary>
    public string? NodeProblem { get; init; }

    /// <summary>How the agent's log fares; null from an agent that does not say.</summary>
    public LogStatus? Log { get; init; }

    /// <summary>How the agent's heap fares; null from an agent that does not say.</summary>
    public HeapStatus? Heap { get; init; }

    /// <summary>The state as every surface shows it.</summary>
    public static string StateName(RouterState state) => state.ToString().ToUpperInvariant();
}

/// <summary>The file in force, and what became of the last attempt to reload it.</summary>
public sealed record ConfigStatus(string Path, DateTimeOffset LoadedAt, bool LastReloadSucceeded, string LastReload);

/// <summary>The node serves only if no other does, because the operator said so.</summary>
/// <param name="Reason">The operator's words; may be empty.</param>
public sealed record DrainStatus(string Reason, DateTimeOffset Since);

/// <summary>The agent's log, which nothing waits for.</summary>
/// <param name="Dropped">Lines since the start that were dropped because nobody read the log for too long.</param>
/// <param name="StalledSeconds">How long nobody has read it, when that is a second or more; null while it is read.</param>
public sealed record LogStatus(long Dropped, double? StalledSeconds);

/// <summary>The agent's own memory that is collected.</summary>
/// <param name="CommittedBytes">What the heap held of the kernel after the last collection; 0 before the first.</param>
/// <param name="Collections">Since the start, of whatever kind.</param>
/// <param name="PausedMilliseconds">For how long they have stopped all threads, together.</param>
/// <param name="Packings">Those that gave back what an agent at rest does not need, after the start and after a flood.</param>
/// <param name="WorstPackingMilliseconds">The longest that one of these has stopped all threads; null before the first.</param>
public sealed record HeapStatus(long CommittedBytes, long Collections, double PausedMilliseconds, long Packings, double? WorstPackingMilliseconds);

/// <summary>One virtual router on this node.</summary>
/// <param name="State">INITIALIZE, BACKUP, MASTER or FAULT.</param>
/// <param name="Why">The sentence of the last transition, or what it waits for.</param>
/// <param name="MasterAddress">The master last heard, this node's own source when it is the master; null when none was heard.</param>
/// <param name="AdvertAgeSeconds">Since the last advert accepted (BACKUP) or sent (MASTER); null when there was none.</param>
/// <param name="Counters">Adverts received, sent and dropped, by reason.</param>
public sealed record VirtualRouterStatus(
    string Name,
    int Vrid,
    string Interface,
    int Version,
    string State,
    string Why,
    DateTimeOffset Since,
    double SinceSeconds,
    PriorityStatus Priority,
    string? MasterAddress,
    double? AdvertAgeSeconds,
    IReadOnlyList<AddressStatus> Addresses,
    IReadOnlyDictionary<string, long> Counters)
{
    /// <summary>What would move it out of its state next, as a sentence.</summary>
    public string Next { get; init; } = "";

    /// <summary>What is wrong now, the oldest first.</summary>
    public IReadOnlyList<AlarmStatus> Alarms { get; init; } = [];

    /// <summary>none, or pass (version 2; protects nothing). Never the secret.</summary>
    public string Authentication { get; init; } = "none";

    /// <summary>Routes and rules that move with the role.</summary>
    public IReadOnlyList<RouteStatus> Routes { get; init; } = [];

    /// <summary>Machines that claim a virtual address and send no advertisements for it, as heard while MASTER; those that stopped too.</summary>
    public IReadOnlyList<AddressConflictStatus> AddressConflicts { get; init; } = [];

    /// <summary>Null for none.</summary>
    public SyncGroupStatus? SyncGroup { get; init; }

    /// <summary>Null where the addresses are on the interface itself.</summary>
    public VirtualMacStatus? VirtualMac { get; init; }
}

/// <summary>A condition that lasts.</summary>
/// <param name="Code">Its stable word, "deaf-peer".</param>
/// <param name="Sentence">What is wrong, and what to do.</param>
/// <param name="Since">When it began.</param>
/// <param name="ForSeconds">Since it began.</param>
/// <param name="SeenSecondsAgo">Since it was seen last.</param>
/// <param name="Times">How often it was seen.</param>
public sealed record AlarmStatus(string Code, string Sentence, DateTimeOffset Since, double ForSeconds, double SeenSecondsAgo, long Times);

/// <summary>A foreign owner of a virtual address.</summary>
/// <param name="Mac">As "02:00:00:00:00:77".</param>
/// <param name="Since">When it was heard first.</param>
/// <param name="HeardSecondsAgo">Since it was heard last.</param>
/// <param name="Claims">How often it was heard.</param>
public sealed record AddressConflictStatus(string Address, string Mac, DateTimeOffset Since, double HeardSecondsAgo, long Claims);

/// <summary>The sync group a virtual router moves with.</summary>
/// <param name="Name">As in the file.</param>
/// <param name="Waits">Whether it hears no master and stays BACKUP only because another member hears one.</param>
public sealed record SyncGroupStatus(string Name, bool Waits)
{
    /// <summary>INITIALIZE, BACKUP, MASTER or FAULT: the last one that all members were in together, which is what its notifiers know.</summary>
    public string State { get; init; } = "INITIALIZE";
}

/// <summary>A virtual router's MAC address.</summary>
/// <param name="Mac">As "00:00:5e:00:01:33".</param>
/// <param name="Device">The macvlan that has it; null while there is none, which is whenever the node is not MASTER.</param>
public sealed record VirtualMacStatus(string Mac, string? Device);

/// <summary>Effective priority and how it came about: base plus every applied term, clamped to 1..254; an owner stays at 255.</summary>
public sealed record PriorityStatus(int Effective, int Base, IReadOnlyList<PriorityTerm> Terms);

/// <summary>One tracked thing's part.</summary>
/// <param name="Check">A check's id; else kind and name: "interface eth1", "file /run/drain", "process nginx", "anyOf(a, b)".</param>
/// <param name="Weight">Null: its failing is FAULT.</param>
/// <param name="Applied">What it adds now; 0 when it adds nothing.</param>
public sealed record PriorityTerm(string Check, int? Weight, int Applied)
{
    /// <summary>up, down or waiting; empty for "drained" and "sticky", which are no checks.</summary>
    public string State { get; init; } = "";

    /// <summary>What was seen or said last; or why it counts as failed.</summary>
    public string LastWords { get; init; } = "";
}

/// <summary>One virtual address.</summary>
/// <param name="Bound">Read from the kernel, not from belief.</param>
public sealed record AddressStatus(string Address, bool Bound)
{
    /// <summary>The interface of this node that it is on while the node is MASTER; with a virtual MAC address the one below the macvlan.</summary>
    public string Interface { get; init; } = "";

    /// <summary>Whether it is in the adverts.</summary>
    public bool Advertised { get; init; } = true;

    /// <summary>As plugins.json names them, "label eth0:1 scope link"; empty for none.</summary>
    public string Attributes { get; init; } = "";
}

/// <summary>One route or rule.</summary>
/// <param name="Entry">As "route 10.0.0.0/8 via 192.0.2.1 dev eth0" or "rule from 192.0.2.9/32 table 100 priority 1000".</param>
/// <param name="Installed">At the last look, which is a second old at most while the node is MASTER.</param>
/// <param name="Problem">Why it is not; empty while there is none.</param>
public sealed record RouteStatus(string Entry, bool Installed, string Problem);

/// <summary>One check.</summary>
/// <param name="State">up, down, or waiting (no result yet).</param>
/// <param name="LastWords">What it said last; or why it counts as failed.</param>
/// <param name="AgeSeconds">Since its last result was made; null when there was none.</param>
/// <param name="TookMilliseconds">The call that gave it; null when there was none, also of a check that speaks up by itself.</param>
public sealed record CheckStatus(string Id, string Use, string State, string LastWords, double? AgeSeconds, double? TookMilliseconds);

/// <summary>One plugin entry in the host.</summary>
/// <param name="State">active, starting, refused or malfunctioning.</param>
public sealed record PluginStatus(string Id, string Use, string State, string Why, string Version, int Crashes)
{
    /// <summary>Of a notifier: where its last call failed, for each virtual router or sync group that it hears of. Empty when all went well.</summary>
    public IReadOnlyList<FailedCall> FailedCalls { get; init; } = [];
}

/// <summary>A call of a notifier that failed and that no later one made good.</summary>
/// <param name="About">The virtual router or sync group.</param>
/// <param name="State">What it should have been told: MASTER, BACKUP, FAULT or STOP.</param>
/// <param name="Sequence">Of the transition.</param>
/// <param name="Detail">What the notifier said, one line.</param>
public sealed record FailedCall(string About, string State, long Sequence, string Detail);

/// <summary>The plugin host process.</summary>
/// <param name="State">running, restarting or stopped.</param>
public sealed record HostStatus(string State, int? Pid, int Restarts, string Why)
{
    /// <summary>Messages that were not passed to a plugin host, because it had stopped reading; it was ended for it, and the next one was told anew.</summary>
    public int Unread { get; init; }

    /// <summary>Begins and ends of alarms that a notifier was not told of, because more waited for it than are kept.</summary>
    public int AlarmsGivenUp { get; init; }
}

/// <summary>How late the protocol thread was, over its life.</summary>
/// <param name="WorstLatenessMilliseconds">From a deadline to the thread's waking for it; null while no timer has run out.</param>
/// <param name="WorstTurnMilliseconds">Null before the first turn.</param>
public sealed record LoopStatus(long Turns, double? WorstLatenessMilliseconds, double? WorstTurnMilliseconds, bool Realtime)
{
    /// <summary>Bytes of memory that the protocol thread has asked for since its start: what grows with turns is a leak of time, if not of memory.</summary>
    public long AllocatedBytes { get; init; }

    /// <summary>How often a part asked to be woken at a moment that was over, twice in a row: each is a fault of the agent, which it survives.</summary>
    public long OverdueDeadlines { get; init; }
}

/// <summary>One line of the journal.</summary>
public sealed record TransitionStatus(long Sequence, DateTimeOffset At, string VirtualRouter, string From, string To, string Reason, IReadOnlyList<string> Notified)
{
    /// <summary>INSTANCE, or GROUP: then <see cref="VirtualRouter"/> is a sync group's name.</summary>
    public string Kind { get; init; } = "INSTANCE";

    /// <summary>"VI_1", or "sync group VG_1".</summary>
    [JsonIgnore]
    public string Title => Kind == "GROUP" ? $"sync group {VirtualRouter}" : VirtualRouter;
}
