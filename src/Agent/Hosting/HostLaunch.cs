using System.Runtime.CompilerServices;
using HotStandby.Agent.Configuration;

namespace HotStandby.Agent.Hosting;

/// <summary>The command that becomes the plugin host.</summary>
public sealed record HostLaunch(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>The agent's own verb that gives its powers up and becomes the plugin host; in no help.</summary>
    public const string Verb = "become-plugin-host";

    /// <summary>
    /// The native agent, which becomes the host without capabilities and as another user if one is configured. An agent that runs on the .NET
    /// runtime (a debugger's) starts the host as it is.
    /// </summary>
    /// <param name="agent">Null: with the defaults.</param>
    public static HostLaunch For(AgentConfig? agent) => RuntimeFeature.IsDynamicCodeSupported || Environment.ProcessPath is not string own
        ? new(HostLocation.HostPath, [])
        : new(own, [Verb, HostLocation.HostPath, agent?.HostUser ?? "", .. agent?.HostCapabilities ?? []]);
}
