using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Streams;

namespace HotStandby.PluginHost.Running;

/// <summary>
/// Tells one notifier of alarms: one at a time, in the order they came, none superseded. Bounded: when it is full, the alarm that was over first of those
/// whose begin and end both still wait is given up, for nobody knows of it; when there is none, the new one. Every alarm handed in is answered by one <see cref="AlarmTold"/>.
/// </summary>
internal sealed class AlarmQueue : CallQueue<Alarm>
{
    /// <summary>
    /// Begins and ends that wait. What befalls a node befalls all of its virtual routers at once: this is begin and end of eight alarms of each of the 250
    /// that a file may well have.
    /// </summary>
    public const int Room = 4096;

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
        if (told.Replay && _waiting.FindLast(one => Key(one) == Key(told)) is { Began: true } same)
        {
            Supersede(told, $"superseded: alarm {same.Sequence}, still to be told, says the same");
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

    protected override void Answer(Alarm told, NotifyResult result, TimeSpan took, bool wasTold) =>
        _outbox.Send(Answers.To(Entry.Id, told, result, took, wasTold));

    protected override string Name(Alarm told) => $"alarm {told.Sequence}";

    /// <summary>The same of a begin and its end.</summary>
    private static (string Router, string Code, string About) Key(Alarm alarm) => (alarm.VirtualRouter, alarm.Code, alarm.About);

    private bool GiveUpOnePair()
    {
        // Once over all of them, for this is done for every one that comes while the queue is full.
        Dictionary<(string, string, string), int> begins = [];
        for (int end = 0; end < _waiting.Count; end++)
        {
            Alarm one = _waiting[end];
            if (one.Began)
            {
                // Of a begin that is replayed the notifier may know already, from an earlier host: it has to hear of the end.
                if (!one.Replay)
                {
                    begins[Key(one)] = end;
                }
            }
            else if (begins.TryGetValue(Key(one), out int begin))
            {
                const string Why = "not told: it began and ended while the notifier was busy, and too many wait";
                Fail(_waiting[begin], Why);
                Fail(one, Why);
                _waiting.RemoveAt(end);
                _waiting.RemoveAt(begin);
                return true;
            }
        }

        return false;
    }
}
