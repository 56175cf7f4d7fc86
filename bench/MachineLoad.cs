using System.Globalization;

namespace HotStandby.Bench;

/// <summary>How busy the whole machine was, from /proc/stat (proc(5)): a number to distrust others by.</summary>
internal readonly record struct MachineLoad(long Total, long Idle, long Steal)
{
    public static MachineLoad Now()
    {
        long[] ticks = [.. File.ReadLines("/proc/stat").First()
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(word => long.Parse(word, CultureInfo.InvariantCulture))];

        // user nice system idle iowait irq softirq steal; guest time is in user already.
        return new MachineLoad(ticks.Take(8).Sum(), ticks[3] + ticks[4], ticks[7]);
    }

    /// <summary>Share of the processors' time that was not idle since <paramref name="begin"/>, in percent.</summary>
    public double BusyPercentSince(MachineLoad begin) => 100.0 * (1 - ((double)(Idle - begin.Idle) / Math.Max(1, Total - begin.Total)));

    /// <summary>Share of time the hypervisor gave to others, in percent.</summary>
    public double StealPercentSince(MachineLoad begin) => 100.0 * (Steal - begin.Steal) / Math.Max(1, Total - begin.Total);
}
