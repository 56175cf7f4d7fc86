using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Explorer;

/// <summary>One node: the real state machine and what the loop, the kernel and the tracking around it amount to.</summary>
internal sealed class WorldNode(ExplorationSetup setup, int index)
{
    public int Index { get; } = index;

    public VirtualRouter Router { get; private set; } = new(setup.Settings(index));

    public VirtualRouter.Snapshot Saved { get; } = new(setup.Settings(index));

    public bool HasAgent { get; set; }

    public bool IsFrozen { get; set; }

    public bool IsStopping { get; set; }

    public bool CheckFailed { get; set; }

    /// <summary>What the agent wants of the kernel.</summary>
    public bool Wanted { get; set; }

    /// <summary>What the kernel has.</summary>
    public bool Holds { get; set; }

    /// <summary>When the kernel takes off what a frozen or dead agent does not renew.</summary>
    public MonotonicTime LeftoverUntil { get; set; } = MonotonicTime.Never;

    public MonotonicTime LastSent { get; set; }

    /// <summary>Of the last advert that did not resign.</summary>
    public int LastPriority { get; set; }

    /// <summary>What the transitions that were reported add up to.</summary>
    public RouterState Reported { get; set; }

    /// <summary>When a master was last heard, or since when it has listened.</summary>
    public MonotonicTime LastHeard { get; set; }

    /// <summary>What that advert said.</summary>
    public Duration HeardInterval { get; set; } = ExplorationSetup.Interval;

    /// <summary>Adverts since time or a fault last went on.</summary>
    public int SentNow { get; set; }

    public bool Runs => HasAgent && !IsFrozen;

    public bool IsMaster => HasAgent && Router.State == RouterState.Master;

    public bool IsAble(ExplorationSetup setup) => Runs && !IsStopping && (!CheckFailed || setup.Weakened is not null);

    public int Priority(ExplorationSetup setup) => CheckFailed && setup.Weakened is byte weak ? weak : setup.Priorities[Index];

    public void NewAgent(ExplorationSetup setup) => Router = new(setup.Settings(Index));
}

/// <summary>An advert under way.</summary>
internal record struct Message(byte Priority, Duration Interval, MonotonicTime SentAt);
