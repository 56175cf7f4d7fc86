using HotStandby.Abstractions;
using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.Agent.Configuration;

/// <summary>The configuration as generators see it.</summary>
public static class ClusterModelWriter
{
    public static ClusterModel From(HotStandbyConfig config) => new(
        [.. config.Nodes.Select(one => new NodeModel(one.Name, one.Address.ToString(), one.Priority))],
        [.. config.VirtualRouters.Select((one, i) => Router(one, KeyPath.Item("virtualRouters", i), config.Nodes))],
        [.. config.Plugins.Select((one, i) => new PluginModel(one.Id, one.Use, one.Interval, one.Timeout, one.Rise, one.Fall, one.Options)
        {
            Start = one.Start.ToString().ToLowerInvariant(),
            Path = KeyPath.Item("plugins", i),
        })])
    {
        SyncGroups =
        [
            .. config.SyncGroups.Select((one, i) => new SyncGroupModel(one.Name, one.VirtualRouters)
            {
                Notify = one.Notify,
                Path = KeyPath.Item("syncGroups", i),
            }),
        ],
        Agent = new AgentModel
        {
            RealtimePriority = config.Agent.RealtimePriority,
            LockMemory = config.Agent.LockMemory,
            StartupDelay = config.Agent.StartupDelay,
            DelayAfterBoot = config.Agent.DelayAfterBoot,
            HostGrace = config.Agent.HostGrace,
            PluginPaths = config.Agent.PluginPaths,
            StrayAddresses = config.Agent.StrayAddresses.ToString().ToLowerInvariant(),
            HostUser = config.Agent.HostUser,
            HostCapabilities = config.Agent.HostCapabilities,
        },
    };

    private static VirtualRouterModel Router(VirtualRouterConfig router, string path, IReadOnlyList<NodeConfig> nodes) => new(
        router.Name,
        router.Vrid,
        nodes.ToDictionary(one => one.Name, router.InterfaceOn, StringComparer.Ordinal),
        router.Version,
        router.AdvertInterval.ToTimeSpan(),
        [.. router.Addresses.Select(one => one.ToString())],
        router.Preempt,
        router.PreemptDelay.ToTimeSpan(),
        router.Checksum == ChecksumForm.PseudoHeader,
        [.. router.Tracks.Where(one => one.What is TrackedCheck).Select(one => new TrackModel(one.What.Name, one.Weight) { Reverse = one.Reverse, Path = one.Path.Text })],
        router.Notify,
        nodes.ToDictionary(one => one.Name, one => (int)router.PriorityOn(one), StringComparer.Ordinal))
    {
        Unicast = router.Unicast is UnicastConfig unicast
            ? new(
                unicast.Peers.ToDictionary(
                    one => one.Key, one => (IReadOnlyList<string>)[.. one.Value.Select(peer => peer.ToString())], StringComparer.Ordinal),
                unicast.MinimumTtl,
                unicast.CheckSource)
            : null,
        SourceAddresses = nodes
            .Where(one => SourceOf(router, one) is not null)
            .ToDictionary(one => one.Name, one => SourceOf(router, one)!, StringComparer.Ordinal),
        ExcludedAddresses = [.. router.ExcludedAddresses.Select(one => one.ToString())],
        AddressInterfaces = router.AddressAttributes.Values.Any(one => one.Device is not null)
            ? nodes.ToDictionary(one => one.Name, IReadOnlyDictionary<string, string> (one) => Devices(router, one), StringComparer.Ordinal)
            : new Dictionary<string, IReadOnlyDictionary<string, string>>(),
        AddressAttributes = router.AddressAttributes.ToDictionary(one => one.Key.ToString(), one => Attributes(one.Value), StringComparer.Ordinal),
        Routes = [.. router.Routes.Select(one => new RouteModel(
            one.To.ToString(),
            one.Via?.ToString() ?? "",
            one.Device ?? "",
            one.Source?.ToString() ?? "",
            one.Metric,
            one.Table,
            one.Scope?.ToString().ToLowerInvariant() ?? ""))],
        Rules = [.. router.Rules.Select(one => new RuleModel(one.From?.ToString() ?? "", one.To?.ToString() ?? "", one.Table, (int)one.Priority))],
        PreemptUnhealthy = router.PreemptUnhealthy,
        UseVmac = router.UseVmac,
        AcceptMode = router.AcceptMode,
        Authentication = router switch
        {
            { Password: SimplePassword password } => new("pass", password.Reveal()),
            { Hmac: HmacSettings hmac } => new("hmac", "")
            {
                Hmac = new(
                    hmac.Keys.ToDictionary(key => (int)key.Id, key => key.Reveal()),
                    hmac.ActiveKey,
                    HmacWords.Of(hmac.Mode),
                    HmacWords.Of(hmac.AntiReplay),
                    hmac.Window.ToTimeSpan()),
            },
            _ => null,
        },
        TrackedInterfaces = [.. router.Tracks.Where(one => one.What is TrackedInterface).Select(Interface)],
        TrackedFiles = [.. router.Tracks.Where(one => one.What is TrackedFile).Select(File)],
        TrackedProcesses = [.. router.Tracks.Where(one => one.What is TrackedProcess).Select(Process)],
        TrackedExpressions = [.. router.Tracks.Where(one => one.What is TrackedExpression).Select(one => one.What.Text)],
        TrackedExpressionPaths = [.. router.Tracks.Where(one => one.What is TrackedExpression).Select(one => one.Path.Text)],
        Sticky = router.Sticky,
        DownTimerAdverts = router.DownTimerAdverts,
        AnnounceRepeat = router.AnnounceRepeat,
        AnnounceDelay = router.AnnounceDelay.ToTimeSpan(),
        AnnounceRefresh = router.AnnounceRefresh.ToTimeSpan(),
        ReleaseBudget = router.ReleaseBudget,
        MulticastGroup = router.MulticastGroup?.ToString() ?? "",
        Path = path,
        NodeKeyPaths = nodes.ToDictionary(one => one.Name, one => Keys(one, router.Name, path), StringComparer.Ordinal),
    };

