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
        command.SetAction(async (parsed, cancellationToken) =>
            await DrainAsync(parsed.GetValue(reason), parsed.GetValue(control)!, cancellationToken).ConfigureAwait(false));
        return command;
    }

    public static Command CreateEnd()
    {
        Option<string> control = CommonOptions.Control();
        Command command = new("undrain", "End a drain: take part again as the file says.") { control };
        command.SetAction(async (parsed, cancellationToken) =>
            await AskAsync(new ControlRequest("undrain"), parsed.GetValue(control)!, "takes part again as the file says", cancellationToken).ConfigureAwait(false));
        return command;
    }

    private static async Task<int> AskAsync(ControlRequest request, string path, string done, CancellationToken cancellationToken)
    {
        try
        {
            if (await ControlClient.DoAsync(path, request, ControlClient.DefaultTimeout, cancellationToken).ConfigureAwait(false) is string refusal)
            {
                Console.Error.WriteLine($"hotstandby: {refusal}");
                return ExitCodes.Failed;
            }

            if (done.Length > 0)
            {
                Console.Out.WriteLine($"This node {done}.");
            }

            return ExitCodes.Good;
        }
        catch (ControlException error)
        {
            Console.Error.WriteLine($"hotstandby: {error.Message}");
            return ExitCodes.NotRunning;
        }
    }

    private static async Task<int> DrainAsync(string? reason, string path, CancellationToken cancellationToken)
    {
        int code = await AskAsync(new ControlRequest("drain", Reason: reason), path, "", cancellationToken).ConfigureAwait(false);
        return code == ExitCodes.Good ? await FollowAsync(path, cancellationToken).ConfigureAwait(false) : code;
    }

    /// <summary>Says who came for each role, and which this node still has.</summary>
    private static async Task<int> FollowAsync(string path, CancellationToken cancellationToken)
    {
        try
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
        catch (ControlException error)
        {
            Console.Error.WriteLine($"hotstandby: {error.Message}");
            return ExitCodes.NotRunning;
        }
    }

    private static bool HandsOver(VirtualRouterStatus router) => router is { State: "BACKUP", MasterAddress: null };
}
