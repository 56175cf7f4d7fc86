using HotStandby.Agent.Configuration.Core;
using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Configuration.Shapes;

namespace HotStandby.Agent.Configuration;

/// <summary>Reads the tree into the <see cref="Draft"/>, in silence: the shapes have reported.</summary>
internal static class DraftReader
{
    public static Draft Read(Node file) => new(
        [.. MembersOf(file, FileKeys.Nodes).Select(ReadNode)],
        [.. ItemsOf(file, FileKeys.VirtualRouters).Select((one, i) => ReadRouter(one, KeyPath.Item("virtualRouters", i)))],
        [.. ItemsOf(file, FileKeys.Plugins).Select((one, i) => ReadPlugin(one, KeyPath.Item("plugins", i)))],
        ReadAgent(Value(file, FileKeys.Agent) ?? new(NodeKind.Object, file.At)))
    {
        SyncGroups = [.. ItemsOf(file, FileKeys.SyncGroups).Select((one, i) => ReadSyncGroup(one, KeyPath.Item("syncGroups", i)))],
    };

    private static DraftNode ReadNode(NodeMember node) => new(
        node.Key,
        node.At,
        NodeKeys.Address.Of(node.Value),
        NodeKeys.Priority.Of(node.Value),
        [.. MembersOf(node.Value, NodeKeys.VirtualRouters).Select(one => new DraftOverride(
            one.Key,
            one.At,
            NodeKeys.OverridePriority.Of(one.Value),
            NodeKeys.OverrideInterface.Of(one.Value))
        {
            Source = NodeKeys.OverrideSource.Of(one.Value),
            Devices = [.. MembersOf(one.Value, NodeKeys.OverrideDevices).Select(device => (device.Key, device.At, ReadValue(Names.Interface, device.Value)))],
        })]);

    private static DraftRouter ReadRouter(Node router, string path) => new(
        path,
        router.At,
        VirtualRouterKeys.Name.Of(router),
        VirtualRouterKeys.Vrid.Of(router),
        VirtualRouterKeys.Interface.Of(router),
        VirtualRouterKeys.Version.Of(router),
        VirtualRouterKeys.AdvertInterval.Of(router),
        Value(router, VirtualRouterKeys.Addresses)?.At ?? router.At,
        [.. ItemsOf(router, VirtualRouterKeys.Addresses).Select((one, i) => ReadAddress(one, KeyPath.Item($"{path}.addresses", i)))],
        VirtualRouterKeys.Preempt.Of(router),
        VirtualRouterKeys.PreemptDelay.Of(router),
        VirtualRouterKeys.Checksum.Of(router),
        VirtualRouterKeys.AnnounceRepeat.Of(router),
        VirtualRouterKeys.AnnounceDelay.Of(router),
        ReadTracks(router, VirtualRouterKeys.Tracks, path),
        [.. ItemsOf(router, VirtualRouterKeys.Notify).Select(one => ReadValue(Names.Id, one))],
        Value(router, VirtualRouterKeys.Authentication) is { Kind: NodeKind.Object } authentication
            ? ReadAuthentication(authentication, $"{path}.authentication")
            : null)
    {
        Unicast = VirtualRouterKeys.Unicast.Of(router),
        Sticky = VirtualRouterKeys.Sticky.Of(router),
        PreemptUnhealthy = VirtualRouterKeys.PreemptUnhealthy.Of(router),
        UseVmac = VirtualRouterKeys.UseVmac.Of(router),
        AcceptMode = VirtualRouterKeys.AcceptMode.Of(router),
        DownTimerAdverts = VirtualRouterKeys.DownTimerAdverts.Of(router),
        ReleaseBudget = VirtualRouterKeys.ReleaseBudget.Of(router),
        AnnounceRefresh = VirtualRouterKeys.AnnounceRefresh.Of(router),
        MulticastGroup = VirtualRouterKeys.MulticastGroup.Of(router),
        Routes = [.. ItemsOf(router, VirtualRouterKeys.Routes).Select((one, i) => new DraftRoute(
            KeyPath.Item($"{path}.routes", i),
            one.At,
            RouteKeys.To.Of(one),
            RouteKeys.Via.Of(one),
            RouteKeys.Device.Of(one),
            RouteKeys.Source.Of(one),
            RouteKeys.Metric.Of(one),
            RouteKeys.Table.Of(one),
            RouteKeys.Scope.Of(one)))],
        Rules = [.. ItemsOf(router, VirtualRouterKeys.Rules).Select((one, i) => new DraftRule(
            KeyPath.Item($"{path}.rules", i), one.At, RouteKeys.From.Of(one), RouteKeys.RuleTo.Of(one), RouteKeys.RuleTable.Of(one), RouteKeys.Priority.Of(one)))],
        ExcludedItems =
        [
            .. ItemsOf(router, VirtualRouterKeys.ExcludedAddresses).Select((one, i) => ReadAddress(one, KeyPath.Item($"{path}.excludedAddresses", i))),
        ],
    };

