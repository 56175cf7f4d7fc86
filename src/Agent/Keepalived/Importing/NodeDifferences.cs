using System.Text.Json.Nodes;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>What the nodes' files say differently, and plugins.json says once for all: each is a finding.</summary>
/// <param name="nodes">In the order they were named; the first one's word counts.</param>
internal sealed class NodeDifferences(IReadOnlyList<NodeConf> nodes, ConfFindings findings)
{
    /// <summary>Of one instance on two nodes, beside its keys.</summary>
    public void Instances(NodeConf firstNode, InstanceConf first, NodeConf node, InstanceConf other)
    {
        string what = $"vrrp_instance {first.Name}";
        Tracks(what, firstNode, first.Tracks, node, other.Tracks, other.At);
        Notifiers(what, firstNode, first.Notify, node, other.Notify, other.At);
    }

    /// <summary>What is not of one instance: sync groups and the agent's own settings.</summary>
    public void Files()
    {
        NodeConf firstNode = nodes[0];
        foreach (NodeConf node in nodes.Skip(1))
        {
            foreach (GroupConf group in node.Groups)
            {
                if (firstNode.Groups.Find(one => one.Name == group.Name) is not GroupConf first)
                {
                    Say(group.At, $"vrrp_sync_group {group.Name} is on {node.Name} and not on {firstNode.Name}: left out", $"Write it in the file of {firstNode.Name} too.");
                    continue;
                }

                string what = $"vrrp_sync_group {group.Name}";
                Same(what, "its members", Members(first), Members(group), firstNode, node, group.At);
                Tracks(what, firstNode, first.Tracks, node, group.Tracks, group.At);
                Notifiers(what, firstNode, first.Notify, node, group.Notify, group.At);
            }

            foreach (GroupConf first in firstNode.Groups.Where(one => !node.Groups.Exists(other => other.Name == one.Name)))
            {
                Say(first.At, $"vrrp_sync_group {first.Name} is on {firstNode.Name} and not on {node.Name}", "In plugins.json every node has it.");
            }

            foreach (string key in Keys(firstNode.Agent, node.Agent))
            {
                Same("agent", key, firstNode.Agent[key]?.ToJsonString(), node.Agent[key]?.ToJsonString(), firstNode, node, node.At);
            }
        }
    }

    private static string Members(GroupConf group) => string.Join(' ', group.Members.Select(word => word.Text).Order(StringComparer.Ordinal));

    private void Tracks(string what, NodeConf firstNode, IReadOnlyList<TrackUse> first, NodeConf node, IReadOnlyList<TrackUse> other, Place at)
    {
        foreach (TrackUse track in first.Where(one => !other.Any(use => IsSame(one, use))))
        {
            Say(at, $"{what}: {track.What.Name} is tracked on {firstNode.Name} and not on {node.Name}", "In plugins.json every node tracks it.");
        }

        foreach (TrackUse track in other)
        {
            if (first.FirstOrDefault(use => IsSame(use, track)) is not TrackUse same)
            {
                Say(track.At, $"{what}: {track.What.Name} is tracked on {node.Name} and not on {firstNode.Name}", "In plugins.json every node tracks it.");
            }
            else
            {
                Same(what, $"the weight of {track.What.Name}", Weight(same), Weight(track), firstNode, node, track.At);
            }
        }

        static bool IsSame(TrackUse left, TrackUse right) => left.What.Source.ToJsonString() == right.What.Source.ToJsonString();
        static string Weight(TrackUse track) => $"{track.Weight}{(track.Reverse ? " reverse" : "")}";
    }

    private void Notifiers(string what, NodeConf firstNode, JsonObject first, NodeConf node, JsonObject other, Place at)
    {
        foreach (string key in Keys(first, other))
        {
            Same(what, key, first[key]?.ToJsonString(), other[key]?.ToJsonString(), firstNode, node, at, first.Count == 0 ? node : firstNode);
        }
    }

    private static IEnumerable<string> Keys(JsonObject first, JsonObject other) => first.Select(pair => pair.Key).Union(other.Select(pair => pair.Key));

    private void Same(string what, string key, string? left, string? right, NodeConf firstNode, NodeConf node, Place at, NodeConf? counts = null)
    {
        if (left != right)
        {
            Say(at, $"{what}: {key} is {left ?? "not set"} on {firstNode.Name} and {right ?? "not set"} on {node.Name}", $"The imported file has one for all: that of {(counts ?? firstNode).Name}.");
        }
    }

    private void Say(Place at, string text, string remedy) => findings.Warning(ConfCodes.NodesDiffer, at, text, remedy);
}
