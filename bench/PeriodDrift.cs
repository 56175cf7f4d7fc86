namespace HotStandby.Bench;

/// <summary>
/// How far a sender's period is off, from the times of its adverts. A late advert and one that was left out are not drift: each advert is
/// put on the sender's own grid first (which is followed as it moves), and the drift is how far that grid moved over the window.
/// </summary>
internal static class PeriodDrift
{
    /// <summary>An advert this part of an interval before its slot still belongs to it; senders are late, hardly ever early.</summary>
    private const double EarlyPart = 0.25;

    /// <summary>How fast the grid follows, and how much one advert may move it: a stall moves nothing for long.</summary>
    private const double Gain = 0.2;
    private const double LargestPull = 0.1;

    /// <param name="times">Nanoseconds, ascending; at least 20.</param>
    /// <param name="interval">Nanoseconds.</param>
    /// <returns>Parts per million, positive when the period is too long; and adverts that are missing from the grid.</returns>
    public static (double Ppm, long LeftOut) Of(ReadOnlySpan<long> times, long interval)
    {
        long[] slots = new long[times.Length];
        double moved = 0;
        for (int i = 0; i < times.Length; i++)
        {
            double since = (times[i] - times[0] - moved) / interval;
            slots[i] = (long)Math.Floor(since + EarlyPart);
            moved += Gain * interval * Math.Clamp(since - slots[i], -LargestPull, LargestPull);
        }

        int part = Math.Max(1, times.Length / 10);
        double early = Residual(times[..part], slots.AsSpan(0, part), times[0], interval);
        double late = Residual(times[^part..], slots.AsSpan(times.Length - part), times[0], interval);
        double span = (double)interval * (slots[^1] - slots[part / 2] - (part / 2));
        return (1e6 * (late - early) / span, slots[^1] - slots[0] + 1 - times.Length);
    }

    private static double Residual(ReadOnlySpan<long> times, ReadOnlySpan<long> slots, long start, long interval)
    {
        double[] residuals = new double[times.Length];
        for (int i = 0; i < residuals.Length; i++)
        {
            residuals[i] = times[i] - start - ((double)slots[i] * interval);
        }

        Array.Sort(residuals);
        return residuals[residuals.Length / 2];
    }
}
