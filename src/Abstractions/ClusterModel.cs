using System.Text.Json;

namespace HotStandby.Abstractions;

/// <summary>plugins.json as generators see it: validated, defaults filled in.</summary>
public sealed record ClusterModel(
    IReadOnlyList<NodeModel> Nodes,
    IReadOnlyList<VirtualRouterModel> VirtualRouters,
    IReadOnlyList<PluginModel> Plugins)
{
    /// <summary>Virtual routers that move together; every member's tracks hold those of the whole group.</summary>
    public IReadOnlyList<SyncGroupModel> SyncGroups { get; init; } = [];

    /// <summary>Settings of the agent itself.</summary>
    public AgentModel Agent { get; init; } = new();
}

/// <summary>Settings of the agent itself.</summary>
public sealed record AgentModel
{
    /// <summary>SCHED_FIFO priority of the protocol thread, 1..99; null for none.</summary>
    public int? RealtimePriority { get; init; }

    /// <summary>Whether its memory is locked into RAM.</summary>
    public bool LockMemory { get; init; }

    /// <summary>How long after its start it takes no part in any election.</summary>
    public TimeSpan StartupDelay { get; init; }

    /// <summary>The same, counted from the boot of the machine.</summary>
    public TimeSpan DelayAfterBoot { get; init; }

    /// <summary>How long the last results stand while the plugin host is away; 1 s to 10 min.</summary>
    public TimeSpan HostGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Folders searched for plugins, absolute; without the shipped one.</summary>
    public IReadOnlyList<string> PluginPaths { get; init; } = [];

    /// <summary>What becomes of virtual addresses that somebody else has put on the machine: "leftovers", "tell" or "remove".</summary>
    public string StrayAddresses { get; init; } = "leftovers";

    /// <summary>The user that plugins run as; null for the agent's own.</summary>
    public string? HostUser { get; init; }

    /// <summary>Linux capabilities that plugins keep, such as NET_ADMIN.</summary>
    public IReadOnlyList<string> HostCapabilities { get; init; } = [];
}

/// <summary>Where the values that may differ per node stand in plugins.json, e.g. <c>nodes.web1.priority</c>.</summary>
/// <param name="Priority">The priority's key.</param>
/// <param name="Interface">The interface's key.</param>
/// <param name="SourceAddress">The source address's key; the node's address where it stands for it.</param>
public sealed record NodeKeyPaths(string Priority, string Interface, string SourceAddress);

/// <summary>Virtual routers that move as one election (keepalived: vrrp_sync_group).</summary>
/// <param name="Name">Unique among the sync groups.</param>
/// <param name="VirtualRouters">Their names, 2 or more; each is in one group at most.</param>
public sealed record SyncGroupModel(string Name, IReadOnlyList<string> VirtualRouters)
{
    /// <summary>Ids of the notifiers told of the group's own transitions.</summary>
    public IReadOnlyList<string> Notify { get; init; } = [];

    /// <summary>Where it stands, e.g. <c>syncGroups[0]</c>; empty when unknown.</summary>
    public string Path { get; init; } = "";
}

/// <summary>One machine of the pair.</summary>
/// <param name="Name">Its name; the host name unless <c>--node</c> says otherwise.</param>
/// <param name="Address">Its own address on the shared network, without a prefix length.</param>
/// <param name="Priority">Base priority for every virtual router, 1..255; 255 is the address owner.</param>
public sealed record NodeModel(string Name, string Address, int Priority);

