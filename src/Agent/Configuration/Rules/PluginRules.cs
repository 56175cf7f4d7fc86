using HotStandby.Agent.Configuration.Core;
using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Configuration.Shapes;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Configuration.Rules;

/// <summary>Plugin entries: they exist, offer what they are named for, take the options they are given, and are used.</summary>
internal static class PluginRules
{
    /// <param name="plugins">What the plugin host found; null when nobody asked it.</param>
    /// <param name="entries">What the plugins say of the draft's entries; empty when nobody asked them.</param>
    public static void Check(Draft draft, IReadOnlyList<PluginDescribed>? plugins, IReadOnlyList<EntryJudged> entries, Findings findings)
    {
        Uses uses = Uses.Of(draft);
        Dictionary<string, PluginDescribed> known = Known(plugins ?? []);
        Dictionary<string, EntryJudged> judged = entries.ToDictionary(entry => draft.Plugins[entry.Index].Path, StringComparer.Ordinal);
        foreach (DraftPlugin entry in draft.Plugins)
        {
            bool tracked = uses.IsTracked(entry);
            CheckTimeout(entry, tracked, findings);
            CheckUnused(entry, uses, known, findings);
            if (uses.IsNotifierOnly(entry))
            {
                CheckCheckKeys(entry, findings);
            }

            if (plugins is not null && entry.Use is Placed<string> use)
            {
                CheckDescribed(entry, use, known, judged.GetValueOrDefault(entry.Path), findings);
            }
        }

        foreach (DraftRouter router in draft.Trackers)
        {
            CheckOffers(draft, router, known, judged, findings);
        }
    }

    // The folder that is searched first wins, as in the host.
    private static Dictionary<string, PluginDescribed> Known(IReadOnlyList<PluginDescribed> plugins)
    {
        Dictionary<string, PluginDescribed> known = new(StringComparer.Ordinal);
        foreach (PluginDescribed plugin in plugins)
        {
            known.TryAdd(plugin.Name, plugin);
        }

        return known;
    }

    private static void CheckDescribed(
        DraftPlugin entry, Placed<string> use, Dictionary<string, PluginDescribed> known, EntryJudged? judged, Findings findings)
    {
        if (!known.TryGetValue(use.Value, out PluginDescribed? plugin))
        {
            string message = $"{entry.Path}.use: no plugin is named {Wording.Quote(use.Value)}";
            string rest = Nearest.To(use.Value, known.Keys) is string guess ? $"; did you mean \"{guess}\"?"
                : known.Count > 0 ? $"; found {Wording.AllOf(known.Keys.Order(StringComparer.Ordinal))}"
                : "; no plugin was found at all";
            findings.Error(
                use.At, DiagnosticCodes.UnknownPlugin, message + rest, $"A plugin is the file NAME/NAME.dll under one of agent.pluginPaths or the shipped folder.");
            return;
        }

        if (!plugin.Usable)
        {
            findings.Error(use.At, DiagnosticCodes.UnusablePlugin, $"{entry.Path}.use: plugin \"{use.Value}\" can't be used: {plugin.Why.TrimEnd('.')}", plugin.Path.Length > 0 ? $"Its file: {plugin.Path}" : null);
        }
        else if (entry.Options.Kind == NodeKind.Object)
        {
            int before = findings.Count;
            if (plugin.OptionsSchema is { } schema)
            {
                OptionsShape.From(schema).Check(entry.Options, $"{entry.Path}.options", findings);
            }

            // The plugin sees the same faults, and says them less well.
            if (findings.Count == before)
            {
                CheckJudged(entry, use, judged, findings);
            }
        }
    }

    private static void CheckJudged(DraftPlugin entry, Placed<string> use, EntryJudged? judged, Findings findings)
    {
        foreach (OptionFault fault in judged?.Faults ?? [])
        {
            string message = fault.Message.TrimEnd('.');
            findings.Error(
                OptionPlace.Of(entry.Options, fault.Path),
                DiagnosticCodes.RefusedByPlugin,
                fault.Path.Length > 0 ? $"{entry.Path}.options.{fault.Path}: {message}" : $"{entry.Path}: plugin \"{use.Value}\" refuses this entry: {message}");
        }
    }

