namespace HotStandby.Agent.Vrrp;

/// <summary>Limits how often something that others can provoke is done: a burst, then one per refill time.</summary>
internal sealed class TokenBucket(int burst)
{
    private long _credit = long.MaxValue;
    private MonotonicTime _filledAt;

    /// <summary>What is in it, as time that has been gained; <see cref="long.MaxValue"/>: it was never used.</summary>
    public long Credit
    {
        get => _credit;
        set => _credit = value;
    }

    /// <summary>When <see cref="Credit"/> was right.</summary>
    public MonotonicTime FilledAt
    {
        get => _filledAt;
        set => _filledAt = value;
    }

    public void CopyFrom(TokenBucket other) => (_credit, _filledAt) = (other._credit, other._filledAt);

    /// <summary>Takes one token if there is one.</summary>
    /// <param name="refill">Time one token takes to come back.</param>
    public bool TryTake(MonotonicTime now, Duration refill)
    {
        long full = burst * refill.Nanoseconds;
        long gained = Math.Max(0, (now - _filledAt).Nanoseconds);
        _credit = _credit >= full - gained ? full : _credit + gained;
        _filledAt = now;
        if (_credit < refill.Nanoseconds)
        {
            return false;
        }

        _credit -= refill.Nanoseconds;
        return true;
    }
}
