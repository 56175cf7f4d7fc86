namespace HotStandby.Agent.Vrrp;

/// <summary>
/// The deadlines of one virtual router, one per <see cref="RouterTimer"/>. A timer that was armed again has only its new deadline, so a wake-up
/// that lost the race against that finds nothing due.
/// </summary>
internal sealed class TimerTable
{
    private readonly MonotonicTime[] _deadlines = [.. Enum.GetValues<RouterTimer>().Select(_ => MonotonicTime.Never)];

    public MonotonicTime this[RouterTimer timer]
    {
        get => _deadlines[(int)timer];
        set => _deadlines[(int)timer] = value;
    }

    public MonotonicTime Next
    {
        get
        {
            MonotonicTime next = MonotonicTime.Never;
            foreach (MonotonicTime deadline in _deadlines)
            {
                next = MonotonicTime.Min(next, deadline);
            }

            return next;
        }
    }

    public void CopyFrom(TimerTable other) => other._deadlines.CopyTo(_deadlines, 0);

    public bool IsArmed(RouterTimer timer) => this[timer] != MonotonicTime.Never;

    /// <summary>Takes the timer that is due at <paramref name="now"/> and was due first; it no longer runs.</summary>
    public bool TryTakeDue(MonotonicTime now, out RouterTimer timer, out MonotonicTime due)
    {
        timer = default;
        due = MonotonicTime.Never;
        for (int i = 0; i < _deadlines.Length; i++)
        {
            if (_deadlines[i] <= now && _deadlines[i] < due)
            {
                timer = (RouterTimer)i;
                due = _deadlines[i];
            }
        }

        if (due == MonotonicTime.Never)
        {
            return false;
        }

        this[timer] = MonotonicTime.Never;
        return true;
    }
}
