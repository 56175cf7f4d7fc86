using HotStandby.Abstractions;
using HotStandby.Agent.Status;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Control;

/// <summary>
/// What happened and why, newest last, bounded; each transition with what its notifiers made of it. Written and read by many threads, never
/// by the protocol thread itself.
/// </summary>
public sealed class Journal
{
    private const int Kept = 200;

    private readonly Lock _lock = new();
    private readonly LinkedList<Line> _lines = new();

    /// <summary>The notifiers whose last call failed, by whom it was about; what they should have done is not done.</summary>
    private readonly Dictionary<(string Notifier, TransitionKind Kind, string Subject), FailedCall> _failed = [];

    private sealed record Line(Transition Transition, List<string> Notified);

    public void Add(Transition transition)
    {
        lock (_lock)
        {
            _lines.AddLast(new Line(transition, []));
            if (_lines.Count > Kept)
            {
                _lines.RemoveFirst();
            }
        }
    }

    /// <summary>Notes the outcome of a notification at the transition it belongs to.</summary>
    public void Note(Notified outcome)
    {
        lock (_lock)
        {
            for (LinkedListNode<Line>? node = _lines.Last; node is not null; node = node.Previous)
            {
                if (node.Value.Transition.Sequence == outcome.Sequence)
                {
                    string verdict = outcome.Succeeded ? "ok" : "FAILED";
                    node.Value.Notified.Add($"{outcome.Id} {verdict} after {outcome.Took.TotalMilliseconds:0} ms: {outcome.Detail}");
                    Judge(outcome, node.Value.Transition);
                    return;
                }
            }
        }
    }

    /// <summary>The last call of a notifier about a virtual router or sync group, where it failed; a later one that succeeds ends it.</summary>
    public IReadOnlyList<FailedCall> Failed(string notifier)
    {
        lock (_lock)
        {
            return [.. _failed.Where(one => one.Key.Notifier == notifier).Select(one => one.Value)];
        }
    }

    private void Judge(Notified outcome, Transition transition)
    {
        (string, TransitionKind, string) key = (outcome.Id, transition.Kind, transition.VirtualRouter);
        if (outcome.Succeeded)
        {
            _failed.Remove(key);
        }
        else if (outcome.WasTold)
        {
            _failed[key] = new(transition.VirtualRouter, StateOf(transition), outcome.Sequence, outcome.Detail);
        }
    }

    private static string StateOf(Transition transition) => transition.Stopping ? "STOP" : StatusReport.StateName(transition.To);

    public IReadOnlyList<TransitionStatus> Last(int count)
    {
        lock (_lock)
        {
            return
            [
                .. _lines.TakeLast(count).Select(line => new TransitionStatus(
                    line.Transition.Sequence,
                    line.Transition.At,
                    line.Transition.VirtualRouter,
                    StatusReport.StateName(line.Transition.From),
                    StateOf(line.Transition),
                    line.Transition.Reason,
                    [.. line.Notified])
                {
                    Kind = line.Transition.Kind.ToString().ToUpperInvariant(),
                }),
            ];
        }
    }
}
