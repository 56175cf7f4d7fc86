using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Configuration.Shapes;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Configuration;

/// <summary>
/// plugins.json as far as it could be read, each value with its place; null where a value is wrong or missing, which was reported. The
/// rules work on this, so that they speak in the same run as the shapes.
/// </summary>
internal sealed record Draft(
    IReadOnlyList<DraftNode> Nodes,
    IReadOnlyList<DraftRouter> Routers,
    IReadOnlyList<DraftPlugin> Plugins,
    DraftAgent Agent)
{
    public IReadOnlyList<DraftSyncGroup> SyncGroups { get; init; } = [];

    /// <summary>Whoever has a <c>track</c> and a <c>notify</c>: the virtual routers and, as such, the sync groups.</summary>
    public IEnumerable<DraftRouter> Trackers => Routers.Concat(SyncGroups.Select(group => group.AsTracker));
}

internal sealed record DraftNode(
    string Name,
    Position At,
    Placed<Address>? Address,
    Placed<long>? Priority,
    IReadOnlyList<DraftOverride> Overrides)
{
    /// <summary>The priority on this node; null when unknown.</summary>
    public Placed<long>? PriorityFor(DraftRouter router) => OverrideOf(router)?.Priority ?? Priority;

    public Placed<string>? InterfaceFor(DraftRouter router) => OverrideOf(router)?.Interface ?? router.Interface;

    /// <summary>The interface of an address on this node; null when unknown.</summary>
    public string? DeviceFor(DraftRouter router, DraftAddress address) => address.Device is not Placed<string> device ? InterfaceFor(router)?.Value
        : OverrideOf(router)?.Devices.FirstOrDefault(one => one.Device == device.Value).Name?.Value ?? device.Value;

    /// <summary>Where this node's adverts come from, as far as the file says: the peers know it by that.</summary>
    public Placed<Address>? SourceFor(DraftRouter router) => OverrideOf(router)?.Source ?? Address;

    private DraftOverride? OverrideOf(DraftRouter router) => Overrides.FirstOrDefault(one => one.Router == router.Name?.Value);
}

internal sealed record DraftOverride(string Router, Position At, Placed<long>? Priority, Placed<string>? Interface)
{
    /// <summary>What a device of the addresses is called on the node, with the place of the key.</summary>
    public IReadOnlyList<(string Device, Position At, Placed<string>? Name)> Devices { get; init; } = [];

    public Placed<Address>? Source { get; init; }
}

/// <summary>A virtual router's <c>unicast</c>.</summary>
/// <param name="On">false: multicast.</param>
/// <param name="Peers">Null: the nodes of the file.</param>
internal sealed record DraftUnicast(
    bool On, IReadOnlyList<Placed<Address>?>? Peers, Placed<long>? MinimumTtl, Placed<bool>? CheckSource);

internal sealed record DraftRouter(
    string Path,
    Position At,
    Placed<string>? Name,
    Placed<long>? Vrid,
    Placed<string>? Interface,
    Placed<long>? Version,
    Placed<TimeSpan>? AdvertInterval,
    Position AddressesAt,
    IReadOnlyList<DraftAddress?> AddressItems,
    Placed<bool>? Preempt,
    Placed<TimeSpan>? PreemptDelay,
    Placed<ChecksumForm>? Checksum,
    Placed<long>? AnnounceRepeat,
    Placed<TimeSpan>? AnnounceDelay,
    IReadOnlyList<DraftTrack> Tracks,
    IReadOnlyList<Placed<string>?> Notify,
    DraftAuthentication? Authentication = null)
{
    public Placed<bool>? PreemptUnhealthy { get; init; }

    public Placed<bool>? Sticky { get; init; }

    public IReadOnlyList<DraftRoute> Routes { get; init; } = [];

    public IReadOnlyList<DraftRule> Rules { get; init; } = [];

    /// <summary>Those that are not in the adverts.</summary>
    public IReadOnlyList<DraftAddress?> ExcludedItems { get; init; } = [];

    public IReadOnlyList<Placed<AddressPrefix>?> Addresses { get; } = [.. AddressItems.Select(one => one?.Prefix)];

    /// <summary>Null when it is wrong.</summary>
    public Placed<DraftUnicast>? Unicast { get; init; }

    /// <summary>Null when it is wrong.</summary>
    public Placed<bool>? UseVmac { get; init; }

    /// <summary>Null when it is wrong.</summary>
    public Placed<bool>? AcceptMode { get; init; }

    /// <summary>Null when it is wrong.</summary>
    public Placed<long>? DownTimerAdverts { get; init; }

    /// <summary>Null when it is wrong.</summary>
    public Placed<TimeSpan>? ReleaseBudget { get; init; }

    /// <summary>Null when it is wrong.</summary>
    public Placed<TimeSpan>? AnnounceRefresh { get; init; }

    /// <summary>Null when it is wrong or not written.</summary>
    public Placed<Address>? MulticastGroup { get; init; }

    /// <summary>For sentences: its name, or where it stands while it has none.</summary>
    public string Title => Name is null ? Path : $"\"{Name.Value}\"";

    /// <summary>The family of its first readable address; null when there is none.</summary>
    public bool? IsIPv6 => Addresses.FirstOrDefault(one => one is not null)?.Value.Address.IsIPv6;

    public string AddressPath(int index) => KeyPath.Item($"{Path}.addresses", index);

    /// <summary>Every readable address, in the adverts or not.</summary>
    public IEnumerable<DraftAddress> AllAddresses => AddressItems.Concat(ExcludedItems).OfType<DraftAddress>();
}

