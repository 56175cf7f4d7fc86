using HotStandby.Abstractions;

namespace HotStandby.Agent.Vrrp;

/// <summary>What a virtual router wants done, in order. A value: the loop, the simulator and the tests each carry it out their own way.</summary>
public enum RouterActionKind
{
    /// <summary>Send an advertisement with <see cref="RouterAction.Priority"/> and <see cref="RouterAction.Interval"/> now.</summary>
    SendAdvertisement,

    /// <summary><see cref="RouterAction.Timer"/> now runs out at <see cref="RouterAction.Deadline"/>.</summary>
    ArmTimer,

    /// <summary><see cref="RouterAction.Timer"/> no longer runs.</summary>
    CancelTimer,

    /// <summary>The virtual addresses belong into the kernel.</summary>
    BindAddresses,

    /// <summary>The virtual addresses don't belong into the kernel any more.</summary>
    ReleaseAddresses,

    /// <summary>One volley of gratuitous ARP or unsolicited NA for every address, as soon as it is bound.</summary>
    Announce,

    /// <summary>The state changed from <see cref="RouterAction.From"/> to <see cref="RouterAction.To"/>.</summary>
    Transition,

    /// <summary>Something the operator must see; the state did not change.</summary>
    Alarm,
}

/// <summary>The timers of a virtual router.</summary>
public enum RouterTimer
{
    /// <summary>Adver_Timer (RFC 9568 6.2): MASTER only.</summary>
    Adver,

    /// <summary>Active_Down_Timer (RFC 9568 6.2): BACKUP only.</summary>
    MasterDown,

    /// <summary>The second volley of announcements.</summary>
    Announce,

    /// <summary>Extension: preempt delay.</summary>
    Preempt,
}

/// <summary>New-master reasons (RFC 6527, RFC 8347) and what else moves a virtual router.</summary>
public enum TransitionReason
{
    None,
    Startup,
    Shutdown,
    Owner,

    /// <summary>no-response: the master fell silent.</summary>
    NoResponse,

    /// <summary>priority: the master left with priority 0.</summary>
    PriorityZero,

    /// <summary>preempted: this node is stronger than the master it heard.</summary>
    Preempted,

    /// <summary>A stronger master was heard.</summary>
    HigherPriority,

    /// <summary>An equal master with a greater address was heard.</summary>
    GreaterAddress,

    /// <summary>Interface, source address, tracked check or plugin says that this node can't serve.</summary>
    Fault,

    /// <summary>What was wrong is mended.</summary>
    FaultCleared,
}

/// <summary>One thing to do; which members count depends on <see cref="Kind"/>.</summary>
public readonly record struct RouterAction(
    RouterActionKind Kind,
    byte Priority = 0,
    Duration Interval = default,
    RouterTimer Timer = default,
    MonotonicTime Deadline = default,
    RouterState From = default,
    RouterState To = default,
    TransitionReason Reason = TransitionReason.None,
    string Sentence = "");
