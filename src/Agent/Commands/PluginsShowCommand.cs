using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using HotStandby.Agent.Control;
using HotStandby.Agent.Hosting;
using HotStandby.Agent.Status;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby plugins show NAME</c>: one plugin, its files, its options, and its entries in the running agent.</summary>
internal static partial class PluginsShowCommand
{
    public static Command Create()
    {
        Argument<string> name = PluginsCommand.Name();
        Option<string[]> folders = PluginsCommand.Folders();
        Option<string> control = CommonOptions.Control();
        Option<bool> json = CommonOptions.Json();
        Command show = new("show", "Show one plugin: what it is, its files, its options, and how it does in the running agent.") { name, folders, control, json };
        show.SetAction(async (parsed, _) => await ShowAsync(
            parsed.GetValue(name)!, parsed.GetValue(folders) ?? [], parsed.GetValue(control)!, parsed.GetValue(json)).ConfigureAwait(false));
        return show;
    }

    private static async Task<int> ShowAsync(string name, string[] folders, string control, bool json)
    {
        if (await PluginsCommand.DescribeAsync(folders).ConfigureAwait(false) is not IReadOnlyList<PluginDescribed> plugins
            || PluginsCommand.Find(name, plugins) is not PluginDescribed plugin)
        {
            return ExitCodes.Failed;
        }

        StatusReport? agent = await ControlClient.TryReadStatusAsync(control, ControlClient.DefaultTimeout).ConfigureAwait(false);
        IReadOnlyList<PluginStatus>? entries = agent?.Plugins.Where(entry => entry.Use == name).ToArray();
        IReadOnlyDictionary<string, string> files = Hashes(plugin);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new Shown(plugin, files, entries), ShownJson.Default.Shown));
            return ExitCodes.Good;
        }

        Console.Out.WriteLine($"{plugin.Name} {plugin.Version}{(plugin.Kinds.Count == 0 ? "" : $", a {string.Join(" and ", plugin.Kinds)}")}");
        Console.Out.WriteLine(plugin.Usable ? plugin.Description : $"refused: {plugin.Why}");
        Console.Out.WriteLine(plugin.Contract.Length == 0 ? plugin.Path : $"{plugin.Path}, built against contract {plugin.Contract}");
        Console.Out.WriteLine();
        foreach ((string file, string hash) in files)
        {
            Console.Out.WriteLine($"  {hash}  {file}");
        }

        Console.Out.Write(Options(plugin));
        Console.Out.WriteLine();
        Console.Out.Write(Entries(entries, control));
        return ExitCodes.Good;
    }

    private static IReadOnlyDictionary<string, string> Hashes(PluginDescribed plugin)
    {
        try
        {
            return new PluginFolder(plugin.Name, Path.GetDirectoryName(plugin.Path)!).Hashes();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new Dictionary<string, string> { [error.Message] = "unreadable" };
        }
    }

    private static string Options(PluginDescribed plugin)
    {
        if (plugin.OptionsSchema is not JsonElement schema)
        {
            return "";
        }

        if (!schema.TryGetProperty("properties", out JsonElement properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return "\nIt takes no options.\n";
        }

        string[] required = schema.TryGetProperty("required", out JsonElement names) ? [.. names.EnumerateArray().Select(one => one.ToString())] : [];
        TextTable table = new("OPTION", "DEFAULT", "WHAT");
        foreach (JsonProperty option in properties.EnumerateObject())
        {
            string value = required.Contains(option.Name) ? "required"
                : option.Value.TryGetProperty("default", out JsonElement given) ? given.GetRawText()
                : "-";
            table.Add(option.Name, value, option.Value.TryGetProperty("description", out JsonElement words) ? words.ToString() : "");
        }

        return $"\n{table}";
    }

    private static string Entries(IReadOnlyList<PluginStatus>? entries, string control)
    {
        if (entries is not { Count: > 0 })
        {
            return entries is null ? $"No agent answers at {control}.\n" : "The running agent does not use it.\n";
        }

        TextTable table = new("ENTRY", "STATE", "VERSION", "CRASHES");
        foreach (PluginStatus entry in entries)
        {
            table.Add(entry.Id, entry.State, entry.Version.Length == 0 ? "-" : entry.Version, entry.Crashes.ToString(CultureInfo.InvariantCulture));
            if (entry.Why.Length > 0)
            {
                table.AddNote($"why: {entry.Why}");
            }
        }

        return table.ToString();
    }

    /// <param name="Plugin">As <c>plugins list --json</c> has it.</param>
    /// <param name="Files">SHA-256 by file.</param>
    /// <param name="Entries">Its entries in the running agent; null when none answers.</param>
    private sealed record Shown(PluginDescribed Plugin, IReadOnlyDictionary<string, string> Files, IReadOnlyList<PluginStatus>? Entries);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
    [JsonSerializable(typeof(Shown))]
    private sealed partial class ShownJson : JsonSerializerContext;
}
