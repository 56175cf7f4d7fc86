using System.CommandLine;
using HotStandby.Agent.Control;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby reload</c>: the running agent reads its file again and puts it in force whole, or changes nothing and says why.</summary>
internal static class ReloadCommand
{
    /// <summary>The agent starts a plugin host to look at the plugins' options.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        Option<bool> dryRun = new("--dry-run") { Description = "only say what would be done" };
        Option<string> control = CommonOptions.Control();
        Command command = new("reload", "Have the running agent read its file again: all of it, or nothing.") { dryRun, control };
        command.SetAction(async (parsed, cancellationToken) =>
            await RunAsync(parsed.GetValue(dryRun), parsed.GetValue(control)!, cancellationToken).ConfigureAwait(false));
        return command;
    }

    private static async Task<int> RunAsync(bool dryRun, string path, CancellationToken cancellationToken)
    {
        try
        {
            (string? refusal, IReadOnlyList<string> lines) = await ControlClient.TellAsync(
                path, new ControlRequest(dryRun ? "plan" : "reload"), Patience, cancellationToken).ConfigureAwait(false);
            if (refusal is not null)
            {
                Console.Error.WriteLine($"hotstandby: {refusal}");
                return ExitCodes.ConfigInvalid;
            }

            foreach (string line in lines)
            {
                Console.Out.WriteLine(line);
            }

            Console.Out.WriteLine(dryRun ? "Nothing was changed (--dry-run)." : "The file is in force.");
            return ExitCodes.Good;
        }
        catch (ControlException error)
        {
            Console.Error.WriteLine($"hotstandby: {error.Message}");
            return ExitCodes.NotRunning;
        }
    }
}
