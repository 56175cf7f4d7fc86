using System.Text.Json;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Configuration;

/// <summary>plugins.json after validation, with every default filled in. Immutable; a reload builds a new one.</summary>
/// <param name="Nodes">In the order of the file.</param>
/// <param name="VirtualRouters">In the order of the file.</param>
/// <param name="Plugins">In the order of the file.</param>
/// <param name="Agent">Settings of the agent itself.</param>
/// <param name="BaseDirectory">The file's folder.</param>
public sealed record HotStandbyConfig(
    IReadOnlyList<NodeConfig> Nodes,
    IReadOnlyList<VirtualRouterConfig> VirtualRouters,
    IReadOnlyList<PluginConfig> Plugins,
    AgentConfig Agent,
    string BaseDirectory)
{
    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<SyncGroupConfig> SyncGroups { get; init; } = [];
}

/// <summary>Virtual routers that move together, as one election.</summary>
/// <param name="Name">Unique among the sync groups.</param>
/// <param name="VirtualRouters">Their names, 2 or more.</param>
public sealed record SyncGroupConfig(string Name, IReadOnlyList<string> VirtualRouters)
{
    /// <summary>Ids of the plugin entries that are told of the group's transitions.</summary>
    public IReadOnlyList<string> Notify { get; init; } = [];
}

/// <summary>One machine.</summary>
/// <param name="Name">The key under <c>nodes</c>.</param>
/// <param name="Address">Its own address, no prefix length.</param>
/// <param name="Priority">1..255, default for every virtual router.</param>
/// <param name="Overrides">What differs on this node, by virtual router name.</param>
public sealed record NodeConfig(
    string Name,
    Address Address,
    byte Priority,
    IReadOnlyDictionary<string, NodeOverride> Overrides);

/// <summary>What differs on one node for one virtual router; null means as elsewhere.</summary>
public sealed record NodeOverride(byte? Priority, string? Interface)
{
    /// <summary>The address its adverts come from.</summary>
    public Address? SourceAddress { get; init; }

    /// <summary>What the devices of addresses are called on the node, by the name that the addresses have.</summary>
    public IReadOnlyDictionary<string, string> Devices { get; init; } = new Dictionary<string, string>();
}

/// <summary>A virtual router in unicast mode.</summary>
/// <param name="Peers">The others, by the name of the node that speaks to them.</param>
/// <param name="MinimumTtl">The least TTL or hop limit that is accepted, 1..255.</param>
/// <param name="CheckSource">Whether adverts from others are dropped.</param>
public sealed record UnicastConfig(IReadOnlyDictionary<string, IReadOnlyList<Address>> Peers, byte MinimumTtl, bool CheckSource);

