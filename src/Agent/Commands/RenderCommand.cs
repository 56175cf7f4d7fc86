using System.CommandLine;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Hosting;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby render TARGET --node NAME [FILE]</c>: another program's configuration from plugins.json, by a generator plugin.</summary>
internal static class RenderCommand
{
    public static Command Create()
    {
        Argument<string> target = new("TARGET") { Description = "what to render for: keepalived, or another generator's word" };
        Argument<string> file = CommonOptions.File();
        Option<string> node = new("--node", "-n") { Description = "the node to render for", Required = true, HelpName = "NAME" };
        Command command = new("render", "Render another program's configuration for one node, e.g. keepalived.conf.") { target, file, node };
        command.SetAction(async (parsed, _) =>
            await RenderAsync(parsed.GetValue(target)!, parsed.GetValue(file)!, parsed.GetValue(node)!).ConfigureAwait(false));
        return command;
    }

    private static async Task<int> RenderAsync(string target, string path, string node)
    {
        try
        {
            IReadOnlyList<string> paths = HostLocation.SearchPaths(ConfigReader.PluginPaths(path));
            ConfigResult result = ConfigReader.Read(path, await HostTask.DescribeAsync(paths).ConfigureAwait(false));
            foreach (Diagnostic diagnostic in result.Diagnostics)
            {
                Console.Error.WriteLine(diagnostic.ToString());
            }

            if (result.Config is not HotStandbyConfig config)
            {
                return ExitCodes.ConfigInvalid;
            }

            if (!config.Nodes.Any(known => known.Name == node))
            {
                Console.Error.WriteLine($"hotstandby: {path} has no node {node}; it has {string.Join(", ", config.Nodes.Select(known => known.Name))}");
                return ExitCodes.Usage;
            }

            Rendered rendered = await HostTask.RenderAsync(
                target, node, ClusterModelWriter.From(config), config.BaseDirectory, paths).ConfigureAwait(false);
            if (rendered.Text is null)
            {
                Console.Error.WriteLine($"hotstandby: {rendered.Error}");
                return ExitCodes.Failed;
            }

            Console.Out.Write(rendered.Text);
            return ExitCodes.Good;
        }
        catch (PluginHostException error)
        {
            Console.Error.WriteLine($"hotstandby: {error.Message}");
            return ExitCodes.Failed;
        }
    }
}
