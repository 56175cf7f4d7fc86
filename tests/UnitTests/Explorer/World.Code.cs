using System.Buffers.Binary;
using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Explorer;

/// <summary>
/// A state as bytes: all that decides what can happen, every time in nanoseconds from now, and nothing that only sentences, alarms and counters
/// depend on. Equal bytes: the same future.
/// </summary>
internal sealed partial class World
{
    private const int LongestCode = 1000;

    /// <summary>48 bits hold 39 hours.</summary>
    private const int BytesOfNumber = 6;
    private const long Never = long.MaxValue >> 16;

    /// <summary>Members of a snapshot that are not in the bytes, because they never change here or only words and counters depend on them.</summary>
    public static readonly IReadOnlyList<string> OnlyWords =
    [
        "Alarms", "Standing", "Statistics", "Settings", "Why", "LastReason", "Since", "Source", "MasterAddress", "ReadinessSentence",
        "StopSentence", "SourceSentence", "Leaver", "LeftAt", "OtherInterval", "LosingSince", "LosingLast",

        // Reload only, which is not explored.
        "DownSince", "DownWait",

        // A kernel that refuses addresses or frames, which is not explored: BindRefusedTests are for that.
        "Doubt",

        // Reception only: adverts here are not signed.
        "Sequences", "Replay",
    ];

    private readonly byte[] _code = new byte[LongestCode];
    private int _at;
    private bool _reads;

    public ReadOnlySpan<byte> Save()
    {
        foreach (WorldNode node in Nodes)
        {
            node.Router.Save(node.Saved);
        }

        _at = 0;
        _reads = false;
        Walk();
        return _code.AsSpan(0, _at);
    }

    public void Load(ReadOnlySpan<byte> code)
    {
        code.CopyTo(_code);
        _at = 0;
        _reads = true;
        Now = Start;
        Broken = null;
        Overflowed = false;
        Walk();
        foreach (WorldNode node in Nodes)
        {
            node.Router.Load(node.Saved);
        }
    }

    /// <summary>Every member in turn, written or read.</summary>
    private void Walk()
    {
        _cut = Byte(_cut + 1) - 1;
        _faultsLeft = Byte(_faultsLeft);
        _announcer = Byte(_announcer + 1) - 1;
        _calmSince = Time(_calmSince, -2 * Oldest.Nanoseconds);
        _twoSince = Time(_twoSince);
        _nobodySince = Time(_nobodySince);
        _heirSince = Time(_heirSince);
        for (int lane = 0; lane < _counts.Length; lane++)
        {
            if (lane / Nodes.Length == lane % Nodes.Length)
            {
                continue;
            }

            int count = _counts[lane] = Byte(_counts[lane]);
            for (int i = 0; i < MostMessages; i++)
            {
                ref Message message = ref _messages[(lane * MostMessages) + i];
                message = i < count || _reads ? message : default(Message) with { SentAt = Now };
                message = new((byte)Byte(message.Priority), Span(message.Interval), Time(message.SentAt, 0));
            }
        }

        foreach (WorldNode node in Nodes)
        {
            Walk(node);
        }
    }

