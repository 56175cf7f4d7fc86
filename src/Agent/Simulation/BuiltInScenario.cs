using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>
/// What <c>simulate</c> does without a scenario file: to the node that has the role then, one after the other, a stop, a drain, a crash of the agent, a freeze, a pause
/// of the whole machine, a partition, a cut cable and, where a check is tracked, the death of the service; where an interface, file or process is,
/// its failing.
/// </summary>
internal static class BuiltInScenario
{
    public static IReadOnlyList<Fault> For(HotStandbyConfig file)
    {
        VirtualRouterConfig router = file.VirtualRouters[0];
        int[] byPriority = [.. Enumerable.Range(0, file.Nodes.Count).OrderByDescending(index => router.PriorityOn(file.Nodes[index]))];
        int master = byPriority[0];
        Duration settles = Settles(file);
        FaultKind[] kinds =
        [
            FaultKind.Stop, FaultKind.Drain, FaultKind.Kill, FaultKind.Freeze, FaultKind.Pause, FaultKind.Partition, FaultKind.LinkDown,
            FaultKind.CheckFails, FaultKind.TrackFails,
        ];
        List<Fault> faults = [];
        Duration at = settles;
        foreach (FaultKind kind in kinds)
        {
            bool happens = kind switch
            {
                FaultKind.CheckFails => router.Tracks.Any(track => track.What.Checks.Any()),
                FaultKind.TrackFails => router.Tracks.Any(track => track.What.Sources.Any()),
                _ => true,
            };
            if (happens)
            {
                faults.Add(new(at, kind, master, settles));
                at += 2 * settles;

                // Who took over keeps the role without preempt. Two masters of a partition meet, and the better one has it then.
                master = router.Preempt || kind == FaultKind.Partition ? byPriority[0] : byPriority.FirstOrDefault(index => index != master, master);
            }
        }

        return faults;
    }

    /// <summary>Long enough for a takeover and, after the end of the fault, for the way back.</summary>
    public static Duration Settles(HotStandbyConfig file)
    {
        TimeSpan slowest = file.Plugins.Select(plugin => (plugin.Interval + plugin.Timeout) * (Math.Max(plugin.Rise, plugin.Fall) + 1)).DefaultIfEmpty().Max();
        return (5 * file.VirtualRouters.Select(one => one.AdvertInterval).Max()) + Duration.From(slowest) + Duration.FromSeconds(5)
            + file.VirtualRouters.Select(one => one.PreemptDelay).Max();
    }

    /// <summary>Until the last fault has ended and everything has settled.</summary>
    public static Duration Length(IReadOnlyList<Fault> faults) =>
        faults.Select(fault => fault.At + (2 * (fault.Length ?? Duration.FromSeconds(10)))).DefaultIfEmpty(Duration.FromSeconds(30)).Max();
}
