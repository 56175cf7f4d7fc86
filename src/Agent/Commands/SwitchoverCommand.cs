using System.CommandLine;
using System.Diagnostics;
using HotStandby.Agent.Control;
using HotStandby.Agent.Status;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby switchover ROUTER</c>: this node, the MASTER, hands the role over to a peer and stays its backup.</summary>
internal static class SwitchoverCommand
{
    /// <summary>Longest wait for a successor: after that the agent has taken the role back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    public static Command Create()
    {
        Argument<string> router = new("ROUTER") { Description = "name of the virtual router in plugins.json" };
        Option<bool> back = new("--back") { Description = "end an earlier switchover: this node preempts again as the file says" };
        Option<string> control = CommonOptions.Control();
        Command command = new("switchover", "Hand the role of MASTER over to a peer; this node stays its backup.") { router, back, control };
        command.SetAction((parsed, cancellationToken) => AgentConversation.RunAsync(
            () => RunAsync(parsed.GetValue(router)!, parsed.GetValue(back), parsed.GetValue(control)!, cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(string router, bool back, string path, CancellationToken cancellationToken)
    {
        ControlRequest request = new(back ? "switchback" : "switchover", router);
        if (await ControlClient.DoAsync(path, request, ControlClient.LeavingTimeout, cancellationToken).ConfigureAwait(false) is string refusal)
        {
            return AgentConversation.Refused(refusal, ExitCodes.Failed);
        }

        if (back)
        {
            Console.Out.WriteLine($"{router}: this node takes part again as the file says.");
            return ExitCodes.Good;
        }

        return await FollowAsync(router, path, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says who came, or that nobody did.</summary>
    private static async Task<int> FollowAsync(string name, string path, CancellationToken cancellationToken)
    {
        long begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < Patience)
        {
            StatusReport report = await ControlClient.ReadStatusAsync(path, ControlClient.DefaultTimeout, cancellationToken).ConfigureAwait(false);
            VirtualRouterStatus? router = report.VirtualRouters.FirstOrDefault(one => one.Name == name);
            if (router is { State: "BACKUP", MasterAddress: string master })
            {
                Console.Out.WriteLine($"{name}: {master} is MASTER now; this node stays backup until that one fails or 'hotstandby switchover {name} --back'.");
                return ExitCodes.Good;
            }

            if (router is not { State: "BACKUP" })
            {
                return AgentConversation.Refused(
                    $"{name} is {router?.State ?? "gone"} here: {router?.Why ?? "a reload took it out of the file"}", ExitCodes.Failed);
            }

            await Task.Delay(LookEvery, cancellationToken).ConfigureAwait(false);
        }

        return AgentConversation.Refused($"{name}: no new master was heard within {Patience.TotalSeconds:0} s", ExitCodes.Failed);
    }
}
