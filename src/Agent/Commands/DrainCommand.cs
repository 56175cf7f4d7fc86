using System.CommandLine;
using System.Diagnostics;
using HotStandby.Agent.Control;
using HotStandby.Agent.Status;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby drain</c>: this node hands every role over and serves only if no other node does; <c>undrain</c> ends that.</summary>
internal static class DrainCommand
{
    /// <summary>Longest wait for successors: after that the agent has taken the roles back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    public static Command Create()
    {
        Option<string?> reason = new("--reason") { Description = "why, for status and the log" };
        Option<string> control = CommonOptions.Control();
        Command command = new("drain", "Hand every role over; serve only if no other node does, until undrain or the next boot.") { reason, control };
        command.SetAction((parsed, cancellationToken) => AgentConversation.RunAsync(
            () => DrainAsync(parsed.GetValue(reason), parsed.GetValue(control)!, cancellationToken)));
        return command;
    }

    public static Command CreateEnd()
    {
        Option<string> control = CommonOptions.Control();
        Command command = new("undrain", "End a drain: take part again as the file says.") { control };
        command.SetAction((parsed, cancellationToken) => AgentConversation.RunAsync(() => UndrainAsync(parsed.GetValue(control)!, cancellationToken)));
        return command;
    }

    private static async Task<int> DrainAsync(string? reason, string path, CancellationToken cancellationToken)
    {
        ControlRequest request = new("drain", Reason: reason);
        return await ControlClient.DoAsync(path, request, ControlClient.LeavingTimeout, cancellationToken).ConfigureAwait(false) is string refusal
            ? AgentConversation.Refused(refusal, ExitCodes.Failed)
            : await FollowAsync(path, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> UndrainAsync(string path, CancellationToken cancellationToken)
    {
        ControlRequest request = new("undrain");
        if (await ControlClient.DoAsync(path, request, ControlClient.DefaultTimeout, cancellationToken).ConfigureAwait(false) is string refusal)
        {
            return AgentConversation.Refused(refusal, ExitCodes.Failed);
        }

        Console.Out.WriteLine("This node takes part again as the file says.");
        return ExitCodes.Good;
    }

    /// <summary>Says who came for each role, and which this node still has.</summary>
    private static async Task<int> FollowAsync(string path, CancellationToken cancellationToken)
    {
        long begin = Stopwatch.GetTimestamp();
        StatusReport report;
        do
        {
            await Task.Delay(LookEvery, cancellationToken).ConfigureAwait(false);
            report = await ControlClient.ReadStatusAsync(path, ControlClient.DefaultTimeout, cancellationToken).ConfigureAwait(false);
        }
        while (report.VirtualRouters.Any(HandsOver) && Stopwatch.GetElapsedTime(begin) < Patience);

        foreach (VirtualRouterStatus router in report.VirtualRouters)
        {
            Console.Out.WriteLine(router switch
            {
                { State: "MASTER", Priority.Base: 255 } =>
                    $"{router.Name}: STILL MASTER: this node owns the address (priority 255) and always takes the role: stop the agent instead",
                { State: "MASTER" } => $"{router.Name}: STILL MASTER: {router.Why}",
                { MasterAddress: string master } => $"{router.Name}: {router.State}, {master} is MASTER",
                _ => $"{router.Name}: {router.State}, no master is heard",
            });
        }

        return report.VirtualRouters.Any(router => router.State == "MASTER") ? ExitCodes.Failed : ExitCodes.Good;
    }

    private static bool HandsOver(VirtualRouterStatus router) => router is { State: "BACKUP", MasterAddress: null };
}