/// <summary>A virtual address that could be read; without the attributes that are wrong or not written.</summary>
internal sealed record DraftAddress(Placed<AddressPrefix> Prefix, string Path)
{
    public Placed<string>? Device { get; init; }

    public Placed<string>? Label { get; init; }

    public Placed<AddressScope>? Scope { get; init; }

    public Placed<Address>? Peer { get; init; }

    public Placed<Address>? Broadcast { get; init; }

    public Placed<bool>? NoPrefixRoute { get; init; }

    public Placed<bool>? PreferredSource { get; init; }

    /// <summary>Null for none.</summary>
    public AddressAttributes? Attributes
    {
        get
        {
            AddressAttributes written = new()
            {
                Device = Device?.Value,
                Label = Label?.Value,
                Scope = Scope?.Value,
                Peer = Peer?.Value,
                Broadcast = Broadcast?.Value,
                NoPrefixRoute = NoPrefixRoute is { Value: true },
                PreferredSource = PreferredSource is { Value: true },
            };
            return written == new AddressAttributes() ? null : written;
        }
    }
}

/// <summary>An entry of <c>routes</c>.</summary>
internal sealed record DraftRoute(
    string Path,
    Position At,
    Placed<AddressPrefix?>? To,
    Placed<Address>? Via,
    Placed<string>? Device,
    Placed<Address>? Source,
    Placed<long>? Metric,
    Placed<long>? Table,
    Placed<AddressScope>? Scope);

/// <summary>An entry of <c>rules</c>.</summary>
internal sealed record DraftRule(
    string Path, Position At, Placed<AddressPrefix>? From, Placed<AddressPrefix>? To, Placed<long>? Table, Placed<long>? Priority);

/// <summary>An entry of <c>syncGroups</c>.</summary>
/// <param name="Members">Names of virtual routers.</param>
internal sealed record DraftSyncGroup(
    string Path,
    Position At,
    Placed<string>? Name,
    IReadOnlyList<Placed<string>?> Members,
    IReadOnlyList<DraftTrack> Tracks,
    IReadOnlyList<Placed<string>?> Notify)
{
    /// <summary>For sentences: its name, or where it stands while it has none.</summary>
    public string Title => Name is null ? Path : $"\"{Name.Value}\"";

    /// <summary>Only what it tracks and whom it notifies.</summary>
    public DraftRouter AsTracker => new(Path, At, null, null, null, null, null, At, [], null, null, null, null, null, Tracks, Notify);
}

/// <summary>At most one of the three secrets is used; the shape reports more. Not a record: it must not print what it holds.</summary>
internal sealed class DraftAuthentication
{
    public required Position At { get; init; }

    public required string Path { get; init; }

    public Placed<AuthenticationType>? Type { get; init; }

    public Placed<string>? Password { get; init; }

    public Placed<string>? PasswordFile { get; init; }

    public Placed<string>? Credential { get; init; }

    /// <summary>Null: not written.</summary>
    public IReadOnlyList<DraftHmacKey>? Keys { get; init; }

    public Placed<long>? ActiveKey { get; init; }

    public Placed<HmacMode>? Mode { get; init; }

    public Placed<AntiReplay>? AntiReplay { get; init; }

    public Placed<TimeSpan>? TimeWindow { get; init; }

    /// <summary>Where each key that was written stands, for keys of the other type.</summary>
    public required IReadOnlyList<(string Key, Position At)> Written { get; init; }
}

internal sealed record DraftHmacKey(string Path, Position At, Placed<long>? Id, Placed<string>? File, Placed<string>? Credential);

/// <summary>An entry of <c>track</c>.</summary>
/// <param name="Source">As it stands in the file.</param>
/// <param name="What">What is tracked; null when that is wrong.</param>
/// <param name="Check">The check, when it is one by itself.</param>
internal sealed record DraftTrack(
    string Path, Node Source, Tracked? What, Placed<string>? Check, Placed<long>? Weight, Placed<bool>? Reverse, bool IsFault)
{
    /// <summary>Every check it names, in expressions too, with its path.</summary>
    public IEnumerable<(Placed<string> Id, string Path)> Checks => TrackReader.OperandChecks(Source, Path)
        .Concat(Check is null ? [] : [(Check, $"{Path}.check")]);
}

internal sealed record DraftPlugin(
    string Path,
    Position At,
    Placed<string>? Id,
    Placed<string>? Use,
    Placed<TimeSpan>? Interval,
    Placed<TimeSpan>? Timeout,
    Placed<long>? Rise,
    Placed<long>? Fall,
    Placed<StartAs>? Start,
    Node Options);

internal sealed record DraftAgent(
    IReadOnlyList<Placed<string>?> PluginPaths,
    Placed<TimeSpan>? HostGrace,
    Placed<string>? HostUser,
    IReadOnlyList<Placed<int>?> HostCapabilities,
    Placed<long>? RealtimePriority,
    Placed<bool>? LockMemory,
    Placed<TimeSpan>? StartupDelay,
    Placed<TimeSpan>? DelayAfterBoot,
    Placed<StrayPolicy>? StrayAddresses);
