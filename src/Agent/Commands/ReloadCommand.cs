using System.CommandLine;
using HotStandby.Agent.Control;
using HotStandby.Agent.Hosting;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby reload</c>: the running agent reads its file again and puts it in force whole, or changes nothing and says why.</summary>
internal static class ReloadCommand
{
    /// <summary>
    /// The agent starts plugin hosts to look at the plugins and their options, and itself waits for each as long as <see cref="HostTask.Patience"/> says.
    /// </summary>
    internal static readonly TimeSpan Patience = ControlClient.LeavingTimeout;

    public static Command Create()
    {
        Option<bool> dryRun = new("--dry-run") { Description = "only say what would be done" };
        Option<string> control = CommonOptions.Control();
        Command command = new("reload", "Have the running agent read its file again: all of it, or nothing.") { dryRun, control };
        command.SetAction((parsed, cancellationToken) => AgentConversation.RunAsync(
            () => RunAsync(parsed.GetValue(dryRun), parsed.GetValue(control)!, cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(bool dryRun, string path, CancellationToken cancellationToken)
    {
        (string? refusal, IReadOnlyList<string> lines) = await ControlClient.TellAsync(
            path, new ControlRequest(dryRun ? "plan" : "reload"), Patience, cancellationToken).ConfigureAwait(false);
        if (refusal is not null)
        {
            return AgentConversation.Refused(refusal, ExitCodes.ConfigInvalid);
        }

        foreach (string line in lines)
        {
            Console.Out.WriteLine(line);
        }

        Console.Out.WriteLine(dryRun ? "Nothing was changed (--dry-run)." : "The file is in force.");
        return ExitCodes.Good;
    }
}
