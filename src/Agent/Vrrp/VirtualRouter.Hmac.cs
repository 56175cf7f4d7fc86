using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.Agent.Vrrp;

/// <summary>Signed adverts of version 3. What was heard of each sender outlives a reload.</summary>
public sealed partial class VirtualRouter
{
    private ReplayGuard? _replay;

    /// <summary>
    /// Judges the trailer of an advert, or that it has none. In mode enforce a fault drops it. The other modes accept it: who can forge a bad
    /// trailer can leave it out as well, and a wrong key must show before it costs the role.
    /// </summary>
    /// <param name="advertisement">Without its trailer.</param>
    /// <param name="trailer">Empty or 28 bytes of the known type.</param>
    /// <param name="interval">The one the advert says.</param>
    internal DropReason JudgeSignature(
        ReadOnlySpan<byte> advertisement,
        ReadOnlySpan<byte> trailer,
        Address source,
        Duration interval,
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

        DropReason fault = FaultOf(trailer, advertisement, source, interval, hmac, now, wall, actions);
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
        Duration interval,
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

        Duration pace = interval > Settings.AdvertisementInterval ? interval : Settings.AdvertisementInterval;
        _replay ??= new ReplayGuard();
        ReplayVerdict verdict = _replay.Judge(source, HmacTrailer.Sequence(trailer), hmac, pace, now, wall);
        if (verdict == ReplayVerdict.Relearned)
        {
            Statistics.HmacRelearned++;
            Alarm(Sentences.Relearned(source), actions);
        }

        return verdict == ReplayVerdict.Replayed ? DropReason.HmacReplay : DropReason.None;
    }
}
