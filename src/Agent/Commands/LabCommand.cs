using System.CommandLine;
using System.Runtime.InteropServices;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Hosting;
using HotStandby.Agent.Lab;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby lab [FILE] [--stay | --hold]</c>: tries the file with real agents and services in network namespaces.</summary>
internal static class LabCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonOptions.File();
        var stay = new Option<bool>("--stay")
        {
            Description = "Stay after the last step, to look around, until Ctrl-C.",
        };
        var hold = new Option<bool>("--hold")
        {
            Description = "Break nothing: print one line of JSON that says where the running nodes are, and stay until standard input ends. For tests.",
        };
        var command = new Command(
            "lab",
            "Try a file here: its nodes in network namespaces with real services; breaks things and measures what a client sees.")
        {
            file,
            stay,
            hold,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(stay) && result.GetValue(hold))
            {
                result.AddError("--stay stays after the last step, --hold takes none: only one of them.");
            }
        });

        // Synchronous on purpose: System.CommandLine ends an asynchronous action two seconds after Ctrl-C, clean-up or not.
        command.SetAction(result => Run(new FileInfo(result.GetValue(file)!), result.GetValue(stay), result.GetValue(hold), Console.Out, Console.Error));
        return command;
    }

    private static int Run(FileInfo file, bool stay, bool hold, TextWriter output, TextWriter errors)
    {
        if (LabLibC.EffectiveUser() != 0)
        {
            errors.WriteLine("hotstandby lab makes network namespaces and needs root: try it with sudo.");
            return ExitCodes.NotPermitted;
        }

        if (file.FullName.StartsWith("/run/", StringComparison.Ordinal) || file.FullName.StartsWith("/var/run/", StringComparison.Ordinal))
        {
            errors.WriteLine($"{file.FullName}: in the lab each node has a /run of its own, so the file must lie elsewhere.");
            return ExitCodes.ConfigInvalid;
        }

        if (ReadConfig(file, errors) is not HotStandbyConfig config)
        {
            return ExitCodes.ConfigInvalid;
        }

        using var interrupt = new CancellationTokenSource();
        using PosixSignalRegistration onInterrupt = CancelOn(PosixSignal.SIGINT, interrupt);
        using PosixSignalRegistration onTerminate = CancelOn(PosixSignal.SIGTERM, interrupt);
        using PosixSignalRegistration onHangup = CancelOn(PosixSignal.SIGHUP, interrupt);
        try
        {
            if (hold)
            {
                HeldLab.RunAsync(config, Console.In, output, AgentOn, interrupt.Token).GetAwaiter().GetResult();
                return ExitCodes.Good;
            }

            using var lab = new LabRun(config, new LabOptions(stay), output, AgentOn);
            return lab.RunAsync(interrupt.Token).GetAwaiter().GetResult() ? ExitCodes.Good : ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            errors.WriteLine("Interrupted; the lab is removed.");
            return ExitCodes.Failed;
        }
        catch (LabException exception)
        {
            errors.WriteLine(exception.Message);
            return ExitCodes.Failed;
        }

        ILabAgent AgentOn(LabNode node) => new AgentProcess(node, file.FullName);
    }

    private static PosixSignalRegistration CancelOn(PosixSignal signal, CancellationTokenSource source) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            source.Cancel();
        });

    /// <summary>Null when the file has errors; they are printed.</summary>
    private static HotStandbyConfig? ReadConfig(FileInfo file, TextWriter errors)
    {
        FileJudgement judgement = FileJudgement.OfAsync(file.FullName, judgesOwner: true).GetAwaiter().GetResult();
        foreach (Diagnostic diagnostic in judgement.Result.Diagnostics)
        {
            errors.WriteLine(diagnostic.ToString());
        }

        if (judgement.NotAskedSentence is string gap)
        {
            errors.WriteLine(gap);
        }

        return judgement.Result.Config;
    }
}
