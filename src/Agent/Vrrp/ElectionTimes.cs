namespace HotStandby.Agent.Vrrp;

/// <summary>
/// Skew_Time and Master_Down_Interval. v3: RFC 9568 6.1, from the master's interval; v2: RFC 3768 6.1, skew from a whole second. Multiplied
/// first and divided last, cut to whole nanoseconds: priority 254 at 10 ms has 78.125 µs of skew, not 0.
/// </summary>
internal static class ElectionTimes
{
    public static Duration SkewTime(byte version, byte priority, Duration interval)
    {
        long scale = version == 2 ? 1_000_000_000 : interval.Nanoseconds;
        return new((256 - priority) * scale / 256);
    }

    /// <param name="adverts">Extension: how many adverts must be missing, 3 by the RFC (keepalived down_timer_adverts).</param>
    public static Duration MasterDownInterval(byte version, byte priority, Duration interval, int adverts) =>
        (adverts * interval) + SkewTime(version, priority, interval);
}
