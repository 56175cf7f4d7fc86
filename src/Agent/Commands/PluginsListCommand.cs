using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby plugins list</c>: what lies under the plugins paths, and why something can't be used.</summary>
internal static partial class PluginsListCommand
{
    public static Command Create()
    {
        Option<string[]> folders = PluginsCommand.Folders();
        Option<bool> json = CommonOptions.Json();
        Command list = new("list", "List the plugins: version, contract, path, state, and why not.") { folders, json };
        list.SetAction(async (parsed, _) =>
            await ListAsync(parsed.GetValue(folders) ?? [], parsed.GetValue(json)).ConfigureAwait(false));
        return list;
    }

    private static async Task<int> ListAsync(string[] folders, bool json)
    {
        if (await PluginsCommand.DescribeAsync(folders).ConfigureAwait(false) is not IReadOnlyList<PluginDescribed> plugins)
        {
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
