using System.CommandLine;
using HotStandby.Agent.Hosting;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby plugins</c>: what is installed, what it takes, whether it works, and what it may consist of.</summary>
internal static class PluginsCommand
{
    public static Command Create() => new("plugins", "Look at the installed plugins.")
    {
        PluginsListCommand.Create(),
        PluginsShowCommand.Create(),
        PluginsSchemaCommand.Create(),
        PluginsTestCommand.Create(),
        PluginsLockCommand.Create(),
    };

    /// <summary>Folders to look in besides the shipped plugins'.</summary>
    public static Option<string[]> Folders() => new("--plugins") { Description = "another folder of plugins; may be given more than once", HelpName = "DIR" };

    public static Argument<string> Name() => new("NAME") { Description = "the plugin, by the name of its folder" };

    /// <summary>Describes every plugin, or says on standard error why that can't be.</summary>
    public static async Task<IReadOnlyList<PluginDescribed>?> DescribeAsync(string[] folders)
    {
        try
        {
            return await HostTask.DescribeAsync(InstalledPlugins.Here(folders)).ConfigureAwait(false);
        }
        catch (PluginHostException error)
        {
            Console.Error.WriteLine($"hotstandby: {error.Message}");
            return null;
        }
    }

    /// <summary>Finds one of them, or says on standard error what there is.</summary>
    public static PluginDescribed? Find(string name, IReadOnlyList<PluginDescribed> plugins)
    {
        PluginDescribed? found = plugins.FirstOrDefault(plugin => plugin.Name == name);
        if (found is null)
        {
            string[] names = [.. plugins.Select(plugin => plugin.Name)];
            string hint = Configuration.Nearest.To(name, names) is string near ? $"did you mean {near}?" : $"there are {string.Join(", ", names)}";
            Console.Error.WriteLine($"hotstandby: there is no plugin {name}; {hint}");
        }

        return found;
    }
}
