using HotStandby.Agent.Configuration.Shapes;

namespace HotStandby.Agent.Configuration.Core;

/// <summary>The keys of the agent itself.</summary>
internal static class AgentKeys
{
    public static readonly TextShape PluginPath = new() { Shortest = 1, Longest = 4095 };

    public static readonly Member PluginPaths = new(
        "pluginPaths",
        new ListShape(PluginPath),
        "Folders searched for NAME/NAME.dll, relative to this file; the shipped folder is always searched last.")
    {
        Default = "[]",
    };

    public static readonly Member<TimeSpan> HostGrace = new(
        "hostGrace",
        new DurationShape(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
        "How long the last results of the checks stand while the plugin host is away, \"1s\" to \"10m\".")
    {
        Default = "\"10s\"",
    };

    public static readonly Member<long> RealtimePriority = new(
        "realtimePriority",
        new IntegerShape(1, 99),
        "SCHED_FIFO priority of the protocol thread, 1..99; left out, the thread is scheduled as any other.");

    public static readonly Member<bool> LockMemory = new(
        "lockMemory", new BooleanShape(), "Whether the agent's memory is locked into RAM (mlockall), so that it is never swapped out.")
    {
        Default = "false",
    };

    public static readonly Member<TimeSpan> StartupDelay = new(
        "startupDelay",
        new DurationShape(TimeSpan.Zero, TimeSpan.FromMinutes(10)),
        "How long after its start the agent takes no part in any election, \"0s\" to \"10m\": until bonds, switches and services have settled.")
    {
        Default = "\"0s\"",
        Aliases = ["vrrp_startup_delay"],
    };

    public static readonly Member<TimeSpan> DelayAfterBoot = new(
        "delayAfterBoot",
        new DurationShape(TimeSpan.Zero, TimeSpan.FromMinutes(60)),
        "The same, counted from the boot of the machine: an agent that starts later does not wait. \"0s\" to \"60m\".")
    {
        Default = "\"0s\"",
        Aliases = ["vrrp_delay_after_boot"],
    };

    public static readonly Member<StrayPolicy> StrayAddresses = new(
        "strayAddresses",
        new WordShape<StrayPolicy>(("leftovers", StrayPolicy.Leftovers), ("tell", StrayPolicy.Tell), ("remove", StrayPolicy.Remove)),
        "What becomes of virtual addresses that somebody else has put on this machine: \"leftovers\" removes at the start what a killed keepalived leaves, \"tell\" none, \"remove\" each at once. Each is an alarm.")
    {
        Default = "\"leftovers\"",
    };

    public static readonly Member<string> HostUser = new(
        "hostUser",
        new TextShape { Shortest = 1, Longest = 32 },
        "The user that plugins run as when the agent is started as root; left out, they stay the agent's user, without its capabilities.");

    public static readonly WordShape<int> HostCapability = new(CapabilityNames.Words);

    public static readonly Member HostCapabilities = new(
        "hostCapabilities",
        new ListShape(HostCapability),
        "Capabilities that plugins keep, such as NET_ADMIN for a notifier that sets routes; the agent must have them itself. None otherwise.")
    {
        Default = "[]",
    };

    public static readonly ObjectShape Shape = new(
        PluginPaths, HostGrace, HostUser, HostCapabilities, RealtimePriority, LockMemory, StartupDelay, DelayAfterBoot, StrayAddresses);
}