    private static Dictionary<string, string> Devices(VirtualRouterConfig router, NodeConfig node) => router.AllAddresses()
        .Where(address => router.DeviceOn(node, address) != router.InterfaceOn(node))
        .ToDictionary(address => address.ToString(), address => router.DeviceOn(node, address), StringComparer.Ordinal);

    private static NodeKeyPaths Keys(NodeConfig node, string router, string path)
    {
        NodeOverride? own = node.Overrides.GetValueOrDefault(router);
        string above = KeyPath.Join("nodes", node.Name);
        string below = KeyPath.Join(KeyPath.Join(above, "virtualRouters"), router);
        return new(
            KeyPath.Join(own?.Priority is null ? above : below, "priority"),
            KeyPath.Join(own?.Interface is null ? path : below, "interface"),
            own?.SourceAddress is null ? KeyPath.Join(above, "address") : KeyPath.Join(below, "sourceAddress"));
    }

    private static AddressModel Attributes(AddressAttributes attributes) => new(
        attributes.Label ?? "",
        attributes.Scope?.ToString().ToLowerInvariant() ?? "",
        attributes.Peer?.ToString() ?? "",
        attributes.Broadcast?.ToString() ?? "",
        attributes.NoPrefixRoute,
        attributes.PreferredSource);

    private static InterfaceTrackModel Interface(TrackConfig track)
    {
        var what = (TrackedInterface)track.What;
        return new(what.Interface, track.Weight, track.Reverse, what.NeedsAddress, what.UpDelay.ToTimeSpan(), what.DownDelay.ToTimeSpan())
        {
            Path = track.Path.Text,
        };
    }

    private static FileTrackModel File(TrackConfig track)
    {
        var what = (TrackedFile)track.What;
        return new(what.Path, track.Weight, track.Reverse, what.Missing)
        {
            KeyPath = track.Path.Text,
        };
    }

    private static ProcessTrackModel Process(TrackConfig track)
    {
        var what = (TrackedProcess)track.What;
        return new(what.Process, what.Quorum, track.Weight, track.Reverse, what.UpDelay.ToTimeSpan(), what.DownDelay.ToTimeSpan())
        {
            Path = track.Path.Text,
        };
    }

    // Unicast peers over IPv4 know a node by its address; anything else keepalived chooses as this agent does.
    private static string? SourceOf(VirtualRouterConfig router, NodeConfig node) =>
        (router.SourceAddressOn(node)
            ?? (router.Unicast is not null && !node.Address.IsIPv6 && !router.Addresses[0].Address.IsIPv6 ? node.Address : null))?.ToString();
}
