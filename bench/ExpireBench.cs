using System.Diagnostics;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Bench;

/// <summary>How long the node's kernel keeps the virtual address after the agent was killed or frozen.</summary>
internal sealed class ExpireBench(int rounds, IReadOnlyList<string> causes, IReadOnlyList<Contender> contenders)
{
    public const string Kill = "kill";
    public const string Freeze = "freeze";

    public static readonly IReadOnlyList<string> AllCauses = [Kill, Freeze];

    private static readonly Duration Interval = Duration.FromSeconds(1);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    public void Run(Rounds runner, Report report, CancellationToken cancellationToken)
    {
        var results = new Dictionary<(string Cause, Contender Agent), List<Measured<Sample>>>();
        for (int round = 1; round <= rounds; round++)
        {
            foreach (string cause in causes)
            {
                foreach (Contender agent in contenders)
                {
                    List<Measured<Sample>> row = results.GetOrAdd((cause, agent));
                    string what = $"expire round {round} of {rounds}: {cause}, {agent.Name}";
                    if (runner.Try(what, () => Measure(agent, cause, cancellationToken)) is Measured<Sample> sample)
                    {
                        row.Add(sample);
                    }
                }
            }
        }

        foreach (((string cause, Contender agent), List<Measured<Sample>> row) in results)
        {
            report.Add(
            [
                new Figure("cause", "cause", cause),
                new Figure("agent", "agent", agent.Name),
                CommonFigures.Count(row),
                new Figure("gone", $"gone within {Bound.TotalSeconds:0} s", row.Count(round => round.Figures.GoneMs is not null)),
                CommonFigures.Of("goneMs", "VIP gone after ms", row, sample => sample.GoneMs),
                .. CommonFigures.Machine(row),
            ]);
        }
    }

    private static Sample Measure(Contender agent, string cause, CancellationToken cancellationToken)
    {
        using Scene scene = Scene.Create(Interval, priorityA: 200, cancellationToken);
        MonotonicTime start = LabClock.Now;
        LabProcess process = scene.Start(agent, scene.A);
        scene.WaitForMaster(scene.A, start);

        // By chance somewhere between two renewals of the address.
        scene.Pass(Settling + (Random.Shared.NextDouble() * Interval.ToTimeSpan()));
        long fault = Stopwatch.GetTimestamp();
        if (cause == Kill)
        {
            process.KillTree();
        }
        else
        {
            foreach (int pid in ProcessCost.Tree(process.Pid))
            {
                _ = LabLibC.Kill(pid, (int)LinuxSignal.Stop);
            }
        }

        while (scene.Network.AddressesOf(scene.A).Contains(scene.Plan.Vip.Address))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(fault) > Bound)
            {
                return new Sample(null);
            }

            Thread.Sleep(1);
        }

        return new Sample(Stopwatch.GetElapsedTime(fault).TotalMilliseconds);
    }

    /// <param name="GoneMs">Null: it was still there at the end of the bound.</param>
    private sealed record Sample(double? GoneMs);
}
