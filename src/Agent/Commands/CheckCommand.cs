using System.CommandLine;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Hosting;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby check [FILE]</c>: every error and warning of a file, without touching the network.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonOptions.File();
        Option<bool> strict = new("--strict") { Description = "warnings make the exit status 6" };
        Option<bool> requireLock = CommonOptions.RequireLock();
        Option<bool> offline = new("--offline") { Description = "don't start the plugin host: plugin options are not checked" };
        Command command = new("check", "Check a configuration file: every error with line, column and remedy.") { file, strict, requireLock, offline };
        command.SetAction(async (parsed, _) =>
            await CheckAsync(
                parsed.GetValue(file)!, parsed.GetValue(strict), parsed.GetValue(requireLock), parsed.GetValue(offline)).ConfigureAwait(false));
        return command;
    }

    private static async Task<int> CheckAsync(string path, bool strict, bool requireLock, bool offline)
    {
        ThisMachine? here = Machine.Look();

        // Who is not root can't be the agent, so that the owner says nothing; nor does what comes through a pipe.
        bool judgesOwner = Environment.IsPrivilegedProcess && FileStat.OfTarget(path) is { Kind: FileKind.Regular };
        FileJudgement? judgement = offline ? null : await FileJudgement.OfAsync(path, requireLock, here: here, judgesOwner: judgesOwner).ConfigureAwait(false);
        ConfigResult result = judgement?.Result ?? FileTrust.With(
            ConfigReader.Read(ConfigReader.Outline(path), null, [], here), judgesOwner ? FileTrust.Judge(path) : null);
        GivenFile.Print(result);
        bool unfit = false;
        if (result.Config is HotStandbyConfig config && here is not null && Machine.IsNodeOf(config, here) && Machine.Unfit is string why)
        {
            unfit = true;
            Console.Error.WriteLine($"hotstandby: this machine is a node of the file, and no virtual router can run on it: {why}");
        }

        if (judgement?.NotAskedSentence is string gap)
        {
            Console.Error.WriteLine($"hotstandby: {gap}");
        }

        int errors = result.Diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error);
        int warnings = result.Diagnostics.Count - errors;
        Console.Out.WriteLine($"{path}: {Count(errors, "error")}, {Count(warnings, "warning")}");
        return result.HasErrors ? ExitCodes.ConfigInvalid
            : unfit || judgement?.NotAsked is not null ? ExitCodes.Failed
            : strict && result.HasWarnings ? ExitCodes.ConfigWarnings
            : ExitCodes.Good;
    }

    private static string Count(int number, string word) => number == 1 ? $"1 {word}" : $"{number} {word}s";
}
