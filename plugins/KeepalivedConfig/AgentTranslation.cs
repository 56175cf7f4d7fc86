using System.Globalization;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>Settings of the agent that keepalived has for itself, in global_defs.</summary>
internal static class AgentTranslation
{
    private static readonly TimeSpan DefaultGrace = new AgentModel().HostGrace;

    public static KeepalivedAgent Translate(AgentModel agent, KeepalivedTarget target, Gaps gaps, List<string> comments)
    {
        if (agent.HostGrace != DefaultGrace)
        {
            comments.Add($"agent.hostGrace ({KeepalivedSyntax.Seconds(agent.HostGrace)} s) means nothing here: keepalived runs the checks itself.");
        }

        if (agent.StrayAddresses != new AgentModel().StrayAddresses)
        {
            comments.Add("agent.strayAddresses means nothing here: keepalived has no such setting.");
        }

        if (agent.HostUser is not null || agent.HostCapabilities.Count > 0)
        {
            comments.Add("agent.hostUser and agent.hostCapabilities mean nothing here: keepalived runs the scripts, as its script_user.");
        }

        if (agent.PluginPaths.Count > 0)
        {
            comments.Add("agent.pluginPaths means nothing to keepalived; hotstandby probe reads it.");
        }

        string delayAfterBoot = "";
        if (agent.DelayAfterBoot > TimeSpan.Zero)
        {
            if (target.Has(KeepalivedTarget.DelayAfterBoot))
            {
                delayAfterBoot = KeepalivedSyntax.Seconds(agent.DelayAfterBoot);
            }
            else
            {
                gaps.Add("agent.delayAfterBoot", target.Lacks("vrrp_delay_after_boot", KeepalivedTarget.DelayAfterBoot), comments);
            }
        }

        return new(
            agent.RealtimePriority?.ToString(CultureInfo.InvariantCulture) ?? "",
            agent.LockMemory,
            agent.StartupDelay > TimeSpan.Zero ? KeepalivedSyntax.Seconds(agent.StartupDelay) : "",
            delayAfterBoot);
    }
}
