using System.CommandLine;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Control;

namespace HotStandby.Agent.Commands;

/// <summary>Options and arguments that several verbs share, so that one name means one thing everywhere.</summary>
internal static class CommonOptions
{
    private const string InstalledFile = "/etc/hotstandby/plugins.json";

    /// <summary>The configuration file of a verb that once took it as an option only: both ways are the same, and only one of them is given.</summary>
    public static (Argument<string> File, Option<string?> Config) FileOrConfig(Command command)
    {
        Argument<string> file = File();
        Option<string?> config = new("--config", "-c") { Description = "the same as FILE", HelpName = "FILE" };
        command.Add(file);
        command.Add(config);
        command.Validators.Add(result =>
        {
            if (result.GetResult(config) is not null && result.GetResult(file) is { Tokens.Count: > 0 })
            {
                result.AddError("FILE and --config FILE are the same: give one of them.");
            }
        });
        return (file, config);
    }

    public static Argument<string> File()
    {
        Argument<string> file = new("FILE")
        {
            Description = $"the configuration file; without it ./plugins.json if there is one, else {InstalledFile}",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => System.IO.File.Exists("plugins.json") ? "plugins.json" : InstalledFile,
        };

        // Without this a mistyped option would be taken for the name of the file.
        file.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', ..] } token])
            {
                result.AddError($"Unrecognized option '{token.Value}'; a file of that name is written './{token.Value}'.");
            }
        });
        return file;
    }

    public static Option<string?> Node() => new("--node", "-n")
    {
        Description = "the node of the file to be; without it the host name, else an own address, decides",
        HelpName = "NAME",
    };

    public static Option<string> Control()
    {
        Option<string> control = new("--control")
        {
            Description = "path of the agent's control socket",
            DefaultValueFactory = _ => ControlClient.DefaultSocketPath,
            HelpName = "PATH",
        };
        control.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: string path }] && ControlPath.Fault(path) is string fault)
            {
                result.AddError($"--control: {fault}.");
            }
        });
        return control;
    }

    /// <summary>A duration as plugins.json writes it; null when it is not given.</summary>
    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (DurationText.TryParse(text, out TimeSpan duration))
            {
                return duration;
            }

            result.AddError($"{name}: '{text}' is no duration such as 800ms or 2s.");
            return null;
        },
    };

    public static Option<bool> RequireLock() => new("--require-lock") { Description = "load no plugin that plugins.lock, beside the file, does not pin" };

    public static Option<bool> Json() => new("--json") { Description = "print JSON instead of a table" };
}
