using System.CommandLine;
using System.CommandLine.Invocation;
using HotStandby.Agent.Commands;

if (BecomePluginHost.IsMeant(args))
{
    return BecomePluginHost.Run(args);
}

PlainTextWriter.Guard();
RootCommand root = new("HotStandby: two machines behind one virtual IP. VRRP hot standby with checks, notifiers and generators as plugins.")
{
    RunCommand.Create(),
    CheckCommand.Create(),
    StatusCommand.Create(),
    ExplainCommand.Create(),
    SwitchoverCommand.Create(),
    DrainCommand.Create(),
    DrainCommand.CreateEnd(),
    ReloadCommand.Create(),
    LabCommand.Create(),
    SimulateCommand.Create(),
    RenderCommand.Create(),
    ImportCommand.Create(),
    LintCommand.Create(),
    ProbeCommand.Create(),
    SchemaCommand.Create(),
    PluginsCommand.Create(),
    ReleaseCommand.Create(),
};

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction misuse)
{
    return Misuse.Of(parsed, misuse);
}

// The verbs that a signal ends clean up by themselves and take the time they need.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
