using HotStandby.Abstractions;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Hosting;

/// <summary>
/// Sees to it that each notifier hears of every alarm's begin and, after it, of its end, each at least once, whatever becomes of plugin hosts and entries
/// meanwhile. An entry is sent one at a time, the next when that is answered: so neither a host nor an entry that takes over can overtake the one before.
/// What was not told waits until the entry runs again; what a host died with is told once more, as a replay.
/// </summary>
/// <param name="send">Passes it to the plugin host; false when there is none.</param>
/// <param name="warn">Gets what an operator should know.</param>
internal sealed class AlarmTelling(Func<string, Alarm, bool> send, Action<string> warn)
{
    /// <summary>
    /// Most that wait for one entry; a host that is away for long while alarms come and go would else cost memory. What befalls a node befalls all of its
    /// virtual routers at once: this is begin and end of eight alarms of each of the 250 that a file may well have.
    /// </summary>
    public const int Room = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);
    private int _givenUp;

    /// <summary>How many begins and ends were given up, because more waited than there is room for.</summary>
    public int GivenUp => Volatile.Read(ref _givenUp);

    /// <summary>What one entry is still to be told, in the order of what happened.</summary>
    private sealed class Line
    {
        public List<Alarm> Waiting { get; } = [];

        /// <summary>Alarms whose begin was told or waits: of these, and no others, the end is told.</summary>
        public HashSet<(string Router, string Code, string About)> Open { get; } = [];

        /// <summary>The first of them is with a host that has not answered.</summary>
        public bool IsUnderWay { get; set; }

        /// <summary>The first of them could not be told: nothing is sent until the entry runs.</summary>
        public bool IsHeldUp { get; set; }

        /// <summary>How often the entry was said to run, now and when the first one was sent.</summary>
        public int Runs { get; set; }

        public int RunsWhenSent { get; set; }

        public bool IsFull { get; set; }

        public int FirstNotSent => IsUnderWay ? 1 : 0;
    }

    /// <summary>A begin is told to <paramref name="notifiers"/>, an end to whoever was told of the begin, also if the file does not name them for it any more.</summary>
    public void Tell(Alarm alarm, IReadOnlyList<string> notifiers)
    {
        lock (_lock)
        {
            string[] told = alarm.Began ? [.. notifiers] : [.. _lines.Where(line => line.Value.Open.Contains(Key(alarm))).Select(line => line.Key)];
            foreach (string id in told)
            {
                if (!_lines.TryGetValue(id, out Line? line))
                {
                    _lines[id] = line = new Line();
                }

                if (alarm.Began && line.Waiting.FindLast(one => Key(one) == Key(alarm)) is { Began: true })
                {
                    // A replay of what is still to be told.
                    continue;
                }

                if (alarm.Began)
                {
                    line.Open.Add(Key(alarm));
                }
                else
                {
                    line.Open.Remove(Key(alarm));
                }

                line.Waiting.Add(alarm);
                MakeRoom(id, line);
                Send(id, line);
            }
        }
    }

    public void Answered(AlarmTold outcome)
    {
        lock (_lock)
        {
            if (!_lines.TryGetValue(outcome.Id, out Line? line) || !line.IsUnderWay || line.Waiting[0].Sequence != outcome.Sequence)
            {
                return;
            }

            line.IsUnderWay = false;
            if (outcome.WasTold)
            {
                line.Waiting.RemoveAt(0);
            }
            else
            {
                line.IsHeldUp = line.Runs == line.RunsWhenSent;
            }

            Send(outcome.Id, line);
        }
    }

    /// <summary>The entry was loaded, or works again: what it could not be told before is told now.</summary>
    public void Runs(string id)
    {
        lock (_lock)
        {
            if (_lines.TryGetValue(id, out Line? line))
            {
                line.Runs++;
                line.IsHeldUp = false;
                Send(id, line);
            }
        }
    }

    /// <summary>Another host is up: what the one before has not answered it never will.</summary>
    public void HostReady()
    {
        lock (_lock)
        {
            foreach ((string id, Line line) in _lines)
            {
                if (line.IsUnderWay)
                {
                    line.Waiting[0] = line.Waiting[0] with { Replay = true };
                }

                line.IsUnderWay = false;
                line.IsHeldUp = false;
                Send(id, line);
            }
        }
    }

    /// <summary>The entries that the file has: others are told nothing more.</summary>
    public void Configured(IEnumerable<string> ids)
    {
        lock (_lock)
        {
            foreach (string gone in _lines.Keys.Except(ids, StringComparer.Ordinal).ToArray())
            {
                _lines.Remove(gone);
            }
        }
    }

    /// <summary>The agent ends and waits for no answers: everything goes out, in its order.</summary>
    public void Stopping()
    {
        lock (_lock)
        {
            foreach ((string id, Line line) in _lines)
            {
                line.Waiting.Skip(line.FirstNotSent).ToList().ForEach(alarm => send(id, alarm));
            }

            _lines.Clear();
        }
    }

    private static (string Router, string Code, string About) Key(Alarm alarm) => (alarm.VirtualRouter, alarm.Code, alarm.About);

    private void Send(string id, Line line)
    {
        line.IsFull &= line.Waiting.Count > 0;
        if (line.Waiting.Count > 0 && !line.IsUnderWay && !line.IsHeldUp)
        {
            line.RunsWhenSent = line.Runs;
            line.IsUnderWay = send(id, line.Waiting[0]);
            line.IsHeldUp = !line.IsUnderWay;
        }
    }

    /// <summary>Gives up the alarm that was over first of those nobody knows of; without one the oldest of all.</summary>
    private void MakeRoom(string id, Line line)
    {
        if (line.Waiting.Count <= Room)
        {
            return;
        }

        if (!line.IsFull)
        {
            line.IsFull = true;
            warn($"notifier {id} is not told of everything: {Room} begins and ends of alarms wait for it, and the oldest that are over are given up (counted in status)");
        }

        int before = line.Waiting.Count;
        if (!GiveUpOnePair(line))
        {
            Alarm oldest = line.Waiting[line.FirstNotSent];
            line.Waiting.RemoveAt(line.FirstNotSent);
            if (oldest.Began)
            {
                line.Open.Remove(Key(oldest));
            }
        }

        Interlocked.Add(ref _givenUp, before - line.Waiting.Count);
    }

    private static bool GiveUpOnePair(Line line)
    {
        // Once over all of them, for this is done for every one that comes while there is no room.
        Dictionary<(string, string, string), int> begins = [];
        for (int end = line.FirstNotSent; end < line.Waiting.Count; end++)
        {
            Alarm one = line.Waiting[end];
            if (!one.Began && begins.TryGetValue(Key(one), out int begin))
            {
                line.Waiting.RemoveAt(end);
                line.Waiting.RemoveAt(begin);
                return true;
            }

            // Of one that is replayed the notifier may know already: it has to hear of the end.
            if (one is { Began: true, Replay: false })
            {
                begins[Key(one)] = end;
            }
        }

        return false;
    }
}
