namespace HotStandby.Agent.Configuration;

/// <summary>
/// What the virtual routers of a sync group track, the group itself and each member, counts for all of them: one election has one priority and
/// one FAULT.
/// </summary>
internal static class GroupTracks
{
    /// <summary>The sync group of a virtual router; the first one while it is wrongly in several. Null for none.</summary>
    public static DraftSyncGroup? GroupOf(Draft draft, DraftRouter router) =>
        router.Name is { } name ? draft.SyncGroups.FirstOrDefault(group => group.Members.Any(one => one?.Value == name.Value)) : null;

    /// <summary>In the order of the file, each once.</summary>
    public static IReadOnlyList<DraftRouter> MembersOf(Draft draft, DraftSyncGroup group) =>
        [.. draft.Routers.Where(router => router.Name is { } name && group.Members.Any(one => one?.Value == name.Value)).DistinctBy(router => router.Name!.Value)];

    /// <summary>What counts for a virtual router: what it tracks, or all that its group does, what is the same once.</summary>
    public static IReadOnlyList<DraftTrack> Of(Draft draft, DraftRouter router) => GroupOf(draft, router) is DraftSyncGroup group
        ? [.. group.Tracks.Concat(MembersOf(draft, group).SelectMany(one => one.Tracks)).DistinctBy(Meaning)]
        : router.Tracks;

    /// <summary>One virtual router for each election, with all that counts for it: of a group the first member.</summary>
    public static IEnumerable<DraftRouter> Elections(Draft draft) =>
        from router in draft.Routers
        let @group = GroupOf(draft, router)
        where @group is null || ReferenceEquals(MembersOf(draft, @group)[0], router)
        select router with { Tracks = Of(draft, router) };

    /// <summary>Two entries that say the same are equal here; one that is wrong equals only itself.</summary>
    public static string Meaning(DraftTrack track) => track.What is Tracked what
        ? $"{what.Text} {track.Weight?.Value} {track.Reverse is { Value: true }} {track.IsFault}"
        : track.Path;
}
