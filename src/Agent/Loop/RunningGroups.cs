using HotStandby.Abstractions;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Tracking;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>The sync groups of the file in force, over the virtual routers that run.</summary>
public sealed class RunningGroups
{
    private readonly List<RunningGroup> _groups = [];
    private readonly List<RunningGroup> _gone = [];
    private readonly Dictionary<VirtualRouter, RouterRuntime> _runtimes = new(ReferenceEqualityComparer.Instance);
    private readonly TransitionReporter _reporter;
    private readonly Action<VirtualRouter, MonotonicTime> _carryOut;
    private readonly ActionBuffer _actions = new();

    public RunningGroups(TransitionReporter reporter)
    {
        _reporter = reporter;
        _carryOut = (router, now) => _runtimes[router].CarryOut(_actions, now);
    }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<RunningGroup> All => _groups;

    /// <summary>Forms the groups anew. Of what was before they remember, by name, only what their notifiers were told.</summary>
    public void Form(IReadOnlyList<SyncGroupConfig> configs, IReadOnlyList<RouterRuntime> routers)
    {
        Dictionary<string, RunningGroup> before = _groups.ToDictionary(group => group.Config.Name, StringComparer.Ordinal);
        _groups.Clear();
        _runtimes.Clear();
        foreach (RouterRuntime router in routers)
        {
            router.GroupNotify = [];
        }

        foreach (SyncGroupConfig config in configs)
        {
            before.Remove(config.Name, out RunningGroup? known);
            _groups.Add(new(config, [.. routers.Where(one => one.Config.SyncGroup == config.Name)], known?.Standing ?? new()));
            foreach (RouterRuntime member in _groups[^1].Members)
            {
                _runtimes.Add(member.Router, member);
                member.GroupNotify = config.Notify;
            }
        }

        _gone.AddRange(before.Values);
    }

    /// <summary>Null for none.</summary>
    public RunningGroup? Of(RouterRuntime router) => _groups.Find(group => group.Config.Name == router.Config.SyncGroup);

    /// <summary>A virtual router and whatever moves with it.</summary>
    public IReadOnlyList<RouterRuntime> With(RouterRuntime router) => Of(router)?.Members ?? [router];

    /// <summary>Whether a virtual router may take part: what was found of it, and of every member of its group.</summary>
    public (Readiness Readiness, string Sentence) ReadinessOf(RouterRuntime router) => router.Config.SyncGroup is string group
        ? GroupReadiness.Of(group, router.Known, With(router).Select(member => member.Known))
        : (router.Known.Readiness, router.Known.Sentence);

    /// <summary>Brings every group in line, after everything that was heard and due was carried out, and tells which of them have moved.</summary>
    /// <param name="stopping">Whether the agent leaves every role.</param>
    public void Settle(bool stopping, MonotonicTime now)
    {
        foreach (RunningGroup gone in _gone)
        {
            if (gone.Standing.State != RouterState.Initialize)
            {
                _reporter.GroupTransitioned(gone, gone.Standing.State, RouterState.Initialize, stopping: true, "Taken out of the configuration.");
            }
        }

        _gone.Clear();
        for (int i = 0; i < _groups.Count; i++)
        {
            RunningGroup group = _groups[i];
            group.Election.Settle(now, _actions, _carryOut);
            if (group.Standing.Follow(group.Election.Members, out RouterState from))
            {
                _reporter.GroupTransitioned(group, from, group.Standing.State, stopping, group.Why);
            }
        }
    }
}
