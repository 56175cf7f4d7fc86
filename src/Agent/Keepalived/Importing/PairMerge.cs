using System.Globalization;
using System.Text.Json.Nodes;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>The nodes' files beside each other, as one plugins.json.</summary>
/// <param name="nodes">In the order they were named.</param>
/// <param name="addresses">The nodes' own addresses, as far as the operator gave them.</param>
internal sealed class PairMerge(IReadOnlyList<NodeConf> nodes, IReadOnlyDictionary<string, string> addresses, ConfFindings findings)
{
    private readonly List<string> _names =
        [.. nodes.SelectMany(node => node.Instances).Select(instance => instance.Name).Distinct(StringComparer.Ordinal)];

    private const int OwnerPriority = 255;

    private readonly NodeDifferences _differences = new(nodes, findings);
    private readonly JsonArray _plugins = [];

    public JsonObject Merge()
    {
        GroupElection.Unify(nodes, findings);
        NodeAddresses own = new(nodes, addresses, findings);
        JsonArray routers = [.. _names.Select(name => (JsonNode)Router(name, own))];
        JsonArray groups = Groups();
        JsonObject file = new()
        {
            ["$schema"] = "./plugins.schema.json",
            ["nodes"] = new JsonObject(nodes.Select(node => KeyValuePair.Create(node.Name, (JsonNode?)Node(node, own)))),
            ["virtualRouters"] = routers,
        };
        if (groups.Count > 0)
        {
            file["syncGroups"] = groups;
        }

        _differences.Files();
        Unused();
        Aside();
        if (_plugins.Count > 0)
        {
            file["plugins"] = _plugins;
        }

        if (nodes[0].Agent.Count > 0)
        {
            file["agent"] = nodes[0].Agent.DeepClone();
        }

        return file;
    }

    /// <summary>The nodes that have the instance, with it.</summary>
    private (NodeConf Node, InstanceConf Instance)[] Of(string name) =>
        [.. nodes.SelectMany(node => node.Instances.Where(one => one.Name == name).Select(one => (node, one)))];

