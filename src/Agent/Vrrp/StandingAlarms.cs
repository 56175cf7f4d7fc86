namespace HotStandby.Agent.Vrrp;

/// <summary>Whom or what an alarm is about, where one code may stand more than once.</summary>
public readonly record struct AlarmAbout(Address? Address = null, MacAddress? Mac = null);

/// <summary>A condition that lasts.</summary>
/// <param name="Sentence">What is wrong, who is it, and what to do.</param>
/// <param name="Since">When it began.</param>
/// <param name="LastSeen">When it was seen last.</param>
/// <param name="Times">How often it was seen, 1 or more.</param>
/// <param name="Holds">How long it stands after it was seen last; null: until it is ended.</param>
/// <param name="Told">Whether its begin was told; else its end is not told either.</param>
public readonly record struct StandingAlarm(
    AlarmCode Code,
    AlarmAbout About,
    string Sentence,
    MonotonicTime Since,
    MonotonicTime LastSeen,
    long Times,
    Duration? Holds,
    bool Told)
{
    /// <summary>When it ends by itself; <see cref="MonotonicTime.Never"/>: it does not.</summary>
    public MonotonicTime EndsAt => Holds is Duration holds ? LastSeen + holds : MonotonicTime.Never;

    /// <summary>Which of the causes that its code has in common; another one wants another sentence.</summary>
    public int Cause { get; init; }
}

/// <summary>
/// The conditions of one virtual router that the operator must know of, for as long as they last: each has a begin and an end, which go into the
/// <see cref="ActionBuffer"/>. Pure; a condition that is only seen again allocates nothing. Bounded: forged packets must cost neither memory nor
/// the journal, so no more than <see cref="Most"/> stand, <see cref="MostOfOneCode"/> of a code, and of those that begin one after the other no more than a burst is told.
/// </summary>
public sealed class StandingAlarms
{
    /// <summary>More at once that others can provoke are not kept.</summary>
    public const int Most = 32;

    /// <summary>More of one code are not kept: what stands says enough, and who forges one kind must not hide the others.</summary>
    public const int MostOfOneCode = 4;

    /// <summary>Of many that begin and end in turn, one each ten seconds is told after a burst.</summary>
    private const int BurstTold = 16;
    private static readonly Duration ToldEvery = Duration.FromSeconds(10);

    /// <summary>Grows as it is needed: of many virtual routers hardly one has an alarm.</summary>
    private StandingAlarm[] _alarms = [];
    private readonly TokenBucket _telling = new(burst: BurstTold);
    private int _count;
    private bool _over;

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<StandingAlarm> Standing => _alarms[.._count];

    /// <summary>When <see cref="Expire"/> has something to end.</summary>
    public MonotonicTime NextDeadline
    {
        get
        {
            MonotonicTime next = MonotonicTime.Never;
            for (int i = 0; i < _count; i++)
            {
                next = MonotonicTime.Min(next, _alarms[i].EndsAt);
            }

            return next;
        }
    }

    /// <summary>Whether it stands.</summary>
    public bool Stands(AlarmCode code, AlarmAbout about = default) => IndexOf(code, about) >= 0;

    /// <summary>It was seen again. Ask this before the sentence for <see cref="Begin"/> is made.</summary>
    /// <param name="cause">Of those that the code has in common, where it has some.</param>
    /// <returns>Whether it stands, for that cause; else nothing was done.</returns>
    public bool Again(AlarmCode code, AlarmAbout about, MonotonicTime now, int cause = 0)
    {
        int at = IndexOf(code, about);
        if (at >= 0)
        {
            if (_alarms[at].Cause != cause)
            {
                return false;
            }

            _alarms[at] = _alarms[at] with { LastSeen = now, Times = _alarms[at].Times + 1 };
        }

        // With no room it counts as standing: whoever asks must not make sentences that nobody will read.
        return at >= 0 || _over || IsFull(code);
    }

