using HotStandby.Agent.Configuration;

namespace HotStandby.Agent.Lab;

/// <summary>How a lab is run.</summary>
/// <param name="Stay">Whether it stays after the last step until it is interrupted.</param>
/// <param name="StepBound">The longest a step may take; null: worked out from the file by <see cref="BoundFor"/>.</param>
internal sealed record LabOptions(bool Stay = false, TimeSpan? StepBound = null)
{
    /// <summary>How long everything must stay as expected before a step ends.</summary>
    public static readonly TimeSpan Steady = TimeSpan.FromMilliseconds(300);

    /// <summary>Between two looks at the nodes.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(25);

    /// <summary>For a service to come up; a cold tomcat on a busy machine is the slowest.</summary>
    public static readonly TimeSpan ServiceBound = TimeSpan.FromSeconds(90);

    /// <summary>How long an agent is frozen at least: longer than its addresses live and than its peers wait, at adverts of up to 2 s.</summary>
    public TimeSpan Freeze { get; init; } = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan Least = TimeSpan.FromSeconds(15);

    /// <summary>15 s, plus what the file itself makes a failover take: silence of the master, preempt delay, startup delay, rise and fall of a check.</summary>
    public static TimeSpan BoundFor(HotStandbyConfig config)
    {
        TimeSpan silence = config.VirtualRouters.Max(router => (router.DownTimerAdverts + 2) * router.AdvertInterval.ToTimeSpan() + router.PreemptDelay.ToTimeSpan());
        TimeSpan check = config.Plugins
            .Select(plugin => Math.Max(plugin.Rise, plugin.Fall) * (plugin.Interval + plugin.Timeout))
            .DefaultIfEmpty(TimeSpan.Zero)
            .Max();
        return Least + silence + check + config.Agent.StartupDelay;
    }
}
