using System.CommandLine;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Hosting;
using HotStandby.HostProtocol;

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
        IReadOnlyList<PluginDescribed>? plugins = null;
        if (!offline)
        {
            try
            {
                plugins = await HostTask.DescribeAsync(
                    InstalledPlugins.Of(path, ConfigReader.PluginPaths(path), requireLock)).ConfigureAwait(false);
            }
            catch (PluginHostException error)
            {
                Console.Error.WriteLine($"hotstandby: plugin options are not checked: {error.Message}");
                return ExitCodes.Failed;
            }
        }

        ConfigResult result = ConfigReader.Read(path, plugins);
        foreach (Diagnostic diagnostic in result.Diagnostics)
        {
            Console.Error.WriteLine(diagnostic.ToString());
        }

        int errors = result.Diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error);
        int warnings = result.Diagnostics.Count - errors;
        Console.Out.WriteLine($"{path}: {Count(errors, "error")}, {Count(warnings, "warning")}");
        return result.HasErrors ? ExitCodes.ConfigInvalid
            : strict && result.HasWarnings ? ExitCodes.ConfigWarnings
            : ExitCodes.Good;
    }

    private static string Count(int number, string word) => number == 1 ? $"1 {word}" : $"{number} {word}s";
}
