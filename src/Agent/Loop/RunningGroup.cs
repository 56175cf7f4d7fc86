using HotStandby.Abstractions;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>One sync group of the file in force.</summary>
/// <param name="standing">Outlives a reload, as the states of the members do.</param>
public sealed class RunningGroup(SyncGroupConfig config, IReadOnlyList<RouterRuntime> members, GroupStanding standing)
{
    public SyncGroupConfig Config { get; } = config;

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<RouterRuntime> Members { get; } = members;

    public SyncGroup Election { get; } = new(config.Name, [.. members.Select(one => one.Router)]);

    /// <summary>What its notifiers know.</summary>
    public GroupStanding Standing { get; } = standing;

    /// <summary>Why it is in its state: the words of the member that the others followed.</summary>
    public string Why
    {
        get
        {
            RouterRuntime first = Members.FirstOrDefault(Leads) ?? Members[0];
            return $"{first.Config.Name}: {first.Router.Why}";
        }
    }

    private bool Leads(RouterRuntime member) => Standing.State == RouterState.Fault
        ? member.Known.Readiness == Readiness.Fault
        : member.Router.LastReason != TransitionReason.SyncGroup;
}
