using System.CommandLine;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Hosting;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby schema</c>: the JSON schema of plugins.json, each plugin's options included, for editors.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        Option<string[]> paths = new("--plugins") { Description = "another folder of plugins; may be given more than once", HelpName = "DIR" };
        Command command = new("schema", "Print the JSON schema of plugins.json, with each plugin's options.") { paths };
        command.SetAction(async (parsed, _) =>
        {
            try
            {
                Console.Out.Write(ConfigSchema.Write(
                    await HostTask.DescribeAsync(InstalledPlugins.Here(parsed.GetValue(paths) ?? [])).ConfigureAwait(false)));
                return ExitCodes.Good;
            }
            catch (PluginHostException error)
            {
                Console.Error.WriteLine($"hotstandby: {error.Message}");
                return ExitCodes.Failed;
            }
        });
        return command;
    }
}
