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
        Peers = [.. router.NodeNames.Where(one => one.Name != node.Name)],
        StrongestPeer = router.HealthyPriorities.Where(one => one.Node != node.Name).Select(one => (byte?)one.Priority).Max(),
        Hmac = router.Hmac,
        SyncGroup = router.SyncGroup,
        Sticky = router.Sticky,
        DownTimerAdverts = router.DownTimerAdverts,
        AnnounceRefresh = router.AnnounceRefresh,
        MulticastGroup = router.MulticastGroup,
    };

    /// <summary>The least that one node advertises while all of its checks are well.</summary>
    internal static byte HealthyPriority(int basePriority, IReadOnlyList<TrackConfig> tracks, bool sticky) => basePriority == 255
        ? (byte)255
        : (byte)Math.Max(1, Math.Min(254, basePriority + WellWeights(tracks)) - (sticky ? VirtualRouterSettings.StickyRange : 0));

    private static int WellWeights(IReadOnlyList<TrackConfig> tracks) => tracks.Sum(track => track.WellWeight);
}
