using System.CommandLine;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Control;
using HotStandby.Agent.Hosting;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Loop;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby run</c>: the agent, in the foreground. SIGTERM and SIGINT leave gracefully, SIGHUP reloads.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Option<string?> node = CommonOptions.Node();
        Option<string> control = CommonOptions.Control();
        Option<bool> requireLock = CommonOptions.RequireLock();
        Command command = new("run", "Run the agent in the foreground.") { node, control, requireLock };
        (Argument<string> file, Option<string?> config) = CommonOptions.FileOrConfig(command);
        command.SetAction((parsed, _) =>
            RunAsync(Path.GetFullPath(parsed.GetValue(config) ?? parsed.GetValue(file)!), parsed.GetValue(node), parsed.GetValue(control)!, parsed.GetValue(requireLock)));
        return command;
    }

    private static async Task<int> RunAsync(string path, string? requestedNode, string controlPath, bool requireLock)
    {
        using HangupSignal hangup = new();
        using AgentLog log = new();
        if (Capabilities.Missing() is string missing)
        {
            log.Write(LogLevel.Error, $"not permitted: {missing}");
            return ExitCodes.NotPermitted;
        }

        // An agent on a file that is wrong would be MASTER, and nobody told of it. A host that does not work is no fault of the file.
        FileJudgement judgement = await FileJudgement.OfAsync(path, requireLock, FileJudgement.StartPatience, judgesOwner: true).ConfigureAwait(false);
        ConfigResult result = judgement.Result;
        foreach (Diagnostic diagnostic in result.Diagnostics)
        {
            log.Write(diagnostic.Severity == Severity.Error ? LogLevel.Error : LogLevel.Warning, diagnostic.ToString());
        }

        if (judgement.NotAskedSentence is string gap)
        {
            log.Write(LogLevel.Warning, $"{gap}; starts without that, and a check that can't run counts as failed");
        }

        if (result.Config is not HotStandbyConfig config)
        {
            // systemctl status has it then, beside the exit status.
            using ServiceNotification service = ServiceNotification.FromEnvironment();
            service.Status(result.Diagnostics.First(diagnostic => diagnostic.Severity == Severity.Error).ToString());
            return ExitCodes.ConfigInvalid;
        }

        if (NodeSelection.Choose(config, requestedNode, Environment.MachineName, requestedNode is null ? Machine.Addresses() : [], out string why) is not NodeConfig node)
        {
            log.Write(LogLevel.Error, why);
            // The host name or the address may come later in the boot (DHCP, cloud-init): the unit tries again after this one, and not after ConfigInvalid.
            return requestedNode is null ? ExitCodes.Failed : ExitCodes.Usage;
        }

        log.Write(LogLevel.Info, why);
        if (NodeAddress.Problem(new LoopConfiguration(config, node), Machine.Addresses()) is string problem)
        {
            log.Write(LogLevel.Warning, problem);
        }

        try
        {
            RunningAgent agent = new(path, controlPath, new LoopConfiguration(config, node), log, requireLock);
            await using (agent.ConfigureAwait(false))
            {
                return await agent.RunAsync(hangup).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is ControlException or LinuxException or IOException)
        {
            log.Write(LogLevel.Error, error.Message);
            return ExitCodes.Failed;
        }
    }
}
