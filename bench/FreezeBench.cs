using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Bench;

/// <summary>The master is frozen for longer than its peer waits, and thawed: what does it put on the wire?</summary>
internal sealed class FreezeBench(int rounds, IReadOnlyList<Duration> intervals, IReadOnlyList<Contender> contenders)
{
    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>The advert with which the other one yields comes at once.</summary>
    private static readonly Duration AtOnce = Duration.FromMilliseconds(50);

    /// <summary>Announcements closer than this are one volley: HotStandby's first one has a pause in it, 100 ms and up to 150 when the other one yields late.</summary>
    private static readonly Duration VolleyPause = Duration.FromMilliseconds(200);

    /// <summary>Both agents announce once more 5 s after a take-over.</summary>
    private static readonly Duration Scheduled = Duration.FromSeconds(4);

    public void Run(Rounds runner, Report report, CancellationToken cancellationToken)
    {
        var results = new Dictionary<(Duration Interval, Contender Agent), List<Measured<Sample>>>();
        for (int round = 1; round <= rounds; round++)
        {
            foreach (Duration interval in intervals)
            {
                foreach (Contender agent in contenders)
                {
                    List<Measured<Sample>> row = results.GetOrAdd((interval, agent));
                    string what = $"freeze round {round} of {rounds}: {Durations.Text(interval)}, {agent.Name}";
                    if (runner.Try(what, () => Measure(agent, interval, cancellationToken)) is Measured<Sample> sample)
                    {
                        row.Add(sample);
                    }
                }
            }
        }

        foreach (((Duration interval, Contender agent), List<Measured<Sample>> row) in results)
        {
            report.Add(
            [
                new Figure("interval", "interval", Durations.Text(interval)),
                new Figure("agent", "agent", agent.Name),
                CommonFigures.Count(row),
                CommonFigures.Of("strays", "stray adverts of A", row, sample => sample.Strays),
                CommonFigures.Of("firstMs", "SIGCONT → first advert of A ms", row, sample => sample.FirstMs),
                CommonFigures.Of("volleys", "volleys of A", row, sample => sample.Volleys),
                CommonFigures.Of("scheduledVolleys", "scheduled second ones", row, sample => sample.ScheduledVolleys),
                CommonFigures.Of("announcements", "announcements of A", row, sample => sample.Announcements),
                CommonFigures.Of("silenceMs", "longest client silence after SIGCONT ms", row, sample => sample.SilenceMs),
                .. CommonFigures.Machine(row),
            ]);
        }
    }

    private static Sample Measure(Contender agent, Duration interval, CancellationToken cancellationToken)
    {
        using ServedPair pair = ServedPair.Create(agent, interval, tracked: false, cancellationToken);
        Scene scene = pair.Scene;
        MonotonicTime stop = LabClock.Now;
        IReadOnlyList<int> processes = ProcessCost.Tree(pair.AgentA.Pid);
        Signal(processes, LinuxSignal.Stop);
        scene.Await(
            $"{scene.B.Name} to take over", wireEvent => Scene.IsAdvertOf(scene.B, wireEvent), stop, scene.Plan.MasterDownInterval(1));
        TimeSpan left = Frozen - (LabClock.Now - stop).ToTimeSpan();
        scene.Pass(left > TimeSpan.Zero ? left : TimeSpan.Zero);

        MonotonicTime thaw = LabClock.Now;
        Signal(processes, LinuxSignal.Continue);
        pair.AgentA.Kill(LinuxSignal.Continue);
        scene.Pass(Window);
        return Judge(scene, thaw, pair.Prober.LongestGap(thaw, LabClock.Now).Length.Milliseconds);
    }

    private static void Signal(IEnumerable<int> processes, LinuxSignal signal)
    {
        foreach (int pid in processes)
        {
            _ = LabLibC.Kill(pid, (int)signal);
        }
    }

    private static Sample Judge(Scene scene, MonotonicTime thaw, double silenceMs)
    {
        IReadOnlyList<WireEvent> after = scene.Tap.Since(thaw);
        WireEvent[] ofA = [.. after.Where(wireEvent => Scene.IsAdvertOf(scene.A, wireEvent))];
        WireEvent[] ofB = [.. after.Where(wireEvent => Scene.IsAdvertOf(scene.B, wireEvent))];

        // While B still advertises it holds the role: what A sends before B's last advert is stray. The advert with which B yields answers
        // the takeover at once and is none of the role's.
        bool endsWithYielding = ofB.Length > 0 && ofA.Any(takeover => takeover.At < ofB[^1].At && ofB[^1].At - takeover.At < AtOnce);
        WireEvent[] heldByB = endsWithYielding ? ofB[..^1] : ofB;
        int strays = heldByB.Length == 0 ? 0 : ofA.Count(wireEvent => wireEvent.At < heldByB[^1].At);

        // Both agents' MACs are known from their adverts; A's from before the freeze too.
        WireEvent known = scene.Tap.Events.First(wireEvent => Scene.IsAdvertOf(scene.A, wireEvent));
        MonotonicTime[] announced =
        [
            .. after.Where(wireEvent =>
                wireEvent.IsAnnouncement && wireEvent.SourceMac.Equals(known.SourceMac) && wireEvent.Target == scene.Plan.Vip.Address)
                .Select(wireEvent => wireEvent.At),
        ];
        MonotonicTime[] volleys = [.. announced.Where((at, index) => index == 0 || at - announced[index - 1] > VolleyPause)];
        int scheduled = volleys.Count(at => at - volleys[0] > Scheduled);
        return new Sample(
            strays, ofA.Length == 0 ? null : (ofA[0].At - thaw).Milliseconds, volleys.Length - scheduled, scheduled, announced.Length, silenceMs);
    }

    /// <param name="FirstMs">Null: A sent none in the window.</param>
    private sealed record Sample(double Strays, double? FirstMs, double Volleys, double ScheduledVolleys, double Announcements, double SilenceMs);
}
