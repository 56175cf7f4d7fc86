using HotStandby.Agent.Configuration.Core;
using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration.Rules;

/// <summary>Each key of an entry of <c>track</c> belongs to what the entry tracks, and the entry can do something.</summary>
internal static class TrackRules
{
    private const long Owner = 255;

    public static void Check(Draft draft, Findings findings)
    {
        foreach (DraftRouter router in draft.Trackers)
        {
            foreach (DraftTrack track in router.Tracks)
            {
                foreach ((Node node, string path) in TrackReader.Objects(track.Source, track.Path))
                {
                    CheckOwners(node, path, findings);
                }

                CheckReverse(track, findings);
                CheckFile(draft, router, track, findings);
                CheckOwnInterface(draft, router, track, findings);
            }

            CheckTwice(router, findings);
        }
    }

    private static void CheckOwners(Node node, string path, Findings findings)
    {
        if (TrackReader.KindOf(node) is not NodeMember kind)
        {
            return;
        }

        foreach (NodeMember written in node.Members)
        {
            if (TrackKeys.Owners.TryGetValue(written.Key, out string[]? owners) && !owners.Contains(kind.Key))
            {
                findings.Error(
                    written.At,
                    DiagnosticCodes.NotOfThisKind,
                    $"{path}.{written.Key} belongs to {Wording.OneOf(owners)}, but this entry has {Wording.Quote(kind.Key)}",
                    kind.Key == "check" && written.Key is "upDelay" or "downDelay" ? "For a check write \"rise\" or \"fall\" in its plugin entry." : "Remove it.");
            }
        }
    }

    private static void CheckReverse(DraftTrack track, Findings findings)
    {
        if (track.IsFault && track.Reverse is { Written: true, Value: true } reverse)
        {
            findings.Error(
                reverse.At, DiagnosticCodes.NotOfThisKind, $"{track.Path}.reverse belongs to \"weight\", but this entry has \"onFail\"", "Remove it, or write a weight.");
        }
    }

    private static void CheckFile(Draft draft, DraftRouter router, DraftTrack track, Findings findings)
    {
        if (track.What is TrackedFile && track.Weight is { } weight
            && draft.Nodes.Count > 1 && draft.Nodes.All(node => node.PriorityFor(router)?.Value == Owner))
        {
            findings.Error(
                weight.At,
                DiagnosticCodes.WeightTooSmall,
                $"{track.Path}.weight {weight.Value} can never move virtual router {router.Title}: an owner's priority of 255 never changes",
                "Use \"onFail\": \"fault\" instead of the weight.");
        }
    }

    private static void CheckOwnInterface(Draft draft, DraftRouter router, DraftTrack track, Findings findings)
    {
        // An up delay works: after a failure the interface is believed only when it has been up for that long.
        if (track.What is TrackedInterface { UpDelay: var upDelay } device && upDelay == Duration.Zero && draft.Nodes.Count > 0
            && draft.Nodes.All(node => node.InterfaceFor(router)?.Value == device.Interface))
        {
            findings.Warning(
                track.Source.At,
                DiagnosticCodes.NoEffect,
                $"{track.Path}: {device.Interface} is the virtual router's own interface, whose failing is always FAULT, and at once",
                "Remove the entry, or write \"upDelay\": how long the interface must have been up again.");
        }
    }

    private static void CheckTwice(DraftRouter router, Findings findings)
    {
        Dictionary<string, Position> seen = new(StringComparer.Ordinal);
        foreach (DraftTrack track in router.Tracks.Where(one => one.What is TrackedInterface or TrackedFile or TrackedProcess))
        {
            if (!seen.TryAdd(track.What!.Name, track.Source.At))
            {
                findings.Error(
                    track.Source.At,
                    DiagnosticCodes.NamedTwice,
                    $"{track.Path}: {track.What.Name} is already tracked by this virtual router, at {seen[track.What.Name]}");
            }
        }
    }
}
