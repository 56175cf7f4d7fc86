using System.Diagnostics;
using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Streams;

namespace HotStandby.PluginHost.Running;

/// <summary>
/// Counts rise and fall of one check. The first result decides at once (as keepalived's first run of a script does); after that
/// <c>rise</c> successes or <c>fall</c> failures in a row turn the verdict. Not thread-safe: its owner counts on one thread or under a lock.
/// </summary>
internal sealed class Verdict(HostedPlugin entry)
{
    /// <summary>Room for the pipe and for a busy machine, on top of interval and timeout.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private int _against;

    public bool? Healthy { get; private set; }

    /// <summary>How long one result stands: until the next one should be in, whatever it is, plus one second.</summary>
    public static TimeSpan ValidFor(HostedPlugin entry) => entry.Interval + entry.Timeout + Margin;

    /// <summary>Counts a result that came now.</summary>
    /// <returns>The event that tells the core.</returns>
    public CheckChanged Count(CheckResult? result, TimeSpan? took)
    {
        result ??= CheckResult.Down("the check answered null");
        string reason = Words.OneLine(result.Reason, result.Healthy ? "healthy, no reason given" : "failed, no reason given");
        if (Healthy is null || Healthy == result.Healthy)
        {
            Healthy = result.Healthy;
            _against = 0;
            return Tell(reason, took);
        }

        _against++;
        int needed = result.Healthy ? entry.Rise : entry.Fall;
        if (_against >= needed)
        {
            Healthy = result.Healthy;
            _against = 0;
        }
        else
        {
            reason = $"{reason} ({(result.Healthy ? "success" : "failure")} {_against} of {needed})";
        }

        return Tell(reason, took);
    }

    /// <summary>On Linux a tick of <see cref="Stopwatch"/> is a nanosecond of CLOCK_MONOTONIC.</summary>
    private CheckChanged Tell(string reason, TimeSpan? took) =>
        new(entry.Id, Healthy, reason, ValidFor(entry), took, Stopwatch.GetTimestamp());
}
