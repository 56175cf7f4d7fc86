using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.Agent.Vrrp;

/// <summary>
/// Signed adverts of version 3. What was heard of each sender outlives a reload, and so does the own view of the time.
/// </summary>
public sealed partial class VirtualRouter
{
    private readonly SequenceSource _sequences = new();
    private ReplayGuard? _replay;

    /// <summary>The sequence of an advert that is sent now; 0 when its adverts are not signed.</summary>
    public ulong NextSequence(WallStamp wall, MonotonicTime now) => Settings.Hmac is { Signs: true } ? _sequences.Next(wall, now) : 0;

    /// <summary>
    /// Judges the trailer of an advert, or that it has none. In mode enforce a fault drops it. The other modes accept it: who can forge a bad
    /// trailer can leave it out as well, and a wrong key must show before it costs the role.
    /// </summary>
    /// <param name="advertisement">Without its trailer.</param>
    /// <param name="trailer">Empty or 28 bytes of the known type.</param>
    internal DropReason JudgeSignature(
        ReadOnlySpan<byte> advertisement,
        ReadOnlySpan<byte> trailer,
        Address source,
        MonotonicTime now,
        WallStamp wall,
        ActionBuffer actions)
    {
        HmacSettings hmac = Settings.Hmac!;
        bool enforced = hmac.Mode == HmacMode.Enforce;
        if (trailer.IsEmpty)
        {
            Statistics.HmacUnsigned += enforced ? 0 : 1;
            return enforced ? DropReason.HmacMissing : DropReason.None;
        }

        DropReason fault = FaultOf(trailer, advertisement, source, hmac, now, wall, actions);
        if (fault == DropReason.None)
        {
            Statistics.HmacVerified++;
            return DropReason.None;
        }

        if (enforced)
        {
            return fault;
        }

        Statistics.HmacTolerated++;
        if (TakesPart && _alarms.Pass(fault, now))
        {
            Alarm(Sentences.Tolerated(fault, source, Settings), actions);
        }

        return DropReason.None;
    }

    private DropReason FaultOf(
        ReadOnlySpan<byte> trailer,
        ReadOnlySpan<byte> advertisement,
        Address source,
        HmacSettings hmac,
        MonotonicTime now,
        WallStamp wall,
        ActionBuffer actions)
    {
        if (hmac.Find(HmacTrailer.KeyId(trailer)) is not HmacKey key)
        {
            return DropReason.HmacKey;
        }

        if (!HmacTrailer.IsRight(trailer, advertisement, source, key))
        {
            return DropReason.HmacFailure;
        }

        _replay ??= new ReplayGuard();
        ulong sequence = HmacTrailer.Sequence(trailer);
        ulong view = _sequences.View(wall, now);
        ReplayVerdict verdict = _replay.Judge(source, sequence, hmac, view, now);
        if (verdict == ReplayVerdict.New && hmac.AntiReplay == AntiReplay.Time)
        {
            FollowClock(source, sequence, view, hmac.Window, now, wall, actions);
        }

        return verdict switch
        {
            ReplayVerdict.Replayed => DropReason.HmacReplay,
            ReplayVerdict.Stale => DropReason.HmacStale,
            _ => DropReason.None,
        };
    }

    /// <summary>
    /// A peer whose clock is ahead by more than half the window would soon not believe this node: of two nodes the one whose clock is behind
    /// follows the other, whichever is right.
    /// </summary>
    private void FollowClock(Address source, ulong sequence, ulong view, Duration window, MonotonicTime now, WallStamp wall, ActionBuffer actions)
    {
        ulong much = WallStamp.Units(window.Nanoseconds / 2);
        if (WallStamp.IsAfter(sequence, unchecked(view + much)))
        {
            _sequences.Follow(sequence, now);
            Statistics.HmacFollowed++;
        }

        if (!WallStamp.IsAfter(sequence, unchecked(wall.Value + much)))
        {
            return;
        }

        AlarmAbout about = new(source);
        if (!Alarms.Again(AlarmCode.ClockOutOfStep, about, now))
        {
            Duration ahead = WallStamp.Span(unchecked(sequence - wall.Value));
            Alarms.Begin(AlarmCode.ClockOutOfStep, about, Sentences.ClockOutOfStep(source, ahead), Duration.FromSeconds(60), now, actions);
        }
    }
}
