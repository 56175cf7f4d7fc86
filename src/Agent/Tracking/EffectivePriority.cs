using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Tracking;

/// <summary>One tracked thing's part in the priority.</summary>
/// <param name="Name">A check's id, else kind and name.</param>
/// <param name="Weight">Null: its failing is FAULT.</param>
/// <param name="Applied">What it adds now.</param>
/// <param name="Verdict">What it counts as, and its last words.</param>
public readonly record struct PriorityPart(string Name, int? Weight, int Applied, CheckVerdict Verdict);

/// <summary>
/// Base priority plus the weights that apply now, always from scratch (never adjusted step by step, so it can't drift), clamped to 1..254.
/// An owner's 255 is exempt (RFC 9568 5.2.4). Weights as keepalived's: a positive one is added while the check is up, a negative one while
/// it is not; reversed, the same is taken off instead. A tracked file's number is multiplied by its weight.
/// </summary>
public static class EffectivePriority
{
    public const byte Owner = 255;

    /// <summary>What a drained node advertises: every other node that takes part goes before it.</summary>
    public const byte Lowest = 1;

    /// <param name="drained">Whether the operator drained the node: then it is <see cref="Lowest"/>, unless it is the owner.</param>
    public static byte Compute(
        byte basePriority, IReadOnlyList<TrackConfig> tracks, CheckTable checks, MonotonicTime now, bool drained = false)
    {
        if (basePriority == Owner || drained)
        {
            return basePriority == Owner ? Owner : Lowest;
        }

        int sum = basePriority;
        foreach (TrackConfig track in tracks)
        {
            sum += Part(track, checks, now).Applied;
        }

        return (byte)Math.Clamp(sum, 1, 254);
    }

    public static PriorityPart Part(TrackConfig track, CheckTable checks, MonotonicTime now)
    {
        CheckVerdict verdict = TrackVerdict.Of(track.What, checks, now);
        return new(track.What.Name, track.Weight, Applied(track, verdict, checks, now), verdict);
    }

    private static int Applied(TrackConfig track, CheckVerdict verdict, CheckTable checks, MonotonicTime now)
    {
        if (track.Weight is not int weight || verdict.KeepsState)
        {
            return 0;
        }

        int sign = track.Reverse ? -1 : 1;
        if (track.What is TrackedFile file)
        {
            return checks.Readings.Number(file, now) is int number ? sign * weight * number : TrackedFile.Failed;
        }

        // A check that was never heard is not up: fail closed.
        bool up = verdict.Standing == CheckStanding.Up;
        return weight > 0 == up ? sign * weight : 0;
    }
}
