using HotStandby.HostProtocol;

namespace HotStandby.PluginHost.Streams;

/// <summary>
/// Tells the core which entries have plugin code on the stack. Calls of one entry may overlap (a notifier serves several virtual routers):
/// the core hears <see cref="CallStarted"/> for the first and <see cref="CallEnded"/> for the last, so it can keep a plain set of ids.
/// </summary>
internal sealed class OpenCalls(Outbox outbox)
{
    private readonly object _lock = new();
    private readonly Dictionary<string, int> _open = [];

    /// <summary>Marks a call as begun and waits until the core can read so: after a crash it would be too late to say it.</summary>
    /// <returns>False when <paramref name="stop"/> came first; the call is then not marked and must not be made.</returns>
    public bool Begin(string id, CancellationToken stop)
    {
        lock (_lock)
        {
            int count = _open.GetValueOrDefault(id);
            _open[id] = count + 1;
            if (count == 0)
            {
                outbox.Send(new CallStarted(id));
            }
        }

        while (!outbox.Flush(TimeSpan.FromSeconds(10), stop))
        {
            // A core that does not read hears no result either: no call is made until it does.
            if (stop.IsCancellationRequested)
            {
                End(id);
                return false;
            }
        }

        return true;
    }

    public void End(string id)
    {
        lock (_lock)
        {
            int count = _open[id] - 1;
            if (count > 0)
            {
                _open[id] = count;
                return;
            }

            _open.Remove(id);
            outbox.Send(new CallEnded(id));
        }
    }
}
