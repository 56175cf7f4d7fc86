using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Bench;

/// <summary>
/// A and B don't hear each other's adverts, both are active, the client reaches both; then they hear each other again: how long is the
/// client left on the wrong MAC?
/// </summary>
internal sealed class SplitBench(int rounds, IReadOnlyList<Duration> intervals, IReadOnlyList<Contender> contenders)
{
    /// <summary>A Linux client probes a neighbour that fell silent anew after about 7 s.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(9);

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
                    string what = $"split round {round} of {rounds}: {Durations.Text(interval)}, {agent.Name}";
                    if (runner.Try(what, () => Measure(agent, interval, cancellationToken)) is Measured<Sample> sample)
                    {
                        row.Add(sample);
                    }
                }
            }
        }

        foreach (((Duration interval, Contender agent), List<Measured<Sample>> row) in results)
        {
            double bound = interval.Milliseconds + 10;
            report.Add(
            [
                new Figure("interval", "interval", Durations.Text(interval)),
                new Figure("agent", "agent", agent.Name),
                CommonFigures.Count(row),
                CommonFigures.Of("silenceMs", "longest client silence after the heal ms", row, sample => sample.SilenceMs),
                new Figure("above", "above interval + 10 ms", row.Count(round => round.Figures.SilenceMs > bound)),
                CommonFigures.Of("bothMs", "both advertise after the heal ms", row, sample => sample.BothMs),
                .. CommonFigures.Machine(row),
            ]);
        }
    }

    private static Sample Measure(Contender agent, Duration interval, CancellationToken cancellationToken)
    {
        using ServedPair pair = ServedPair.Create(agent, interval, tracked: false, cancellationToken);
        Scene scene = pair.Scene;
        MonotonicTime cut = LabClock.Now;
        PassAdverts(scene, pass: false);
        scene.Await(
            $"{scene.B.Name} to become active too", wireEvent => Scene.IsAdvertOf(scene.B, wireEvent), cut, scene.Plan.MasterDownInterval(1));
        pair.WaitForAnswerOf(scene.B);
        scene.Pass(ServedPair.Settling + (Random.Shared.NextDouble() * interval.ToTimeSpan()));
        RequireBothActive(scene);

        MonotonicTime heal = LabClock.Now;
        PassAdverts(scene, pass: true);
        scene.Pass(Window);
        WireEvent[] ofB = [.. scene.Tap.Since(heal).Where(wireEvent => Scene.IsAdvertOf(scene.B, wireEvent))];
        return new Sample(
            pair.Prober.LongestGap(heal, LabClock.Now).Length.Milliseconds,
            ofB.Length == 0 ? 0 : (ofB[^1].At - heal).Milliseconds);
    }

    /// <summary>
    /// The switch stops, or starts again, to flood multicast to both nodes: adverts go this way; ARP is broadcast, the client's questions
    /// are unicast, and the client's own port is not touched.
    /// </summary>
    private static void PassAdverts(Scene scene, bool pass)
    {
        // Who hears the other first is chance.
        LabNode[] nodes = [scene.A, scene.B];
        Random.Shared.Shuffle(nodes);
        foreach (LabNode node in nodes)
        {
            SystemCommand.Run(
                "bridge", "-n", scene.Network.SwitchNamespace, "link", "set", "dev", scene.Network.SwitchPort(node), "mcast_flood", pass ? "on" : "off");
        }
    }

    private static void RequireBothActive(Scene scene)
    {
        IReadOnlyList<WireEvent> latest = scene.Tap.Since(LabClock.Now - (2 * scene.Plan.Interval));
        foreach (LabNode node in scene.Network.Nodes)
        {
            if (!latest.Any(wireEvent => Scene.IsAdvertOf(node, wireEvent)))
            {
                throw new LabException($"{node.Name} is not active although it can't hear the other.");
            }
        }
    }

    private sealed record Sample(double SilenceMs, double BothMs);
}
