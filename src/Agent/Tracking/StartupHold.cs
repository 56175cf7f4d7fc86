using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Tracking;

/// <summary>
/// Until when an agent that was just started takes no part in any election: bonds, spanning trees and services come later than the agent
/// (keepalived vrrp_startup_delay, vrrp_delay_after_boot).
/// </summary>
/// <param name="Until">It takes part from here on.</param>
/// <param name="Sentence">What it waits for.</param>
public readonly record struct StartupHold(MonotonicTime Until, string Sentence)
{
    /// <summary>It takes part at once.</summary>
    public static readonly StartupHold None = new(new(long.MinValue), "");

    /// <param name="agent">The two delays; the one that ends later counts.</param>
    /// <param name="started">When the agent began.</param>
    /// <param name="booted">When the machine did.</param>
    public static StartupHold For(AgentConfig agent, MonotonicTime started, MonotonicTime booted)
    {
        MonotonicTime afterStart = started + Duration.From(agent.StartupDelay);
        MonotonicTime afterBoot = booted + Duration.From(agent.DelayAfterBoot);
        MonotonicTime until = afterStart > afterBoot ? afterStart : afterBoot;
        return until <= started ? None
            : until == afterStart ? new(until, $"takes no part until {DurationText.Format(agent.StartupDelay)} after the agent's start (agent.startupDelay)")
            : new(until, $"takes no part until {DurationText.Format(agent.DelayAfterBoot)} after the machine's boot (agent.delayAfterBoot)");
    }

    public bool Holds(MonotonicTime now) => now < Until;
}
