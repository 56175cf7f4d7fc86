using System.Diagnostics.CodeAnalysis;
using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Streams;

namespace HotStandby.PluginHost.Running;

/// <summary>
/// Makes a notifier's calls one at a time, on a thread of its own, each with the entry's timeout. What waits meanwhile, and what of it is given up, is
/// the affair of who derives from it. Everything handed in is answered once.
/// </summary>
/// <typeparam name="T">What the notifier is told of.</typeparam>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as its thread; a stuck call may still use it.")]
internal abstract class CallQueue<T>
    where T : class
{
    private const string StoppedFirst = "not told: the plugin was stopped first";

    private readonly OpenCalls _calls;
    private readonly Action<string?> _malfunction;
    private readonly CancellationTokenSource _stop = new();
    private readonly object _lock = new();
    private bool _busy;
    private bool _closed;
    private string? _stuck;

    /// <param name="malfunction">Gets why the entry malfunctions, and null when it does no longer.</param>
    protected CallQueue(HostedPlugin entry, OpenCalls calls, Action<string?> malfunction)
    {
        Entry = entry;
        _calls = calls;
        _malfunction = malfunction;
    }

    protected HostedPlugin Entry { get; }

    public void Offer(T told)
    {
        lock (_lock)
        {
            if (_closed)
            {
                Fail(told, "the plugin is being stopped");
            }
            else if (_stuck is not null)
            {
                Fail(told, _stuck);
            }
            else
            {
                Put(told);
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
            FailAll(StoppedFirst);
        }

        _stop.Cancel();
        lock (_lock)
        {
            WaitIdle(Environment.TickCount64 + 500);
        }
    }

    /// <summary>Nothing waits.</summary>
    protected abstract bool IsEmpty { get; }

    /// <summary>Lets it wait, or answers it; under the queue's lock.</summary>
    protected abstract void Put(T told);

    /// <summary>The next of those that wait; under the queue's lock, and only when it is not empty.</summary>
    protected abstract T Take();

    protected abstract Task<NotifyResult> CallAsync(T told, CancellationToken cancellationToken);

    /// <summary>Sends the one answer.</summary>
    /// <param name="wasTold">False: it is still to be told, by whoever runs next.</param>
    protected abstract void Answer(T told, NotifyResult result, TimeSpan took, bool wasTold);

    /// <summary>What a call was for, in a sentence: "transition 7".</summary>
    protected abstract string Name(T told);

    /// <summary>It was not told.</summary>
    protected void Fail(T told, string why) => Answer(told, new NotifyResult(false, why), TimeSpan.Zero, wasTold: false);

    /// <summary>It need not be told: what is told later says the same, or what is newer.</summary>
    protected void Supersede(T told, string why) => Answer(told, new NotifyResult(false, why), TimeSpan.Zero, wasTold: true);

    /// <summary>To be called at the end of the constructor.</summary>
    protected void Start(string name) => new Thread(Run) { Name = name, IsBackground = true }.Start();

    private void FailAll(string why)
    {
        while (!IsEmpty)
        {
            Fail(Take(), why);
        }
    }

    private void WaitIdle(long until)
    {
        long left;
        while ((_busy || !IsEmpty) && _stuck is null && (left = until - Environment.TickCount64) > 0)
        {
            Monitor.Wait(_lock, (int)left);
        }
    }

    private void Run()
    {
        while (Next() is { } told)
        {
            if (_calls.Begin(Entry.Id, _stop.Token))
            {
                Tell(told);
                _calls.End(Entry.Id);
            }
            else
            {
                Fail(told, StoppedFirst);
            }

            lock (_lock)
            {
                _busy = false;
                Monitor.PulseAll(_lock);
            }
        }
    }

    private T? Next()
    {
        lock (_lock)
        {
            while (IsEmpty)
            {
                if (_closed)
                {
                    return null;
                }

                Monitor.Wait(_lock);
            }

            _busy = true;
            return Take();
        }
    }

    private void Tell(T told)
    {
        DateTimeOffset began = DateTimeOffset.Now;
        PluginCall<NotifyResult> call = PluginCall<NotifyResult>.Start(Entry.Id, token => CallAsync(told, token));
        if (call.Wait(Entry.Timeout, _stop.Token))
        {
            NotifyResult result = call.Result(why => new NotifyResult(false, why)) ?? new NotifyResult(false, "the notifier answered null");
            Answer(told, result with { Detail = Words.OneLine(result.Detail, "no detail given") }, call.Took, wasTold: true);
            return;
        }

        bool cutOff = _stop.IsCancellationRequested;
        string late = cutOff ? "cut off: the plugin was stopped" : $"no answer within {Words.Span(Entry.Timeout)}";
        call.Cancel();
        bool ended = call.Wait(NotifierQueue.CleanUp, CancellationToken.None);
        string words = ended ? call.Result(why => new NotifyResult(false, why))?.Detail ?? "" : "the call is still running";
        Answer(told, new NotifyResult(false, Words.OneLine($"{late}; {words}", late)), call.Took, wasTold: !cutOff);
        if (!ended)
        {
            AwaitStuck(call, told, began);
        }
    }

    private void AwaitStuck(PluginCall<NotifyResult> call, T told, DateTimeOffset began)
    {
        lock (_lock)
        {
            _stuck = $"not told: the call for {Name(told)} never came back since {began:yyyy-MM-dd HH:mm:ss zzz}";
            FailAll(_stuck);
            Monitor.PulseAll(_lock);
        }

        _malfunction($"a call never came back since {began:yyyy-MM-dd HH:mm:ss zzz}");
        bool cameBack = call.Wait(Timeout.InfiniteTimeSpan, _stop.Token);
        lock (_lock)
        {
            _stuck = null;
        }

        // Only now: what was not told meanwhile is sent again when this is heard.
        if (cameBack)
        {
            _malfunction(null);
        }
    }
}
