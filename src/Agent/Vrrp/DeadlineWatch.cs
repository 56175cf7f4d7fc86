namespace HotStandby.Agent.Vrrp;

/// <summary>Who asks to be woken.</summary>
public enum DeadlineOf
{
    /// <summary>The state machine's timers.</summary>
    Timers,

    /// <summary>The addresses in the kernel: their lease, a refusal that is over.</summary>
    Addresses,

    /// <summary>The routes and rules.</summary>
    Routes,

    /// <summary>Who else claims the addresses.</summary>
    Claims,

    /// <summary>When to tell the notifiers once more.</summary>
    Reassertion,

    /// <summary>When to ask who else has the addresses.</summary>
    Probes,

    /// <summary>Alarms about what is not seen any more.</summary>
    Alarms,

    /// <summary>What is known of it and changes with time alone: checks, readings, the hold after a start.</summary>
    Readiness,
}

/// <summary>
/// Judges the deadlines of one virtual router, or of the loop itself, after each turn. A turn meets what is due, so a deadline that lies in the past
/// after it came up in it; one that lies in the past after the next turn as well is met by nobody. That is a fault of the program, and would turn the
/// loop at the speed of a core: such a deadline wakes the loop after a pause, which grows, and the others as ever. Pure; allocates nothing.
/// </summary>
public sealed class DeadlineWatch
{
    /// <summary>The longest pause: a part that is due and whose deadline was lost gets its turn once in that at least.</summary>
    public static readonly Duration LongestPause = Duration.FromSeconds(1);

    private const int Parts = (int)DeadlineOf.Readiness + 1;

    /// <summary>The first pause: too short to make anything late that was only unlucky, long enough to leave the core to others.</summary>
    private static readonly Duration FirstPause = Duration.FromMilliseconds(1);

    private readonly int[] _pastInARow = new int[Parts];
    private int _news;

    /// <summary>How often a deadline began to be one that nobody meets.</summary>
    public long Faults { get; private set; }

    /// <summary>Whether there is a deadline now that nobody meets.</summary>
    public bool AnyUnmet
    {
        get
        {
            bool any = false;
            foreach (int past in _pastInARow)
            {
                any |= past > 1;
            }

            return any;
        }
    }

    /// <summary>Call it once for each part at the end of every turn.</summary>
    /// <param name="deadline">What the part asks for; <see cref="MonotonicTime.Never"/> when it waits for nothing.</param>
    /// <param name="now">The time that the turn went by.</param>
    /// <returns>When to wake for it.</returns>
    public MonotonicTime Judge(DeadlineOf part, MonotonicTime deadline, MonotonicTime now)
    {
        ref int past = ref _pastInARow[(int)part];
        if (deadline > now)
        {
            past = 0;
            return deadline;
        }

        past++;
        if (past == 1)
        {
            return deadline;
        }

        if (past == 2)
        {
            Faults++;
            _news |= 1 << (int)part;
        }

        long pause = FirstPause.Nanoseconds << Math.Min(past - 2, 10);
        return now + new Duration(Math.Min(pause, LongestPause.Nanoseconds));
    }

    /// <summary>Takes a part whose deadline began to be one that nobody meets since this was asked last.</summary>
    /// <returns>false when there is none.</returns>
    public bool TryTakeFault(out DeadlineOf part)
    {
        part = (DeadlineOf)System.Numerics.BitOperations.TrailingZeroCount(_news);
        bool any = _news != 0;
        _news &= _news - 1;
        return any;
    }
}
