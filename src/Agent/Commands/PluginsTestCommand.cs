using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Hosting;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Commands;

/// <summary>
/// <c>hotstandby plugins test NAME</c>: calls a check once, now, without an agent: its result, how long it took, and what it wrote. A notifier is told
/// of a state only if one is named, since it acts on it; a generator renders for a node that is named.
/// </summary>
internal static partial class PluginsTestCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(3);

    public static Command Create()
    {
        Argument<string> name = new("NAME") { Description = "an entry's id in FILE, or a plugin by the name of its folder" };
        Argument<string> file = CommonOptions.File();
        Option<string?> options = new("--options") { Description = "the plugin's options, instead of an entry's", HelpName = "JSON" };
        Option<TimeSpan?> timeout = CommonOptions.Duration("--timeout", "longest the check may take; without it as the entry says, or 3s");
        Option<string[]> folders = PluginsCommand.Folders();
        Option<bool> json = CommonOptions.Json();
        Option<string?> notify = new("--notify")
        {
            Description = $"tell a notifier, once, that a virtual router {TestNotification.VirtualRouter} is in this state ({string.Join(", ", TestNotification.States)}): it acts on it",
            HelpName = "STATE",
        };
        notify.AcceptOnlyFromAmong([.. TestNotification.States]);
        Option<string?> node = new("--node", "-n") { Description = "let a generator render for this node of FILE, and print it", HelpName = "NODE" };
        Command test = new("test", "Call a check once: its result, timing and output. Exit status 0 is up, 1 is down.")
        {
            name, file, options, timeout, notify, node, folders, json,
        };
        test.Validators.Add(result =>
        {
            if (result.GetResult(node) is not null && ((result.GetResult(notify) ?? result.GetResult(options) ?? result.GetResult(timeout)) is not null || result.GetValue(json)))
            {
                result.AddError("--node is for generators, which take their options from FILE: it goes without --notify, --options, --timeout and --json.");
            }
        });
        test.SetAction(async (parsed, _) => parsed.GetValue(node) is string rendered
            ? await TestRendering.RunAsync(parsed.GetValue(name)!, parsed.GetValue(file)!, rendered, parsed.GetValue(folders) ?? []).ConfigureAwait(false)
            : await TestAsync(
                parsed.GetValue(name)!,
                parsed.GetValue(file)!,
                parsed.GetValue(options),
                parsed.GetValue(timeout),
                parsed.GetValue(notify),
                parsed.GetValue(folders) ?? [],
                parsed.GetValue(json)).ConfigureAwait(false));
        return test;
    }

    private static async Task<int> TestAsync(
        string name, string file, string? options, TimeSpan? timeout, string? notify, string[] folders, bool json)
    {
        (int exit, Probe? probe, AgentConfig? agent) = options is null && File.Exists(file)
            ? FromFile(name, file, timeout, folders)
            : Alone(name, options ?? "{}", timeout, folders);
        if (probe is null)
        {
            return exit;
        }

        probe = notify switch
        {
            null => probe,
            TestNotification.Alarm => probe with { Alarm = TestNotification.OfAlarm(DateTimeOffset.Now) },
            _ => probe with { Notification = TestNotification.Of(notify, DateTimeOffset.Now) },
        };
        List<string> output = [];
        Probed probed;
        try
        {
            probed = await HostTask.ProbeAsync(probe, HostLaunch.For(agent), output.Add).ConfigureAwait(false);
        }
        catch (PluginHostException error)
        {
            probed = new Probed(false, error.Message, null);
        }

        if (json)
        {
            Tested tested = new(probe.Plugin.Id, probe.Plugin.Use, probed.Healthy, probed.Reason, probed.Refused, probed.Took.TotalMilliseconds, output, notify);
            Console.Out.WriteLine(JsonSerializer.Serialize(tested, TestedJson.Default.Tested));
        }
        else
        {
            output.ForEach(line => Console.Out.WriteLine($"  wrote: {line}"));
            string took = probed.Took.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
            Console.Out.WriteLine(probed.Refused is string refused
                ? $"{probe.Plugin.Id} ({probe.Plugin.Use}) refused: {refused}"
                : $"{probe.Plugin.Id} ({probe.Plugin.Use}) {Outcome(probed.Healthy, notify)} after {took} ms: {probed.Reason}");
        }

        return probed.Refused is not null ? ExitCodes.ConfigInvalid : probed.Healthy ? ExitCodes.Good : ExitCodes.Failed;
    }

    private static string Outcome(bool good, string? notify) => (good, notify) switch
    {
        (true, null) => "up",
        (false, null) => "down",
        (true, _) => $"was told {notify}",
        (false, _) => $"FAILED, told {notify},",
    };

    private static (int Exit, Probe? Probe, AgentConfig? Agent) FromFile(string name, string file, TimeSpan? timeout, string[] folders)
    {
        if (GivenFile.Read(file) is not HotStandbyConfig config)
        {
            return (ExitCodes.ConfigInvalid, null, null);
        }

        InstalledPlugins installed = InstalledPlugins.Of(file, [.. folders.Select(Path.GetFullPath), .. config.Agent.PluginPaths]);
        if (config.Plugins.FirstOrDefault(one => one.Id == name) is not PluginConfig entry)
        {
            if (PluginFolder.Find(name, installed.Paths) is null)
            {
                string[] names = [.. config.Plugins.Select(one => one.Id), .. PluginFolder.All(installed.Paths).Select(plugin => plugin.Name)];
                return (Misuse.Of("plugins test", $"{name} is neither an entry of {file} nor a plugin; "
                    + (Nearest.To(name, names) is string near ? $"did you mean {near}?" : $"there are {string.Join(", ", names)}")), null, null);
            }

            (int exit, Probe? alone, _) = Alone(name, "{}", timeout, [.. folders, .. config.Agent.PluginPaths]);
            return (exit, alone, config.Agent);
        }

        HostedPlugin hosted = new(entry.Id, entry.Use, entry.Interval, timeout ?? entry.Timeout, entry.Rise, entry.Fall, entry.Start, entry.Options);
        return (ExitCodes.Good, Ask(hosted, config.BaseDirectory, installed), config.Agent);
    }

    private static (int Exit, Probe? Probe, AgentConfig? Agent) Alone(string name, string options, TimeSpan? timeout, string[] folders)
    {
        JsonElement value;
        try
        {
            using JsonDocument document = JsonDocument.Parse(options);
            value = document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            return (Misuse.Of("plugins test", $"--options is no JSON: {error.Message}"), null, null);
        }

        HostedPlugin hosted = new(name, name, Interval, timeout ?? DefaultTimeout, 1, 1, StartAs.Wait, value);
        return (ExitCodes.Good, Ask(hosted, Environment.CurrentDirectory, InstalledPlugins.Here(folders)), null);
    }

    private static Probe Ask(HostedPlugin hosted, string baseDirectory, InstalledPlugins installed) =>
        new(ToHost.ProtocolVersion, "", baseDirectory, installed.Paths, hosted) { Refusals = installed.RefusalsOf([hosted.Use]) };

    /// <param name="Healthy">Whether the check is up; whether the notifier did what it should.</param>
    /// <param name="Told">The state that a notifier was told of; null for a check.</param>
    private sealed record Tested(
        string Id, string Use, bool Healthy, string Reason, string? Refused, double TookMilliseconds, IReadOnlyList<string> Output, string? Told);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
    [JsonSerializable(typeof(Tested))]
    private sealed partial class TestedJson : JsonSerializerContext;
}
