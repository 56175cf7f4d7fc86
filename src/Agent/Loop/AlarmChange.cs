using HotStandby.Abstractions;

namespace HotStandby.Agent.Loop;

/// <summary>A condition that lasts began or is over, or stands and is told again.</summary>
/// <param name="Alarm">In the words of plugins.</param>
/// <param name="Notifiers">Ids of the plugin entries to tell.</param>
public sealed record AlarmChange(Alarm Alarm, IReadOnlyList<string> Notifiers);
