using HotStandby.Abstractions;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Hosting;

/// <summary>
/// Sees to it that the last thing a notifier hears of a virtual router or sync group is its newest state, whatever becomes of plugin hosts and entries
/// meanwhile. One transition of each is with a host at a time, so that an entry which takes over can't overtake the one before; of what waits meanwhile
/// only the newest counts. What was not told waits until the entry runs again. After another host has started the loop tells every state once more.
/// </summary>
/// <param name="send">Passes it to the plugin host; false when there is none.</param>
/// <param name="superseded">Gets the answer to a transition that is not told, for a newer one is.</param>
internal sealed class TransitionTelling(Func<string, Transition, bool> send, Action<Notified> superseded)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Id, TransitionKind Kind, string Name), Line> _lines = [];
    private readonly Dictionary<string, int> _runs = new(StringComparer.Ordinal);

    private sealed class Line
    {
        /// <summary>With a host that has not answered.</summary>
        public Transition? UnderWay { get; set; }

        /// <summary>To be told next; with nothing under way, when the entry runs.</summary>
        public Transition? Waiting { get; set; }

        /// <summary>How often the entry was said to run when the last one was sent.</summary>
        public int RunsWhenSent { get; set; }
    }

    public void Tell(string id, Transition transition)
    {
        lock (_lock)
        {
            (string Id, TransitionKind Kind, string Name) key = (id, transition.Kind, transition.VirtualRouter);
            if (!_lines.TryGetValue(key, out Line? line))
            {
                _lines[key] = line = new Line();
            }

            if (line.Waiting is { } older)
            {
                if (transition.Replay && (older.To, older.Stopping) == (transition.To, transition.Stopping))
                {
                    if (line.UnderWay is null)
                    {
                        Send(id, line, older);
                    }

                    return;
                }

                superseded(new Notified(id, older.Sequence, Succeeded: false, $"superseded by transition {transition.Sequence} before its turn came", TimeSpan.Zero)
                {
                    Kind = older.Kind,
                    VirtualRouter = older.VirtualRouter,
                    WasTold = true,
                });
            }

            if (line.UnderWay is null)
            {
                Send(id, line, transition);
            }
            else
            {
                line.Waiting = transition;
            }
        }
    }

    public void Answered(Notified outcome)
    {
        lock (_lock)
        {
            if (!_lines.TryGetValue((outcome.Id, outcome.Kind, outcome.VirtualRouter), out Line? line) || line.UnderWay?.Sequence != outcome.Sequence)
            {
                return;
            }

            Transition? next = line.Waiting ?? (outcome.WasTold ? null : line.UnderWay);
            line.UnderWay = null;
            line.Waiting = next;
            if (next is not null && (outcome.WasTold || line.RunsWhenSent != _runs.GetValueOrDefault(outcome.Id)))
            {
                Send(outcome.Id, line, next);
            }
        }
    }

    /// <summary>The entry was loaded, or works again: what it could not be told before is told now.</summary>
    public void Runs(string id)
    {
        lock (_lock)
        {
            _runs[id] = _runs.GetValueOrDefault(id) + 1;
            foreach (Line line in _lines.Where(line => line.Key.Id == id).Select(line => line.Value))
            {
                if (line is { UnderWay: null, Waiting: { } next })
                {
                    Send(id, line, next);
                }
            }
        }
    }

    /// <summary>Another host is up: what the one before has not answered it never will.</summary>
    /// <param name="isReplayed">Whether the loop tells it once more; what left the file with a reload it does not.</param>
    public void HostReady(Func<TransitionKind, string, bool> isReplayed)
    {
        lock (_lock)
        {
            foreach (((string id, TransitionKind kind, string name), Line line) in _lines)
            {
                Transition? next = line.Waiting ?? (line.UnderWay is { } lost ? lost with { Replay = true } : null);
                line.UnderWay = null;
                line.Waiting = null;
                if (next is not null && !isReplayed(kind, name))
                {
                    Send(id, line, next);
                }
            }
        }
    }

    /// <summary>The entries that the file has: others are told nothing more.</summary>
    public void Configured(IEnumerable<string> ids)
    {
        HashSet<string> stay = [.. ids];
        lock (_lock)
        {
            foreach ((string Id, TransitionKind Kind, string Name) gone in _lines.Keys.Where(key => !stay.Contains(key.Id)).ToArray())
            {
                _lines.Remove(gone);
            }
        }
    }

    /// <summary>The agent ends and waits for no answers: everything goes out.</summary>
    public void Stopping()
    {
        lock (_lock)
        {
            foreach (((string id, _, _), Line line) in _lines)
            {
                if (line.Waiting is { } last)
                {
                    send(id, last);
                }
            }

            _lines.Clear();
        }
    }

    private void Send(string id, Line line, Transition transition)
    {
        line.RunsWhenSent = _runs.GetValueOrDefault(id);
        bool sent = send(id, transition);
        line.UnderWay = sent ? transition : null;
        line.Waiting = sent ? null : transition;
    }
}
