using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Bench;

/// <summary>
/// How exactly a master keeps its interval. All agents run at the same time, each in a network of its own, so that each has the same
/// disturbances.
/// </summary>
internal sealed class JitterBench(int rounds, TimeSpan window, Duration interval, IReadOnlyList<string> loads, IReadOnlyList<Contender> contenders)
{
    public const string Idle = "idle";
    public const string Hogs = "hogs";

    public static readonly IReadOnlyList<string> AllLoads = [Idle, Hogs];

    /// <summary>keepalived announces its addresses a second time 5 s after it became master; the window begins after it.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(6);

    public void Run(Rounds runner, Report report, CancellationToken cancellationToken)
    {
        var results = new Dictionary<(string Load, Contender Agent), List<Measured<Sample>>>();
        for (int round = 1; round <= rounds; round++)
        {
            foreach (string load in loads)
            {
                string what = $"jitter round {round} of {rounds}: {Durations.Text(interval)}, {load}, {string.Join(" ", contenders.Select(one => one.Name))}";
                Measured<Sample[]>? samples = runner.Try(what, () => Measure(load, cancellationToken));
                for (int number = 0; samples is not null && number < contenders.Count; number++)
                {
                    results.GetOrAdd((load, contenders[number])).Add(
                        new Measured<Sample>(samples.Figures[number], samples.BusyPercent, samples.StealPercent));
                }
            }
        }

        foreach (((string load, Contender agent), List<Measured<Sample>> row) in results)
        {
            report.Add(
            [
                new Figure("interval", "interval", Durations.Text(interval)),
                new Figure("load", "load", load),
                new Figure("agent", "agent", agent.Name),
                CommonFigures.Count(row),
                CommonFigures.Of("adverts", "adverts", row, sample => sample.Adverts),
                CommonFigures.Of("driftPpm", "drift ppm", row, sample => sample.DriftPpm),
                CommonFigures.Of("leftOut", "left out", row, sample => sample.LeftOut),
                CommonFigures.Of("p50Ms", "p50 ms", row, sample => sample.P50Ms),
                CommonFigures.Of("p99Ms", "p99 ms", row, sample => sample.P99Ms),
                CommonFigures.Of("maxMs", "max ms", row, sample => sample.MaxMs),
                CommonFigures.Of("cpuMicrosecondsPerAdvert", "CPU µs per advert", row, sample => sample.CpuMicrosecondsPerAdvert),
                .. CommonFigures.Machine(row),
            ]);
        }
    }

    private Sample[] Measure(string load, CancellationToken cancellationToken)
    {
        var scenes = new List<Scene>();
        try
        {
            var agents = new List<LabProcess>();
            foreach (Contender agent in contenders)
            {
                scenes.Add(Scene.Create(interval, priorityA: 200, cancellationToken));
                MonotonicTime start = LabClock.Now;
                agents.Add(scenes[^1].Start(agent, scenes[^1].A));
                scenes[^1].WaitForMaster(scenes[^1].A, start);
            }

            if (load == Hogs)
            {
                // In a machine of the lab, so that they end with it whatever happens to us.
                for (int hog = 0; hog < Environment.ProcessorCount; hog++)
                {
                    scenes[0].Network.Client.Run("/bin/sh", ["-c", "while :; do :; done"]);
                }
            }

            scenes[0].Pass(Settling);
            long[] cpuBefore = [.. agents.Select(CpuOf)];
            MonotonicTime begin = LabClock.Now;
            scenes[0].Pass(window);
            MonotonicTime end = LabClock.Now;
            long[] cpuAfter = [.. agents.Select(CpuOf)];
            return [.. scenes.Select((scene, number) => Judge(scene, begin, end, cpuAfter[number] - cpuBefore[number]))];
        }
        finally
        {
            scenes.ForEach(scene => scene.Dispose());
        }
    }

    /// <summary>Fewer say nothing about a period.</summary>
    private const int FewestAdverts = 20;

    private static long CpuOf(LabProcess agent) => ProcessCost.CpuNanoseconds(ProcessCost.Tree(agent.Pid));

    private Sample Judge(Scene scene, MonotonicTime begin, MonotonicTime end, long cpuNanoseconds)
    {
        long[] times = [.. scene.Tap.Since(begin)
            .Where(wireEvent => wireEvent.At <= end && Scene.IsAdvertOf(scene.A, wireEvent))
            .Select(wireEvent => wireEvent.At.Nanoseconds)];
        if (times.Length < FewestAdverts)
        {
            throw new LabException($"Only {times.Length} adverts in the whole window.");
        }

        (double drift, long leftOut) = PeriodDrift.Of(times, interval.Nanoseconds);
        double[] late = [.. times.Zip(times.Skip(1), (from, to) => Math.Abs(to - from - interval.Nanoseconds) / 1e6).Order()];
        return new Sample(
            times.Length,
            drift,
            leftOut,
            Summary.Percentile(late, 0.5),
            Summary.Percentile(late, 0.99),
            late[^1],
            cpuNanoseconds / 1e3 / times.Length);
    }

    private sealed record Sample(double Adverts, double DriftPpm, double LeftOut, double P50Ms, double P99Ms, double MaxMs, double CpuMicrosecondsPerAdvert);
}
