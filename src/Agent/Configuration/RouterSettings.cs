using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration;

/// <summary>What the protocol needs of a virtual router on one node.</summary>
public static class RouterSettings
{
    public static VirtualRouterSettings For(VirtualRouterConfig router, NodeConfig node) => new(
        router.Name,
        router.Vrid,
        router.Version,
        router.Addresses[0].Address.IsIPv6,
        router.PriorityOn(node),
        router.AdvertInterval,
        router.Addresses,
        router.Preempt,
        router.PreemptDelay,
        router.Checksum,
        router.AnnounceRepeat,
        router.AnnounceDelay)
    {
        Unicast = router.Unicast is UnicastConfig unicast
            ? new(unicast.Peers[node.Name], unicast.MinimumTtl, unicast.CheckSource)
            : null,
        Password = router.Password,
        Health = router.PreemptUnhealthy ? new(WellWeights(router.Tracks), router.HealthyPriorities) : null,
        Hmac = router.Hmac,
        SyncGroup = router.SyncGroup,
        DownTimerAdverts = router.DownTimerAdverts,
        MulticastGroup = router.MulticastGroup,
    };

    /// <summary>What one node advertises while all of its checks are well.</summary>
    internal static byte HealthyPriority(int basePriority, IReadOnlyList<TrackConfig> tracks) =>
        basePriority == 255 ? (byte)255 : (byte)Math.Clamp(basePriority + WellWeights(tracks), 1, 254);

    private static int WellWeights(IReadOnlyList<TrackConfig> tracks) => tracks.Sum(track => track.WellWeight);
}
