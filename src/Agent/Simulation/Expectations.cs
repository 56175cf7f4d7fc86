using HotStandby.Agent.Configuration;

namespace HotStandby.Agent.Simulation;

/// <summary>What should come of the faults in force, told from the faults and the file alone: the simulator's own opinion beside the agent's.</summary>
internal static class Expectations
{
    /// <summary>Whether the node could serve, as soon as everything that is known has reached its agent.</summary>
    public static bool IsAble(SimulatedNode node, VirtualRouterConfig router) =>
        node.Runs && !node.IsStopping && node.Routers.All(one =>
            (one.Config != router && (router.SyncGroup is null || one.Config.SyncGroup != router.SyncGroup))
            || (one.InterfaceDown is null && (one.Kernel.Holds || !one.BindIsRefused) && !node.Has(FaultKind.NoSource, one.Config.Interface)))
        && router.Tracks.All(track => track.Weight is not null || IsWell(node, track.What));

    /// <summary>The base priority and the weights in force, 1..254; an owner keeps 255.</summary>
    public static int Priority(SimulatedRouter router, SimulatedNode node)
    {
        int priority = router.Settings.Priority;
        if (priority == 255)
        {
            return priority;
        }

        if (node.Has(FaultKind.Drain))
        {
            return 1;
        }

        foreach (TrackConfig track in router.Config.Tracks)
        {
            int weight = track.Weight ?? 0;
            bool well = IsWell(node, track.What);
            int swing = track.What is TrackedFile ? (well ? 0 : -253) : well == weight > 0 ? weight : 0;
            priority += track.Reverse && track.What is not TrackedFile ? -swing : swing;
        }

        return Math.Clamp(priority, 1, 254);
    }

    private static bool IsWell(SimulatedNode node, Tracked what) => what switch
    {
        TrackedCheck => ChecksAreWell(node),
        TrackedExpression { All: true } all => all.Operands.All(one => IsWell(node, one)),
        TrackedExpression any => any.Operands.Any(one => IsWell(node, one)),
        _ => !node.Has(FaultKind.TrackFails),
    };

    private static bool ChecksAreWell(SimulatedNode node) =>
        !node.Has(FaultKind.CheckFlaps) && !node.Has(FaultKind.CheckHangs) && !node.Has(FaultKind.CheckSilent)
        && (node.ServiceIsWell || node.Has(FaultKind.CheckLies));
}
