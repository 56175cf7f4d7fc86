using HotStandby.Agent.Configuration.Rules;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>Whether a weight can ever decide who is the master: the copied "weight -2" usually can't. It is the question that <c>check</c> asks.</summary>
internal static class WeightQuestion
{
    /// <summary>Those whose weight can never move the address, by their source. A tracked file may hold any number, and moves it.</summary>
    /// <param name="tracks">All that decides one election, in the imported file.</param>
    /// <param name="priorities">Of the nodes.</param>
    public static IReadOnlySet<string> Stuck(IEnumerable<TrackUse> tracks, int[] priorities)
    {
        List<TrackUse> weighted = [.. tracks.Where(track => track.Weight != 0 && !track.What.Source.ContainsKey("file"))];
        HashSet<string> stuck = [];
        if (priorities.Length < 2 || weighted.Count > WeightRules.MostTracks)
        {
            return stuck;
        }

        // Without those that move nothing, others may not either.
        for (int before = -1; before != stuck.Count;)
        {
            before = stuck.Count;
            int[] weights = [.. weighted.Select(track => track.Reverse ? -track.Weight : track.Weight)];
            stuck.UnionWith(weighted.Where((_, i) => !WeightRules.CanMove(weights, i, priorities)).Select(GroupElection.Source));
            weighted.RemoveAll(track => stuck.Contains(GroupElection.Source(track)));
        }

        return stuck;
    }
}
