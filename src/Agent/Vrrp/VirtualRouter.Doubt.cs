using HotStandby.Abstractions;

namespace HotStandby.Agent.Vrrp;

/// <summary>
/// A node that took the role and could not serve (the kernel refused the addresses, no advert could be sent). Each further try costs the clients of
/// a healthy master an outage, so it leaves a living one in peace until something has changed, and then tries with growing patience. The role of a
/// dead master it always takes: a node that may serve is better than none.
/// </summary>
public sealed partial class VirtualRouter
{
    /// <summary>From a second failure in a row to the next try over a living master; doubled with each further one.</summary>
    internal static readonly Duration FirstPatience = Duration.FromSeconds(5);

    /// <summary>The most it waits after a failure, and so the longest that a mended node leaves the role to a weaker one.</summary>
    internal static readonly Duration LongestPatience = Duration.FromSeconds(300);

    private Doubt _doubt;

    /// <summary>Whether it failed in the role and has not served since.</summary>
    public bool IsInDoubt => _doubt.Stands;

    /// <summary>It took the role, or has it, and can't serve.</summary>
    /// <param name="why">What the kernel said.</param>
    /// <param name="curesUnseen">Whether what mends it may leave no trace here, as a full queue that empties: then patience alone lets it try again.</param>
    public void FailedInRole(string why, bool curesUnseen, MonotonicTime now, ActionBuffer actions)
    {
        bool again = _doubt.Failures > 0 && now - _doubt.FailedAt <= 2 * LongestPatience;
        Doubt doubt = new(true, again ? Math.Min(_doubt.Failures + 1, 30) : 1, now, MonotonicTime.Never);
        Duration patience = curesUnseen && doubt.Patience < FirstPatience ? FirstPatience : doubt.Patience;
        _doubt = curesUnseen ? doubt with { TriesFrom = now + patience } : doubt;
        Alarms.Begin(AlarmCode.FailedInRole, default, Sentences.FailedInRole(why, curesUnseen, patience), holds: null, now, actions);
    }

    /// <summary>It has the role, its addresses and its voice: nothing is left of the doubt but the memory of how often it failed.</summary>
    public void ServesInRole(ActionBuffer actions)
    {
        if (State == RouterState.Master && _doubt.Stands)
        {
            _doubt = _doubt with { Stands = false };
            Alarms.End(AlarmCode.FailedInRole, default, "the node has the role and serves", actions);
        }
    }

    /// <summary>The interface, an address on it or the file changed: what made it fail may be mended.</summary>
    public void SomethingChanged(MonotonicTime now, ActionBuffer actions)
    {
        if (_doubt.Stands)
        {
            _doubt = _doubt with { TriesFrom = MonotonicTime.Min(_doubt.TriesFrom, MonotonicTime.Max(now, _doubt.FailedAt + _doubt.Patience)) };

            // A node that is not the preferred one may have no occasion to show it for months.
            Alarms.End(AlarmCode.FailedInRole, default, "what may have been the reason has changed; whether the node can serve now is seen when it has the role", actions);
        }
    }

    /// <summary>Whether it may take the role from a master that lives.</summary>
    internal bool MayChallenge(MonotonicTime now) => now >= ChallengesFrom;

    /// <summary>From when on it may do so; long ago while there is no doubt, <see cref="MonotonicTime.Never"/> until something changes.</summary>
    internal MonotonicTime ChallengesFrom => _doubt.Stands ? _doubt.TriesFrom : new(long.MinValue);

    /// <param name="Stands">It failed and has not served since.</param>
    /// <param name="Failures">In a row, each less than twice <see cref="LongestPatience"/> after the one before.</param>
    /// <param name="FailedAt">The last one; of no meaning with none.</param>
    /// <param name="TriesFrom">From when on it may challenge a living master; <see cref="MonotonicTime.Never"/> until something changes.</param>
    internal readonly record struct Doubt(bool Stands, int Failures, MonotonicTime FailedAt, MonotonicTime TriesFrom)
    {
        /// <summary>None after the first failure: what changes then is most likely the cure.</summary>
        public Duration Patience => Failures < 2 ? Duration.Zero
            : Failures > 8 ? LongestPatience
            : Duration.Min(LongestPatience, (1 << (Failures - 2)) * FirstPatience);
    }
}
