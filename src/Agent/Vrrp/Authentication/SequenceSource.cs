namespace HotStandby.Agent.Vrrp.Authentication;

/// <summary>
/// The sequences of one sender's signed adverts: the wall clock, as long as that grows. When it is stepped back they go on from the last one at
/// the pace of the monotonic clock, so no receiver ever sees one that does not grow while this agent runs. Nothing is persisted.
/// </summary>
public sealed class SequenceSource
{
    private ulong? _last;
    private MonotonicTime _lastAt;

    /// <summary>The sequence of an advert that is sent now, greater than any before.</summary>
    public ulong Next(WallStamp wall, MonotonicTime now)
    {
        ulong next = wall.Value;
        if (_last is ulong last)
        {
            ulong elapsed = WallStamp.Units(Math.Max(0, (now - _lastAt).Nanoseconds)) & ~(WallStamp.Grain - 1);

            // The two clocks are not read at the same instant and are cut to their grain: that is no step.
            ulong paced = unchecked(last + elapsed);
            next = WallStamp.IsAfter(paced, unchecked(next + WallStamp.Units(1_000_000))) ? paced : next;
            next = WallStamp.IsAfter(next, last) ? next : unchecked(last + 1);
        }

        _last = next;
        _lastAt = now;
        return next;
    }
}
