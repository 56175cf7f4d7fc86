using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Bench;

/// <summary>What one agent costs: memory, and the time to start as the owner and to stop without a peer. One agent at a time.</summary>
internal sealed class FootprintBench(int rounds, IReadOnlyList<Contender> contenders)
{
    private static readonly Duration Interval = Duration.FromSeconds(1);

    /// <summary>Until memory is read: adverts have been sent, the second announcements too.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan ServiceBound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ExitBound = TimeSpan.FromSeconds(20);

    public void Run(Rounds runner, Report report, CancellationToken cancellationToken)
    {
        var results = contenders.ToDictionary(agent => agent, _ => new List<Measured<Sample>>());
        for (int round = 1; round <= rounds; round++)
        {
            foreach (Contender agent in contenders)
            {
                string what = $"footprint round {round} of {rounds}: {agent.Name}";
                if (runner.Try(what, () => Measure(agent, cancellationToken)) is Measured<Sample> sample)
                {
                    results[agent].Add(sample);
                }
            }
        }

        foreach ((Contender agent, List<Measured<Sample>> row) in results)
        {
            report.Add(
            [
                new Figure("agent", "agent", agent.Name),
                CommonFigures.Count(row),
                CommonFigures.Of("mainPssKiB", "PSS of the first process KiB", row, sample => sample.MainPssKiB),
                CommonFigures.Of("childrenPssKiB", "PSS of its children KiB", row, sample => sample.ChildrenPssKiB),
                CommonFigures.Of("totalPssKiB", "PSS total KiB", row, sample => sample.MainPssKiB + (sample.ChildrenPssKiB ?? 0)),
                CommonFigures.Of("startMs", "exec → first advert ms", row, sample => sample.StartMs),
                CommonFigures.Of("exitMs", "SIGTERM → exit ms", row, sample => sample.ExitMs),
                .. CommonFigures.Machine(row),
            ]);
        }
    }

    private static Sample Measure(Contender agent, CancellationToken cancellationToken)
    {
        using Scene scene = Scene.Create(Interval, Scene.Owner, cancellationToken);
        using LabService nginx = new LabServiceSpec("nginx", [], 80, "/", NginxService.DefaultPidFile).On(scene.A);
        if (agent is HotStandbyContender { WithNginx: true })
        {
            nginx.Start();
            nginx.WaitUntilItAnswers(ServiceBound, cancellationToken);
        }

        var gate = new StartGate(scene.A);
        LabProcess process = scene.Start(agent, scene.A, gate.Through);
        MonotonicTime start = gate.Open();
        WireEvent first = scene.WaitForMaster(scene.A, start);
        scene.Pass(Settling);
        IReadOnlyList<int> pids = ProcessCost.Tree(process.Pid);
        double main = ProcessCost.PssKiB(pids[0]);
        double? children = pids.Count > 1 ? pids.Skip(1).Sum(ProcessCost.PssKiB) : null;

        MonotonicTime term = LabClock.Now;
        process.Kill(LinuxSignal.Terminate);
        scene.WaitUntil(() => process.HasExited, $"{agent.Name} to exit after SIGTERM", ExitBound);
        return new Sample(main, children, (first.At - start).Milliseconds, (LabClock.Now - term).Milliseconds);
    }

    private sealed record Sample(double MainPssKiB, double? ChildrenPssKiB, double StartMs, double ExitMs);
}
