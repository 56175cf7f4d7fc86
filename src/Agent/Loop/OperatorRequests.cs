using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>What an operator asks of the running virtual routers: a switchover of one and of what moves with it, or to drain the node.</summary>
internal static class OperatorRequests
{
    /// <returns>Null when it was done, else why not.</returns>
    public static string? Switchover(RunningRouters routers, string name, MonotonicTime now, ActionBuffer actions)
    {
        if (routers.Find(name) is not RouterRuntime runtime)
        {
            return Unknown(routers, name);
        }

        if (runtime.Router.State != RouterState.Master)
        {
            return $"{name} is not MASTER here: a switchover is asked of the node that has the role";
        }

        if (runtime.Router.Settings.IsOwner)
        {
            return $"this node owns the address of {name} (priority 255) and always takes the role: stop the agent instead";
        }

        foreach (RouterRuntime member in routers.Groups.With(runtime))
        {
            member.Router.StepDown(
                $"The operator asked for a switchover: stays backup until the new master fails or 'hotstandby switchover {name} --back'.", now, actions);
            member.CarryOut(actions, now);
        }

        return null;
    }

    /// <returns>Null when it was done, else why not.</returns>
    public static string? SwitchBack(RunningRouters routers, string name)
    {
        if (routers.Find(name) is not RouterRuntime runtime)
        {
            return Unknown(routers, name);
        }

        if (!runtime.Router.SteppedDown)
        {
            return $"{name} holds no switchover: there is nothing to end";
        }

        foreach (RouterRuntime member in routers.Groups.With(runtime))
        {
            member.Router.Resume();
        }

        return null;
    }

    /// <summary>
    /// Every master of a drained node hands over. Its priority is the lowest there is (<see cref="RouterRuntime.Drained"/>), so that it does not
    /// come back before the drain ends; an earlier switchover's restraint stays as it was.
    /// </summary>
    public static void HandOverAll(RunningRouters routers, MonotonicTime now, ActionBuffer actions)
    {
        foreach (RouterRuntime runtime in routers.All)
        {
            if (runtime.Router is { State: RouterState.Master, Settings.IsOwner: false } router)
            {
                router.StepDown($"{runtime.Drained}: stays backup unless no other node is there.", now, actions);
                router.Resume();
                runtime.CarryOut(actions, now);
            }
        }
    }

    private static string Unknown(RunningRouters routers, string name) =>
        $"there is no virtual router {name}; there are: {string.Join(", ", routers.All.Select(known => known.Config.Name))}";
}
