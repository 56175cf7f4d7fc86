using HotStandby.Agent.Configuration.Core;
using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Configuration.Rules;
using HotStandby.Agent.Vrrp;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Configuration;

/// <summary>Turns a draft without errors into the model, with the defaults that depend on other keys.</summary>
internal static class ConfigAssembler
{
    /// <param name="draft">One in which nothing is missing.</param>
    /// <param name="baseDirectory">Absolute.</param>
    /// <param name="secrets">By <see cref="DraftRouter.Path"/>.</param>
    /// <param name="entries">What the plugins say of their entries; empty when they were not asked.</param>
    public static HotStandbyConfig Assemble(
        Draft draft, string baseDirectory, IReadOnlyDictionary<string, RouterSecrets> secrets, IReadOnlyList<EntryJudged> entries)
    {
        Uses uses = Uses.Of(draft);
        return new(
            [.. draft.Nodes.Select(Node)],
            [.. draft.Routers.Select(one => Router(one, draft) with
            {
                Password = secrets.GetValueOrDefault(one.Path)?.Password,
                Hmac = secrets.GetValueOrDefault(one.Path)?.Hmac,
            })],
            [.. draft.Plugins.Select((one, i) => Plugin(one, uses) with { Pushes = entries.Any(entry => entry.Index == i && entry.Pushes) })],
            Agent(draft.Agent, baseDirectory),
            baseDirectory)
        {
            SyncGroups =
            [
                .. draft.SyncGroups.Select(one => new SyncGroupConfig(one.Name!.Value, [.. one.Members.Select(member => member!.Value)])
                {
                    Notify = [.. one.Notify.Select(id => id!.Value)],
                }),
            ],
        };
    }

    /// <summary>The plugin paths as the host wants them; a path that is wrong is left out, since it is reported elsewhere.</summary>
    public static IReadOnlyList<string> PluginPaths(DraftAgent agent, string baseDirectory) =>
        [.. agent.PluginPaths.Where(one => one is not null).Select(one => Path.GetFullPath(one!.Value, baseDirectory)).Distinct()];

    private static NodeConfig Node(DraftNode node) => new(
        node.Name,
        node.Address!.Value,
        (byte)node.Priority!.Value,
        node.Overrides.ToDictionary(
            one => one.Router,
            one => new NodeOverride((byte?)one.Priority?.Value, one.Interface?.Value)
            {
                SourceAddress = one.Source?.Value,
                Devices = one.Devices.ToDictionary(device => device.Device, device => device.Name!.Value, StringComparer.Ordinal),
            },
            StringComparer.Ordinal));

    private static VirtualRouterConfig Router(DraftRouter router, Draft draft)
    {
        IReadOnlyList<DraftNode> nodes = draft.Nodes;
        VirtualRouterConfig config = Router(router, GroupTracks.Of(draft, router));
        bool isIPv6 = config.Addresses[0].Address.IsIPv6;
        return config with
        {
            SyncGroup = GroupTracks.GroupOf(draft, router)?.Name!.Value,
            Unicast = router.Unicast!.Value.On ? Unicast(router, router.Unicast.Value, nodes) : null,
            NodeNames =
            [
                .. nodes.SelectMany(one => new[] { one.Address!.Value, one.SourceFor(router)!.Value }.Distinct().Select(address => new NodeName(address, one.Name))),
            ],
            HealthyPriorities =
            [
                .. nodes.Select(one => new HealthyPriority(
                    one.SourceFor(router)!.Value is { } source && source.IsIPv6 == isIPv6 ? source : null,
                    RouterSettings.HealthyPriority((int)one.PriorityFor(router)!.Value, config.Tracks, config.Sticky))
                {
                    Node = one.Name,
                }),
            ],
        };
    }

