using HotStandby.Agent.Configuration;

namespace HotStandby.Agent.Simulation;

/// <summary>What should come of the faults in force, told from the faults and the file alone: the simulator's own opinion beside the agent's.</summary>
internal static class Expectations
{
    /// <summary>Whether the node could serve, as soon as everything that is known has reached its agent.</summary>
    public static bool IsAble(SimulatedNode node, VirtualRouterConfig router) =>
        node.Runs && !node.IsStopping && node.LinkIsUp && node.HasSource
        && (ChecksAreWell(node) || router.Tracks.All(track => track.Weight is not null));

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
            priority += ChecksAreWell(node) == weight > 0 ? weight : 0;
        }

        return Math.Clamp(priority, 1, 254);
    }

    private static bool ChecksAreWell(SimulatedNode node) =>
        !node.Has(FaultKind.CheckFails) && !node.Has(FaultKind.CheckFlaps) && !node.Has(FaultKind.CheckHangs) && !node.Has(FaultKind.CheckSilent)
        && (node.ServiceIsWell || node.Has(FaultKind.CheckLies));
}