    private static void CheckOffers(
        Draft draft, DraftRouter router, Dictionary<string, PluginDescribed> known, Dictionary<string, EntryJudged> judged, Findings findings)
    {
        foreach (DraftTrack track in router.Tracks)
        {
            foreach ((Placed<string> check, string path) in track.Checks)
            {
                CheckOffer(draft, check, path, "check", known, judged, findings);
            }
        }

        for (int i = 0; i < router.Notify.Count; i++)
        {
            CheckOffer(draft, router.Notify[i], KeyPath.Item($"{router.Path}.notify", i), "notifier", known, judged, findings);
        }
    }

    private static void CheckOffer(
        Draft draft,
        Placed<string>? id,
        string path,
        string kind,
        Dictionary<string, PluginDescribed> known,
        Dictionary<string, EntryJudged> judged,
        Findings findings)
    {
        DraftPlugin? entry = id is null ? null : draft.Plugins.FirstOrDefault(one => one.Id?.Value == id.Value);
        if (entry?.Use is null || !known.TryGetValue(entry.Use.Value, out PluginDescribed? plugin) || !plugin.Usable)
        {
            return;
        }

        // What it offers may depend on its options.
        IReadOnlyList<string> kinds = judged.GetValueOrDefault(entry.Path) is { Faults.Count: 0 } word ? word.Kinds : plugin.Kinds;
        if (kinds.Contains(kind))
        {
            return;
        }

        string offers = kinds.Count == 0 ? "nothing" : Wording.Join([.. kinds.Select(one => $"a {one}")], " and ");
        string[] others = [.. draft.Plugins
            .Where(one => one.Id is not null && one.Use is not null
                && known.TryGetValue(one.Use.Value, out PluginDescribed? its) && its.Kinds.Contains(kind))
            .Select(one => one.Id!.Value)];
        findings.Error(
            id!.At,
            DiagnosticCodes.NotOffered,
            $"{path}: \"{id.Value}\" uses plugin \"{plugin.Name}\", which offers {offers}, no {kind}",
            others.Length > 0 ? $"Entries that offer a {kind}: {Wording.AllOf(others)}." : null);
    }

    // A call that outlasts the interval would swallow the next poll: the check would be slower than it says.
    private static void CheckTimeout(DraftPlugin entry, bool tracked, Findings findings)
    {
        if (tracked && entry.Timeout is Placed<TimeSpan> timeout && entry.Interval is Placed<TimeSpan> interval && timeout.Value > interval.Value)
        {
            findings.Error(
                timeout.At,
                DiagnosticCodes.TimeoutTooLong,
                $"{entry.Path}.timeout {DurationText.Format(timeout.Value)} must not be longer than the check's interval, {DurationText.Format(interval.Value)}{(interval.Written ? "" : " (the default)")}",
                $"Write \"interval\": \"{DurationText.Format(timeout.Value)}\", or a shorter timeout.");
        }
    }

    private static void CheckUnused(DraftPlugin entry, Uses uses, Dictionary<string, PluginDescribed> known, Findings findings)
    {
        // What names it may be what is wrong.
        if (findings.HasErrors)
        {
            return;
        }

        bool generator = entry.Use is not null && known.TryGetValue(entry.Use.Value, out PluginDescribed? plugin) && plugin.Kinds.Contains("generator");
        if (entry.Id is Placed<string> id && !uses.IsTracked(entry) && !uses.IsNotified(entry) && !generator)
        {
            findings.Warning(
                id.At,
                DiagnosticCodes.UnusedPlugin,
                $"{entry.Path}: nothing names \"{id.Value}\" under track or notify",
                "Name it under a virtual router or sync group, or remove the entry.");
        }
    }

    private static void CheckCheckKeys(DraftPlugin entry, Findings findings)
    {
        (string Name, Position? At)[] written =
        [
            (PluginKeys.Interval.Name, At(entry.Interval)),
            (PluginKeys.Rise.Name, At(entry.Rise)),
            (PluginKeys.Fall.Name, At(entry.Fall)),
            (PluginKeys.Start.Name, At(entry.Start)),
        ];
        foreach ((string name, Position? at) in written)
        {
            if (at is Position place)
            {
                findings.Warning(
                    place, DiagnosticCodes.NoEffect, $"{entry.Path}.{name} has no effect: \"{entry.Id!.Value}\" is a notifier, and {name} is for checks", "Remove it.");
            }
        }
    }

    private static Position? At<T>(Placed<T>? value) => value is { Written: true } ? value.At : null;
}
