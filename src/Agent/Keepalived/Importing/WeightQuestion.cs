namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>Whether a weight can ever decide who is the master: the copied "weight -2" usually can't.</summary>
internal static class WeightQuestion
{
    /// <summary>More trackers than this are not tried in every combination.</summary>
    private const int Most = 12;

    /// <param name="tracks">The weighted trackers of one instance on one node.</param>
    /// <param name="index">The one that is asked about.</param>
    /// <param name="priority">The node's.</param>
    /// <param name="peers">What the other nodes advertise while they are well.</param>
    public static bool CanMove(IReadOnlyList<TrackUse> tracks, int index, int priority, IReadOnlyList<int> peers)
    {
        // A file may hold any number.
        if (tracks[index].What.Source.ContainsKey("file") || tracks.Count > Most || priority == 255)
        {
            return true;
        }

        for (int failed = 0; failed < 1 << tracks.Count; failed++)
        {
            if ((failed & (1 << index)) != 0)
            {
                continue;
            }

            int well = Effective(tracks, failed, priority);
            int ill = Effective(tracks, failed | (1 << index), priority);
            if (peers.Any(peer => well.CompareTo(peer) != ill.CompareTo(peer)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What a node advertises while all is well.</summary>
    public static int Well(IReadOnlyList<TrackUse> tracks, int priority) => Effective(tracks, 0, priority);

    private static int Effective(IReadOnlyList<TrackUse> tracks, int failed, int priority)
    {
        int sum = priority;
        for (int i = 0; i < tracks.Count; i++)
        {
            bool isWell = (failed & (1 << i)) == 0;
            int weight = tracks[i].What.Source.ContainsKey("file") ? 0 : isWell == tracks[i].Weight > 0 ? tracks[i].Weight : 0;
            sum += tracks[i].Reverse ? -weight : weight;
        }

        return Math.Clamp(sum, 1, 254);
    }
}
