namespace HotStandby.Agent.Vrrp;

/// <summary>What a virtual router raises alarms about; a dropped packet has its <see cref="DropReason"/> instead.</summary>
internal enum AlarmSubject
{
    IntervalMismatch,
    LongInterval,
    EqualAddress,
    TwoOwners,
    LateTakeover,
    SilentMember,
}

/// <summary>Lets an alarm about one subject through at most once a minute: counters count everything, the journal must stay readable.</summary>
internal sealed class AlarmGate
{
    private const int Subjects = (int)AlarmSubject.SilentMember + 1;
    private static readonly Duration Quiet = Duration.FromSeconds(60);
    private readonly MonotonicTime[] _open = new MonotonicTime[Subjects + ReceptionStatistics.Reasons];

    public AlarmGate() => Array.Fill(_open, new MonotonicTime(long.MinValue));

    public bool Pass(AlarmSubject subject, MonotonicTime now) => Pass((int)subject, now);

    public bool Pass(DropReason reason, MonotonicTime now) => Pass(Subjects + (int)reason, now);

    public void CopyFrom(AlarmGate other) => other._open.CopyTo(_open, 0);

    private bool Pass(int index, MonotonicTime now)
    {
        if (now < _open[index])
        {
            return false;
        }

        _open[index] = now + Quiet;
        return true;
    }
}
