using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Bench;

/// <summary>How long a client is without the virtual address when the master leaves on purpose.</summary>
internal sealed class HandoverBench(int rounds, IReadOnlyList<string> causes, IReadOnlyList<Contender> contenders)
{
    public const string Stop = "stop";
    public const string Check = "check";
    public const string Switchover = "switchover";

    public static readonly IReadOnlyList<string> AllCauses = [Stop, Check, Switchover];

    private static readonly Duration Interval = Duration.FromSeconds(1);

    public void Run(Rounds runner, Report report, CancellationToken cancellationToken)
    {
        var results = new Dictionary<(string Cause, Contender Agent), List<Measured<Sample>>>();
        for (int round = 1; round <= rounds; round++)
        {
            foreach (string cause in causes)
            {
                foreach (Contender agent in contenders.Where(one => cause != Switchover || one.CanSwitchOver))
                {
                    List<Measured<Sample>> row = results.GetOrAdd((cause, agent));
                    string what = $"handover round {round} of {rounds}: {cause}, {agent.Name}";
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
                CommonFigures.Of("outageMs", "client outage ms", row, sample => sample.OutageMs),
                CommonFigures.Of("noiseMs", "longest gap of 2 s before ms", row, sample => sample.NoiseMs),
                CommonFigures.Of("leaveMs", "cause → first advert of B ms", row, sample => sample.LeaveMs),
                .. CommonFigures.Machine(row),
            ]);
        }
    }

    private static Sample Measure(Contender agent, string cause, CancellationToken cancellationToken)
    {
        using ServedPair pair = ServedPair.Create(agent, Interval, cause == Check, cancellationToken);
        Scene scene = pair.Scene;
        MonotonicTime fault = LabClock.Now;
        double noise = pair.Prober.LongestGap(fault - Duration.FromSeconds(2), fault).Length.Milliseconds;
        Leave(pair, cause);
        WireEvent first = scene.Await(
            $"{scene.B.Name} to take over", wireEvent => Scene.IsAdvertOf(scene.B, wireEvent), fault, scene.Plan.MasterDownInterval(1));
        pair.WaitForAnswerOf(scene.B);

        // What the old master still does may hurt the client once more; an agent that was stopped has ended by then.
        cancellationToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(2));
        cancellationToken.ThrowIfCancellationRequested();
        return new Sample(
            pair.Prober.LongestGap(fault, LabClock.Now).Length.Milliseconds, noise, (first.At - fault).Milliseconds);
    }

    private static void Leave(ServedPair pair, string cause)
    {
        switch (cause)
        {
            case Stop:
                pair.AgentA.Kill(LinuxSignal.Terminate);
                break;
            case Check:
                TrackedThing.Break(pair.Scene.A);
                break;
            case Switchover:
                SystemCommand.Run(Repository.Agent, "switchover", RouterPlan.Name, "--control", pair.Scene.A.ControlSocketPath);
                break;
            default:
                throw new ArgumentException($"Nothing is known about the cause '{cause}'.", nameof(cause));
        }
    }

    private sealed record Sample(double OutageMs, double NoiseMs, double LeaveMs);
}
