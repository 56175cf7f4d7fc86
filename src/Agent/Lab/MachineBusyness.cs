using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>
/// How long this machine has kept a process waiting that wanted to run: a thread asks for a millisecond's sleep over and over, and notes by how much
/// it overslept. What a step took on a machine that is busy with something else is no measure of the file.
/// </summary>
internal sealed class MachineBusyness : IDisposable
{
    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(1);

    private readonly Thread _thread;
    private readonly Func<MonotonicTime> _clock;
    private readonly Action<TimeSpan> _sleep;
    private volatile bool _ended;
    private long _worst;

    public MachineBusyness() : this(() => LabClock.Now, Thread.Sleep)
    {
    }

    /// <summary>With a clock and a sleep of a test's.</summary>
    internal MachineBusyness(Func<MonotonicTime> clock, Action<TimeSpan> sleep)
    {
        (_clock, _sleep) = (clock, sleep);
        _thread = new Thread(Run) { Name = "busyness", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The longest wait since the last call.</summary>
    public Duration TakeWorst() => new(Interlocked.Exchange(ref _worst, 0));

    /// <summary>Above this a step's times are not the file's: a quarter of the shortest interval, at least 20 ms, which a machine at rest stays below.</summary>
    public static Duration Limit(Duration shortestInterval) => new(Math.Max(20_000_000, shortestInterval.Nanoseconds / 4));

    public void Dispose()
    {
        _ended = true;
        _thread.Join();
    }

    private void Run()
    {
        while (!_ended)
        {
            MonotonicTime before = _clock();
            _sleep(Nap);
            long late = (_clock() - before).Nanoseconds - (long)Nap.TotalNanoseconds;
            long known = Interlocked.Read(ref _worst);
            while (late > known && Interlocked.CompareExchange(ref _worst, late, known) is long other && other != known)
            {
                known = other;
            }
        }
    }
}