    private static VirtualRouterConfig Router(DraftRouter router, IReadOnlyList<DraftTrack> tracks) => new(
        router.Name!.Value,
        (byte)router.Vrid!.Value,
        router.Interface!.Value,
        (byte)router.Version!.Value,
        Duration.From(router.AdvertInterval!.Value),
        [.. router.Addresses.Select(one => one!.Value)],
        router.Preempt!.Value,
        Duration.From(router.PreemptDelay!.Value),
        router.Checksum!.Value,
        (int)router.AnnounceRepeat!.Value,
        Duration.From(router.AnnounceDelay!.Value),
        [.. tracks.Select(one => new TrackConfig(one.What!, (int?)one.Weight?.Value) { Reverse = one.Reverse is { Value: true }, Path = new SourcePath(one.Path) })],
        [.. router.Notify.Select(one => one!.Value)])
    {
        PreemptUnhealthy = router.PreemptUnhealthy!.Value,
        UseVmac = router.UseVmac!.Value,
        AcceptMode = router.AcceptMode!.Value,
        Sticky = router.Sticky!.Value,
        DownTimerAdverts = (int)router.DownTimerAdverts!.Value,
        ReleaseBudget = router.ReleaseBudget!.Value,
        AnnounceRefresh = Duration.From(router.AnnounceRefresh!.Value),
        MulticastGroup = router.MulticastGroup?.Value,
        ExcludedAddresses = [.. router.ExcludedItems.Select(one => one!.Prefix.Value)],
        Routes = [.. router.Routes.Select(one => Route(one, router))],
        Rules = [.. router.Rules.Select(one => new VirtualRule(one.From?.Value, one.To?.Value, (uint)one.Table!.Value, (uint)one.Priority!.Value))],
        AddressAttributes = router.AllAddresses
            .Where(one => one.Attributes is not null)
            .ToDictionary(one => one.Prefix.Value, one => one.Attributes!),
    };

    private static VirtualRoute Route(DraftRoute route, DraftRouter router) => new(RouteRules.Destination(route, router))
    {
        Via = route.Via?.Value,
        Device = route.Device?.Value,
        Source = route.Source?.Value,
        Metric = (uint)route.Metric!.Value,
        Table = (uint)route.Table!.Value,
        Scope = route.Scope?.Value,
    };

    private static UnicastConfig Unicast(DraftRouter router, DraftUnicast unicast, IReadOnlyList<DraftNode> nodes) => new(
        nodes.ToDictionary(one => one.Name, one => UnicastRules.PeersOf(one, router, nodes), StringComparer.Ordinal),
        (byte)(unicast.MinimumTtl?.Value ?? 255),
        unicast.CheckSource?.Value ?? true);

    /// <summary>The entries as the plugin host is asked about them, in their order, also of a draft in which something is missing.</summary>
    public static IReadOnlyList<HostedPlugin> Hosted(Draft draft)
    {
        Uses uses = Uses.Of(draft);
        return
        [
            .. draft.Plugins.Select(one =>
            {
                TimeSpan interval = one.Interval?.Value ?? TimeSpan.FromSeconds(1);
                return new HostedPlugin(
                    one.Id?.Value ?? one.Path,
                    one.Use?.Value ?? "",
                    interval,
                    Timeout(one, interval, uses),
                    (int)(one.Rise?.Value ?? 1),
                    (int)(one.Fall?.Value ?? 1),
                    one.Start?.Value ?? StartAs.Wait,
                    TreeWriter.ToElement(one.Options));
            }),
        ];
    }

    private static TimeSpan Timeout(DraftPlugin plugin, TimeSpan interval, Uses uses) => plugin.Timeout?.Value
        ?? (uses.IsNotifierOnly(plugin) ? PluginKeys.NotifierTimeout
            : interval < PluginKeys.CheckTimeout ? interval
            : PluginKeys.CheckTimeout);

    private static PluginConfig Plugin(DraftPlugin plugin, Uses uses)
    {
        TimeSpan interval = plugin.Interval!.Value;
        return new(
            plugin.Id!.Value,
            plugin.Use!.Value,
            interval,
            Timeout(plugin, interval, uses),
            (int)plugin.Rise!.Value,
            (int)plugin.Fall!.Value,
            plugin.Start!.Value,
            TreeWriter.ToElement(plugin.Options));
    }

    private static AgentConfig Agent(DraftAgent agent, string baseDirectory) => new(
        PluginPaths(agent, baseDirectory),
        agent.HostGrace!.Value,
        (int?)agent.RealtimePriority?.Value,
        agent.LockMemory!.Value)
    {
        HostUser = agent.HostUser?.Value,
        HostCapabilities = [.. agent.HostCapabilities.Select(one => CapabilityNames.Of(one!.Value)).Distinct()],
        StartupDelay = agent.StartupDelay!.Value,
        DelayAfterBoot = agent.DelayAfterBoot!.Value,
        StrayAddresses = agent.StrayAddresses!.Value,
    };
}
