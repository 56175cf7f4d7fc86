using HotStandby.Agent.Control;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Bench;

/// <summary>A plugin misbehaves, or its DLL is replaced, on the master: are adverts late, does the role move, and for how long does a good check say nothing?</summary>
internal sealed class PluginsBench(int rounds, Duration interval, IReadOnlyList<string> cases)
{
    public const string Swap = "swap";

    private const string Nothing = "none";

    /// <summary>Calls that behave before the deed, so that the pair has settled.</summary>
    private const int Behaves = 20;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    /// <summary>Deeds of Misbehaving, and the two that are none.</summary>
    public static readonly IReadOnlyList<string> AllCases =
    [
        Nothing, Swap, "failFast", "exit", "stackOverflow", "ownThreadException", "neverReturn", "deadlock", "ignoreCancellation", "throw", "answerNull",
        "hugeReason", "reasonWithNewlines", "writeToConsole", "writeToDescriptorOne", "readConsole", "allocate", "threadStorm", "fillThreadPool",
        "throwInConstructor", "blockInConstructor", "throwInRegister", "pushFlood", "pushOnceThenSilent", "pushAndEnd", "pushAndThrow",
        "pushBlockForever", "checkAndPush", "nothingAtAll",
    ];

    public void Run(Rounds runner, Report report, CancellationToken cancellationToken)
    {
        var results = new Dictionary<string, List<Measured<Sample>>>();
        for (int round = 1; round <= rounds; round++)
        {
            foreach (string one in cases)
            {
                List<Measured<Sample>> row = results.GetOrAdd(one);
                if (runner.Try($"plugins round {round} of {rounds}: {one}", () => Measure(one, cancellationToken)) is Measured<Sample> sample)
                {
                    row.Add(sample);
                }
            }
        }

        foreach ((string one, List<Measured<Sample>> row) in results)
        {
            report.Add(
            [
                new Figure("case", "case", one),
                CommonFigures.Count(row),
                CommonFigures.Of("lateMs", "worst |gap − interval| ms", row, sample => sample.LateMs),
                CommonFigures.Of("leftOut", "adverts left out", row, sample => sample.LeftOut),
                CommonFigures.Of("moves", "adverts of B", row, sample => sample.Moves),
                CommonFigures.Of("silentMs", "longest pause of the good check ms", row, sample => sample.SilentMs),
                CommonFigures.Of("restarts", "restarts of the host", row, sample => sample.Restarts),
                .. CommonFigures.Machine(row),
            ]);
        }
    }

    private Sample Measure(string one, CancellationToken cancellationToken)
    {
        using Scene scene = Scene.Create(interval, 200, cancellationToken);
        WithPluginsContender agent = new(one is Nothing or Swap ? null : one, Behaves);
        MonotonicTime start = LabClock.Now;
        LabProcess agentA = scene.Start(agent, scene.A);
        scene.WaitForMaster(scene.A, start);
        scene.Start(agent, scene.B);
        scene.Pass(Settling);

        MonotonicTime begin = LabClock.Now;
        HostStatus before = StatusOf(scene).Host;
        if (one == Swap)
        {
            string library = WithPluginsContender.LibraryOf(scene);
            File.WriteAllBytes(library, [.. File.ReadAllBytes(library), 1]);
            agentA.Kill(LinuxSignal.Hangup);
        }

        double silentMs = LongestPause(scene, begin);
        HostStatus after = StatusOf(scene).Host;
        if (one == Swap && after.Pid == before.Pid)
        {
            throw new LabException("The plugin host did not change.");
        }

        long[] times = [.. scene.Tap.Since(begin).Where(wireEvent => Scene.IsAdvertOf(scene.A, wireEvent)).Select(wireEvent => wireEvent.At.Nanoseconds)];
        int moves = scene.Tap.Since(begin).Count(wireEvent => wireEvent.IsAdvertisement && wireEvent.Source == Scene.AddressOf(scene.B));
        (_, long leftOut) = PeriodDrift.Of(times, interval.Nanoseconds);
        double late = times.Zip(times.Skip(1), (from, to) => Math.Abs(to - from - interval.Nanoseconds) / 1e6).Max();
        return new Sample(late, leftOut, moves, silentMs, after.Restarts);
    }

    /// <summary>The oldest that the good check's last result got.</summary>
    private static double LongestPause(Scene scene, MonotonicTime begin)
    {
        double longest = 0;
        while (LabClock.Now - begin < Duration.From(Window))
        {
            CheckStatus good = StatusOf(scene).Checks.Single(check => check.Id == WithPluginsContender.Good);
            longest = Math.Max(longest, (good.AgeSeconds ?? 0) * 1000);
            scene.Pass(Look);
        }

        return longest;
    }

    private static StatusReport StatusOf(Scene scene) =>
        ControlClient.ReadStatusAsync(scene.A.ControlSocketPath, ControlClient.DefaultTimeout).GetAwaiter().GetResult();

    private sealed record Sample(double LateMs, double LeftOut, double Moves, double SilentMs, double Restarts);
}
