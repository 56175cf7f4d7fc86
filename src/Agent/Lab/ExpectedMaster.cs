using HotStandby.Agent.Configuration;

namespace HotStandby.Agent.Lab;

/// <summary>
/// Who ought to be the master, worked out from plugins.json and from what the lab did to the nodes; on purpose not with the code of the
/// agent, which is what the lab tries. Pure.
/// </summary>
internal static class ExpectedMaster
{
    /// <param name="router">The virtual router.</param>
    /// <param name="nodes">Every node and how it is; checks the lab does not run itself count as healthy.</param>
    /// <param name="current">The master before, null at the start.</param>
    /// <returns>The node's name, of those that the client can reach; null when none can serve.</returns>
    public static string? Of(VirtualRouterConfig router, IReadOnlyList<(NodeConfig Node, NodeCondition Condition)> nodes, string? current)
    {
        List<Candidate> candidates = [.. nodes
            .Where(one => CanServe(router, one.Condition) && !one.Condition.IsCutOff)
            .Select(one => new Candidate(one.Node, EffectivePriority(router, one.Node, one.Condition), IsUnfit(router, one.Condition)))
            .OrderByDescending(candidate => candidate.Priority)
            .ThenByDescending(candidate => candidate.Node.Address)];
        if (candidates.Count == 0)
        {
            return null;
        }

        Candidate best = candidates[0];
        Candidate? master = candidates.Find(candidate => candidate.Node.Name == current);
        if (master is null || best.Priority == byte.MaxValue)
        {
            return best.Node.Name;
        }

        // Health before priority: no setting lets a drained node or one with a failed check keep the address from a better one.
        bool mustYield = master.IsUnfit && !best.IsUnfit;
        return best.Priority > master.Priority && (router.Preempt || mustYield) ? best.Node.Name : master.Node.Name;
    }

    /// <summary>The state a node's agent ought to show; one that is cut off hears nobody, so it is the master of its own side.</summary>
    public static string StateOf(VirtualRouterConfig router, string node, NodeCondition condition, string? master) =>
        !CanServe(router, condition) ? "FAULT" : node == master || condition.IsCutOff ? "MASTER" : "BACKUP";

    private static bool CanServe(VirtualRouterConfig router, NodeCondition condition) =>
        condition.AgentRuns
        && condition.LinkIsUp
        && !router.Tracks.Any(track => track.Weight is null && Fails(track.What, condition));

    private static bool IsUnfit(VirtualRouterConfig router, NodeCondition condition) =>
        condition.IsDrained || router.Tracks.Any(track => Fails(track.What, condition));

    /// <summary>The lab kills services and cuts the virtual router's own link; all else that is tracked stays well.</summary>
    private static bool Fails(Tracked what, NodeCondition condition) => what switch
    {
        TrackedCheck check => condition.FailedChecks.Contains(check.Id),
        TrackedExpression { All: true } all => all.Operands.Any(one => Fails(one, condition)),
        TrackedExpression any => any.Operands.All(one => Fails(one, condition)),
        _ => false,
    };

    private static int EffectivePriority(VirtualRouterConfig router, NodeConfig node, NodeCondition condition)
    {
        int priority = router.PriorityOn(node);
        if (priority == byte.MaxValue)
        {
            return priority;
        }

        if (condition.IsDrained)
        {
            return 1;
        }

        foreach (TrackConfig track in router.Tracks)
        {
            bool failed = Fails(track.What, condition);
            int change = track.What is not TrackedFile && track.Weight is int weight && failed == weight < 0 ? weight : 0;
            priority += track.Reverse ? -change : change;
        }

        return Math.Clamp(priority, 1, 254);
    }

    private sealed record Candidate(NodeConfig Node, int Priority, bool IsUnfit);
}

/// <summary>What the lab did to a node.</summary>
/// <param name="AgentRuns">Started, and not frozen.</param>
/// <param name="LinkIsUp">It has a carrier.</param>
/// <param name="FailedChecks">Ids of the checks whose service it killed.</param>
internal sealed record NodeCondition(bool AgentRuns, bool LinkIsUp, IReadOnlySet<string> FailedChecks)
{
    /// <summary>Its carrier is there, but no frame passes. The client is on the side of the other nodes.</summary>
    public bool IsCutOff { get; init; }

    /// <summary>The operator drained it.</summary>
    public bool IsDrained { get; init; }
}
