using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Configuration.Shapes;

namespace HotStandby.Agent.Configuration.Rules;

/// <summary>
/// A sync group is one election: its members are known, in no other group, and agree on everything that decides it. keepalived takes what differs
/// and lets the members pull each other to and fro.
/// </summary>
internal static class SyncGroupRules
{
    private const long Owner = 255;

    public static void Check(Draft draft, Findings findings)
    {
        NameRules.Unique(draft.SyncGroups.Select(one => (one.Name, $"{one.Path}.name")), "sync group", findings);
        CheckMembers(draft, findings);
        foreach (DraftSyncGroup group in draft.SyncGroups)
        {
            IReadOnlyList<DraftRouter> members = GroupTracks.MembersOf(draft, group);
            CheckSticky(group, members, findings);
            CheckSame(group, members, findings);
            CheckPriorities(draft, group, members, findings);
            CheckTracks(group, members, findings);
        }
    }

    private static void CheckMembers(Draft draft, Findings findings)
    {
        string[] names = [.. draft.Routers.Select(one => one.Name?.Value).OfType<string>().Distinct()];
        Dictionary<string, (DraftSyncGroup Group, Position At)> seen = new(StringComparer.Ordinal);
        foreach (DraftSyncGroup group in draft.SyncGroups)
        {
            for (int i = 0; i < group.Members.Count; i++)
            {
                if (group.Members[i] is not Placed<string> member)
                {
                    continue;
                }

                string path = KeyPath.Item($"{group.Path}.virtualRouters", i);
                if (!names.Contains(member.Value))
                {
                    findings.Error(member.At, DiagnosticCodes.UnknownVirtualRouter, NameRules.Unknown(path, "virtual router", member.Value, names));
                }
                else if (!seen.TryAdd(member.Value, (group, member.At)))
                {
                    (DraftSyncGroup other, Position at) = seen[member.Value];
                    findings.Error(
                        member.At,
                        DiagnosticCodes.InTwoSyncGroups,
                        ReferenceEquals(other, group)
                            ? $"{path}: virtual router \"{member.Value}\" is already named by this sync group, at {at}"
                            : $"{path}: virtual router \"{member.Value}\" is already in sync group {other.Title}, at {at}",
                        ReferenceEquals(other, group) ? "Remove one of the two." : "Make one group of the two, or take it out of one.");
                }
            }
        }
    }

    private static void CheckSticky(DraftSyncGroup group, IReadOnlyList<DraftRouter> members, Findings findings)
    {
        foreach (DraftRouter member in members)
        {
            if (member.Sticky is { Value: true } sticky)
            {
                findings.Error(
                    sticky.At,
                    DiagnosticCodes.StickyPriorities,
                    $"{member.Path}.sticky can't be true in sync group {group.Title}: its members could not agree on which node had the role first",
                    "Remove it, and give the nodes different priorities.");
            }
        }
    }

    private static void CheckSame(DraftSyncGroup group, IReadOnlyList<DraftRouter> members, Findings findings)
    {
        CheckSame(group, members, "preempt", one => one.Preempt, value => value ? "true" : "false", findings);
        CheckSame(group, members, "preemptDelay", one => one.PreemptDelay, value => $"\"{DurationText.Format(value)}\"", findings);
        CheckSame(group, members, "preemptUnhealthy", one => one.PreemptUnhealthy, value => value ? "true" : "false", findings);
    }

    private static void CheckSame<T>(
        DraftSyncGroup group, IReadOnlyList<DraftRouter> members, string key, Func<DraftRouter, Placed<T>?> of, Func<T, string> text, Findings findings)
    {
        DraftRouter? first = members.FirstOrDefault(one => of(one) is not null);
        foreach (DraftRouter member in members)
        {
            if (of(member) is Placed<T> value && !EqualityComparer<T>.Default.Equals(value.Value, of(first!)!.Value))
            {
                findings.Error(
                    value.Written ? value.At : member.At,
                    DiagnosticCodes.SyncGroupDiffers,
                    $"{member.Path}.{key} is {text(value.Value)}, but {text(of(first!)!.Value)} for {first!.Title} of the same sync group {group.Title}",
                    "A sync group is one election: write the same for all of its virtual routers.");
            }
        }
    }

    private static void CheckPriorities(Draft draft, DraftSyncGroup group, IReadOnlyList<DraftRouter> members, Findings findings)
    {
        HashSet<Position> reported = [];
        foreach (DraftNode node in draft.Nodes)
        {
            foreach (DraftRouter member in members)
            {
                if (node.PriorityFor(member) is not Placed<long> priority || node.PriorityFor(members[0]) is not Placed<long> first)
                {
                    continue;
                }

                if (priority.Value == Owner && reported.Add(priority.At))
                {
                    findings.Error(
                        priority.At,
                        DiagnosticCodes.OwnerInSyncGroup,
                        $"node {Wording.Quote(node.Name)} can't have priority 255 for virtual router {member.Title}, which is in sync group {group.Title}: an owner takes the role whatever the others do",
                        "Use a priority up to 254, and virtual addresses that no node has.");
                }
                else if (priority.Value != first.Value && priority.Value != Owner && first.Value != Owner)
                {
                    findings.Error(
                        priority.At,
                        DiagnosticCodes.SyncGroupDiffers,
                        $"node {Wording.Quote(node.Name)} has priority {priority.Value} for virtual router {member.Title}, but {first.Value} for {members[0].Title} of the same sync group {group.Title}",
                        "A sync group is one election: give a node one priority for all of its virtual routers.");
                }
            }
        }
    }

    // The same thing tracked twice with one meaning counts once; with two it could only mean one for some members and another for others.
    private static void CheckTracks(DraftSyncGroup group, IReadOnlyList<DraftRouter> members, Findings findings)
    {
        Dictionary<string, DraftTrack> seen = new(StringComparer.Ordinal);
        foreach (DraftTrack track in group.Tracks.Concat(members.SelectMany(one => one.Tracks)))
        {
            if (track.What is null or TrackedExpression || seen.TryAdd(track.What.Name, track))
            {
                continue;
            }

            DraftTrack other = seen[track.What.Name];
            bool ofOneHolder = HolderOf(track) == HolderOf(other);
            if (!ofOneHolder && GroupTracks.Meaning(track) != GroupTracks.Meaning(other))
            {
                findings.Error(
                    track.Source.At,
                    DiagnosticCodes.SyncGroupDiffers,
                    $"{track.Path}: {track.What.Title} is tracked in another way at {other.Source.At}, in the same sync group {group.Title}",
                    $"What one tracks counts for all of the group: write it once, in the group's \"track\".");
            }
        }
    }

    private static string HolderOf(DraftTrack track) => track.Path[..track.Path.LastIndexOf(".track[", StringComparison.Ordinal)];
}
