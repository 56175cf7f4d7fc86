using HotStandby.Abstractions;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Hosting;

/// <summary>
/// Keeps what notifiers were told of alarms until they have answered, for a plugin host may die in between. An alarm that stands is told again when the
/// next host is up (the loop replays it); an end would be lost, and whoever was called by the begin would wait for ever: it is kept here and sent again.
/// </summary>
/// <param name="send">Passes it to the plugin host; false when there is none.</param>
internal sealed class AlarmTelling(Func<string, Alarm, bool> send)
{
    /// <summary>
    /// Most that are kept; a host that is away for long while alarms come and go would else cost memory. What befalls a node befalls all of its virtual
    /// routers at once: this is begin and end of eight alarms of each of the 250 that a file may well have.
    /// </summary>
    public const int Room = 4096;

    private readonly Lock _lock = new();
    private readonly List<Told> _open = [];

    private sealed record Told(string Id, Alarm Alarm)
    {
        /// <summary>No host has it any more.</summary>
        public bool IsLost { get; set; }
    }

    public void Tell(string id, Alarm alarm)
    {
        lock (_lock)
        {
            Told told = new(id, alarm);
            if (_open.Count == Room)
            {
                _open.RemoveAt(0);
            }

            _open.Add(told);
            told.IsLost = !send(id, alarm);
        }
    }

    public void Answered(AlarmTold outcome)
    {
        lock (_lock)
        {
            _open.RemoveAll(told => told.Id == outcome.Id && told.Alarm.Sequence == outcome.Sequence);
        }
    }

    /// <summary>The host died: what it has not answered it never will.</summary>
    public void HostLeft()
    {
        lock (_lock)
        {
            _open.ForEach(told => told.IsLost = true);
        }
    }

    /// <summary>Sends the ends again that were lost and whose begin was heard, in their order, as replays; call it before the standing ones are told again.</summary>
    public void HostReady()
    {
        lock (_lock)
        {
            Told[] lost = [.. _open.Where(told => told.IsLost)];
            _open.RemoveAll(told => told.IsLost);
            foreach (Told told in lost)
            {
                bool beginWasLostToo = lost.Any(other => other.Alarm.Began && other.Id == told.Id && IsBegin(other.Alarm, told.Alarm));
                if (!told.Alarm.Began && !beginWasLostToo)
                {
                    Told again = told with { Alarm = told.Alarm with { Replay = true }, IsLost = false };
                    _open.Add(again);
                    again.IsLost = !send(again.Id, again.Alarm);
                }
            }
        }
    }

    private static bool IsBegin(Alarm begin, Alarm end) =>
        begin.Sequence < end.Sequence && (begin.VirtualRouter, begin.Code, begin.About, begin.Since) == (end.VirtualRouter, end.Code, end.About, end.Since);
}
