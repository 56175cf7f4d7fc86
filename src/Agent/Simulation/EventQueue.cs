using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

internal enum SimulatedEventKind
{
    Start,
    Wake,
    Frame,
    Check,
    KernelWork,
    KernelExpiry,
    FaultBegin,
    FaultEnd,
    Flap,
    Audit,
    Question,
    AttackBegin,
    AttackPhase,
    AttackFrame,
    AttackEnd,
}

/// <summary>Something that happens at a time; what <see cref="Index"/> and <see cref="Thing"/> are depends on the kind.</summary>
internal readonly record struct SimulatedEvent(SimulatedEventKind Kind, int Node, int Index = 0, object? Thing = null);

/// <summary>What will happen, in order of time; at one time in the order in which it was put in, so that a seed replays exactly.</summary>
internal sealed class EventQueue
{
    private (long At, long Order, SimulatedEvent What)[] _heap = new (long, long, SimulatedEvent)[64];
    private int _count;
    private long _order;

    public void Add(MonotonicTime at, in SimulatedEvent what)
    {
        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, 2 * _count);
        }

        int place = _count++;
        (long, long, SimulatedEvent) added = (at.Nanoseconds, _order++, what);
        while (place > 0)
        {
            int above = (place - 1) / 2;
            if (!Before(added, _heap[above]))
            {
                break;
            }

            _heap[place] = _heap[above];
            place = above;
        }

        _heap[place] = added;
    }

    public bool TryTake(MonotonicTime end, out MonotonicTime at, out SimulatedEvent what)
    {
        at = end;
        what = default;
        if (_count == 0 || _heap[0].At > end.Nanoseconds)
        {
            return false;
        }

        (at, what) = (new MonotonicTime(_heap[0].At), _heap[0].What);
        (long, long, SimulatedEvent) moved = _heap[--_count];
        _heap[_count] = default;
        int place = 0;
        while ((2 * place) + 1 < _count)
        {
            int below = (2 * place) + 1;
            below += below + 1 < _count && Before(_heap[below + 1], _heap[below]) ? 1 : 0;
            if (!Before(_heap[below], moved))
            {
                break;
            }

            _heap[place] = _heap[below];
            place = below;
        }

        if (_count > 0)
        {
            _heap[place] = moved;
        }

        return true;
    }

    private static bool Before(in (long At, long Order, SimulatedEvent What) left, in (long At, long Order, SimulatedEvent What) right) =>
        left.At != right.At ? left.At < right.At : left.Order < right.Order;
}
