using System.Globalization;

namespace HotStandby.Agent.Vrrp;

/// <summary>A span of monotonic time in nanoseconds: fine enough for Skew_Time at priority 254 and 10 ms (78.125 µs).</summary>
public readonly record struct Duration(long Nanoseconds) : IComparable<Duration>
{
    public static readonly Duration Zero = new(0);

    public static Duration FromSeconds(long seconds) => new(seconds * 1_000_000_000);

    public static Duration FromMilliseconds(long milliseconds) => new(milliseconds * 1_000_000);

    /// <summary>The unit of Max Advertise Interval in VRRPv3 (RFC 9568 5.2.7): 10 ms.</summary>
    public static Duration FromCentiseconds(int centiseconds) => new(centiseconds * 10_000_000L);

    public static Duration From(TimeSpan span) => new(span.Ticks * 100);

    public TimeSpan ToTimeSpan() => TimeSpan.FromTicks(Nanoseconds / 100);

    public double Milliseconds => Nanoseconds / 1e6;

    /// <summary>The shorter of two.</summary>
    public static Duration Min(Duration left, Duration right) => left <= right ? left : right;

    /// <summary>As an operator reads it, cut to three decimals: "3.609 s", "0.1 s", "36.093 ms", "0.078 ms".</summary>
    public override string ToString() => Nanoseconds is >= 100_000_000 or <= -100_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{Nanoseconds / 1_000_000 / 1e3:0.###} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Nanoseconds / 1_000 / 1e3:0.###} ms");

    public int CompareTo(Duration other) => Nanoseconds.CompareTo(other.Nanoseconds);

    public static Duration operator +(Duration left, Duration right) => new(left.Nanoseconds + right.Nanoseconds);

    public static Duration operator -(Duration left, Duration right) => new(left.Nanoseconds - right.Nanoseconds);

    public static Duration operator *(int times, Duration duration) => new(times * duration.Nanoseconds);

    public static bool operator <(Duration left, Duration right) => left.Nanoseconds < right.Nanoseconds;

    public static bool operator >(Duration left, Duration right) => left.Nanoseconds > right.Nanoseconds;

    public static bool operator <=(Duration left, Duration right) => left.Nanoseconds <= right.Nanoseconds;

    public static bool operator >=(Duration left, Duration right) => left.Nanoseconds >= right.Nanoseconds;
}
