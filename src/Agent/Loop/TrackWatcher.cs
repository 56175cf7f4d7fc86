using HotStandby.Agent.Configuration;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Tracking;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>
/// Looks at tracked files or processes several times a second, on a thread of its own that exists from the first one on, and tells what
/// changed, and once a second what did not. If a look hangs, nothing is told, and what is tracked counts as failed in the end.
/// </summary>
/// <param name="name">Of the thread.</param>
/// <param name="every">From one look to the next.</param>
/// <param name="look">Reads all of them; must not throw.</param>
/// <param name="tell">Called on the thread; must not block.</param>
internal sealed class TrackWatcher(
    string name, TimeSpan every, Func<IReadOnlyList<Tracked>, IEnumerable<Reading>> look, Action<Reading> tell) : IDisposable
{
    private readonly AutoResetEvent _changed = new(false);
    private readonly Dictionary<Tracked, (Reading Reading, MonotonicTime At)> _told = [];
    private volatile IReadOnlyList<Tracked> _wanted = [];
    private volatile bool _stopping;
    private Thread? _thread;

    /// <summary>From the protocol thread: what to look at from now on. Never blocks.</summary>
    public void Watch(IReadOnlyList<Tracked> wanted)
    {
        _wanted = wanted;
        if (wanted.Count > 0 && _thread is null)
        {
            _thread = new Thread(Run, maxStackSize: 256 * 1024) { Name = name, IsBackground = true };
            _thread.Start();
        }

        _changed.Set();
    }

    public void Dispose()
    {
        _stopping = true;
        _changed.Set();

        // A thread that hangs in a file system is left behind: it is a background one.
        if (_thread is null || _thread.Join(TimeSpan.FromMilliseconds(100)))
        {
            _changed.Dispose();
        }
    }

    private void Run()
    {
        while (!_stopping)
        {
            IReadOnlyList<Tracked> wanted = _wanted;
            foreach (Reading reading in wanted.Count > 0 ? look(wanted) : [])
            {
                MonotonicTime now = MonotonicClock.Now;
                if (!_told.TryGetValue(reading.What, out (Reading Reading, MonotonicTime At) last)
                    || last.Reading != reading || now - last.At >= ReadingTable.ToldEvery)
                {
                    _told[reading.What] = (reading, now);
                    tell(reading);
                }
            }

            foreach (Tracked gone in _told.Keys.Where(one => !wanted.Contains(one)).ToArray())
            {
                _told.Remove(gone);
            }

            _changed.WaitOne(every);
        }
    }
}