    /// <summary>
    /// It begins; or, where it stands already, it was seen again and has another sentence from now on. That is told where <see cref="AlarmCodes.TellsNewSentence"/>
    /// says so, and where the cause is another.
    /// </summary>
    /// <param name="holds">It ends by itself when it is not seen again for this long; null: it stands until it is ended.</param>
    /// <param name="cause">As for <see cref="Again"/>.</param>
    public void Begin(AlarmCode code, AlarmAbout about, string sentence, Duration? holds, MonotonicTime now, ActionBuffer actions, int cause = 0)
    {
        int at = IndexOf(code, about);
        if (at >= 0)
        {
            StandingAlarm before = _alarms[at];
            _alarms[at] = before with { Sentence = sentence, Holds = holds, Cause = cause, LastSeen = now, Times = before.Times + 1 };
            bool isNews = AlarmCodes.TellsNewSentence(code) ? before.Sentence != sentence : before.Cause != cause && _telling.TryTake(now, ToldEvery);
            if (before.Told && isNews)
            {
                actions.Add(new(RouterActionKind.AlarmBegan, Sentence: sentence, Code: code, About: about, Since: before.Since));
            }

            return;
        }

        if (_over || IsFull(code))
        {
            return;
        }

        bool told = AlarmCodes.IsOfThisNode(code) || _telling.TryTake(now, ToldEvery);
        if (_count == _alarms.Length)
        {
            Array.Resize(ref _alarms, Math.Max(MostOfOneCode, 2 * _count));
        }

        _alarms[_count++] = new(code, about, sentence, now, now, 1, holds, told) { Cause = cause };
        if (told)
        {
            actions.Add(new(RouterActionKind.AlarmBegan, Sentence: sentence, Code: code, About: about, Since: now));
        }
    }

    /// <summary>It is over; nothing happens when it does not stand.</summary>
    /// <param name="sentence">What ended it.</param>
    public void End(AlarmCode code, AlarmAbout about, string sentence, ActionBuffer actions)
    {
        int at = IndexOf(code, about);
        if (at >= 0)
        {
            End(at, sentence, actions);
        }
    }

    /// <summary>Somebody looks (again).</summary>
    public void Open() => _over = false;

    /// <summary>Every one of the code is over.</summary>
    /// <param name="sentence">What ended them.</param>
    public void EndAll(AlarmCode code, string sentence, ActionBuffer actions)
    {
        for (int i = _count - 1; i >= 0; i--)
        {
            if (_alarms[i].Code == code)
            {
                End(i, sentence, actions);
            }
        }
    }

    /// <summary>Every one is over, and none begins until <see cref="Open"/>: nobody looks any more, and nobody would tell its end.</summary>
    /// <param name="sentence">Why.</param>
    public void EndAll(string sentence, ActionBuffer actions)
    {
        _over = true;
        while (_count > 0)
        {
            End(_count - 1, sentence, actions);
        }
    }

    /// <summary>Ends those that were not seen for as long as they hold.</summary>
    public void Expire(MonotonicTime now, ActionBuffer actions)
    {
        for (int i = _count - 1; i >= 0; i--)
        {
            if (_alarms[i].EndsAt <= now)
            {
                End(i, $"Not seen for {_alarms[i].Holds}: {_alarms[i].Sentence}", actions);
            }
        }
    }

    internal void CopyFrom(StandingAlarms other)
    {
        if (_alarms.Length != other._alarms.Length)
        {
            _alarms = new StandingAlarm[other._alarms.Length];
        }

        other._alarms.CopyTo(_alarms, 0);
        _count = other._count;
        _over = other._over;
        _telling.CopyFrom(other._telling);
    }

    private void End(int at, string sentence, ActionBuffer actions)
    {
        StandingAlarm ended = _alarms[at];
        _count--;
        Array.Copy(_alarms, at + 1, _alarms, at, _count - at);
        _alarms[_count] = default;
        if (ended.Told)
        {
            actions.Add(new(RouterActionKind.AlarmEnded, Sentence: sentence, Code: ended.Code, About: ended.About, Since: ended.Since));
        }
    }

    private bool IsFull(AlarmCode code)
    {
        int same = 0;
        int ofOthers = 0;
        for (int i = 0; i < _count; i++)
        {
            same += _alarms[i].Code == code ? 1 : 0;
            ofOthers += AlarmCodes.IsOfThisNode(_alarms[i].Code) ? 0 : 1;
        }

        return same == MostOfOneCode || (ofOthers == Most && !AlarmCodes.IsOfThisNode(code));
    }

    private int IndexOf(AlarmCode code, AlarmAbout about)
    {
        for (int i = 0; i < _count; i++)
        {
            if (_alarms[i].Code == code && _alarms[i].About == about)
            {
                return i;
            }
        }

        return -1;
    }
}
