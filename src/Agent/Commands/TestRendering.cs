using HotStandby.Agent.Configuration;
using HotStandby.Agent.Hosting;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby plugins test NAME --node NODE</c>: renders with one generator, prints it and says how it is put in place; writes nothing.</summary>
internal static class TestRendering
{
    public static async Task<int> RunAsync(string name, string file, string node, string[] folders)
    {
        if (GivenFile.Read(file) is not HotStandbyConfig config)
        {
            return ExitCodes.ConfigInvalid;
        }

        if (GivenFile.NodeProblem(file, config, node) is string problem)
        {
            return Misuse.Of("plugins test", problem);
        }

        string plugin = config.Plugins.FirstOrDefault(one => one.Id == name)?.Use ?? name;
        InstalledPlugins installed = InstalledPlugins.Of(file, [.. folders.Select(Path.GetFullPath), .. config.Agent.PluginPaths]);
        try
        {
            Render request = new(ToHost.ProtocolVersion, "", node, config.BaseDirectory, installed.Paths, ClusterModelWriter.From(config))
            {
                Plugin = plugin,
                Refusals = installed.RefusalsOf([plugin]),
            };
            Rendered rendered = await HostTask.RenderAsync(request).ConfigureAwait(false);
            if (rendered.Text is null)
            {
                Console.Error.WriteLine($"hotstandby: {name} renders nothing: {rendered.Error}");
                return ExitCodes.Failed;
            }

            Console.Out.Write(rendered.Text);
            string judge = rendered.CheckCommand.Count == 0 ? "" : $", with --verify only if {rendered.CheckCommand[0]} accepts it";
            Console.Error.WriteLine($"hotstandby: this is {plugin}'s for {rendered.Target} on {node}; nothing was written. "
                + $"'hotstandby render {rendered.Target} {file} --node {node} --out PATH' writes it to PATH{judge}.");
            return ExitCodes.Good;
        }
        catch (Exception error) when (error is PluginHostException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"hotstandby: {error.Message}");
            return ExitCodes.Failed;
        }
    }
}
