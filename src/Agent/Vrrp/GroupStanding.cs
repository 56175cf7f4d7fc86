using HotStandby.Abstractions;

namespace HotStandby.Agent.Vrrp;

/// <summary>
/// The state of a sync group as a whole, as its notifiers know it. Members move one after the other and the group counts as moved when the last one has:
/// one transition of the group, after those of its members (keepalived: group scripts come after the instances'). While they differ, such as
/// while a member that a reload added listens first, the group stays what it was.
/// </summary>
public sealed class GroupStanding
{
    /// <summary>INITIALIZE until all members were in one state.</summary>
    public RouterState State { get; private set; } = RouterState.Initialize;

    /// <summary>Looks at the members. Call it when all of them were brought in line.</summary>
    /// <param name="members">At least one.</param>
    /// <param name="from">The state that was left, when it is true.</param>
    /// <returns>Whether the group has moved, to <see cref="State"/>.</returns>
    public bool Follow(IReadOnlyList<VirtualRouter> members, out RouterState from)
    {
        from = State;
        RouterState state = members[0].State;
        for (int i = 1; i < members.Count; i++)
        {
            if (members[i].State != state)
            {
                return false;
            }
        }

        State = state;
        return state != from;
    }
}
