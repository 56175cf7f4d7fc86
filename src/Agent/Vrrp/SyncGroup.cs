using HotStandby.Abstractions;

namespace HotStandby.Agent.Vrrp;

/// <summary>
/// Several virtual routers of one node that move as one election (keepalived: vrrp_sync_group). Pure, and without a timer or memory of its own: it
/// looks at what its members have heard and says which of them must take or leave the role now.
/// <list type="bullet">
/// <item>A master heard by one member stands for its whole group: the role is taken only when no member hears a master any more. A network that
/// is cut for one member therefore makes no second master, and nothing that goes back and forth.</item>
/// <item>A master that says that it leaves (priority 0) to one member leaves all of them, so that nobody waits for it on the others.</item>
/// <item>A member that hears a stronger master gives the role up for all; that master has the others too, or takes them.</item>
/// </list>
/// That a member in FAULT takes all with it is not said here, since it is known before any advert: what is not ready for one is not ready for all.
/// </summary>
/// <param name="name">Its name in plugins.json.</param>
/// <param name="members">Each with the group in its settings.</param>
public sealed class SyncGroup(string name, IReadOnlyList<VirtualRouter> members)
{
    public string Name { get; } = name;

    public IReadOnlyList<VirtualRouter> Members { get; } = members;

    /// <summary>
    /// Brings the members in line. Call it after the waiting packets were received, every member's due timers were handled and all of that was carried
    /// out; safe to call at any time, since it looks at everything again.
    /// </summary>
    /// <param name="carryOut">Called for each member that decided something, with its actions in <paramref name="actions"/>; empties them.</param>
    public void Settle(MonotonicTime now, ActionBuffer actions, Action<VirtualRouter, MonotonicTime> carryOut)
    {
        VirtualRouter? master = null;
        VirtualRouter? warned = null;
        VirtualRouter? left = null;
        VirtualRouter? unhealthy = null;
        int backups = 0;
        int wait = 0;
        int waitOrWeaker = 0;
        bool doubted = false;
        for (int i = 0; i < Members.Count; i++)
        {
            VirtualRouter member = Members[i];
            master ??= member.State == RouterState.Master ? member : null;
            warned ??= member.HearsStronger ? member : null;
            left ??= member.MasterLeft ? member : null;
            unhealthy ??= member.MasterIsUnhealthy ? member : null;
            doubted |= !member.MayChallenge(now);
            backups += member.State == RouterState.Backup ? 1 : 0;
            wait += member.WaitsForGroup ? 1 : 0;
            waitOrWeaker += member.WaitsForGroup || member.HearsWeaker ? 1 : 0;
        }

        if (backups == 0)
        {
            return;
        }

        if (left is not null || (master is null && (wait == backups || (unhealthy is not null && !doubted && waitOrWeaker == backups))))
        {
            Take(left ?? unhealthy ?? FirstThatWaits(), onlyOverWeaker: false, now, actions, carryOut);
        }
        else if (master is not null && warned is not null)
        {
            Leave(warned, now, actions, carryOut);
        }
        else if (master is not null)
        {
            Take(master, onlyOverWeaker: true, now, actions, carryOut);
        }
        else if (wait > 0 && !doubted)
        {
            Complain(now, actions, carryOut);
        }
    }

    private VirtualRouter FirstThatWaits()
    {
        for (int i = 0; i < Members.Count; i++)
        {
            if (Members[i].WaitsForGroup)
            {
                return Members[i];
            }
        }

        throw new InvalidOperationException("No member waits.");
    }

    /// <param name="first">Whose reason it is; the others follow it.</param>
    /// <param name="onlyOverWeaker">Whether those stay BACKUP that may still hear a master: a member that came later listens first.</param>
    private void Take(
        VirtualRouter first, bool onlyOverWeaker, MonotonicTime now, ActionBuffer actions, Action<VirtualRouter, MonotonicTime> carryOut)
    {
        for (int i = 0; i < Members.Count; i++)
        {
            VirtualRouter member = Members[i];
            if (member.State == RouterState.Backup && (!onlyOverWeaker || member.WaitsForGroup || member.HearsWeaker))
            {
                member.TakeWithGroup(Sentences.TakesWithGroup(Name, first.Settings.Name), now, actions);
                carryOut(member, now);
            }
        }
    }

    private void Leave(VirtualRouter warned, MonotonicTime now, ActionBuffer actions, Action<VirtualRouter, MonotonicTime> carryOut)
    {
        for (int i = 0; i < Members.Count; i++)
        {
            VirtualRouter member = Members[i];
            if (member.State == RouterState.Master)
            {
                member.LeaveWithGroup(Sentences.LeavesWithGroup(Name, warned), now, actions);
                carryOut(member, now);
            }
        }
    }

    /// <summary>A member that hears nobody, long after its timer ran out, while another one hears a master.</summary>
    private void Complain(MonotonicTime now, ActionBuffer actions, Action<VirtualRouter, MonotonicTime> carryOut)
    {
        VirtualRouter? hears = null;
        for (int i = 0; i < Members.Count; i++)
        {
            hears ??= Members[i] is { State: RouterState.Backup, WaitsForGroup: false, MasterAddress: not null } ? Members[i] : null;
        }

        for (int i = 0; i < Members.Count && hears is not null; i++)
        {
            Members[i].ComplainOfSilence(Name, hears, now, actions);
            carryOut(Members[i], now);
        }
    }
}
