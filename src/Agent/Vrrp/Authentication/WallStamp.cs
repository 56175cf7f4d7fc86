namespace HotStandby.Agent.Vrrp.Authentication;

/// <summary>
/// A wall clock's time in the unit of <c>auth_hmac</c> sequences: seconds since 1970 in the upper 32 bits, 1/65536 s in the next 16, zero below.
/// A value that the loop hands in: nothing here reads a clock. Compared by serial arithmetic (RFC 1982), so that the end of 32 bits of seconds
/// (2106) is no event.
/// </summary>
public readonly record struct WallStamp(ulong Value)
{
    /// <summary>The least step of the clock part.</summary>
    internal const ulong Grain = 1 << 16;

    /// <param name="nanoseconds">Since 1970, UTC.</param>
    public static WallStamp FromUnix(long nanoseconds) => new(Units(nanoseconds) & ~(Grain - 1));

    /// <summary>Whether a sequence comes after another one.</summary>
    internal static bool IsAfter(ulong sequence, ulong other) => unchecked((long)(sequence - other)) > 0;

    /// <summary>A duration in units of 2^-32 s.</summary>
    internal static ulong Units(long nanoseconds)
    {
        (long seconds, long rest) = Math.DivRem(nanoseconds, 1_000_000_000);
        return unchecked(((ulong)seconds << 32) + (((ulong)rest << 32) / 1_000_000_000));
    }

    /// <summary>The same the other way, cut to whole milliseconds.</summary>
    internal static Duration Span(ulong units) => Duration.FromMilliseconds((long)(((UInt128)units * 1000) >> 32));

    /// <summary>How far apart two sequences are, in units of 2^-32 s.</summary>
    internal static ulong Distance(ulong one, ulong other) => unchecked((ulong)Math.Abs(Math.Max((long)(one - other), -long.MaxValue)));
}
