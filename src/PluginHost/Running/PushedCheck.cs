using System.Diagnostics;
using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Streams;

namespace HotStandby.PluginHost.Running;

/// <summary>
/// Runs one check that speaks up by itself and listens: silence longer than interval plus timeout is a failure, again at every further
/// interval; so is a run that ends, which is started again after the interval. Reports are counted one by one; the core hears at most a
/// burst of ten and then one every 20 ms, always including the latest.
/// </summary>
internal sealed class PushedCheck(HostedPlugin entry, IPushedHealthCheck check, Outbox outbox, OpenCalls calls, Action<string?> malfunction)
{
    private readonly object _lock = new();
    private readonly Verdict _verdict = new(entry);
    private readonly Throttle _throttle = new();
    private CheckChanged? _unsent;
    private long _heard;
    private int _run;
    private bool _entered;

    /// <summary>Runs until stopped; leaves a run that does not end behind.</summary>
    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && calls.Begin(entry.Id, stop))
        {
            PluginCall<object> call;
            lock (_lock)
            {
                _heard = Stopwatch.GetTimestamp();
                _entered = true;
                int run = ++_run;
                call = PluginCall<object>.Start(entry.Id, token => Enter(run, token));
            }

            bool ended = Listen(call, stop);
            lock (_lock)
            {
                Leave();
                _run++;
            }

            if (!ended)
            {
                call.Cancel();
                call.Wait(TimeSpan.FromSeconds(1), CancellationToken.None);
                return;
            }

            string why = "the check ended by itself";
            call.Result(threw => why = threw);
            Count(CheckResult.Down(why));
            Wait(entry.Interval, stop);
        }
    }

    private async Task<object> Enter(int run, CancellationToken token)
    {
        Task running = check.RunAsync(result => Report(run, result), token);
        lock (_lock)
        {
            if (run == _run)
            {
                Leave();
            }
        }

        await running.ConfigureAwait(false);
        return this;
    }

    /// <summary>Called by the plugin, from any thread, as often as it likes, maybe even after its run ended.</summary>
    private void Report(int run, CheckResult result)
    {
        lock (_lock)
        {
            if (run != _run)
            {
                return;
            }

            Leave();
            _heard = Stopwatch.GetTimestamp();
            Count(result);
        }
    }

    /// <summary>Once the plugin has spoken or handed back its task it is no longer the first suspect of a crash.</summary>
    private void Leave()
    {
        if (_entered)
        {
            _entered = false;
            calls.End(entry.Id);
        }
    }

    private void Count(CheckResult result)
    {
        lock (_lock)
        {
            _unsent = _verdict.Count(result, took: null);
            SendIfAllowed();
        }
    }

    private void SendIfAllowed()
    {
        if (_unsent is not null && _throttle.TryPass())
        {
            outbox.Send(_unsent);
            _unsent = null;
        }
    }

    /// <summary>Watches for silence until the run ends.</summary>
    /// <returns>False when stopped first.</returns>
    private bool Listen(PluginCall<object> call, CancellationToken stop)
    {
        TimeSpan patience = entry.Interval + entry.Timeout;
        TimeSpan next = patience;
        bool malfunctioning = false;
        while (!call.Wait(Patience(next), stop))
        {
            if (stop.IsCancellationRequested)
            {
                return false;
            }

            lock (_lock)
            {
                SendIfAllowed();
                TimeSpan silent = Stopwatch.GetElapsedTime(_heard);
                if (silent < patience)
                {
                    next = patience;
                    if (malfunctioning)
                    {
                        malfunctioning = false;
                        malfunction(null);
                    }
                }
                else if (silent >= next)
                {
                    next += entry.Interval;
                    Count(CheckResult.Down($"silent for {Words.Span(silent)}"));
                    if (!malfunctioning && silent >= patience + PolledCheck.Grace(entry.Timeout))
                    {
                        malfunctioning = true;
                        malfunction($"it has said nothing since {DateTimeOffset.Now - silent:yyyy-MM-dd HH:mm:ss zzz}");
                    }
                }
            }
        }

        if (malfunctioning)
        {
            malfunction(null);
        }

        return true;
    }

    private TimeSpan Patience(TimeSpan next)
    {
        lock (_lock)
        {
            TimeSpan left = next - Stopwatch.GetElapsedTime(_heard);
            return _unsent is not null && left > Throttle.Pause ? Throttle.Pause : left;
        }
    }

    private void Wait(TimeSpan span, CancellationToken stop)
    {
        long until = Stopwatch.GetTimestamp();
        TimeSpan left;
        while ((left = span - Stopwatch.GetElapsedTime(until)) > TimeSpan.Zero && !stop.IsCancellationRequested)
        {
            lock (_lock)
            {
                SendIfAllowed();
            }

            stop.WaitHandle.WaitOne(_unsent is null || left < Throttle.Pause ? left : Throttle.Pause);
        }
    }
}
