using HotStandby.Abstractions;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>
/// Sees one sync group on every node and holds it to S13: on a node that runs, its members are in one state, apart from at most one
/// Master_Down_Interval; and a member is not MASTER here while another one is MASTER on another node for longer than that, unless frames are lost or
/// late or a node is cut off. The group's own transitions, which notifiers are told of, come when every member's was told.
/// </summary>
internal sealed class GroupWatch
{
    private readonly SimulationRun _run;
    private readonly int[] _members;
    private readonly Duration _patience;
    private readonly MonotonicTime?[] _unequalSince;
    private MonotonicTime? _tornSince;

    public GroupWatch(SimulationRun run, SyncGroupConfig group)
    {
        _run = run;
        Name = group.Name;
        _members = [.. Enumerable.Range(0, run.File.VirtualRouters.Count).Where(i => run.File.VirtualRouters[i].SyncGroup == group.Name)];
        _patience = _members.Select(i => RouterWatch.MasterDown(run.File.VirtualRouters[i]) + run.File.VirtualRouters[i].AdvertInterval).Max();
        _unequalSince = new MonotonicTime?[run.Nodes.Count];
    }

    public string Name { get; }

    /// <summary>The group as a whole has moved on a node.</summary>
    public void Transitioned(SimulatedNode node, RouterState to)
    {
        if (_members.FirstOrDefault(i => node.Routers[i].Reported != to, -1) is >= 0 and int member)
        {
            _run.Violate("S13", $"{node.Name} has the group {Name} in {to} while its member {node.Routers[member].Config.Name} is told to be in {node.Routers[member].Reported}");
        }
    }

    public void Audit()
    {
        foreach (SimulatedNode node in _run.Nodes)
        {
            bool unequal = node.Runs && !node.IsStopping && StateOf(node) is null;
            ref MonotonicTime? since = ref _unequalSince[node.Index];
            since = unequal ? since ?? _run.Now : null;
            if (since is MonotonicTime began && _run.Now - began > _patience)
            {
                _run.Violate("S13", $"{node.Name} has the members of {Name} in {string.Join(", ", _members.Select(i => node.Routers[i].Router.State))} for {_run.Now - began}");
            }
        }

        SimulatedNode[] masters = [.. _run.Nodes.Where(node => node.Runs && _members.Any(i => node.Routers[i].Router.State == RouterState.Master))];
        bool torn = masters.Length > 1 && !_run.IsImpaired && !_run.IsUnsteady;
        _tornSince = torn ? _tornSince ?? _run.Now : null;
        if (_tornSince is MonotonicTime start && _run.Now - start > _patience)
        {
            _run.Violate("S13", $"{string.Join(" and ", masters.Select(node => node.Name))} both are MASTER of members of {Name} for {_run.Now - start}");
        }
    }

    /// <summary>Null when the members differ.</summary>
    private RouterState? StateOf(SimulatedNode node)
    {
        RouterState state = node.Routers[_members[0]].Router.State;
        return _members.All(i => node.Routers[i].Router.State == state) ? state : null;
    }
}
