using HotStandby.Agent.Configuration;
using HotStandby.Agent.Hosting;
using HotStandby.Agent.Linux;

namespace HotStandby.Agent.Commands;

/// <summary>
/// <c>hotstandby become-plugin-host PROGRAM USER [CAPABILITY ...]</c>: how the agent starts its plugin host. Not for people, and in no help: it must
/// cost nothing on the way.
/// </summary>
internal static class BecomePluginHost
{
    public static bool IsMeant(string[] arguments) => arguments is [HostLaunch.Verb, _, _, ..];

    /// <summary>Returns only when that failed.</summary>
    public static int Run(string[] arguments)
    {
        int[] kept = [.. CapabilityNames.Words.Where(capability => arguments.Skip(3).Contains(capability.Word)).Select(capability => capability.Meaning)];
        string why = GivingUpPrivileges.Become(arguments[1], arguments[2].Length == 0 ? null : arguments[2], kept);
        Console.Error.WriteLine($"the plugin host can't be started: {why}");
        return ExitCodes.NotPermitted;
    }
}
