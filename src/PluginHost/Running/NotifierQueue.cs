using System.Diagnostics.CodeAnalysis;
using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Streams;

namespace HotStandby.PluginHost.Running;

/// <summary>
/// Tells one notifier of one virtual router's or sync group's transitions: in order, one at a time. While a call runs only the latest transition waits: an
/// older one that has not been started is superseded and reported so, for a script that still sets up MASTER when the router is BACKUP again
/// does harm. Every transition handed in is answered by one <see cref="Notified"/>.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as its thread; a stuck call may still use it.")]
internal sealed class NotifierQueue
{
    /// <summary>How long a call may take to clean up (end its processes) after it was cancelled.</summary>
    public static readonly TimeSpan CleanUp = TimeSpan.FromSeconds(3);

    private readonly HostedPlugin _entry;
    private readonly INotifier _notifier;
    private readonly Outbox _outbox;
    private readonly OpenCalls _calls;
    private readonly Action<string?> _malfunction;
    private readonly CancellationTokenSource _stop = new();
    private readonly object _lock = new();
    private Transition? _pending;
    private bool _busy;
    private bool _closed;
    private string? _stuck;

    public NotifierQueue(HostedPlugin entry, INotifier notifier, Outbox outbox, OpenCalls calls, Action<string?> malfunction)
    {
        _entry = entry;
        _notifier = notifier;
        _outbox = outbox;
        _calls = calls;
        _malfunction = malfunction;
        new Thread(Run) { Name = entry.Id + " queue", IsBackground = true }.Start();
    }

    public void Offer(Transition transition)
    {
        lock (_lock)
        {
            if (_closed)
            {
                Fail(transition, "the plugin is being stopped");
            }
            else if (_stuck is not null)
            {
                Fail(transition, _stuck);
            }
            else if (transition.Replay && _pending is { } same && same.To == transition.To && same.Stopping == transition.Stopping)
            {
                Fail(transition, $"superseded: transition {same.Sequence}, still to be told, says the same");
            }
            else
            {
                if (_pending is { } older)
                {
                    Fail(older, $"superseded by transition {transition.Sequence} before its turn came");
                }

                _pending = transition;
                Monitor.PulseAll(_lock);
            }
        }
    }

    /// <summary>Takes no more, waits until the rest is told, then cancels what still runs.</summary>
    public void Close(TimeSpan limit)
    {
        long until = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        lock (_lock)
        {
            _closed = true;
            Monitor.PulseAll(_lock);
            WaitIdle(until);
            if (_pending is { } never)
            {
                _pending = null;
                Fail(never, "not told: the plugin host stopped first");
            }
        }

        _stop.Cancel();
        lock (_lock)
        {
            WaitIdle(Environment.TickCount64 + 500);
        }
    }

    private void WaitIdle(long until)
    {
        long left;
        while ((_busy || _pending is not null) && _stuck is null && (left = until - Environment.TickCount64) > 0)
        {
            Monitor.Wait(_lock, (int)left);
        }
    }

    private void Run()
    {
        while (Next() is { } transition)
        {
            if (_calls.Begin(_entry.Id, _stop.Token))
            {
                Tell(transition);
                _calls.End(_entry.Id);
            }
            else
            {
                Fail(transition, "not told: the plugin host stopped first");
            }

            lock (_lock)
            {
                _busy = false;
                Monitor.PulseAll(_lock);
            }
        }
    }

    private Transition? Next()
    {
        lock (_lock)
        {
            while (_pending is null)
            {
                if (_closed)
                {
                    return null;
                }

                Monitor.Wait(_lock);
            }

            Transition next = _pending;
            _pending = null;
            _busy = true;
            return next;
        }
    }

    private void Tell(Transition transition)
    {
        DateTimeOffset began = DateTimeOffset.Now;
        PluginCall<NotifyResult> call = PluginCall<NotifyResult>.Start(_entry.Id, token => _notifier.NotifyAsync(transition, token));
        if (call.Wait(_entry.Timeout, _stop.Token))
        {
            NotifyResult result = call.Result(why => new NotifyResult(false, why)) ?? new NotifyResult(false, "the notifier answered null");
            _outbox.Send(new Notified(_entry.Id, transition.Sequence, result.Succeeded, Words.OneLine(result.Detail, "no detail given"), call.Took));
            return;
        }

        string late = _stop.IsCancellationRequested ? "cut off: the plugin host stopped" : $"no answer within {Words.Span(_entry.Timeout)}";
        call.Cancel();
        bool ended = call.Wait(CleanUp, CancellationToken.None);
        string words = ended ? call.Result(why => new NotifyResult(false, why))?.Detail ?? "" : "the call is still running";
        _outbox.Send(new Notified(_entry.Id, transition.Sequence, false, Words.OneLine($"{late}; {words}", late), call.Took));
        if (!ended)
        {
            AwaitStuck(call, transition, began);
        }
    }

    private void AwaitStuck(PluginCall<NotifyResult> call, Transition transition, DateTimeOffset began)
    {
        lock (_lock)
        {
            _stuck = $"not told: the call for transition {transition.Sequence} never came back since {began:yyyy-MM-dd HH:mm:ss zzz}";
            if (_pending is { } waiting)
            {
                _pending = null;
                Fail(waiting, _stuck);
            }

            Monitor.PulseAll(_lock);
        }

        _malfunction($"a call never came back since {began:yyyy-MM-dd HH:mm:ss zzz}");
        if (call.Wait(Timeout.InfiniteTimeSpan, _stop.Token))
        {
            _malfunction(null);
        }

        lock (_lock)
        {
            _stuck = null;
        }
    }

    private void Fail(Transition transition, string why) =>
        _outbox.Send(new Notified(_entry.Id, transition.Sequence, Succeeded: false, why, TimeSpan.Zero));
}
