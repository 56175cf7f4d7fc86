using System.Text.Json.Nodes;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>What one node's keepalived.conf says, in the words of plugins.json.</summary>
internal sealed class NodeConf(string name, Place at)
{
    public string Name { get; } = name;

    public Place At { get; } = at;

    /// <summary>Values of global_defs that instances take where they have none.</summary>
    public Dictionary<string, Statement> Global { get; } = new(StringComparer.Ordinal);

    /// <summary>vrrp_script, vrrp_track_process and track_file by name.</summary>
    public Dictionary<string, Tracker> Trackers { get; } = new(StringComparer.Ordinal);

    /// <summary>What keepalived makes up for the next rule without a preference.</summary>
    public uint NextRulePriority { get; set; } = 16_384;

    public List<InstanceConf> Instances { get; } = [];

    public List<GroupConf> Groups { get; } = [];

    /// <summary>Keys of <c>agent</c>.</summary>
    public JsonObject Agent { get; } = [];

    /// <summary>IPVS blocks as keepalived reads them.</summary>
    public List<string> Aside { get; } = [];
}

/// <summary>Something that instances track.</summary>
/// <param name="Plugin">The plugin entry it becomes; null when it is tracked without one.</param>
/// <param name="Source">The first keys of the <c>track</c> entry, such as <c>"process": "nginx"</c>.</param>
/// <param name="Weight">Where the use names none; 0 is FAULT.</param>
internal sealed record Tracker(string Name, Place At, JsonObject? Plugin, JsonObject Source, int Weight, bool Reverse);

/// <summary>One use of a tracker.</summary>
/// <param name="Weight">0: failing is FAULT.</param>
internal sealed record TrackUse(Place At, Tracker What, int Weight, bool Reverse)
{
    public JsonObject Json(bool asFault)
    {
        JsonObject json = (JsonObject)What.Source.DeepClone();
        if (Weight == 0 || asFault)
        {
            json["onFail"] = "fault";
            return json;
        }

        json["weight"] = Weight;
        if (Reverse)
        {
            json["reverse"] = true;
        }

        return json;
    }
}

/// <summary>A vrrp_instance.</summary>
internal sealed class InstanceConf(string name, Place at)
{
    public string Name { get; } = name;

    public Place At { get; } = at;

    public int? Vrid { get; set; }

    public Word? Interface { get; set; }

    public int Priority { get; set; } = 100;

    public int Version { get; set; } = 2;

    public bool IsIPv6 { get; set; }

    public Word? Source { get; set; }

    public List<Word> Peers { get; } = [];

    /// <summary>The smallest TTL that adverts of a peer may have; null where the file has none.</summary>
    public int? MinimumTtl { get; set; }

    /// <summary>The keys of the virtual router that are the same on every node, in the order of docs/plugins.json.md.</summary>
    public JsonObject Keys { get; } = [];

    public List<TrackUse> Tracks { get; } = [];

    /// <summary>Options of a Script entry; empty for none.</summary>
    public JsonObject Notify { get; } = [];
}

/// <summary>A vrrp_sync_group.</summary>
internal sealed record GroupConf(string Name, Place At, IReadOnlyList<Word> Members, List<TrackUse> Tracks, JsonObject Notify);
