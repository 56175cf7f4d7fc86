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

            // A weight of its own keeps the tracker's direction: only noreverse turns it back.
            int weight = Weight(line, keepalivedHas254: block.Keyword != "track_script") ?? tracker.Weight;
            bool reverse = Says(line, "reverse") || (tracker.Reverse && !Says(line, "noreverse"));
            if (!IsFaultOfSuccess(line, weight, reverse))
            {
                yield return new(line.At, tracker, weight, reverse);
            }
        }
    }

    /// <param name="own">The instance's own interface, which needs no entry.</param>
    public IEnumerable<TrackUse> Interfaces(Statement block, string? own)
    {
        foreach (Statement line in block.Children)
        {
            int weight = Weight(line, keepalivedHas254: false) ?? 0;
            bool reverse = Says(line, "reverse");
            if (line.Keyword == own && weight == 0)
            {
                findings.Note(ConfCodes.NotNeeded, line.At, $"track_interface {own} is left out: a virtual router whose own interface is down is in FAULT always");
                continue;
            }

            if (!IsFaultOfSuccess(line, weight, reverse))
            {
                yield return new(line.At, new(line.Keyword, line.At, null, new() { ["interface"] = line.Keyword }, 0, false), weight, reverse);
            }
        }
    }

    /// <summary>With weight 0 and reverse keepalived is in FAULT as long as the tracker is well; a fault is a failure here.</summary>
    private bool IsFaultOfSuccess(Statement line, int weight, bool reverse)
    {
        if (weight != 0 || !reverse)
        {
            return false;
        }

        findings.Warning(
            ConfCodes.NotCarriedOver,
            line.At,
            $"{line.Keyword} has weight 0 and reverse: keepalived is in FAULT while it is well, which can't be said here; left out",
            "Track a script that answers the other way round.");
        return true;
    }

    private static bool Says(Statement line, string word) => line.Words.Skip(1).Any(one => one.Text == word);

    /// <param name="line">What is tracked, and how.</param>
    /// <param name="keepalivedHas254">Whether keepalived takes 254 as it is written.</param>
    private int? Weight(Statement line, bool keepalivedHas254)
    {
        int at = line.Words.ToList().FindIndex(word => word.Text == "weight");
        if (at < 0)
        {
            return null;
        }

        if (at + 1 < line.Words.Count && int.TryParse(line.Words[at + 1].Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int weight) && weight is >= -254 and <= 254)
        {
            return GreatestWeight.Cut(weight, keepalivedHas254, line.Words[at + 1].At, findings);
        }

        findings.Error(ConfCodes.BadValue, line.Words[at].At, "weight must be a whole number -253..253");
        return null;
    }
}
