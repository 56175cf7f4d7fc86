using System.CommandLine;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Hosting;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Commands;

/// <summary>
/// <c>hotstandby probe ID [FILE]</c>: asks one check of the file once. Needs no agent: keepalived, cron and people run it. What can't be known is
/// down: only a check that says so is up.
/// </summary>
internal static class ProbeCommand
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public static Command Create()
    {
        Argument<string> id = new("ID") { Description = "the check, by the id of its entry in plugins" };
        Argument<string> file = CommonOptions.File();
        Option<string?> node = new("--node", "-n") { Description = "the node the check is told it runs on; checks rarely ask", HelpName = "NAME" };
        Option<TimeSpan?> timeout = CommonOptions.Duration("--timeout", "longest the check may take, 1ms to 1h; without it as the file says");
        Command command = new("probe", "Ask one check once: exit status 0 is up, 1 is down.") { id, file, node, timeout };
        command.SetAction(async (parsed, _) => await ProbeAsync(
            parsed.GetValue(id)!, parsed.GetValue(file)!, parsed.GetValue(node), parsed.GetValue(timeout)).ConfigureAwait(false));
        return command;
    }

    private static async Task<int> ProbeAsync(string id, string path, string? node, TimeSpan? timeout)
    {
        // The plugin host is started once only: it judges the options of this one entry, and keepalived asks every second.
        if (GivenFile.Read(path) is not HotStandbyConfig config)
        {
            return ExitCodes.ConfigInvalid;
        }

        if (WhyNot(id, path, node, timeout, config) is string misuse)
        {
            return Misuse.Of("probe", misuse);
        }

        PluginConfig entry = config.Plugins.First(one => one.Id == id);
        HostedPlugin hosted = new(
            entry.Id, entry.Use, entry.Interval, timeout ?? entry.Timeout, entry.Rise, entry.Fall, entry.Start, entry.Options);
        try
        {
            InstalledPlugins installed = InstalledPlugins.Of(path, config.Agent.PluginPaths);
            Probed probed = await HostTask.ProbeAsync(new Probe(ToHost.ProtocolVersion, node ?? "", config.BaseDirectory, installed.Paths, hosted)
            {
                Refusals = installed.RefusalsOf([entry.Use]),
            }, HostLaunch.For(config.Agent)).ConfigureAwait(false);
            if (probed.Refused is string refused)
            {
                Console.Error.WriteLine($"hotstandby: {id}: {refused}");
                return ExitCodes.ConfigInvalid;
            }

            Console.Out.WriteLine($"{id} {(probed.Healthy ? "up" : "down")}: {probed.Reason}");
            return probed.Healthy ? ExitCodes.Good : ExitCodes.Failed;
        }
        catch (PluginHostException error)
        {
            Console.Out.WriteLine($"{id} down: {error.Message}");
            return ExitCodes.Failed;
        }
    }

    private static string? WhyNot(string id, string path, string? node, TimeSpan? timeout, HotStandbyConfig config)
    {
        if (!config.Plugins.Any(one => one.Id == id))
        {
            string[] ids = [.. config.Plugins.Select(one => one.Id)];
            return $"{path} has no plugin entry {Wording.Quote(id)}; "
                + (Nearest.To(id, ids) is string near ? $"did you mean {Wording.Quote(near)}?" : ids.Length == 0 ? "it has none" : $"it has {string.Join(", ", ids)}");
        }

        if (node is not null && GivenFile.NodeProblem(path, config, node) is string problem)
        {
            return problem;
        }

        return timeout < Shortest || timeout > Longest ? "--timeout must be 1ms to 1h" : null;
    }
}