/// <summary>One virtual router.</summary>
public sealed record VirtualRouterConfig(
    string Name,
    byte Vrid,
    string Interface,
    byte Version,
    Duration AdvertInterval,
    IReadOnlyList<AddressPrefix> Addresses,
    bool Preempt,
    Duration PreemptDelay,
    ChecksumForm Checksum,
    int AnnounceRepeat,
    Duration AnnounceDelay,
    IReadOnlyList<TrackConfig> Tracks,
    IReadOnlyList<string> Notify)
{
    /// <summary>Addresses that move with the role and are not in the adverts; of either family.</summary>
    public IReadOnlyList<AddressPrefix> ExcludedAddresses { get; init; } = [];

    /// <summary>Of the addresses, excluded or not, that have any.</summary>
    public IReadOnlyDictionary<AddressPrefix, AddressAttributes> AddressAttributes { get; init; } = new Dictionary<AddressPrefix, AddressAttributes>();

    /// <summary>Routes that move with the role.</summary>
    public IReadOnlyList<VirtualRoute> Routes { get; init; } = [];

    /// <summary>Routing rules that move with the role.</summary>
    public IReadOnlyList<VirtualRule> Rules { get; init; } = [];

    /// <summary>Null: multicast.</summary>
    public UnicastConfig? Unicast { get; init; }

    /// <summary>Whether the addresses are on a macvlan with the virtual MAC address (RFC 9568 7.3).</summary>
    public bool UseVmac { get; init; }

    /// <summary>Whether a MASTER that does not own the addresses accepts packets to them (RFC 9568 6.1).</summary>
    public bool AcceptMode { get; init; } = true;

    /// <summary>Whether nodes may have the same priority, and whoever has the role keeps it among those.</summary>
    public bool Sticky { get; init; }

    /// <summary>How many adverts of the master must be missing, 1..100.</summary>
    public int DownTimerAdverts { get; init; } = 3;

    /// <summary>How long a leaving that the operator asked for waits for the notifiers' release hooks; zero: not at all.</summary>
    public TimeSpan ReleaseBudget { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a MASTER announces each address once more, 1 s to 1 day; zero: never.</summary>
    public Duration AnnounceRefresh { get; init; }

    /// <summary>The group adverts go to, of the family of the addresses; null for the family's own.</summary>
    public Address? MulticastGroup { get; init; }

    /// <summary>The address adverts come from because the file says so; null: the node's or the interface's own.</summary>
    public Address? SourceAddressOn(NodeConfig node) => node.Overrides.TryGetValue(Name, out NodeOverride? own) ? own.SourceAddress : null;

    /// <summary>v2: the simple text password; null for no authentication.</summary>
    public SimplePassword? Password { get; init; }

    /// <summary>Whether no-preempt, a preempt delay and a switchover leave a master alone only as long as its checks are well.</summary>
    public bool PreemptUnhealthy { get; init; } = true;

    /// <summary>What every node advertises while its checks are well, this one too.</summary>
    public IReadOnlyList<HealthyPriority> HealthyPriorities { get; init; } = [];

    /// <summary>What the file calls whoever sends from an address, this node too.</summary>
    public IReadOnlyList<NodeName> NodeNames { get; init; } = [];

    /// <summary>The sync group it moves with, whose tracks are among its own; null for none.</summary>
    public string? SyncGroup { get; init; }

    /// <summary>v3: signed adverts; null for unsigned ones.</summary>
    public HmacSettings? Hmac { get; init; }

    /// <summary>Every address that moves with the role: those of the adverts, then the others.</summary>
    public IReadOnlyList<AddressPrefix> AllAddresses() => ExcludedAddresses.Count == 0 ? Addresses : [.. Addresses, .. ExcludedAddresses];

    /// <summary>Its own interface and those that its addresses have as device, as the file names them.</summary>
    public string[] AllInterfaces() => [.. AllAddresses().Select(address => AddressAttributes.GetValueOrDefault(address)?.Device).OfType<string>().Prepend(Interface).Distinct()];

    /// <summary>The interface that one of the addresses is on.</summary>
    public string DeviceOn(NodeConfig node, AddressPrefix address) =>
        AddressAttributes.GetValueOrDefault(address)?.Device is not string device ? InterfaceOn(node)
        : node.Overrides.TryGetValue(Name, out NodeOverride? own) && own.Devices.TryGetValue(device, out string? name) ? name
        : device;

    public byte PriorityOn(NodeConfig node) =>
        node.Overrides.TryGetValue(Name, out NodeOverride? own) && own.Priority is byte priority ? priority : node.Priority;

    /// <summary>Its routes, each with the interface it is on, and its rules.</summary>
    public RoutingEntry[] RoutingEntriesOn(NodeConfig node) => [.. Routes.Select(route => route with { Device = route.Device ?? InterfaceOn(node) }), .. Rules];

    public string InterfaceOn(NodeConfig node) =>
        node.Overrides.TryGetValue(Name, out NodeOverride? own) && own.Interface is string name ? name : Interface;
}

/// <summary>A tracked check, interface, file or process, or an expression over such.</summary>
/// <param name="What">What is tracked.</param>
/// <param name="Weight">
/// Null: failing is FAULT. Negative: added while it fails. Positive: added while it succeeds. A file's number is multiplied by it. -253..253, not 0.
/// </param>
public sealed record TrackConfig(Tracked What, int? Weight)
{
    public TrackConfig(string check, int? weight)
        : this(new TrackedCheck(check), weight)
    {
    }

    /// <summary>Whether the weight counts with the other sign, as keepalived's <c>reverse</c>.</summary>
    public bool Reverse { get; init; }

    /// <summary>Where it stands in the file.</summary>
    public SourcePath Path { get; init; }

    /// <summary>What it adds to the priority while all is well: it is up; a file has 0 in it.</summary>
    public int WellWeight => What is TrackedFile || Weight is not > 0 ? 0 : Reverse ? -Weight.Value : Weight.Value;
}

/// <summary>One plugin entry with the host's knobs.</summary>
public sealed record PluginConfig(
    string Id,
    string Use,
    TimeSpan Interval,
    TimeSpan Timeout,
    int Rise,
    int Fall,
    StartAs Start,
    JsonElement Options)
{
    /// <summary>Whether its check speaks up by itself, as its plugin says of itself; false too when nobody asked it.</summary>
    public bool Pushes { get; init; }
}

/// <summary>What the agent does about virtual addresses that somebody else has put on an interface of this machine. Each is told in any case.</summary>
public enum StrayPolicy
{
    /// <summary>Remove at the start what a killed keepalived leaves.</summary>
    Leftovers,

    /// <summary>Remove none.</summary>
    Tell,

    /// <summary>Remove each, whenever it comes.</summary>
    Remove,
}

/// <summary>Settings of the agent itself.</summary>
/// <param name="PluginPaths">Folders searched for <c>NAME/NAME.dll</c>, absolute; the shipped folder is always searched last.</param>
/// <param name="HostGrace">How long the last results stand while the plugin host is away; default 10 s.</param>
/// <param name="RealtimePriority">SCHED_FIFO priority of the protocol thread, 1..99; null leaves it to the kernel.</param>
/// <param name="LockMemory">mlockall(MCL_ONFAULT).</param>
public sealed record AgentConfig(
    IReadOnlyList<string> PluginPaths,
    TimeSpan HostGrace,
    int? RealtimePriority,
    bool LockMemory)
{
    /// <summary>The user that plugins run as; null for the agent's own.</summary>
    public string? HostUser { get; init; }

    /// <summary>Capabilities that the plugin host keeps, such as NET_ADMIN.</summary>
    public IReadOnlyList<string> HostCapabilities { get; init; } = [];

    /// <summary>How long after its start the agent takes no part; zero for not at all (keepalived vrrp_startup_delay).</summary>
    public TimeSpan StartupDelay { get; init; }

    /// <summary>What becomes of virtual addresses that somebody else has put on an interface of this machine.</summary>
    public StrayPolicy StrayAddresses { get; init; }

    /// <summary>How long after the machine's boot the agent takes no part; zero for not at all (keepalived vrrp_delay_after_boot).</summary>
    public TimeSpan DelayAfterBoot { get; init; }
}

/// <summary>Where a thing stands in the file. All are equal: a thing that only stands elsewhere is the same thing to a reload.</summary>
/// <param name="Path">E.g. <c>virtualRouters[0].track[1]</c>; null when unknown.</param>
public readonly record struct SourcePath(string? Path)
{
    /// <summary>The path; empty when unknown.</summary>
    public string Text => Path ?? "";

    public bool Equals(SourcePath other) => true;

    public override int GetHashCode() => 0;
}
