using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using HotStandby.Agent.Hosting;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby plugins list</c>: what lies under the plugins paths, and why something can't be used.</summary>
internal static partial class PluginsCommand
{
    public static Command Create()
    {
        Option<string[]> paths = new("--plugins") { Description = "another folder of plugins; may be given more than once", HelpName = "DIR" };
        Option<bool> json = CommonOptions.Json();
        Command list = new("list", "List the plugins: version, contract, path, state, and why not.") { paths, json };
        list.SetAction(async (parsed, _) =>
            await ListAsync(parsed.GetValue(paths) ?? [], parsed.GetValue(json)).ConfigureAwait(false));
        return new Command("plugins", "Look at the installed plugins.") { list };
    }

    private static async Task<int> ListAsync(string[] paths, bool json)
    {
        IReadOnlyList<PluginDescribed> plugins;
        try
        {
            plugins = await HostTask.DescribeAsync(HostLocation.SearchPaths(paths.Select(Path.GetFullPath))).ConfigureAwait(false);
        }
        catch (PluginHostException error)
        {
            Console.Error.WriteLine($"hotstandby: {error.Message}");
            return ExitCodes.Failed;
        }

        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(plugins, PluginListJson.Default.IReadOnlyListPluginDescribed));
            return ExitCodes.Good;
        }

        TextTable table = new("PLUGIN", "STATE", "VERSION", "CONTRACT", "OFFERS", "PATH");
        foreach (PluginDescribed plugin in plugins)
        {
            table.Add(plugin.Name, plugin.Usable ? "usable" : "refused", Dash(plugin.Version), Dash(plugin.Contract), string.Join("+", plugin.Kinds), plugin.Path);
            if (!plugin.Usable)
            {
                table.AddNote($"why not: {plugin.Why}");
            }
            else if (plugin.Description.Length > 0)
            {
                table.AddNote(plugin.Description);
            }
        }

        Console.Out.Write(table.ToString());
        return ExitCodes.Good;
    }

    private static string Dash(string text) => text.Length == 0 ? "-" : text;

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
    [JsonSerializable(typeof(IReadOnlyList<PluginDescribed>))]
    private sealed partial class PluginListJson : JsonSerializerContext;
}
