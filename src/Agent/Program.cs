using System.CommandLine;
using HotStandby.Agent.Commands;

RootCommand root = new("HotStandby: two machines behind one virtual IP. VRRP hot standby with checks, notifiers and generators as plugins.")
{
    RunCommand.Create(),
    CheckCommand.Create(),
    StatusCommand.Create(),
    LabCommand.Create(),
    RenderCommand.Create(),
    SchemaCommand.Create(),
    PluginsCommand.Create(),
    ReleaseCommand.Create(),
};

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0 && parsed.Action is not System.CommandLine.Help.HelpAction)
{
    foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
    {
        Console.Error.WriteLine($"hotstandby: {error.Message}");
    }

    Console.Error.WriteLine("Try 'hotstandby --help'.");
    return ExitCodes.Usage;
}

// The verbs that a signal ends clean up by themselves and take the time they need.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
