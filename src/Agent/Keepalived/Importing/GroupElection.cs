using HotStandby.Agent.Keepalived.Findings;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>A sync group is one election here: what one member tracks counts for all, and in one way.</summary>
internal static class GroupElection
{
    /// <summary>Gives a tracker one weight within each sync group.</summary>
    public static void Unify(IReadOnlyList<NodeConf> nodes, ConfFindings findings)
    {
        foreach (IGrouping<string, (NodeConf Node, GroupConf Group)> group in nodes.SelectMany(node => node.Groups.Select(one => (node, one))).GroupBy(one => one.one.Name).ToArray())
        {
            List<TrackUse>[] lists = [.. group.SelectMany(one => Members(one.Node, one.Group).Select(member => member.Tracks).Prepend(one.Group.Tracks))];
            foreach (IGrouping<string, TrackUse> same in lists.SelectMany(list => list).GroupBy(Source).ToArray())
            {
                Unify(group.Key, [.. same], lists, findings);
            }
        }
    }

    private static void Unify(string group, IReadOnlyList<TrackUse> same, List<TrackUse>[] lists, ConfFindings findings)
    {
        // keepalived drops the weights of members, so that a use with none is what counts there.
        TrackUse first = same.FirstOrDefault(one => one.Weight == 0) ?? same[0];
        foreach (TrackUse other in same.Where(one => (one.Weight, one.Reverse) != (first.Weight, first.Reverse)))
        {
            findings.Warning(
                ConfCodes.WeightInGroup,
                other.At,
                $"{other.What.Name} has the weight {Weight(other)} here and {Weight(first)} at {first.At}, in one vrrp_sync_group {group}: {Weight(first)} counts for the group",
                "Write it once, in the group.");
        }

        foreach (List<TrackUse> list in lists)
        {
            for (int i = 0; i < list.Count; i++)
            {
                list[i] = Source(list[i]) == Source(first) ? list[i] with { Weight = first.Weight, Reverse = first.Reverse } : list[i];
            }
        }

        static string Weight(TrackUse track) => $"{track.Weight}{(track.Reverse ? " reverse" : "")}";
    }

    /// <summary>What decides one instance's election on all nodes: its own tracks, or those of its group.</summary>
    public static IEnumerable<TrackUse> Tracks(IReadOnlyList<NodeConf> nodes, string instance)
    {
        GroupConf? group = nodes[0].Groups.Find(one => one.Members.Any(word => TrackerReader.Id(word.Text) == instance));
        return (group is null
                ? nodes.SelectMany(node => node.Instances).Where(one => one.Name == instance).SelectMany(one => one.Tracks)
                : nodes.SelectMany(node => node.Groups.Where(one => one.Name == group.Name).SelectMany(one => one.Tracks)
                    .Concat(Members(node, group).SelectMany(one => one.Tracks))))
            .DistinctBy(Source);
    }

    /// <summary>What tells trackers apart in plugins.json.</summary>
    public static string Source(TrackUse track) => track.What.Source.ToJsonString();

    private static IEnumerable<InstanceConf> Members(NodeConf node, GroupConf group) =>
        node.Instances.Where(one => group.Members.Any(word => TrackerReader.Id(word.Text) == one.Name));
}
