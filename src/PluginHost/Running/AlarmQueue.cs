using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Streams;

namespace HotStandby.PluginHost.Running;

/// <summary>
/// Tells one notifier of alarms: one at a time, in the order they came, none superseded. Bounded: when it is full, the oldest alarm whose begin and end
/// both still wait is given up, for nobody knows of it; when there is none, the new one. Every alarm handed in is answered by one <see cref="AlarmTold"/>.
/// </summary>
internal sealed class AlarmQueue : CallQueue<Alarm>
{
    /// <summary>Begins and ends that wait: more than stand at once on a node that has every fault there is, twice.</summary>
    public const int Room = 64;

    private readonly IAlarmNotifier _notifier;
    private readonly Outbox _outbox;
    private readonly List<Alarm> _waiting = [];

    public AlarmQueue(HostedPlugin entry, IAlarmNotifier notifier, Outbox outbox, OpenCalls calls, Action<string?> malfunction)
        : base(entry, calls, malfunction)
    {
        _notifier = notifier;
        _outbox = outbox;
        Start(entry.Id + " alarms");
    }

    protected override bool IsEmpty => _waiting.Count == 0;

    protected override void Put(Alarm told)
    {
        if (told.Replay && _waiting.FindLast(one => IsSame(one, told)) is { Began: true } same)
        {
            Fail(told, $"superseded: alarm {same.Sequence}, still to be told, says the same");
            return;
        }

        if (_waiting.Count == Room && !GiveUpOnePair())
        {
            Fail(told, $"not told: {Room} alarms wait already");
            return;
        }

        _waiting.Add(told);
    }

    protected override Alarm Take()
    {
        Alarm next = _waiting[0];
        _waiting.RemoveAt(0);
        return next;
    }

    protected override Task<NotifyResult> CallAsync(Alarm told, CancellationToken cancellationToken) => _notifier.AlarmAsync(told, cancellationToken);

    protected override void Answer(Alarm told, NotifyResult result, TimeSpan took) =>
        _outbox.Send(new AlarmTold(Entry.Id, told.Sequence, Listens: true, result.Succeeded, result.Detail, took));

    protected override string Name(Alarm told) => $"alarm {told.Sequence}";

    private static bool IsSame(Alarm left, Alarm right) => (left.VirtualRouter, left.Code, left.About) == (right.VirtualRouter, right.Code, right.About);

    private bool GiveUpOnePair()
    {
        for (int i = 0; i < _waiting.Count; i++)
        {
            Alarm begin = _waiting[i];
            int end = begin.Began ? _waiting.FindIndex(i, one => !one.Began && IsSame(one, begin)) : -1;
            if (end >= 0)
            {
                const string Why = "not told: it began and ended while the notifier was busy, and too many wait";
                Fail(begin, Why);
                Fail(_waiting[end], Why);
                _waiting.RemoveAt(end);
                _waiting.RemoveAt(i);
                return true;
            }
        }

        return false;
    }
}
