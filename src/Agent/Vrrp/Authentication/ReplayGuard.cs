namespace HotStandby.Agent.Vrrp.Authentication;

/// <summary>What a rightly signed advert's sequence says.</summary>
internal enum ReplayVerdict
{
    /// <summary>It is new, and it was signed just now.</summary>
    New,

    /// <summary>It is not after the last one accepted of its sender.</summary>
    Replayed,

    /// <summary>It may never have been heard before, but nothing says that it was signed just now: somebody may have kept it back.</summary>
    Stale,
}

/// <summary>
/// Believes an advert only if its sender made it just now: whoever records adverts, keeps them back and plays them later can do no more with them
/// than with a cut cable. Two things are asked. It comes after the last advert accepted of its sender, the mark. And, by time
/// (<see cref="AntiReplay.Time"/>), it is not older than the window by this node's view of the time. Nobody is believed for keeping the pace of
/// time or for having been silent: a recording does that too. A sequence from the future is believed: no recording has one, as long as the own
/// clock is right and the sender's was never ahead. The state outlives a reload, not the agent; a sender unknown has no mark.
/// </summary>
internal sealed class ReplayGuard
{
    /// <summary>Senders remembered; only who has a key becomes one. The one longest unheard makes room.</summary>
    internal const int MostSenders = 64;

    private readonly Sender[] _senders = new Sender[MostSenders];
    private int _count;

    private struct Sender
    {
        public Address Address;
        public ulong? Mark;
        public MonotonicTime SeenAt;
    }

    public void CopyFrom(ReplayGuard other)
    {
        other._senders.CopyTo(_senders, 0);
        _count = other._count;
    }

    /// <param name="sequence">Of an advert whose signature is right.</param>
    /// <param name="view">The own view of the time: <see cref="SequenceSource.View"/>.</param>
    public ReplayVerdict Judge(Address source, ulong sequence, HmacSettings settings, ulong view, MonotonicTime now)
    {
        ref Sender sender = ref Of(source);
        sender.SeenAt = now;
        if (sender.Mark is ulong mark && !WallStamp.IsAfter(sequence, mark))
        {
            return ReplayVerdict.Replayed;
        }

        ulong oldest = unchecked(view - WallStamp.Units(settings.Window.Nanoseconds));
        if (settings.AntiReplay == AntiReplay.Time && WallStamp.IsAfter(oldest, sequence))
        {
            return ReplayVerdict.Stale;
        }

        sender.Mark = sequence;
        return ReplayVerdict.New;
    }

    private ref Sender Of(Address source)
    {
        int oldest = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_senders[i].Address == source)
            {
                return ref _senders[i];
            }

            oldest = _senders[i].SeenAt < _senders[oldest].SeenAt ? i : oldest;
        }

        int place = _count < MostSenders ? _count++ : oldest;
        _senders[place] = new Sender { Address = source };
        return ref _senders[place];
    }
}
