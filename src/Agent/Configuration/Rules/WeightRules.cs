using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration.Rules;

/// <summary>
/// A weight that can't move the virtual router, whatever else fails, is an error: it looks like protection and is none. keepalived's users
/// find out during the outage.
/// </summary>
internal static class WeightRules
{
    private const int Owner = 255;
    private const int Strongest = 253;
    internal const int MostTracks = 64;

    public static void Check(Draft draft, Findings findings)
    {
        foreach (DraftRouter router in GroupTracks.Elections(draft))
        {
            (string Name, int Priority)[] nodes = [.. draft.Nodes
                .Select(one => (one.Name, (int)(one.PriorityFor(router)?.Value ?? 0)))
                .Where(one => one.Item2 > 0)];
            DraftTrack[] weighted = [.. router.Tracks.Where(one => one.Weight is not null && one.What is not TrackedFile)];
            if (nodes.Length < 2 || nodes.Length < draft.Nodes.Count || weighted.Length > MostTracks)
            {
                continue;
            }

            // A reversed weight swings the other way by as much: between the same two values as the weight with the other sign. The number of a
            // tracked file is taken to be 0: a weight that moves only with an operator's help protects nothing.
            int[] weights = [.. weighted.Select(one => (int)(one.Reverse is { Value: true } ? -one.Weight!.Value : one.Weight!.Value))];
            for (int i = 0; i < weighted.Length; i++)
            {
                int tolerance = router.Sticky is { Value: true } ? VirtualRouterSettings.StickyRange : 0;
                if (!CanMove(weights, i, [.. nodes.Select(one => one.Priority)], tolerance))
                {
                    Report(router, weighted[i], weights, i, nodes, tolerance, findings);
                }
            }
        }
    }

    /// <summary>
    /// Whether the weighted checks can move the virtual router from the preferred node to a healthy other one when all of them fail, and
    /// this one's failing ever makes the difference.
    /// </summary>
    /// <param name="tolerance">How much weaker a master must be at least so that it is not taken for equal.</param>
    internal static bool CanMove(int[] weights, int index, int[] priorities, int tolerance = 0)
    {
        int[] order = [.. priorities.OrderDescending()];
        int failed = Effective(order[0], weights.Where(one => one < 0).Sum());
        int other = Effective(order[1], weights.Where(one => one > 0).Sum());
        return failed < other - tolerance && MakesADifference(weights, index, priorities, tolerance);
    }

    /// <summary>
    /// Whether there is any state of the other weighted checks, on the node that holds the virtual router and on one that could take over,
    /// in which this check's failing on the holder moves it.
    /// </summary>
    private static bool MakesADifference(int[] weights, int index, int[] priorities, int tolerance)
    {
        int weight = weights[index];
        HashSet<int> others = Sums([.. weights.Where((_, i) => i != index)]);
        HashSet<int> all = Sums(weights);
        bool[][] reached = [.. priorities.Select(one => Reached(one, all))];
        for (int holder = 0; holder < priorities.Length; holder++)
        {
            int priority = priorities[holder];
            (int Healthy, int Failed)[] changes = [.. others
                .Select(sum => (Effective(priority, sum + Math.Max(weight, 0)), Effective(priority, sum + Math.Min(weight, 0))))
                .Distinct()];
            for (int taker = 0; taker < priorities.Length; taker++)
            {
                // A tie leaves the virtual router where it is (RFC 9568 6.4.2), so that the taker must be strictly stronger.
                if (taker != holder && changes.Any(one => IsReached(reached[taker], one.Failed + 1 + tolerance, one.Healthy + 1 + tolerance)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsReached(bool[] reached, int from, int end) =>
        from < end && from < reached.Length && reached.AsSpan(from..Math.Min(end, reached.Length)).Contains(true);

    private static bool[] Reached(int priority, HashSet<int> sums)
    {
        bool[] reached = new bool[Owner + 1];
        foreach (int sum in sums)
        {
            reached[Effective(priority, sum)] = true;
        }

        return reached;
    }

    /// <summary>Base plus weights, within 1..254; the owner's 255 is never changed.</summary>
    private static int Effective(int priority, int sum) => priority == Owner ? Owner : Math.Clamp(priority + sum, 1, 254);

    // Every sum that some set of failing checks leaves; the list of tracks is bounded, so that this stays small.
    private static HashSet<int> Sums(int[] weights)
    {
        HashSet<int> sums = [weights.Where(one => one > 0).Sum()];
        foreach (int weight in weights)
        {
            sums.UnionWith([.. sums.Select(sum => sum - Math.Abs(weight))]);
        }

        return sums;
    }

    private static void Report(
        DraftRouter router, DraftTrack track, int[] weights, int index, (string Name, int Priority)[] nodes, int tolerance, Findings findings)
    {
        (string Name, int Priority)[] order = [.. nodes.OrderByDescending(one => one.Priority)];
        int weight = weights[index];
        int positive = weights.Where(one => one > 0).Sum();
        int healthy = Effective(order[0].Priority, positive);
        int failed = Effective(order[0].Priority, positive - Math.Abs(weight));
        bool reverse = track.Reverse is { Value: true };
        string what = track.Check is not null ? $"check \"{track.Check.Value}\"" : track.What?.Title ?? "this check";
        string happening = reverse ? $"{what} succeeds" : $"{what} fails";
        string enough = SmallestEnough(weights, index, [.. order.Select(one => one.Priority)], tolerance) is int smallest
            ? $"Use {(reverse ? -smallest : smallest)} or {(smallest < 0 != reverse ? "less" : "more")}, or \"onFail\": \"fault\" instead of the weight."
            : "No weight can: use \"onFail\": \"fault\" instead of the weight.";
        findings.Error(
            track.Weight!.At,
            DiagnosticCodes.WeightTooSmall,
            $"{track.Path}.weight {track.Weight.Value} can never move virtual router {router.Title}: when {happening} on {Wording.Quote(order[0].Name)}, "
                + $"its priority goes from {healthy} to {failed}, and {Wording.Quote(order[1].Name)} has {Effective(order[1].Priority, positive)}{(tolerance > 0 ? $"; sticky takes up to {tolerance} less for equal" : "")}",
            enough);
    }

    // The smallest weight of the same sign with which this check alone, failing on the preferred node, is enough.
    private static int? SmallestEnough(int[] weights, int index, int[] order, int tolerance)
    {
        int sign = Math.Sign(weights[index]);
        int others = weights.Where((one, i) => i != index && one > 0).Sum();
        for (int size = 1; size <= Strongest; size++)
        {
            int positive = others + (sign > 0 ? size : 0);
            if (Effective(order[0], positive - size) < Effective(order[1], positive) - tolerance)
            {
                return sign * size;
            }
        }

        return null;
    }
}
