using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using HotStandby.PluginHost.Streams;

namespace HotStandby.PluginHost.Running;

/// <summary>
/// One call into plugin code on a thread of its own, so that a call that blocks holds up nobody: not the thread that waits for it, and not
/// the thread pool other plugins continue on.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A call that never comes back uses them for ever.")]
internal sealed class PluginCall<T>
    where T : class
{
    private readonly ManualResetEventSlim _done = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private T? _result;
    private Exception? _error;
    private TimeSpan _took;

    private PluginCall()
    {
    }

    public static PluginCall<T> Start(string id, Func<CancellationToken, Task<T>> call)
    {
        var running = new PluginCall<T>();
        new Thread(() => running.Run(id, call)) { Name = id, IsBackground = true }.Start();
        return running;
    }

    /// <summary>Time since the start, or from start to end.</summary>
    public TimeSpan Took => _done.IsSet ? _took : Stopwatch.GetElapsedTime(_started);

    /// <summary>Waits for the end.</summary>
    /// <returns>False when <paramref name="limit"/> passed or <paramref name="stop"/> came first.</returns>
    public bool Wait(TimeSpan limit, CancellationToken stop)
    {
        try
        {
            return _done.Wait(limit < TimeSpan.Zero && limit != Timeout.InfiniteTimeSpan ? TimeSpan.Zero : limit, stop);
        }
        catch (OperationCanceledException)
        {
            return _done.IsSet;
        }
    }

    /// <summary>Asks the call to end. Callbacks the plugin registered run elsewhere: they may block too.</summary>
    public void Cancel() => _ = _cancel.CancelAsync();

    /// <summary>The result, or what <paramref name="failed"/> makes of the error. Only after <see cref="Wait"/> said true.</summary>
    public T? Result(Func<string, T> failed) => _error switch
    {
        null => _result,
        OperationCanceledException when _cancel.IsCancellationRequested => failed("it was cancelled"),
        _ => failed("it threw " + Words.Of(_error)),
    };

    private void Run(string id, Func<CancellationToken, Task<T>> call)
    {
        PluginConsole.Enter(id);
        try
        {
            _result = call(_cancel.Token).GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            _error = e;
        }

        _took = Stopwatch.GetElapsedTime(_started);
        _done.Set();
    }
}