    private void Walk(WorldNode node)
    {
        int flags = (node.HasAgent ? 1 : 0) | (node.IsFrozen ? 2 : 0) | (node.IsStopping ? 4 : 0) | (node.CheckFailed ? 8 : 0) | (node.Wanted ? 16 : 0)
            | (node.Holds ? 32 : 0);
        flags = Byte(flags);
        (node.HasAgent, node.IsFrozen, node.IsStopping) = ((flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0);
        (node.CheckFailed, node.Wanted, node.Holds) = ((flags & 8) != 0, (flags & 16) != 0, (flags & 32) != 0);
        node.SentNow = Byte(node.SentNow);
        node.LeftoverUntil = Time(node.LeftoverUntil, 0);

        // A dead agent's state machine is gone; without it every such state would have as many codes as ways to get there.
        bool counts = node.HasAgent || _reads;
        node.LastSent = Time(counts && (_reads || node.Saved.State == RouterState.Master) ? node.LastSent : Now);
        node.LastPriority = Byte(counts && (_reads || node.Saved.State == RouterState.Master) ? node.LastPriority : 0);
        node.LastHeard = Time(counts && (_reads || node.Saved.State == RouterState.Backup) ? node.LastHeard : Now);
        node.HeardInterval = Span(counts && (_reads || node.Saved.State == RouterState.Backup) ? node.HeardInterval : ExplorationSetup.Interval);
        Walk(node.Saved, counts);
        node.Reported = node.Saved.State;
    }

    private void Walk(VirtualRouter.Snapshot saved, bool counts)
    {
        if (_reads)
        {
            saved.Since = Now;
        }

        saved.State = (RouterState)Byte(counts ? (int)saved.State : 0);
        saved.Silence = (VirtualRouter.Silence)Byte(counts ? (int)saved.Silence : 0);
        saved.Readiness = (Readiness)Byte(counts ? (int)saved.Readiness : 0);
        saved.EffectivePriority = (byte)Byte(counts ? saved.EffectivePriority : 1);
        int flags = (saved.Started ? 1 : 0) | (saved.Learned ? 2 : 0) | (saved.ListenedAgain ? 4 : 0) | (saved.PreemptDelayIsOver ? 8 : 0)
            | (saved.SteppedDown ? 16 : 0);
        flags = Byte(counts ? flags : 0);
        (saved.Started, saved.Learned, saved.ListenedAgain) = ((flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0);
        (saved.PreemptDelayIsOver, saved.SteppedDown) = ((flags & 8) != 0, (flags & 16) != 0);
        saved.Succession = Byte(counts ? saved.Succession : 0);
        saved.MasterAdverInterval = Span(counts ? saved.MasterAdverInterval : ExplorationSetup.Interval);
        for (RouterTimer timer = RouterTimer.Adver; timer <= RouterTimer.AnnounceRepeats; timer++)
        {
            saved.Timers[timer] = Time(counts ? saved.Timers[timer] : MonotonicTime.Never);
        }

        bool isMaster = saved.State == RouterState.Master;
        saved.LastAdvertisement = Time(_reads || isMaster ? saved.LastAdvertisement : null);
        saved.MasterPriority = (byte)Byte(_reads || isMaster ? saved.MasterPriority : 0);
        MonotonicTime? announced = counts ? saved.AnnouncedAt : null;
        saved.AnnouncedAt = Time(!_reads && announced + ExplorationSetup.Interval <= Now ? null : announced);
        saved.SecondVolley = Time(_reads || (counts && saved.SecondVolley > Now) ? saved.SecondVolley : MonotonicTime.Never);
        WalkBucket(saved.Answers, counts);
        WalkBucket(saved.Defences, counts);
    }

    /// <summary>What a bucket holds now is all that counts; with one address both fill at the same pace.</summary>
    private void WalkBucket(TokenBucket bucket, bool counts)
    {
        long full = VirtualRouter.ProvokedBurst * VirtualRouter.AnswerRefill.Nanoseconds;
        long gained = _reads ? 0 : (Now - bucket.FilledAt).Nanoseconds;
        long credit = _reads ? 0 : counts && bucket.Credit < full - gained ? bucket.Credit + gained : full;
        bucket.Credit = Span(new Duration(credit)).Nanoseconds;
        bucket.FilledAt = Now;
    }

    private int Byte(int value)
    {
        if (_reads)
        {
            return _code[_at++];
        }

        _code[_at++] = (byte)value;
        return value;
    }

    private MonotonicTime? Time(MonotonicTime? time)
    {
        MonotonicTime value = Time(time ?? MonotonicTime.Never, -Oldest.Nanoseconds);
        return value == MonotonicTime.Never ? null : value;
    }

    private MonotonicTime Time(MonotonicTime time) => Time(time, -Oldest.Nanoseconds);

    private MonotonicTime Time(MonotonicTime time, long oldest)
    {
        long limit = oldest == 0 ? -Oldest.Nanoseconds : oldest;
        long span = Number(time == MonotonicTime.Never ? Never : Math.Max((time - Now).Nanoseconds, limit));
        return span == Never ? MonotonicTime.Never : Now + new Duration(span);
    }

    private Duration Span(Duration duration) => new(Number(duration.Nanoseconds));

    private long Number(long value)
    {
        Span<byte> place = _code.AsSpan(_at, 8);
        _at += BytesOfNumber;
        if (_reads)
        {
            return BinaryPrimitives.ReadInt64LittleEndian(place) << 16 >> 16;
        }

        BinaryPrimitives.WriteInt64LittleEndian(place, value);
        return value;
    }
}
