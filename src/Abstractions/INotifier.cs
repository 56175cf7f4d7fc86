namespace HotStandby.Abstractions;

/// <summary>
/// Told of every transition. Calls for one virtual router, or one sync group, come one at a time and in order; the current state is told again after the
/// agent starts, and after another master lost (<see cref="Transition.Replay"/>, <see cref="Transition.Reasserted"/>). A call is cancelled after the entry's
/// <c>timeout</c>; the VIP never waits for it.
/// </summary>
public interface INotifier
{
    /// <summary>Handles one transition and says what came of it.</summary>
    Task<NotifyResult> NotifyAsync(Transition transition, CancellationToken cancellationToken);
}

/// <summary>What came of a notification; kept in the journal.</summary>
/// <param name="Succeeded">Whether it did what the operator asked for.</param>
/// <param name="Detail">One line: exit code and output, or what went wrong.</param>
public sealed record NotifyResult(bool Succeeded, string Detail);

/// <summary>States of a virtual router as keepalived's users know them; RFC 9568 calls MASTER "Active".</summary>
public enum RouterState
{
    /// <summary>Not taking part yet, or stopped.</summary>
    Initialize,

    /// <summary>Listens to the master.</summary>
    Backup,

    /// <summary>Holds the virtual addresses.</summary>
    Master,

    /// <summary>Can't serve: a tracked check, the interface or its address failed.</summary>
    Fault,
}

/// <summary>What a transition is of; keepalived's first argument to <c>notify</c>.</summary>
public enum TransitionKind
{
    /// <summary>A virtual router (keepalived: vrrp_instance).</summary>
    Instance,

    /// <summary>A sync group as a whole (keepalived: vrrp_sync_group).</summary>
    Group,
}

/// <summary>
/// A change of state of one virtual router on this node, or of a sync group: told once for the group, when all of its members are in the new state,
/// and handed out after their own.
/// </summary>
/// <param name="Sequence">Counts this agent's transitions, from 1.</param>
/// <param name="VirtualRouter">Its name in plugins.json; of a sync group the group's.</param>
/// <param name="Vrid">1..255; 0 of a sync group.</param>
/// <param name="Interface">The interface it runs on; empty of a sync group.</param>
/// <param name="From">The state it left; the same as <paramref name="To"/> in a replay.</param>
/// <param name="To">The state it is in now.</param>
/// <param name="Stopping">True when the agent stops or the virtual router or sync group was taken out of the file: keepalived's STOP.</param>
/// <param name="Priority">Effective priority at that moment, 1..255; the members of a sync group have one in common.</param>
/// <param name="Addresses">The virtual addresses, as "address/prefix length"; of a sync group those of all its members.</param>
/// <param name="Peer">Address of the master when it is another node and was heard, of a sync group by its first member that hears one; else null.</param>
/// <param name="Reason">The one sentence that says why.</param>
/// <param name="At">Wall-clock time of the transition.</param>
/// <param name="Replay">True when nothing changed and the current state is told again: after a start, or because of <see cref="Reasserted"/>.</param>
public sealed record Transition(
    long Sequence,
    string VirtualRouter,
    int Vrid,
    string Interface,
    RouterState From,
    RouterState To,
    bool Stopping,
    int Priority,
    IReadOnlyList<string> Addresses,
    string? Peer,
    string Reason,
    DateTimeOffset At,
    bool Replay)
{
    /// <summary>What it is of.</summary>
    public TransitionKind Kind { get; init; }

    /// <summary>
    /// True when this node stays MASTER after another one took itself for that and lost: what that one's notifiers have changed outside is to be put right
    /// again. <see cref="Replay"/> is true then too.
    /// </summary>
    public bool Reasserted { get; init; }

    /// <summary>The names of a sync group's virtual routers, as the file lists them; else empty.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];
}
