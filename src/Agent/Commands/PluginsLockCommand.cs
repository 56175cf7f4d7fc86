using System.CommandLine;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Hosting;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby plugins lock [FILE]</c>: pins the plugins that a file uses to the bytes they have now.</summary>
internal static class PluginsLockCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonOptions.File();
        Command command = new("lock", "Write plugins.lock beside the file: the plugins it uses are then loaded only as they are now.") { file };
        command.SetAction((parsed, _) => Task.FromResult(Pin(parsed.GetValue(file)!)));
        return command;
    }

    private static int Pin(string file)
    {
        if (GivenFile.Read(file) is not HotStandbyConfig config)
        {
            return ExitCodes.ConfigInvalid;
        }

        InstalledPlugins installed = InstalledPlugins.Of(file, config.Agent.PluginPaths);
        SortedDictionary<string, IReadOnlyDictionary<string, string>> pins = new(StringComparer.Ordinal);
        try
        {
            foreach (string name in config.Plugins.Select(plugin => plugin.Use).Distinct())
            {
                if (PluginFolder.Find(name, installed.Paths) is not PluginFolder folder)
                {
                    Console.Error.WriteLine($"hotstandby: there is no plugin {name} under {string.Join(", ", installed.Paths)}; nothing was written");
                    return ExitCodes.Failed;
                }

                if (InstalledPlugins.OwnerFault(folder) is string fault)
                {
                    Console.Error.WriteLine($"hotstandby: {name} is not pinned and nothing was written: {fault}");
                    return ExitCodes.Failed;
                }

                pins.Add(name, folder.Hashes());
            }

            new PluginLock(pins).Write(installed.LockPath);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"hotstandby: {error.Message}");
            return ExitCodes.Of(error);
        }

        Console.Out.WriteLine($"{installed.LockPath} pins {string.Join(", ", pins.Keys)}. A running agent looks at it on its next reload.");
        return ExitCodes.Good;
    }
}
