using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>
/// The agent's side of its addresses, as the loop does it: level, not edge; one piece of work at a time; renewed at half the lifetime; what
/// somebody else took off is put back at once, but not more than five times in a row without a second's pause; after a refusal of the kernel not before
/// its pause is over.
/// </summary>
internal sealed class SimulatedHolding
{
    private const int ReturnsBeforePause = 5;
    private static readonly Duration FightPause = Duration.FromSeconds(1);
    private MonotonicTime _renewAt = MonotonicTime.Never;
    private MonotonicTime _notBefore = new(long.MinValue);
    private MonotonicTime _lastReturn = new(long.MinValue / 2);
    private readonly Refusal _refusal = new();
    private int _returns;

    /// <summary>What the kernel is asked for.</summary>
    public enum Work
    {
        None,
        Bind,
        Release,
        Renew,
    }

    public bool Wanted { get; private set; }

    /// <summary>What the agent believes the kernel has.</summary>
    public bool Held { get; private set; }

    public Work UnderWay { get; private set; }

    /// <summary>Why the kernel refused them; null when it did not.</summary>
    public string? Problem => _refusal.Problem;

    public bool Idle => UnderWay == Work.None && !Wanted && !Held;

    public MonotonicTime NextDeadline(MonotonicTime now) =>
        UnderWay != Work.None ? MonotonicTime.Never
        : _refusal.Problem is not null ? _refusal.Until
        : !Wanted ? MonotonicTime.Never
        : !Held ? (_notBefore > now ? _notBefore : now)
        : _renewAt;

    public void Want(MonotonicTime now)
    {
        Wanted = true;
        _notBefore = now;
        _returns = 0;
    }

    public void Unwant()
    {
        Wanted = false;
        _renewAt = MonotonicTime.Never;
    }

    /// <summary>The kernel's report: they are gone. True when they were ours.</summary>
    public bool Lost(MonotonicTime now)
    {
        if (!Held)
        {
            return false;
        }

        Held = false;
        if (Wanted)
        {
            _returns = now - _lastReturn < FightPause ? _returns + 1 : 1;
            _lastReturn = now;
            _notBefore = _returns > ReturnsBeforePause ? now + FightPause : now;
        }

        return true;
    }

    /// <summary>What to ask the kernel for now; it is under way then.</summary>
    public Work Reconcile(MonotonicTime now)
    {
        if (UnderWay != Work.None)
        {
            return Work.None;
        }

        UnderWay = !Wanted && Held ? Work.Release
            : Wanted && !Held && now >= _notBefore && _refusal.Problem is null ? Work.Bind
            : Wanted && Held && now >= _renewAt ? Work.Renew
            : Work.None;
        if (UnderWay == Work.Bind)
        {
            _refusal.Asked();
        }

        return UnderWay;
    }

    /// <summary>Something about the interface changed.</summary>
    public void NewChance() => _refusal.NewChance();

    /// <summary>The pause after a refusal is over.</summary>
    public bool ClearProblemIfDue(MonotonicTime now) => _refusal.EndIfDue(now);

    /// <summary>The kernel has answered.</summary>
    /// <param name="held">Whether it has the addresses now.</param>
    /// <param name="problem">Why it refused them; null when it did not.</param>
    public void Done(bool held, string? problem, Duration lease, MonotonicTime now)
    {
        if (problem is not null && Wanted)
        {
            _refusal.Refused(problem, now);
        }

        UnderWay = Work.None;
        Held = held;
        _renewAt = held ? now + new Duration(lease.Nanoseconds / 2) : MonotonicTime.Never;
    }
}
