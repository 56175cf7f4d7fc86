namespace HotStandby.Agent.Vrrp;

/// <summary>
/// A point on the node's monotonic clock (CLOCK_MONOTONIC in the agent, virtual time in the simulator), in nanoseconds. A type of its own,
/// so that it can't be mixed with wall time or with a number of milliseconds.
/// </summary>
public readonly record struct MonotonicTime(long Nanoseconds) : IComparable<MonotonicTime>
{
    /// <summary>Later than anything: the deadline of a timer that is not armed.</summary>
    public static readonly MonotonicTime Never = new(long.MaxValue);

    public int CompareTo(MonotonicTime other) => Nanoseconds.CompareTo(other.Nanoseconds);

    public static MonotonicTime operator +(MonotonicTime time, Duration duration) => new(time.Nanoseconds + duration.Nanoseconds);

    public static MonotonicTime operator -(MonotonicTime time, Duration duration) => new(time.Nanoseconds - duration.Nanoseconds);

    public static Duration operator -(MonotonicTime later, MonotonicTime earlier) => new(later.Nanoseconds - earlier.Nanoseconds);

    public static bool operator <(MonotonicTime left, MonotonicTime right) => left.Nanoseconds < right.Nanoseconds;

    public static bool operator >(MonotonicTime left, MonotonicTime right) => left.Nanoseconds > right.Nanoseconds;

    public static bool operator <=(MonotonicTime left, MonotonicTime right) => left.Nanoseconds <= right.Nanoseconds;

    public static bool operator >=(MonotonicTime left, MonotonicTime right) => left.Nanoseconds >= right.Nanoseconds;

    public static MonotonicTime Min(MonotonicTime left, MonotonicTime right) => left <= right ? left : right;

    public static MonotonicTime Max(MonotonicTime left, MonotonicTime right) => left >= right ? left : right;
}
