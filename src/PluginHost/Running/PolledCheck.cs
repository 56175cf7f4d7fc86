using System.Diagnostics;
using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Streams;

namespace HotStandby.PluginHost.Running;

/// <summary>
/// Asks one check every interval, on a fixed grid, never twice at once. A call that has not answered after the timeout counts as failed there
/// and then, and again at every tick of the grid until it comes back.
/// </summary>
internal sealed class PolledCheck(HostedPlugin entry, IHealthCheck check, Outbox outbox, OpenCalls calls, Action<string?> malfunction)
{
    private readonly Verdict _verdict = new(entry);
    private long _tick;

    /// <summary>How long after its start a call that does not come back makes the plugin count as malfunctioning.</summary>
    public static TimeSpan Grace(TimeSpan timeout) => timeout * 5 > TimeSpan.FromSeconds(5) ? timeout * 5 : TimeSpan.FromSeconds(5);

    /// <summary>Runs until stopped; leaves a call that does not come back behind.</summary>
    public void Run(CancellationToken stop)
    {
        _tick = Stopwatch.GetTimestamp();
        while (!stop.IsCancellationRequested && calls.Begin(entry.Id, stop))
        {
            if (!CallOnce(stop))
            {
                return;
            }

            calls.End(entry.Id);
            stop.WaitHandle.WaitOne(UntilNextTick());
        }
    }

    /// <returns>False when stopped while the call still ran.</returns>
    private bool CallOnce(CancellationToken stop)
    {
        PluginCall<CheckResult> call = PluginCall<CheckResult>.Start(entry.Id, check.CheckAsync);
        if (call.Wait(entry.Timeout, stop))
        {
            outbox.Send(_verdict.Count(call.Result(CheckResult.Down), call.Took));
            return true;
        }

        call.Cancel();
        if (stop.IsCancellationRequested)
        {
            return call.Wait(TimeSpan.FromSeconds(1), CancellationToken.None);
        }

        outbox.Send(_verdict.Count(CheckResult.Down($"no answer within {Words.Span(entry.Timeout)}"), call.Took));
        return AwaitOverdue(call, stop);
    }

    private bool AwaitOverdue(PluginCall<CheckResult> call, CancellationToken stop)
    {
        DateTimeOffset since = DateTimeOffset.Now - call.Took;
        bool malfunctioning = false;
        while (!call.Wait(UntilNextTick(), stop))
        {
            if (stop.IsCancellationRequested)
            {
                return false;
            }

            outbox.Send(_verdict.Count(CheckResult.Down($"no answer for {Words.Span(call.Took)}, the call is still running"), call.Took));
            if (!malfunctioning && call.Took >= Grace(entry.Timeout))
            {
                malfunctioning = true;
                malfunction($"a call never came back since {since:yyyy-MM-dd HH:mm:ss zzz}");
            }
        }

        if (malfunctioning)
        {
            malfunction(null);
        }

        return true;
    }

    /// <summary>Time to the next point of the grid; points that went by while a call ran are left out.</summary>
    private TimeSpan UntilNextTick()
    {
        long interval = Math.Max(1, (long)(entry.Interval.TotalSeconds * Stopwatch.Frequency));
        long now = Stopwatch.GetTimestamp();
        if (_tick <= now)
        {
            _tick += ((now - _tick) / interval + 1) * interval;
        }

        return Stopwatch.GetElapsedTime(now, _tick);
    }
}
