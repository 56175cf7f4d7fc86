using HotStandby.HostProtocol;

namespace HotStandby.Agent.Hosting;

/// <summary>
/// Whether a second plugin host, with new files, can take over from the first: every entry whose plugin is new must have answered, and the
/// checks should say what they said before, lest a fresh count of rise and fall moves the address.
/// </summary>
internal static class HostTrial
{
    /// <summary>For loading on a slow machine.</summary>
    private static readonly TimeSpan LoadLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>How long it is waited for answers: as long as a check may need to turn its verdict.</summary>
    public static TimeSpan Patience(Configure configure)
    {
        TimeSpan longest = configure.Plugins
            .Select(plugin => plugin.Interval * (Math.Max(plugin.Rise, plugin.Fall) + 1) + plugin.Timeout)
            .Append(TimeSpan.Zero)
            .Max();
        return longest + LoadLimit < Longest ? longest + LoadLimit : Longest;
    }

    /// <summary>Why an entry with a new plugin can't take over: refused, or never came back from a call; null when nothing is known against it.</summary>
    public static string? Fault(IEnumerable<string> replaced, HostLife candidate) => replaced
        .Select(candidate.Entry)
        .Where(entry => entry is { State: not PluginState.Active })
        .Select(entry => $"plugin {entry!.Id} ({entry.Use}) {entry.State.ToString().ToLowerInvariant()}: {entry.Why}")
        .FirstOrDefault();

    /// <summary>Which of the entries have not answered yet.</summary>
    public static string[] Silent(IEnumerable<string> entries, HostLife candidate) =>
        [.. entries.Where(id => candidate.Entry(id) is not PluginChanged entry || (entry.IsCheck && candidate.Check(id) is null))];

    /// <summary>Which checks have no verdict yet, or another one than the running host's.</summary>
    public static string[] Unlike(Configure configure, HostLife? running, HostLife candidate) =>
    [
        .. configure.Plugins
            .Select(plugin => plugin.Id)
            .Where(id => running?.Check(id) is CheckChanged before && candidate.Check(id)?.Healthy != before.Healthy),
    ];
}
