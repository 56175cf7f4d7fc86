namespace HotStandby.Agent.Vrrp;

/// <summary>
/// When the notifiers of a master are told once more that it is MASTER: after another one took itself for that and lost, for whatever the loser's notifiers
/// have changed outside (a route of the cloud, an entry of a database) is wrong since. Told when the loser has had a moment to let go, so that this is the
/// last word; against one that goes on and on, or whoever forges it, less and less often. Pure; allocates nothing.
/// </summary>
public sealed class Reassertions
{
    /// <summary>From the other's advert to the telling.</summary>
    public static readonly Duration Moment = Duration.FromSeconds(1);

    /// <summary>Between two tellings at least; it doubles with each that comes within twice the pause, up to <see cref="LongestPause"/>.</summary>
    public static readonly Duration ShortestPause = Duration.FromSeconds(10);

    /// <summary>The most it grows to.</summary>
    public static readonly Duration LongestPause = Duration.FromSeconds(3600);

    private MonotonicTime _due = MonotonicTime.Never;
    private MonotonicTime? _told;
    private Duration _pause = ShortestPause;
    private Address _loser;

    /// <summary>When <see cref="TryTake"/> has something; <see cref="MonotonicTime.Never"/> when nothing is to be told.</summary>
    public MonotonicTime NextDeadline => _due;

    /// <summary>Another one took itself for the master while this node is, and this node stays it.</summary>
    public void Won(Address loser, MonotonicTime now)
    {
        _loser = loser;
        if (_due == MonotonicTime.Never)
        {
            _due = _told is MonotonicTime told ? MonotonicTime.Max(now + Moment, told + _pause) : now + Moment;
        }
    }

    /// <summary>The role was left: the next one to be told is another transition.</summary>
    public void Stop() => _due = MonotonicTime.Never;

    /// <summary>Whether it is to be told now, and against whom.</summary>
    public bool TryTake(MonotonicTime now, out Address loser)
    {
        loser = _loser;
        if (_due > now)
        {
            return false;
        }

        bool isOften = _told is MonotonicTime told && now - told <= 2 * _pause;
        _pause = isOften ? Duration.Min(2 * _pause, LongestPause) : ShortestPause;
        _told = now;
        _due = MonotonicTime.Never;
        return true;
    }
}
