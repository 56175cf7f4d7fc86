using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>Tells the observer, in the words of plugins, what became of virtual routers and sync groups. On the protocol thread.</summary>
public sealed class TransitionReporter(ILoopObserver observer)
{
    private const string AboutToLeave = "About to leave the role on purpose.";

    /// <summary>How many were told; each has the next number.</summary>
    private long _sequence;

    /// <summary>The last one of each virtual router and sync group, which a replay carries: what comes of it belongs there.</summary>
    private readonly Dictionary<(TransitionKind Kind, string Name), long> _last = [];

    /// <summary>The same of alarms, begins and ends.</summary>
    private long _alarms;

    public void Transitioned(RouterRuntime router, RouterState from, RouterState to, TransitionReason reason, string sentence) =>
        observer.Transitioned(Numbered(Describe(router, from, to, reason == TransitionReason.Shutdown, sentence)), router.Config.Notify);

    /// <summary>All members of a sync group have followed into another state.</summary>
    /// <param name="group">The group.</param>
    /// <param name="from">The state they left.</param>
    /// <param name="to">The state they are in.</param>
    /// <param name="stopping">Whether the agent stops, or the group is not in the file any more.</param>
    /// <param name="sentence">Why.</param>
    public void GroupTransitioned(RunningGroup group, RouterState from, RouterState to, bool stopping, string sentence) =>
        observer.Transitioned(Numbered(Describe(group, from, to, stopping, sentence)), group.Config.Notify);

    /// <summary>What is no virtual router's alone.</summary>
    public void Alarmed(string sentence) => observer.Alarmed("", sentence);

    public void Alarmed(RouterRuntime router, string sentence) => observer.Alarmed(router.Config.Name, sentence);

    public void AlarmChanged(RouterRuntime router, in RouterAction action, MonotonicTime now)
    {
        DateTimeOffset at = DateTimeOffset.Now;
        bool began = action.Kind == RouterActionKind.AlarmBegan;
        observer.AlarmChanged(new(
            new(++_alarms, AlarmCodes.Word(action.Code), router.Config.Name, Words(action.About), action.Sentence, began, at - (now - action.Since).ToTimeSpan(), at, Replay: false),
            NotifiersOf(router)));
    }

    /// <summary>Tells the state of each once more, which carries the number of its last transition (0: none yet), and every alarm that stands.</summary>
    public void Replay(RunningRouters routers, MonotonicTime now)
    {
        foreach (RouterRuntime router in routers.All)
        {
            RouterState state = router.Router.State;
            Transition told = Describe(router, state, state, stopping: false, router.Router.Why);
            observer.Transitioned(told with { Sequence = LastOf(told), Replay = true }, router.Config.Notify);
        }

        foreach (RunningGroup group in routers.Groups.All)
        {
            RouterState state = group.Standing.State;
            Transition told = Describe(group, state, state, stopping: false, group.Why);
            observer.Transitioned(told with { Sequence = LastOf(told), Replay = true }, group.Config.Notify);
        }

        foreach (RouterRuntime router in routers.All)
        {
            foreach (StandingAlarm alarm in router.Router.Alarms.Standing.Where(alarm => alarm.Told))
            {
                DateTimeOffset at = DateTimeOffset.Now;
                observer.AlarmChanged(new(
                    new(++_alarms, AlarmCodes.Word(alarm.Code), router.Config.Name, Words(alarm.About), alarm.Sentence, Began: true, at - (now - alarm.Since).ToTimeSpan(), at, Replay: true),
                    NotifiersOf(router)));
            }
        }
    }

    /// <summary>A virtual router stays MASTER against another one that took itself for that, and with it its sync group.</summary>
    /// <param name="group">Null: it is in none.</param>
    public void Reasserted(RouterRuntime router, RunningGroup? group, string sentence)
    {
        Transition told = Describe(router, RouterState.Master, RouterState.Master, stopping: false, sentence);
        observer.Transitioned(told with { Sequence = LastOf(told), Replay = true, Reasserted = true }, router.Config.Notify);
        if (group is not null && group.Standing.State == RouterState.Master)
        {
            told = Describe(group, RouterState.Master, RouterState.Master, stopping: false, $"{router.Config.Name}: {sentence}");
            observer.Transitioned(told with { Sequence = LastOf(told), Replay = true, Reasserted = true }, group.Config.Notify);
        }
    }

    /// <summary>What this node would give up if it left now; nobody is told.</summary>
    public static HeldRole[] HeldRoles(RunningRouters routers, bool stopping)
    {
        RouterState to = stopping ? RouterState.Initialize : RouterState.Backup;
        return
        [
            .. routers.All.Where(router => router.Router.State == RouterState.Master).Select(router => new HeldRole(
                Describe(router, RouterState.Master, to, stopping, AboutToLeave),
                router.Config.Notify,
                router.Config.ReleaseBudget,
                router.Config.SyncGroup)),
            .. routers.Groups.All.Where(group => group.Standing.State == RouterState.Master).Select(group => new HeldRole(
                Describe(group, RouterState.Master, to, stopping, AboutToLeave),
                group.Config.Notify,
                group.Members.Max(member => member.Config.ReleaseBudget),
                group.Config.Name)),
        ];
    }

    private Transition Numbered(Transition transition)
    {
        _last[(transition.Kind, transition.VirtualRouter)] = ++_sequence;
        return transition with { Sequence = _sequence };
    }

    private long LastOf(Transition transition) => _last.GetValueOrDefault((transition.Kind, transition.VirtualRouter));

    private static IReadOnlyList<string> NotifiersOf(RouterRuntime router) =>
        router.GroupNotify.Count == 0 ? router.Config.Notify : [.. router.Config.Notify.Union(router.GroupNotify)];

    private static string Words(AlarmAbout about) => about.Address?.ToString() ?? about.Mac?.ToString() ?? "";

    private static Transition Describe(RouterRuntime router, RouterState from, RouterState to, bool stopping, string sentence) =>
        new(
            Sequence: 0,
            router.Config.Name,
            router.Config.Vrid,
            router.Device.Name,
            from,
            to,
            stopping,
            router.Router.EffectivePriority,
            [.. router.Places.Addresses.Select(address => address.ToString())],
            router.Router.MasterAddress is Address master && master != router.Router.Source ? master.ToString() : null,
            sentence,
            DateTimeOffset.Now,
            Replay: false);

    private static Transition Describe(RunningGroup group, RouterState from, RouterState to, bool stopping, string sentence)
    {
        Transition[] members = [.. group.Members.Select(member => Describe(member, from, to, stopping, sentence))];
        return members[0] with
        {
            Kind = TransitionKind.Group,
            VirtualRouter = group.Config.Name,
            Members = group.Config.VirtualRouters,
            Vrid = 0,
            Interface = "",
            Addresses = [.. members.SelectMany(member => member.Addresses)],
            Peer = members.Select(member => member.Peer).FirstOrDefault(peer => peer is not null),
        };
    }
}
