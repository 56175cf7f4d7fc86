using HotStandby.Agent.Tracking;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>The sync groups of the file in force, over the virtual routers that run.</summary>
public sealed class RunningGroups
{
    private readonly Dictionary<string, RouterRuntime[]> _members = new(StringComparer.Ordinal);
    private readonly List<SyncGroup> _groups = [];
    private readonly Dictionary<VirtualRouter, RouterRuntime> _runtimes = new(ReferenceEqualityComparer.Instance);
    private readonly Action<VirtualRouter, MonotonicTime> _carryOut;
    private readonly ActionBuffer _actions = new();

    public RunningGroups() => _carryOut = (router, now) => _runtimes[router].CarryOut(_actions, now);

    /// <summary>Forms the groups anew; they remember nothing.</summary>
    public void Form(IEnumerable<RouterRuntime> routers)
    {
        _members.Clear();
        _groups.Clear();
        _runtimes.Clear();
        foreach (IGrouping<string?, RouterRuntime> group in routers.Where(one => one.Config.SyncGroup is not null).GroupBy(one => one.Config.SyncGroup))
        {
            _members.Add(group.Key!, [.. group]);
            _groups.Add(new SyncGroup(group.Key!, [.. group.Select(one => one.Router)]));
            foreach (RouterRuntime member in group)
            {
                _runtimes.Add(member.Router, member);
            }
        }
    }

    /// <summary>A virtual router and whatever moves with it.</summary>
    public IReadOnlyList<RouterRuntime> With(RouterRuntime router) =>
        router.Config.SyncGroup is string group && _members.TryGetValue(group, out RouterRuntime[]? members) ? members : [router];

    /// <summary>Whether a virtual router may take part: what was found of it, and of every member of its group.</summary>
    public (Readiness Readiness, string Sentence) ReadinessOf(RouterRuntime router) =>
        GroupReadiness.Of(router.Config.SyncGroup ?? "", router.Known, With(router).Select(member => member.Known));

    /// <summary>Brings every group in line, after everything that was heard and due was carried out.</summary>
    public void Settle(MonotonicTime now)
    {
        for (int i = 0; i < _groups.Count; i++)
        {
            _groups[i].Settle(now, _actions, _carryOut);
        }
    }
}
