namespace HotStandby.Agent.Vrrp;

/// <summary>The actions of one event, in order. The caller owns it, clears it and reuses it; it allocates only while it grows.</summary>
public sealed class ActionBuffer
{
    private RouterAction[] _actions = new RouterAction[16];

    public int Count { get; private set; }

    /// <exception cref="ArgumentOutOfRangeException">Not in 0..<see cref="Count"/>-1.</exception>
    public ref readonly RouterAction this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return ref _actions[index];
        }
    }

    public void Add(in RouterAction action)
    {
        if (Count == _actions.Length)
        {
            Array.Resize(ref _actions, 2 * Count);
        }

        _actions[Count++] = action;
    }

    public void Clear()
    {
        // Cleared, not only forgotten: an old sentence should not live on in here.
        Array.Clear(_actions, 0, Count);
        Count = 0;
    }

    /// <summary>Valid until the next <see cref="Add"/> or <see cref="Clear"/>.</summary>
    public ReadOnlySpan<RouterAction> AsSpan() => _actions.AsSpan(0, Count);
}
