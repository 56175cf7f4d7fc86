using System.Globalization;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>The track_* blocks of an instance or group.</summary>
internal sealed class TrackReader(NodeConf node, ConfFindings findings)
{
    /// <summary>track_script, track_process and track_file name what was defined before.</summary>
    public IEnumerable<TrackUse> Named(Statement block)
    {
        foreach (Statement line in block.Children)
        {
            if (!node.Trackers.TryGetValue(line.Keyword, out Tracker? tracker))
            {
                findings.Error(
                    ConfCodes.UndefinedCheck,
                    line.At,
                    $"{block.Keyword} names {line.Keyword}, which is not defined above: keepalived drops it, and the node counts as well for ever",
                    "Define it before the instance, or mend the name.");
                continue;
            }

            (int weight, bool reverse) = Weight(line) ?? (tracker.Weight, tracker.Reverse);
            yield return new(line.At, tracker, weight, reverse);
        }
    }

    /// <param name="own">The instance's own interface, which needs no entry.</param>
    public IEnumerable<TrackUse> Interfaces(Statement block, string? own)
    {
        foreach (Statement line in block.Children)
        {
            (int weight, bool reverse) = Weight(line) ?? (0, false);
            if (line.Keyword == own && weight == 0)
            {
                findings.Note(ConfCodes.NotNeeded, line.At, $"track_interface {own} is left out: a virtual router whose own interface is down is in FAULT always");
                continue;
            }

            yield return new(line.At, new(line.Keyword, line.At, null, new() { ["interface"] = line.Keyword }, 0, false), weight, reverse);
        }
    }

    private (int Weight, bool Reverse)? Weight(Statement line)
    {
        int at = line.Words.ToList().FindIndex(word => word.Text == "weight");
        if (at < 0)
        {
            return null;
        }

        if (at + 1 < line.Words.Count && int.TryParse(line.Words[at + 1].Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int weight) && weight is >= -254 and <= 254)
        {
            return (Math.Clamp(weight, -253, 253), line.Words.Any(word => word.Text == "reverse"));
        }

        findings.Error(ConfCodes.BadValue, line.Words[at].At, "weight must be a whole number -253..253");
        return null;
    }
}
