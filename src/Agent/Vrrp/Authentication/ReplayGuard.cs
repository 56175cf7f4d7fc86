namespace HotStandby.Agent.Vrrp.Authentication;

/// <summary>What a rightly signed advert's sequence says.</summary>
internal enum ReplayVerdict
{
    /// <summary>It is new.</summary>
    New,

    /// <summary>It can't be told from an old one, but its sender had fallen silent and keeps the pace of time: its sequences are learned anew.</summary>
    Relearned,

    /// <summary>It is not after the last one accepted of its sender.</summary>
    Replayed,
}

/// <summary>
/// Knows the last sequence accepted of each sender, its mark. A sequence above the mark is new, whatever any clock says: a peer whose clock runs
/// wrong or was stepped forward stays heard. By time (<see cref="AntiReplay.Time"/>), once the sender was silent for 1.5 intervals, an advert
/// is new as well that is fresh by the own wall clock while the mark is not (a wrong clock was put right), or that is the second in a row at the
/// pace of real time (a clock was stepped back): the latter once in 10 minutes for each sender, since a capture can be replayed at that pace too.
/// The state outlives a reload, not the agent; a sender unknown has no mark and was silent for ever.
/// </summary>
internal sealed class ReplayGuard
{
    /// <summary>Senders remembered; only who has a key becomes one. The one longest unheard makes room.</summary>
    internal const int MostSenders = 64;

    internal static readonly Duration RelearnPause = Duration.FromSeconds(600);

    private static readonly MonotonicTime LongAgo = new(long.MinValue / 2);

    private readonly Sender[] _senders = new Sender[MostSenders];
    private int _count;

    private struct Sender
    {
        public Address Address;
        public ulong? Mark;
        public MonotonicTime AcceptedAt;
        public ulong? Refused;
        public MonotonicTime RefusedAt;
        public MonotonicTime RelearnFrom;
        public MonotonicTime SeenAt;
    }

    /// <param name="sequence">Of an advert whose signature is right.</param>
    /// <param name="interval">The longest interval the sender may keep.</param>
    public ReplayVerdict Judge(
        Address source, ulong sequence, HmacSettings settings, Duration interval, MonotonicTime now, WallStamp wall)
    {
        ref Sender sender = ref Of(source);
        sender.SeenAt = now;
        ReplayVerdict verdict = Judge(ref sender, sequence, settings, interval, now, wall);
        if (verdict == ReplayVerdict.Replayed)
        {
            // An older one does not take its place: repeating it would keep the sender from ever being learned.
            bool isStale = now - sender.RefusedAt > 3 * interval;
            if (sender.Refused is not ulong refused || isStale || WallStamp.IsAfter(sequence, refused))
            {
                sender.Refused = sequence;
                sender.RefusedAt = now;
            }
        }
        else
        {
            sender.Mark = sequence;
            sender.AcceptedAt = now;
            sender.Refused = null;
            sender.RelearnFrom = verdict == ReplayVerdict.Relearned ? now + RelearnPause : sender.RelearnFrom;
        }

        return verdict;
    }

    private static ReplayVerdict Judge(
        ref Sender sender, ulong sequence, HmacSettings settings, Duration interval, MonotonicTime now, WallStamp wall)
    {
        if (sender.Mark is ulong mark && WallStamp.IsAfter(sequence, mark))
        {
            return ReplayVerdict.New;
        }

        if (settings.AntiReplay == AntiReplay.Monotonic)
        {
            return sender.Mark is null ? ReplayVerdict.New : ReplayVerdict.Replayed;
        }

        bool silent = (now - sender.AcceptedAt).Nanoseconds >= 3 * interval.Nanoseconds / 2;
        bool markIsFresh = sender.Mark is ulong known && IsFresh(known, settings.Window, wall);
        if (silent && !markIsFresh && IsFresh(sequence, settings.Window, wall))
        {
            return ReplayVerdict.New;
        }

        return silent && now >= sender.RelearnFrom && IsPaced(sender, sequence, interval, now) ? ReplayVerdict.Relearned : ReplayVerdict.Replayed;
    }

    private static bool IsFresh(ulong sequence, Duration window, WallStamp wall) =>
        WallStamp.Distance(sequence, wall.Value) <= WallStamp.Units(window.Nanoseconds);

    /// <summary>Whether the sequence has grown since the last refused one as time has, give or take half an interval.</summary>
    private static bool IsPaced(in Sender sender, ulong sequence, Duration interval, MonotonicTime now)
    {
        if (sender.Refused is not ulong refused || !WallStamp.IsAfter(sequence, refused))
        {
            return false;
        }

        long elapsed = (now - sender.RefusedAt).Nanoseconds;
        ulong grown = unchecked(sequence - refused);
        return 2 * elapsed >= interval.Nanoseconds
            && WallStamp.Distance(grown, WallStamp.Units(elapsed)) <= WallStamp.Units(interval.Nanoseconds / 2);
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
        _senders[place] = new Sender { Address = source, AcceptedAt = LongAgo, RelearnFrom = LongAgo };
        return ref _senders[place];
    }
}