    private JsonObject Node(NodeConf node, NodeAddresses own)
    {
        int priority = node.Instances.Count == 0 ? 100
            : node.Instances.GroupBy(one => one.Priority).OrderByDescending(same => same.Count()).First().Key;
        JsonObject json = new() { ["address"] = own.Of(node), ["priority"] = priority };
        JsonObject overrides = [];
        foreach (InstanceConf instance in node.Instances)
        {
            JsonObject differs = [];
            if (instance.Priority != priority)
            {
                differs["priority"] = instance.Priority;
            }

            InstanceConf first = Of(instance.Name)[0].Instance;
            if (instance.Interface is Word device && device.Text != first.Interface?.Text)
            {
                differs["interface"] = device.Text;
            }

            // Multicast adverts come from the interface's first address, and IPv6 ones from its link-local one, unless the file says another.
            bool isSaid = instance.Source is not null && (instance.Peers.Count == 0 || instance.IsIPv6);
            if (own.Source(node, instance) is string source && (isSaid || source != own.Of(node)))
            {
                differs["sourceAddress"] = source;
            }

            if (DeviceNames.Between(first, instance) is { Count: > 0 } names)
            {
                differs["devices"] = new JsonObject(names.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value))));
            }

            if (differs.Count > 0)
            {
                overrides[instance.Name] = differs;
            }
        }

        if (overrides.Count > 0)
        {
            json["virtualRouters"] = overrides;
        }

        return json;
    }

    private JsonObject Router(string name, NodeAddresses own)
    {
        (NodeConf Node, InstanceConf Instance)[] all = Of(name);
        InstanceConf first = all[0].Instance;
        if (nodes.Count > 1 && all.Length < nodes.Count)
        {
            findings.Warning(ConfCodes.NotOnEveryNode, first.At, $"vrrp_instance {name} is on {string.Join(", ", all.Select(one => one.Node.Name))} only; in plugins.json every node has it", "Nodes that must not take it need a file of their own.");
        }

        Compare(name, all);
        JsonObject json = new() { ["name"] = name, ["vrid"] = first.Vrid ?? 1, ["interface"] = first.Interface?.Text ?? "eth0" };
        foreach ((string key, JsonNode? value) in first.Keys)
        {
            json[key] = value?.DeepClone();
        }

        VirtualAddresses.Narrow(json, [.. all.Select(one => own.Source(one.Node, one.Instance))], first, findings);
        if (all.Any(one => one.Instance.Keys["preempt"] is not null))
        {
            json["preempt"] = false;
            json.Remove("preemptDelay");
        }

        // An address owner accepts always: what the others do is said by one of them.
        if (all.Select(one => one.Instance).FirstOrDefault(one => one.Priority != OwnerPriority)?.Keys["acceptMode"] is JsonNode acceptMode)
        {
            json["acceptMode"] = acceptMode.DeepClone();
        }

        if (all.Any(one => one.Instance.Peers.Count > 0))
        {
            json["unicast"] = own.Unicast([.. all.Select(one => one.Instance)], first.IsIPv6);
        }

        if (Tracks(name, [.. all.Select(one => (one.Node, one.Instance.Priority, one.Instance.Tracks))]) is { Count: > 0 } tracks)
        {
            json["track"] = tracks;
        }

        if (all.Select(one => one.Instance.Notify).FirstOrDefault(options => options.Count > 0) is JsonObject notify)
        {
            json["notify"] = new JsonArray(Notifier(notify, $"notify_{name}"));
        }

        return json;
    }

    /// <summary>What has to be the same on every node.</summary>
    private void Compare(string name, (NodeConf Node, InstanceConf Instance)[] all)
    {
        foreach ((NodeConf node, InstanceConf other) in all.Skip(1))
        {
            (NodeConf firstNode, InstanceConf first) = all[0];
            Same("virtual_router_id", first.Vrid?.ToString(CultureInfo.InvariantCulture), other.Vrid?.ToString(CultureInfo.InvariantCulture));
            IReadOnlyList<string> sameAddresses = DeviceNames.Between(first, other) is null ? [] : DeviceNames.Keys;
            string[] ofOthers = first.Priority == OwnerPriority || other.Priority == OwnerPriority ? ["acceptMode"] : [];
            foreach (string key in first.Keys.Select(pair => pair.Key).Union(other.Keys.Select(pair => pair.Key)).Except(sameAddresses).Except(ofOthers))
            {
                Same(key, first.Keys[key]?.ToJsonString(), other.Keys[key]?.ToJsonString());
            }

            _differences.Instances(firstNode, first, node, other);
            if (first.Priority == other.Priority)
            {
                findings.Error(ConfCodes.EqualPriorities, other.At, $"vrrp_instance {name} has the priority {first.Priority} on {firstNode.Name} and {node.Name}: the greater address wins", "Give them different ones, at least 50 apart.");
            }

            void Same(string key, string? left, string? right)
            {
                if (left != right)
                {
                    // It may hold a password.
                    bool isSecret = key == "authentication";
                    findings.Warning(
                        ConfCodes.NodesDiffer,
                        other.At,
                        isSecret ? $"vrrp_instance {name}: {key} is not the same on {firstNode.Name} and {node.Name}"
                            : $"vrrp_instance {name}: {key} is {left ?? "not set"} on {firstNode.Name} and {right ?? "not set"} on {node.Name}",
                        key == "preempt" ? "In plugins.json it is the same for all: false." : $"The imported file has that of {firstNode.Name}.");
                }
            }
        }
    }

    /// <param name="instance">The one that tracks, or a member of the group that does.</param>
    private JsonArray Tracks(string instance, (NodeConf Node, int Priority, List<TrackUse> Tracks)[] all)
    {
        HashSet<string> seen = [];
        TrackUse[] tracks = [.. all.SelectMany(one => one.Tracks).Where(track => seen.Add(GroupElection.Source(track)))];
        int[] priorities = [.. all.Select(one => one.Priority)];
        IReadOnlySet<string> stuck = WeightQuestion.Stuck(GroupElection.Tracks(nodes, instance), priorities);
        JsonArray json = [];
        foreach (TrackUse track in tracks)
        {
            bool isStuck = stuck.Contains(GroupElection.Source(track));
            Weigh(track, priorities, isStuck);
            if (isStuck && priorities.Contains(OwnerPriority))
            {
                continue;
            }

            json.Add((JsonNode)track.Json(asFault: isStuck));
            if (track.What.Plugin is JsonObject plugin)
            {
                Plugin(plugin, track.What.At);
            }
        }

        return json;
    }

    /// <summary>Tells of a weight that can't decide, or may not.</summary>
    private void Weigh(TrackUse track, int[] priorities, bool isStuck)
    {
        if (isStuck && priorities.Contains(OwnerPriority))
        {
            findings.Warning(ConfCodes.OwnerWithTracks, track.At, $"weight {track.Weight} of {track.What.Name} moves nothing as long as a node has the priority 255, which never changes: left out");
        }
        else if (isStuck)
        {
            findings.Error(
                ConfCodes.WeightMovesNothing,
                track.At,
                $"weight {track.Weight} of {track.What.Name} can never move the address: the priorities are {string.Join(" and ", priorities)}",
                "Imported as \"onFail\": \"fault\": a node whose check fails gives the address away. In keepalived write weight 0, or a greater one.");
        }
        else if (priorities.Length < 2 && track.Weight != 0 && Math.Abs(track.Weight) < 20 && !track.What.Source.ContainsKey("file"))
        {
            findings.Note(ConfCodes.WeightMovesNothing, track.At, $"weight {track.Weight} of {track.What.Name} moves the address only where the other node's priority is less than {Math.Abs(track.Weight)} away", "Give the files of both nodes, and it is worked out.");
        }
    }

    private JsonArray Groups()
    {
        JsonArray groups = [];
        foreach (GroupConf group in nodes[0].Groups.Where(group => group.Members.Count > 1))
        {
            string[] members = [.. group.Members.Select(word => TrackerReader.Id(word.Text)).Distinct()];
            foreach (Word unknown in group.Members.Where(word => !_names.Contains(TrackerReader.Id(word.Text))))
            {
                findings.Error(ConfCodes.UndefinedCheck, unknown.At, $"vrrp_sync_group {group.Name} names {unknown.Text}, which is no vrrp_instance");
            }

            members = [.. members.Where(_names.Contains)];
            if (members.Length < 2)
            {
                continue;
            }

            JsonObject json = new() { ["name"] = group.Name, ["virtualRouters"] = new JsonArray([.. members.Select(name => (JsonNode)JsonValue.Create(name)!)]) };
            (NodeConf, int, List<TrackUse>)[] all = [.. nodes.Select(node => (
                node,
                node.Instances.Find(one => one.Name == members[0])?.Priority ?? 100,
                node.Groups.Find(one => one.Name == group.Name)?.Tracks.ToList() ?? []))];
            if (Tracks(members[0], all) is { Count: > 0 } tracks)
            {
                json["track"] = tracks;
            }

            if (nodes.Select(node => node.Groups.Find(one => one.Name == group.Name)?.Notify).FirstOrDefault(options => options is { Count: > 0 }) is JsonObject notify)
            {
                json["notify"] = new JsonArray(Notifier(notify, $"notify_{group.Name}"));
            }

            groups.Add((JsonNode)json);
        }

        return groups;
    }

    /// <summary>The id of an entry with these options; the same scripts are one entry.</summary>
    private JsonValue Notifier(JsonObject options, string id)
    {
        JsonNode? known = _plugins.FirstOrDefault(entry => (string?)entry!["use"] == "Script" && entry["options"]!.ToJsonString() == options.ToJsonString());
        if (known is null)
        {
            known = new JsonObject { ["id"] = id, ["use"] = "Script", ["options"] = options.DeepClone() };
            _plugins.Add(known);
        }

        return JsonValue.Create((string)known["id"]!)!;
    }

    private void Plugin(JsonObject entry, Place at)
    {
        JsonNode? known = _plugins.FirstOrDefault(one => (string?)one!["id"] == (string?)entry["id"]);
        if (known is null)
        {
            _plugins.Add(entry.DeepClone());
        }
        else if (known.ToJsonString() != entry.ToJsonString())
        {
            findings.Warning(ConfCodes.NodesDiffer, at, $"{entry["id"]} is not the same on every node; the imported file has that of the first one");
        }
    }

    /// <summary>render keepalived puts the IPVS blocks back.</summary>
    private void Aside()
    {
        if (nodes.Any(node => node.Aside.Count > 0))
        {
            _plugins.Add((JsonNode)new JsonObject { ["id"] = "keepalived", ["use"] = "KeepalivedConfig", ["options"] = new JsonObject { ["append"] = Import.AsideFile } });
        }

        foreach (NodeConf node in nodes.Skip(1).Where(node => !node.Aside.SequenceEqual(nodes[0].Aside)))
        {
            findings.Warning(
                ConfCodes.NodesDiffer,
                node.At,
                $"the IPVS blocks of {node.Name} are not those of {nodes[0].Name}, which are kept aside",
                $"Make a file of each node's own beside plugins.json, and name it in \"append\" there.");
        }
    }

    private void Unused()
    {
        foreach (NodeConf node in nodes)
        {
            IEnumerable<TrackUse> uses = node.Instances.SelectMany(one => one.Tracks).Concat(node.Groups.SelectMany(one => one.Tracks));
            foreach (Tracker tracker in node.Trackers.Values.Where(tracker => !uses.Any(use => use.What == tracker)))
            {
                findings.Note(ConfCodes.NotNeeded, tracker.At, $"{tracker.Name} is tracked by nobody: left out");
            }
        }
    }
}
