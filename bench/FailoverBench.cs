using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Bench;

/// <summary>How long a client is without the virtual address when the master goes, and where the time goes.</summary>
internal sealed class FailoverBench(int rounds, IReadOnlyList<Duration> intervals, IReadOnlyList<string> causes, IReadOnlyList<Contender> contenders)
{
    public const string Crash = "crash";
    public const string Term = "term";
    public const string Link = "link";

    private const byte PriorityOfA = 200;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan AnswerBound = TimeSpan.FromSeconds(10);

    public static readonly IReadOnlyList<string> AllCauses = [Crash, Term, Link];

    public void Run(Rounds runner, Report report, CancellationToken cancellationToken)
    {
        var results = new Dictionary<(Duration Interval, string Cause, Contender Agent), List<Measured<Sample>>>();
        for (int round = 1; round <= rounds; round++)
        {
            foreach (Duration interval in intervals)
            {
                foreach (string cause in causes)
                {
                    foreach (Contender agent in contenders)
                    {
                        List<Measured<Sample>> row = results.GetOrAdd((interval, cause, agent));
                        string what = $"failover round {round} of {rounds}: {Durations.Text(interval)}, {cause}, {agent.Name}";
                        if (runner.Try(what, () => Measure(agent, interval, cause, cancellationToken)) is Measured<Sample> sample)
                        {
                            row.Add(sample);
                        }
                    }
                }
            }
        }

        foreach (((Duration interval, string cause, Contender agent), List<Measured<Sample>> row) in results)
        {
            report.Add(
            [
                new Figure("interval", "interval", Durations.Text(interval)),
                new Figure("cause", "cause", cause),
                new Figure("agent", "agent", agent.Name),
                CommonFigures.Count(row),
                CommonFigures.Of("outageMs", "client outage ms", row, sample => sample.OutageMs),
                CommonFigures.Of("takeOverMs", "last advert or farewell of A → first advert of B ms", row, sample => sample.TakeOverMs),
                CommonFigures.Of("overTheoryMs", "over theory ms", row, sample => sample.OverTheoryMs),
                CommonFigures.Of("announcementMs", "first GARP − first advert of B ms", row, sample => sample.AnnouncementMs),
                CommonFigures.Of("exitMs", "SIGTERM → exit ms", row, sample => sample.ExitMs),
                .. CommonFigures.Machine(row),
            ]);
        }
    }

    private static Sample Measure(Contender agent, Duration interval, string cause, CancellationToken cancellationToken)
    {
        using Scene scene = Scene.Create(interval, PriorityOfA, cancellationToken);
        var service = new LabServiceSpec("nginx", [], 80, "/", NginxService.DefaultPidFile);
        using LabService serviceA = service.On(scene.A);
        using LabService serviceB = service.On(scene.B);
        serviceA.Start();
        serviceB.Start();
        serviceA.WaitUntilItAnswers(AnswerBound, cancellationToken);
        serviceB.WaitUntilItAnswers(AnswerBound, cancellationToken);

        MonotonicTime start = LabClock.Now;
        LabProcess agentA = scene.Start(agent, scene.A);
        scene.Start(agent, scene.B);
        scene.WaitForMaster(scene.A, start);
        using var prober = new ClientProber(
            scene.Network.Client.NamespaceName, new ProbeTarget(scene.Plan.Vip.Address, service.Port), [scene.A.Name, scene.B.Name]);
        prober.Start();
        scene.WaitUntil(() => prober.LastAnswer()?.Responder == scene.A.Name, $"{scene.A.Name} to answer the client", AnswerBound);

        // A phase by chance: the fault may fall anywhere between two adverts.
        scene.Pass(Settling + (Random.Shared.NextDouble() * interval.ToTimeSpan()));
        MonotonicTime fault = LabClock.Now;
        Strike(scene, agentA, cause);
        double? exitMs = null;
        if (cause == Term)
        {
            scene.WaitUntil(() => agentA.HasExited, $"{agent.Name} to exit after SIGTERM", AnswerBound);
            exitMs = (LabClock.Now - fault).Milliseconds;
        }

        WireEvent first = scene.Await(
            $"{scene.B.Name} to take over", wireEvent => Scene.IsAdvertOf(scene.B, wireEvent), fault, scene.Plan.MasterDownInterval(1));
        WireEvent announcement = scene.Await(
            $"{scene.B.Name} to announce {scene.Plan.Vip.Address}",
            wireEvent => wireEvent.IsAnnouncement && wireEvent.SourceMac.Equals(first.SourceMac) && wireEvent.Target == scene.Plan.Vip.Address,
            fault,
            interval);
        scene.WaitUntil(() => prober.LastAnswer()?.Responder == scene.B.Name, $"{scene.B.Name} to answer the client", AnswerBound);
        return Judge(scene, first, announcement, prober.LongestGap(fault, LabClock.Now), exitMs);
    }

    private static void Strike(Scene scene, LabProcess agentA, string cause)
    {
        switch (cause)
        {
            case Crash:
                agentA.KillTree();
                scene.Network.CutLink(scene.A, keepCarrier: true);
                break;
            case Term:
                agentA.Kill(LinuxSignal.Terminate);
                break;
            default:
                scene.Network.CutLink(scene.A);
                break;
        }
    }

    private static Sample Judge(Scene scene, WireEvent first, WireEvent announcement, AnswerGap gap, double? exitMs)
    {
        WireEvent last = scene.Tap.Events.Last(wireEvent =>
            wireEvent.IsAdvertisement && wireEvent.Source == Scene.AddressOf(scene.A) && wireEvent.At < first.At);
        Duration takeOver = first.At - last.At;
        Duration theory = last.Priority == 0 ? scene.Plan.SkewTime(1) : scene.Plan.MasterDownInterval(1);
        return new Sample(
            gap.Length.Milliseconds,
            takeOver.Milliseconds,
            (takeOver - theory).Milliseconds,
            (announcement.At - first.At).Milliseconds,
            exitMs);
    }

    private sealed record Sample(double OutageMs, double TakeOverMs, double OverTheoryMs, double AnnouncementMs, double? ExitMs);
}
