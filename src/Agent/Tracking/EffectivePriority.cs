using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Tracking;

/// <summary>One tracked check's part in the priority.</summary>
public readonly record struct PriorityPart(string Check, int? Weight, int Applied);

/// <summary>
/// Base priority plus the weights that apply now, always from scratch (never adjusted step by step, so it can't drift), clamped to 1..254.
/// An owner's 255 is exempt (RFC 9568 5.2.4). Weights as keepalived's: a positive one is added while the check is up, a negative one while
/// it is not.
/// </summary>
public static class EffectivePriority
{
    public const byte Owner = 255;

    /// <summary>What a drained node advertises: every other node that takes part goes before it.</summary>
    public const byte Lowest = 1;

    public static byte Compute(byte basePriority, IReadOnlyList<TrackConfig> tracks, CheckTable checks, MonotonicTime now)
    {
        if (basePriority == Owner)
        {
            return Owner;
        }

        int sum = basePriority;
        foreach (TrackConfig track in tracks)
        {
            sum += Applied(track, checks, now);
        }

        return (byte)Math.Clamp(sum, 1, 254);
    }

    public static PriorityPart Part(TrackConfig track, CheckTable checks, MonotonicTime now) =>
        new(track.Check, track.Weight, Applied(track, checks, now));

    private static int Applied(TrackConfig track, CheckTable checks, MonotonicTime now)
    {
        if (track.Weight is not int weight)
        {
            return 0;
        }

        // A check that was never heard is not up: fail closed.
        bool up = checks.Of(track.Check, now).Standing == CheckStanding.Up;
        return weight > 0 == up ? weight : 0;
    }
}
