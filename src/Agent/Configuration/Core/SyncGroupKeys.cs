using HotStandby.Agent.Configuration.Shapes;

namespace HotStandby.Agent.Configuration.Core;

/// <summary>The keys of one sync group.</summary>
internal static class SyncGroupKeys
{
    public static readonly Member<string> Name = new("name", Names.Id, "Its name, unique among the sync groups.") { Required = true };

    public static readonly Member VirtualRouters = new(
        "virtualRouters", new ListShape(Names.Id, 2, 255), "The names of its virtual routers, 2 or more; each in one sync group at most.")
    {
        Required = true,
        Aliases = ["group", "members"],
    };

    public static readonly Member Tracks = new(
        "track",
        new ListShape(TrackKeys.Shape, 0, 64),
        "What decides whether a node can serve the group. What a member tracks itself counts for the whole group too.")
    {
        Default = "[]",
        Aliases = ["track_script", "track_process", "track_interface", "track_file", "tracks", "checks"],
    };

    public static readonly Member Notify = new(
        "notify",
        new ListShape(Names.Id, 0, 64),
        "Ids of the plugins entries that are told of the group's own transitions: once, when all members are in the new state, and after what they notify.")
    {
        Default = "[]",
        Aliases = ["notify_master", "notify_backup", "notify_fault", "notifiers"],
    };

    public static readonly ObjectShape Shape = new(Name, VirtualRouters, Tracks, Notify)
    {
        Elsewhere = new Dictionary<string, string>
        {
            ["sync_group_tracking_weight"] = "Weights always count for all members of a sync group.",
        },
    };
}
