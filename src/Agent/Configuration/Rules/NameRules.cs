using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Configuration.Shapes;

namespace HotStandby.Agent.Configuration.Rules;

/// <summary>Names are unique, and names that point somewhere point at something.</summary>
internal static class NameRules
{
    public static void Check(Draft draft, Findings findings)
    {
        Unique(draft.Routers.Select((one, i) => (one.Name, $"virtualRouters[{i}].name")), "virtual router", findings);
        Unique(draft.Plugins.Select((one, i) => (one.Id, $"plugins[{i}].id")), "plugin entry", findings);
        CheckNodeNames(draft, findings);
        CheckOverrides(draft, findings);
        foreach (DraftRouter router in draft.Trackers)
        {
            CheckReferences(draft, router, findings);
        }
    }

    internal static void Unique(IEnumerable<(Placed<string>? Name, string Path)> names, string what, Findings findings)
    {
        Dictionary<string, Position> seen = new(StringComparer.Ordinal);
        foreach ((Placed<string>? name, string path) in names)
        {
            if (name is not null && !seen.TryAdd(name.Value, name.At))
            {
                findings.Error(
                    name.At, DiagnosticCodes.DuplicateName, $"{path}: another {what} is already named \"{name.Value}\", at {seen[name.Value]}");
            }
        }
    }

    // Host names don't mind the case, so that nodes that differ by case only could not be told apart.
    private static void CheckNodeNames(Draft draft, Findings findings)
    {
        Dictionary<string, DraftNode> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach (DraftNode node in draft.Nodes)
        {
            if (!seen.TryAdd(node.Name, node))
            {
                findings.Error(
                    node.At,
                    DiagnosticCodes.DuplicateName,
                    $"node {Wording.Quote(node.Name)} differs from node {Wording.Quote(seen[node.Name].Name)} at {seen[node.Name].At} by case only",
                    "Nodes are found by their host name, which does not mind the case.");
            }
        }
    }

    private static void CheckOverrides(Draft draft, Findings findings)
    {
        string[] names = [.. draft.Routers.Select(one => one.Name?.Value).OfType<string>().Distinct()];
        foreach (DraftNode node in draft.Nodes)
        {
            foreach (DraftOverride one in node.Overrides.Where(one => !names.Contains(one.Router)))
            {
                string path = KeyPath.Join(KeyPath.Join("nodes", node.Name), "virtualRouters");
                findings.Error(one.At, DiagnosticCodes.UnknownVirtualRouter, Unknown(path, "virtual router", one.Router, names));
            }
        }
    }

    private static void CheckReferences(Draft draft, DraftRouter router, Findings findings)
    {
        string[] ids = [.. draft.Plugins.Select(one => one.Id?.Value).OfType<string>().Distinct()];

        // An entry that is named only as the other kind is not offered.
        HashSet<string> notifiers = [.. draft.Trackers.SelectMany(one => one.Notify).OfType<Placed<string>>().Select(id => id.Value)];
        HashSet<string> checks = [.. draft.Trackers.SelectMany(one => one.Tracks).Select(track => track.Check).OfType<Placed<string>>().Select(id => id.Value)];
        string[] mayCheck = [.. ids.Where(id => checks.Contains(id) || !notifiers.Contains(id))];
        string[] mayHear = [.. ids.Where(id => notifiers.Contains(id) || !checks.Contains(id))];
        Dictionary<string, Position> tracked = new(StringComparer.Ordinal);
        foreach (DraftTrack track in router.Tracks)
        {
            if (track.Check is Placed<string> check)
            {
                CheckReference(check, $"{track.Path}.check", "check", tracked, ids, mayCheck, findings);
            }

            foreach ((Placed<string> operand, string path) in TrackReader.OperandChecks(track.Source, track.Path))
            {
                // The same check may stand in several expressions.
                CheckReference(operand, path, "check", [], ids, mayCheck, findings);
            }
        }

        Dictionary<string, Position> notified = new(StringComparer.Ordinal);
        for (int i = 0; i < router.Notify.Count; i++)
        {
            if (router.Notify[i] is Placed<string> id)
            {
                CheckReference(id, KeyPath.Item($"{router.Path}.notify", i), "notifier", notified, ids, mayHear, findings);
            }
        }
    }

    private static void CheckReference(
        Placed<string> id, string path, string kind, Dictionary<string, Position> seen, string[] ids, string[] offered, Findings findings)
    {
        if (!seen.TryAdd(id.Value, id.At))
        {
            findings.Error(id.At, DiagnosticCodes.NamedTwice, $"{path}: {kind} \"{id.Value}\" is already named here, at {seen[id.Value]}");
        }
        else if (!ids.Contains(id.Value))
        {
            findings.Error(id.At, DiagnosticCodes.UnknownReference, Unknown(path, kind, id.Value, offered));
        }
    }

    internal static string Unknown(string path, string kind, string name, string[] names)
    {
        string message = $"{path}: no {kind} is named {Wording.Quote(name)}";
        string among = kind == "virtual router" ? "" : " under plugins";
        return Nearest.To(name, names) is string guess ? $"{message}{among}; did you mean \"{guess}\"?"
            : names.Length > 0 ? $"{message}{among}; expected {Wording.OneOf(names)}"
            : $"{message}{among}; there are none";
    }
}
