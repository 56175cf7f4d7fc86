using System.CommandLine;
using HotStandby.Agent.Control;
using HotStandby.Agent.Linux;

namespace HotStandby.Agent.Commands;

/// <summary>
/// <c>hotstandby release</c>: takes off every virtual address that an agent left behind on this machine (they carry our mark in the kernel),
/// the routes and rules, the interfaces with virtual MAC addresses, and the nftables tables of acceptMode false.
/// For ExecStopPost; the kernel would take them off by itself some seconds later.
/// </summary>
internal static class ReleaseCommand
{
    public static Command Create()
    {
        Option<string> control = CommonOptions.Control();
        Command command = new("release", "Take virtual addresses of a dead agent off this machine.") { control };
        command.SetAction(parsed => Run(parsed.GetValue(control)!));
        return command;
    }

    private static int Run(string controlPath)
    {
        if (Capabilities.Missing(speaks: false) is string missing)
        {
            return AgentConversation.Refused($"not permitted: {missing}", ExitCodes.NotPermitted);
        }

        // Also one that does not answer: it is alive, and puts back what is taken off.
        if (ControlServer.SomebodyListens(controlPath))
        {
            return AgentConversation.Refused("an agent is running here; stop it instead", ExitCodes.Failed);
        }

        try
        {
            foreach (string sentence in Leftovers.SweepAll())
            {
                Console.Out.WriteLine(sentence);
            }

            return ExitCodes.Good;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return AgentConversation.Refused(error.Message, ExitCodes.Of(error));
        }
    }
}
