namespace HotStandby.Agent.Vrrp;

/// <summary>
/// When a master asks the network who else has its addresses: a machine that has one and says nothing unasked is heard no other way. A round asks for each
/// address once; the first begins when whoever had the role has surely let go, later ones follow once a minute, and more often while somebody else
/// has an address, so that the end of that is seen too. However many addresses there are, no more than <see cref="Batch"/> are asked for in <see cref="Pause"/>:
/// a round of 1000 takes 25 s. Pure; the caller sends.
/// </summary>
public sealed class AddressProbes
{
    /// <summary>Addresses that are asked for at once: some tens of microseconds of work.</summary>
    public const int Batch = 10;

    /// <summary>Between two batches of a round.</summary>
    public static readonly Duration Pause = Duration.FromMilliseconds(250);

    /// <summary>From the beginning of one round to the next.</summary>
    public static readonly Duration Round = Duration.FromSeconds(60);

    /// <summary>The same while somebody else has an address; the shortest there is.</summary>
    public static readonly Duration RoundInConflict = Duration.FromSeconds(5);

    /// <summary>From a claim to the question who that is: within every grace.</summary>
    private static readonly Duration Soon = Duration.FromSeconds(1);

    private MonotonicTime _round = MonotonicTime.Never;
    private MonotonicTime _batch = MonotonicTime.Never;
    private MonotonicTime? _last;

    /// <summary>The last batch.</summary>
    private MonotonicTime? _asked;
    private int _next;

    /// <summary>When the next batch is due; <see cref="MonotonicTime.Never"/> unless a round is to come.</summary>
    public MonotonicTime NextDeadline => MonotonicTime.Min(_batch, _round);

    /// <summary>The role was taken: the first round comes after <paramref name="grace"/>.</summary>
    public void Begin(Duration grace, MonotonicTime now)
    {
        _batch = MonotonicTime.Never;
        _round = now + grace;
    }

    /// <summary>The role was left.</summary>
    public void Stop() => _batch = _round = MonotonicTime.Never;

    /// <summary>Somebody else claimed an address: the next round comes soon, but <see cref="RoundInConflict"/> after the last one at the earliest.</summary>
    public void Conflict(MonotonicTime now)
    {
        if (_round != MonotonicTime.Never)
        {
            MonotonicTime soon = now + Soon;
            _round = MonotonicTime.Min(_round, _last is MonotonicTime last ? MonotonicTime.Max(soon, last + RoundInConflict) : soon);
        }
    }

    /// <summary>Something more urgent is being sent: what is due waits for one pause.</summary>
    public void PutOff(MonotonicTime now)
    {
        _batch = _batch <= now ? now + Pause : _batch;
        _round = _round <= now ? now + Pause : _round;
    }

    /// <summary>Whether what is heard of an address now may well be the answer to a question.</summary>
    public bool MayBeAnswered(MonotonicTime now) => now - _asked <= Soon;

    /// <summary>Which addresses to ask for now, as indexes from the first up to but not including the end.</summary>
    /// <param name="addresses">How many there are.</param>
    public (int First, int End) Due(int addresses, MonotonicTime now)
    {
        if (_round <= now && _batch == MonotonicTime.Never)
        {
            _next = 0;
            _last = now;
            _batch = now;
            _round = now + Round;
        }

        if (_batch > now)
        {
            // A round that is due while the one before it still goes on begins when that has ended.
            _round = _round <= now ? MonotonicTime.Max(_batch, now + Pause) : _round;
            return (0, 0);
        }

        _asked = now;
        int first = Math.Min(_next, addresses);
        _next = Math.Min(addresses, first + Batch);
        _batch = _next < addresses ? now + Pause : MonotonicTime.Never;
        _round = _round <= now ? now + Pause : _round;
        return (first, _next);
    }
}