/// <summary>One virtual router (RFC 9568; keepalived: vrrp_instance).</summary>
/// <param name="Name">Its name, unique in the file.</param>
/// <param name="Vrid">1..255, unique per interface and address family.</param>
/// <param name="Interfaces">The interface adverts are sent on, per node name.</param>
/// <param name="Version">2 or 3.</param>
/// <param name="AdvertInterval">10 ms to 40.95 s in v3, whole seconds 1 to 255 in v2.</param>
/// <param name="Addresses">Virtual addresses as "address/prefix length", in the order of the file; one family.</param>
/// <param name="Preempt">Whether a stronger backup takes the role from a weaker master.</param>
/// <param name="PreemptDelay">How long it waits before it does so; zero for at once.</param>
/// <param name="ChecksumWithPseudoHeader">The IPv4 v3 checksum form sent: true as keepalived's default, false as RFC 9568 says.</param>
/// <param name="Tracks">Checks that change its priority or put it into FAULT.</param>
/// <param name="Notify">Ids of the notifiers told of its transitions.</param>
/// <param name="Priorities">Effective base priority per node name.</param>
public sealed record VirtualRouterModel(
    string Name,
    int Vrid,
    IReadOnlyDictionary<string, string> Interfaces,
    int Version,
    TimeSpan AdvertInterval,
    IReadOnlyList<string> Addresses,
    bool Preempt,
    TimeSpan PreemptDelay,
    bool ChecksumWithPseudoHeader,
    IReadOnlyList<TrackModel> Tracks,
    IReadOnlyList<string> Notify,
    IReadOnlyDictionary<string, int> Priorities)
{
    /// <summary>Addresses that move with the role and are not in the adverts, as "address/prefix length"; of either family.</summary>
    public IReadOnlyList<string> ExcludedAddresses { get; init; } = [];

    /// <summary>By node: the interface of each address that is not on <see cref="Interfaces"/>, by the address as in the lists.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> AddressInterfaces { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>More about single addresses, excluded or not, by their text; an address that is missing has nothing more.</summary>
    public IReadOnlyDictionary<string, AddressModel> AddressAttributes { get; init; } = new Dictionary<string, AddressModel>();

    /// <summary>Routes that move with the role.</summary>
    public IReadOnlyList<RouteModel> Routes { get; init; } = [];

    /// <summary>Routing rules that move with the role.</summary>
    public IReadOnlyList<RuleModel> Rules { get; init; } = [];

    /// <summary>Null: adverts go to the multicast group.</summary>
    public UnicastModel? Unicast { get; init; }

    /// <summary>Where adverts come from by the file, per node name; a node that is missing uses the interface's own address.</summary>
    public IReadOnlyDictionary<string, string> SourceAddresses { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether no-preempt and a preempt delay protect a master only as long as its weighted checks are well.</summary>
    public bool PreemptUnhealthy { get; init; } = true;

    /// <summary>Whether its addresses are on a macvlan with the virtual MAC address (keepalived: use_vmac).</summary>
    public bool UseVmac { get; init; }

    /// <summary>Whether a master that does not own the addresses accepts packets to them (keepalived: accept, no_accept).</summary>
    public bool AcceptMode { get; init; } = true;

    /// <summary>Other interfaces it tracks.</summary>
    public IReadOnlyList<InterfaceTrackModel> TrackedInterfaces { get; init; } = [];

    /// <summary>Files it tracks.</summary>
    public IReadOnlyList<FileTrackModel> TrackedFiles { get; init; } = [];

    /// <summary>Processes it tracks.</summary>
    public IReadOnlyList<ProcessTrackModel> TrackedProcesses { get; init; } = [];

    /// <summary>Boolean expressions it tracks, as text; a generator can only refuse or mention them.</summary>
    public IReadOnlyList<string> TrackedExpressions { get; init; } = [];

    /// <summary>Where they stand, in the same order; empty when unknown.</summary>
    public IReadOnlyList<string> TrackedExpressionPaths { get; init; } = [];

    /// <summary>How many adverts of the master must be missing before a backup takes over, 1..100.</summary>
    public int DownTimerAdverts { get; init; } = 3;

    /// <summary>Whether nodes may have the same priority, and whoever has the role keeps it among those; its adverts may carry up to 7 less. No other VRRP router does so.</summary>
    public bool Sticky { get; init; }

    /// <summary>Announcements per address in one volley, 1..20.</summary>
    public int AnnounceRepeat { get; init; } = 5;

    /// <summary>From the first to the second volley, 0..255 s; zero for no second one.</summary>
    public TimeSpan AnnounceDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a MASTER announces each address once more, 1 s to 1 day; zero: never.</summary>
    public TimeSpan AnnounceRefresh { get; init; }

    /// <summary>How long the role is kept for the notifiers' release hooks, 0..60 s; zero: they are not asked.</summary>
    public TimeSpan ReleaseBudget { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The group adverts go to; empty for the family's own.</summary>
    public string MulticastGroup { get; init; } = "";

    /// <summary>Where it stands, e.g. <c>virtualRouters[0]</c>; empty when unknown.</summary>
    public string Path { get; init; } = "";

    /// <summary>By node; a node that is missing has none that is known.</summary>
    public IReadOnlyDictionary<string, NodeKeyPaths> NodeKeyPaths { get; init; } = new Dictionary<string, NodeKeyPaths>();

    /// <summary>Null for none.</summary>
    public AuthenticationModel? Authentication { get; init; }
}

/// <summary>What is said of a virtual address beside its prefix.</summary>
/// <param name="Label">IPv4; empty for the interface's name.</param>
/// <param name="Scope">IPv4: global, site, link or host; empty for what the address has by itself.</param>
/// <param name="Peer">The other end of a point to point link; empty for none.</param>
/// <param name="Broadcast">IPv4; empty for none.</param>
/// <param name="NoPrefixRoute">Whether its subnet gets no route.</param>
/// <param name="PreferredSource">IPv6: whether it may be chosen as a source address.</param>
public sealed record AddressModel(string Label, string Scope, string Peer, string Broadcast, bool NoPrefixRoute, bool PreferredSource);

/// <summary>A route that moves with the role.</summary>
/// <param name="To">As "address/prefix length"; the default route is "0.0.0.0/0" or "::/0".</param>
/// <param name="Via">The gateway; empty for none.</param>
/// <param name="Device">Empty for the virtual router's interface.</param>
/// <param name="Source">The source address of what takes it; empty for none.</param>
/// <param name="Metric">0 for the kernel's default.</param>
/// <param name="Table">254 is main.</param>
/// <param name="Scope">IPv4: global, site, link or host; empty for what fits.</param>
public sealed record RouteModel(string To, string Via, string Device, string Source, long Metric, long Table, string Scope);

/// <summary>A routing rule that moves with the role.</summary>
/// <param name="From">As "address/prefix length"; empty for any.</param>
/// <param name="To">As "address/prefix length"; empty for any.</param>
/// <param name="Table">1 or more.</param>
/// <param name="Priority">1..32765.</param>
public sealed record RuleModel(string From, string To, long Table, int Priority);

/// <summary>A virtual router whose adverts go to each peer by itself.</summary>
/// <param name="Peers">The others, by the name of the node that speaks to them.</param>
/// <param name="MinimumTtl">The least TTL or hop limit that is accepted, 1..255.</param>
/// <param name="CheckSource">Whether adverts from others are dropped.</param>
public sealed record UnicastModel(IReadOnlyDictionary<string, IReadOnlyList<string>> Peers, int MinimumTtl, bool CheckSource);

/// <summary>Authentication of adverts. Holds the secret itself, since a generated file must; never log it.</summary>
/// <param name="Type">"pass": the simple text password of version 2; "hmac": signed adverts of version 3.</param>
/// <param name="Password">pass: 1 to 8 bytes; hmac: empty.</param>
public sealed record AuthenticationModel(string Type, string Password)
{
    /// <summary>Of the type hmac; else null.</summary>
    public HmacModel? Hmac { get; init; }

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Type} ***";
}

/// <summary>Signed adverts. Holds the secrets; never log it.</summary>
/// <param name="Keys">Hex digits of 32 to 64 bytes, by key id (0..255).</param>
/// <param name="ActiveKey">The id of the one that signs.</param>
/// <param name="Mode">"enforce", "permissive" or "receive-only".</param>
/// <param name="AntiReplay">"time" or "monotonic".</param>
/// <param name="TimeWindow">1 to 300 s.</param>
public sealed record HmacModel(IReadOnlyDictionary<int, string> Keys, int ActiveKey, string Mode, string AntiReplay, TimeSpan TimeWindow)
{
    /// <summary>Without the secrets.</summary>
    public override string ToString() => $"{Mode} ***";
}

/// <summary>A tracked check.</summary>
/// <param name="Check">The id of the plugins.json entry.</param>
/// <param name="Weight">Null: failing is FAULT. Negative: added while it fails. Positive: added while it succeeds. -253..253.</param>
public sealed record TrackModel(string Check, int? Weight)
{
    /// <summary>Whether the weight counts with the other sign.</summary>
    public bool Reverse { get; init; }

    /// <summary>Where it stands, e.g. <c>virtualRouters[0].track[1]</c>, or in its sync group; empty when unknown.</summary>
    public string Path { get; init; } = "";
}

/// <summary>A tracked interface.</summary>
/// <param name="Interface">Its name.</param>
/// <param name="Weight">As of <see cref="TrackModel"/>.</param>
/// <param name="Reverse">Whether the weight counts with the other sign.</param>
/// <param name="NeedsAddress">Whether it is down without an address of its own.</param>
/// <param name="UpDelay">How long it must be up before that counts.</param>
/// <param name="DownDelay">How long it must be down before that counts.</param>
public sealed record InterfaceTrackModel(string Interface, int? Weight, bool Reverse, bool NeedsAddress, TimeSpan UpDelay, TimeSpan DownDelay)
{
    /// <summary>As <see cref="TrackModel.Path"/>.</summary>
    public string Path { get; init; } = "";
}

/// <summary>A file with a number in it, which is multiplied by the weight.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Weight">Null: any number but 0 is FAULT.</param>
/// <param name="Reverse">Whether the weight counts with the other sign.</param>
/// <param name="Missing">What a missing file stands for; null: it is a failure.</param>
public sealed record FileTrackModel(string Path, int? Weight, bool Reverse, int? Missing)
{
    /// <summary>As <see cref="TrackModel.Path"/>.</summary>
    public string KeyPath { get; init; } = "";
}

/// <summary>Processes of one name.</summary>
/// <param name="Process">As in /proc/PID/comm.</param>
/// <param name="Quorum">How many must live, at least 1.</param>
/// <param name="Weight">As of <see cref="TrackModel"/>.</param>
/// <param name="Reverse">Whether the weight counts with the other sign.</param>
/// <param name="UpDelay">How long there must be enough before that counts.</param>
/// <param name="DownDelay">How long there must be too few before that counts.</param>
public sealed record ProcessTrackModel(string Process, int Quorum, int? Weight, bool Reverse, TimeSpan UpDelay, TimeSpan DownDelay)
{
    /// <summary>As <see cref="TrackModel.Path"/>.</summary>
    public string Path { get; init; } = "";
}

/// <summary>One entry of <c>plugins</c>.</summary>
/// <param name="Id">Unique in the file.</param>
/// <param name="Use">The plugin's name.</param>
/// <param name="Interval">Time between polls.</param>
/// <param name="Timeout">Longest a call may take.</param>
/// <param name="Rise">Successes in a row before it counts as up.</param>
/// <param name="Fall">Failures in a row before it counts as down.</param>
/// <param name="Options">The entry's options as written.</param>
public sealed record PluginModel(
    string Id,
    string Use,
    TimeSpan Interval,
    TimeSpan Timeout,
    int Rise,
    int Fall,
    JsonElement Options)
{
    /// <summary>What the check counts as before its first result: "wait", "failed" or "healthy".</summary>
    public string Start { get; init; } = "wait";

    /// <summary>Where it stands, e.g. <c>plugins[0]</c>; empty when unknown.</summary>
    public string Path { get; init; } = "";
}
