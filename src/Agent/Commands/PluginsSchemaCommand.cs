using System.CommandLine;
using System.Text.Json;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby plugins schema NAME</c>: the JSON schema of a plugin's options.</summary>
internal static class PluginsSchemaCommand
{
    public static Command Create()
    {
        Argument<string> name = PluginsCommand.Name();
        Option<string[]> folders = PluginsCommand.Folders();
        Command schema = new("schema", "Print the JSON schema of a plugin's options.") { name, folders };
        schema.SetAction(async (parsed, _) => await PrintAsync(parsed.GetValue(name)!, parsed.GetValue(folders) ?? []).ConfigureAwait(false));
        return schema;
    }

    private static async Task<int> PrintAsync(string name, string[] folders)
    {
        if (await PluginsCommand.DescribeAsync(folders).ConfigureAwait(false) is not IReadOnlyList<PluginDescribed> plugins
            || PluginsCommand.Find(name, plugins) is not PluginDescribed plugin)
        {
            return ExitCodes.Failed;
        }

        if (plugin.OptionsSchema is not JsonElement schema)
        {
            Console.Error.WriteLine($"hotstandby: {name} is refused: {plugin.Why}");
            return ExitCodes.Failed;
        }

        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text, new JsonWriterOptions { Indented = true }))
        {
            schema.WriteTo(writer);
        }

        Console.Out.WriteLine(System.Text.Encoding.UTF8.GetString(text.ToArray()));
        return ExitCodes.Good;
    }
}
