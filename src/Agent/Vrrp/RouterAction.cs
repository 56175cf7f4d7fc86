using HotStandby.Abstractions;

namespace HotStandby.Agent.Vrrp;

/// <summary>What a virtual router wants done, in order. A value: the loop, the simulator and the tests each carry it out their own way.</summary>
public enum RouterActionKind
{
    /// <summary>
    /// Send an advertisement with <see cref="RouterAction.Priority"/> and <see cref="RouterAction.Interval"/> from
    /// <see cref="RouterAction.Source"/> now.
    /// </summary>
    SendAdvertisement,

    /// <summary><see cref="RouterAction.Timer"/> now runs out at <see cref="RouterAction.Deadline"/>.</summary>
    ArmTimer,

    /// <summary><see cref="RouterAction.Timer"/> no longer runs.</summary>
    CancelTimer,

    /// <summary>Exactly the virtual addresses of the current settings belong into the kernel, and no other; given again when a reload changes the list.</summary>
    BindAddresses,

    /// <summary>The virtual addresses don't belong into the kernel any more.</summary>
    ReleaseAddresses,

    /// <summary><see cref="RouterAction.Announcements"/> gratuitous ARPs or unsolicited NAs for every address, as soon as it is bound.</summary>
    Announce,

    /// <summary>The state changed from <see cref="RouterAction.From"/> to <see cref="RouterAction.To"/>.</summary>
    Transition,

    /// <summary>Something that happened and the operator must see; the state did not change.</summary>
    Alarm,

    /// <summary>A condition that lasts, <see cref="RouterAction.Code"/>, began: <see cref="StandingAlarms"/>.</summary>
    AlarmBegan,

    /// <summary>A condition that lasted, <see cref="RouterAction.Code"/>, is over.</summary>
    AlarmEnded,
}

/// <summary>The timers of a virtual router.</summary>
public enum RouterTimer
{
    /// <summary>Adver_Timer (RFC 9568 6.2): MASTER only.</summary>
    Adver,

    /// <summary>Active_Down_Timer (RFC 9568 6.2): BACKUP only.</summary>
    MasterDown,

    /// <summary>The next volley of announcements: the second after a promotion, or one that came too soon after another.</summary>
    Announce,

    /// <summary>Extension: preempt delay.</summary>
    Preempt,

    /// <summary>After leaving on purpose: until when the addresses stay bound if no new master is heard.</summary>
    HandOver,

    /// <summary>The rest of the volley that a take-over began.</summary>
    AnnounceRepeats,

    /// <summary>Extension: the periodic announcement of a MASTER.</summary>
    AnnounceRefresh,
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

    /// <summary>This node was frozen for longer than its peers wait (vrrp.md section 9).</summary>
    Asleep,

    /// <summary>The operator asked this master to leave the role to a peer.</summary>
    Switchover,

    /// <summary>Nobody came after this node had left the role: it took the role back.</summary>
    TakenBack,

    /// <summary>Another virtual router of its sync group took or left the role.</summary>
    SyncGroup,
}

/// <summary>One thing to do; which members count depends on <see cref="Kind"/>.</summary>
/// <param name="Announcements">Per address, 1..20.</param>
/// <param name="Source">
/// The address to send from. Not always <see cref="VirtualRouter.Source"/>: a node that has just lost its address still resigns with the old one.
/// </param>
/// <param name="About">What tells two alarms of one code apart.</param>
/// <param name="Since">When an alarm began, of its end too.</param>
public readonly record struct RouterAction(
    RouterActionKind Kind,
    byte Priority = 0,
    Duration Interval = default,
    RouterTimer Timer = default,
    MonotonicTime Deadline = default,
    RouterState From = default,
    RouterState To = default,
    TransitionReason Reason = TransitionReason.None,
    string Sentence = "",
    int Announcements = 0,
    Address Source = default,
    AlarmCode Code = AlarmCode.None,
    AlarmAbout About = default,
    MonotonicTime Since = default);