    private static DraftAddress? ReadAddress(Node node, string path) =>
        VirtualRouterKeys.VirtualAddress.TryRead(node, path, null, out DraftAddress address) ? address : null;

    private static DraftSyncGroup ReadSyncGroup(Node group, string path) => new(
        path,
        group.At,
        SyncGroupKeys.Name.Of(group),
        [.. ItemsOf(group, SyncGroupKeys.VirtualRouters).Select(one => ReadValue(Names.Id, one))],
        ReadTracks(group, SyncGroupKeys.Tracks, path),
        [.. ItemsOf(group, SyncGroupKeys.Notify).Select(one => ReadValue(Names.Id, one))]);

    private static List<DraftTrack> ReadTracks(Node holder, Member member, string path) =>
    [
        .. ItemsOf(holder, member).Select((one, i) => new DraftTrack(
            KeyPath.Item($"{path}.track", i),
            one,
            TrackReader.Read(one),
            TrackKeys.Check.Of(one),
            TrackKeys.Weight.Of(one),
            TrackKeys.Reverse.Of(one),
            TrackKeys.OnFail.Of(one) is not null)),
    ];

    private static DraftAuthentication ReadAuthentication(Node node, string path) => new()
    {
        At = node.At,
        Path = path,
        Type = VirtualRouterKeys.AuthenticationKind.Of(node),
        Password = VirtualRouterKeys.Password.Of(node),
        PasswordFile = VirtualRouterKeys.PasswordFile.Of(node),
        Credential = VirtualRouterKeys.Credential.Of(node),
        Keys = Value(node, HmacKeys.Keys) is null
            ? null
            : [.. ItemsOf(node, HmacKeys.Keys).Select((one, i) => new DraftHmacKey(
                KeyPath.Item($"{path}.keys", i), one.At, HmacKeys.Id.Of(one), HmacKeys.File.Of(one), HmacKeys.Credential.Of(one)))],
        ActiveKey = HmacKeys.ActiveKey.Of(node),
        Mode = HmacKeys.Mode.Of(node),
        AntiReplay = HmacKeys.AntiReplay.Of(node),
        TimeWindow = HmacKeys.TimeWindow.Of(node),
        Written = [.. node.Members.Select(one => (one.Key, one.At))],
    };

    private static DraftPlugin ReadPlugin(Node plugin, string path) => new(
        path,
        plugin.At,
        PluginKeys.Id.Of(plugin),
        PluginKeys.Use.Of(plugin),
        PluginKeys.Interval.Of(plugin),
        PluginKeys.Timeout.Of(plugin),
        PluginKeys.Rise.Of(plugin),
        PluginKeys.Fall.Of(plugin),
        PluginKeys.Start.Of(plugin),
        Value(plugin, PluginKeys.Options) ?? new(NodeKind.Object, plugin.At));

    private static DraftAgent ReadAgent(Node agent) => new(
        [.. ItemsOf(agent, AgentKeys.PluginPaths).Select(one => ReadValue(AgentKeys.PluginPath, one))],
        AgentKeys.HostGrace.Of(agent),
        AgentKeys.HostUser.Of(agent),
        [.. ItemsOf(agent, AgentKeys.HostCapabilities).Select(one => ReadValue(AgentKeys.HostCapability, one))],
        AgentKeys.RealtimePriority.Of(agent),
        AgentKeys.LockMemory.Of(agent),
        AgentKeys.StartupDelay.Of(agent),
        AgentKeys.DelayAfterBoot.Of(agent),
        AgentKeys.StrayAddresses.Of(agent));

    private static Node? Value(Node holder, Member member) =>
        holder.Kind == NodeKind.Object ? holder.Find(member.Name)?.Value : null;

    private static List<Node> ItemsOf(Node holder, Member member) => Value(holder, member)?.Items ?? [];

    // The first of two keys of one name: the second was reported.
    private static IEnumerable<NodeMember> MembersOf(Node holder, Member member) =>
        (Value(holder, member)?.Members ?? []).DistinctBy(one => one.Key);

    private static Placed<T>? ReadValue<T>(Shape<T> shape, Node node) =>
        shape.TryRead(node, "", null, out T value) ? new(value, node.At, true) : null;
}
