namespace HotStandby.Agent.Vrrp.Authentication;

/// <summary>
/// This node's view of the time, and the sequences of its signed adverts: the wall clock, as long as that grows and no peer is ahead of it. When it
/// is stepped back, or a peer's clock was followed, they go on from there at the pace of the monotonic clock, so no receiver ever sees one that does
/// not grow while this agent runs. Nothing is persisted.
/// </summary>
public sealed class SequenceSource
{
    private ulong? _last;
    private MonotonicTime _lastAt;

    internal void CopyFrom(SequenceSource other) => (_last, _lastAt) = (other._last, other._lastAt);

    /// <summary>The sequence of an advert that is sent now, greater than any before.</summary>
    public ulong Next(WallStamp wall, MonotonicTime now)
    {
        ulong next = View(wall, now);
        next = _last is not ulong last || WallStamp.IsAfter(next, last) ? next : unchecked(last + 1);
        _last = next;
        _lastAt = now;
        return next;
    }

    /// <summary>The time as this node sees it: it never goes back.</summary>
    internal ulong View(WallStamp wall, MonotonicTime now)
    {
        if (_last is not ulong last)
        {
            return wall.Value;
        }

        long elapsed = Math.Max(0, (now - _lastAt).Nanoseconds);
        ulong paced = unchecked(last + (WallStamp.Units(elapsed) & ~(WallStamp.Grain - 1)));

        // The two clocks are not read at the same instant, are cut to their grain, and one of them may be slewed: that is no step.
        return WallStamp.IsAfter(paced, unchecked(wall.Value + WallStamp.Units(1_000_000 + (elapsed / 1000)))) ? paced : wall.Value;
    }

    /// <summary>A peer's clock shows more: from now on this node's sequences are not behind it, so that it is believed there.</summary>
    internal void Follow(ulong sequence, MonotonicTime now)
    {
        _last = sequence;
        _lastAt = now;
    }
}
