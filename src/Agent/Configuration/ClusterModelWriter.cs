using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration;

/// <summary>The configuration as generators see it.</summary>
public static class ClusterModelWriter
{
    public static ClusterModel From(HotStandbyConfig config) => new(
        [.. config.Nodes.Select(one => new NodeModel(one.Name, one.Address.ToString(), one.Priority))],
        [.. config.VirtualRouters.Select(one => Router(one, config.Nodes))],
        [.. config.Plugins.Select(one => new PluginModel(one.Id, one.Use, one.Interval, one.Timeout, one.Rise, one.Fall, one.Options))]);

    private static VirtualRouterModel Router(VirtualRouterConfig router, IReadOnlyList<NodeConfig> nodes) => new(
        router.Name,
        router.Vrid,
        nodes.ToDictionary(one => one.Name, router.InterfaceOn, StringComparer.Ordinal),
        router.Version,
        router.AdvertInterval.ToTimeSpan(),
        [.. router.Addresses.Select(one => one.ToString())],
        router.Preempt,
        router.PreemptDelay.ToTimeSpan(),
        router.Checksum == ChecksumForm.PseudoHeader,
        [.. router.Tracks.Select(one => new TrackModel(one.Check, one.Weight))],
        router.Notify,
        nodes.ToDictionary(one => one.Name, one => (int)router.PriorityOn(one), StringComparer.Ordinal))
    {
        Authentication = router.Password is null ? null : new("pass", router.Password.Reveal()),
    };
}
