using HotStandby.Agent.Status;

namespace HotStandby.Agent.Lab;

/// <summary>Picks the transitions out of the agents' status that were not seen before, also over restarts of an agent.</summary>
internal sealed class TransitionCollector
{
    private readonly Dictionary<string, (int Pid, DateTimeOffset StartedAt, long Sequence)> _seen = [];

    /// <summary>The new ones of one node, oldest first.</summary>
    public IReadOnlyList<TransitionStatus> NewOnes(string node, StatusReport report)
    {
        bool isSame = _seen.TryGetValue(node, out (int Pid, DateTimeOffset StartedAt, long Sequence) seen)
            && seen.Pid == report.Pid
            && seen.StartedAt == report.StartedAt;
        long last = isSame ? seen.Sequence : 0;
        List<TransitionStatus> found = [.. report.Transitions.Where(one => one.Sequence > last).OrderBy(one => one.Sequence)];
        _seen[node] = (report.Pid, report.StartedAt, found.Count > 0 ? found[^1].Sequence : last);
        return found;
    }
}
