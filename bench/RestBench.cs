using HotStandby.Agent.Control;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Bench;

/// <summary>A pair at 1 s to which nothing happens, one agent at a time: turns of the loop, processor time, memory and descriptors at the beginning and the end.</summary>
internal sealed class RestBench(int rounds, TimeSpan length, IReadOnlyList<int> routerCounts, IReadOnlyList<Contender> contenders)
{
    private static readonly Duration Interval = Duration.FromSeconds(1);

    /// <summary>Until the first look: both have their roles, and the second announcements are out.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    public void Run(Rounds runner, Report report, CancellationToken cancellationToken)
    {
        foreach (int routers in routerCounts)
        {
            foreach (Contender agent in contenders)
            {
                List<Measured<Look[]>> rows = [];
                for (int round = 1; round <= rounds; round++)
                {
                    if (runner.Try(
                        $"rest round {round} of {rounds}: {agent.Name}, {routers} virtual routers, {length.TotalSeconds:0} s",
                        () => Measure(agent, routers, cancellationToken)) is Measured<Look[]> looks)
                    {
                        rows.Add(looks);
                    }
                }

                Add(report, agent, routers, "MASTER", rows, before: 0, after: 2);
                Add(report, agent, routers, "BACKUP", rows, before: 1, after: 3);
            }
        }
    }

    private static void Add(Report report, Contender agent, int routers, string role, List<Measured<Look[]>> rows, int before, int after)
    {
        double Seconds(Look[] looks) => (looks[after].At - looks[before].At).Nanoseconds / 1e9;
        report.Add(
        [
            new Figure("agent", "agent", agent.Name),
            new Figure("routers", "routers", routers),
            new Figure("role", "role", role),
            CommonFigures.Count(rows),
            CommonFigures.Of("seconds", "s", rows, looks => Seconds(looks)),
            CommonFigures.Of("turnsPerSecond", "turns/s", rows, looks => (looks[after].Turns - looks[before].Turns) / Seconds(looks)),
            CommonFigures.Of("cpuPercent", "CPU %", rows, looks => (looks[after].CpuNanoseconds - looks[before].CpuNanoseconds) / 1e7 / Seconds(looks)),
            CommonFigures.Of("corePssBeginKiB", "PSS of the core KiB, begin", rows, looks => looks[before].CorePssKiB),
            CommonFigures.Of("corePssEndKiB", "end", rows, looks => looks[after].CorePssKiB),
            CommonFigures.Of("childrenPssBeginKiB", "of its children KiB, begin", rows, looks => looks[before].ChildrenPssKiB),
            CommonFigures.Of("childrenPssEndKiB", "end", rows, looks => looks[after].ChildrenPssKiB),
            CommonFigures.Of("descriptorsBegin", "descriptors, begin", rows, looks => looks[before].Descriptors),
            CommonFigures.Of("descriptorsEnd", "end", rows, looks => looks[after].Descriptors),
            .. CommonFigures.Machine(rows),
        ]);
    }

    private Look[] Measure(Contender agent, int routers, CancellationToken cancellationToken)
    {
        using Scene scene = Scene.Create(Interval, 200, cancellationToken, routers: routers);
        MonotonicTime start = LabClock.Now;
        LabProcess a = scene.Start(agent, scene.A);
        scene.WaitForMaster(scene.A, start);
        LabProcess b = scene.Start(agent, scene.B);
        scene.Pass(Settling);
        Look[] before = [Take(scene.A, a), Take(scene.B, b)];
        scene.Pass(length);
        return [.. before, Take(scene.A, a), Take(scene.B, b)];
    }

    private static Look Take(LabNode node, LabProcess process)
    {
        IReadOnlyList<int> pids = ProcessCost.Tree(process.Pid);
        StatusReport? status = ControlClient.TryReadStatusAsync(node.ControlSocketPath, ControlClient.DefaultTimeout).GetAwaiter().GetResult();
        return new Look(
            LabClock.Now,
            status?.Loop.Turns,
            ProcessCost.CpuNanoseconds(pids),
            ProcessCost.PssKiB(pids[0]),
            pids.Count > 1 ? pids.Skip(1).Sum(ProcessCost.PssKiB) : null,
            pids.Sum(ProcessCost.Descriptors));
    }

    /// <param name="Turns">Of its loop so far; null: it does not count them.</param>
    private sealed record Look(MonotonicTime At, long? Turns, long CpuNanoseconds, double CorePssKiB, double? ChildrenPssKiB, int Descriptors);
}
