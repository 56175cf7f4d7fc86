using System.Runtime;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Status;

namespace HotStandby.Agent.Loop;

/// <summary>
/// Packs the heap of an agent at rest and gives the kernel back what it does not need, on a thread of its own (<see cref="HeapRest"/> says when). The
/// protocol thread is stopped for the time of it, as by every collection; so the thread runs with the same priority, or who waits would wait for
/// whatever else the machine has to do.
/// </summary>
internal sealed class HeapPacker : IDisposable
{
    private readonly object _lock = new();
    private readonly HeapRest _rest = new();
    private readonly int? _realtimePriority;
    private readonly Thread _thread;
    private bool _stopping;
    private long _packings;
    private double? _worst;

    /// <summary>Starts.</summary>
    /// <param name="realtimePriority">Of the protocol thread, 1..99; null: it has none.</param>
    public HeapPacker(int? realtimePriority)
    {
        _realtimePriority = realtimePriority;
        _thread = new Thread(Run, maxStackSize: 256 * 1024) { Name = "heap", IsBackground = true };
        _thread.Start();
    }

    /// <summary>How the heap fares.</summary>
    public HeapStatus Status()
    {
        lock (_lock)
        {
            return new HeapStatus(Committed, GC.CollectionCount(0), GC.GetTotalPauseDuration().TotalMilliseconds, _packings, _worst);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _stopping = true;
            Monitor.PulseAll(_lock);
        }

        _thread.Join();
    }

    /// <summary>As of the last collection: what came since is less than the bound of the youngest generation.</summary>
    private static long Committed => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;

    private void Run()
    {
        if (_realtimePriority is int priority)
        {
            // Refused: the protocol thread says so.
            _ = RealtimeScheduling.UseFifo(priority);
        }

        lock (_lock)
        {
            while (!_stopping)
            {
                Monitor.Wait(_lock, HeapRest.Every);
                if (!_stopping && _rest.IsDue(Committed, GC.GetTotalAllocatedBytes()))
                {
                    Pack();
                }
            }
        }
    }

    private void Pack()
    {
        TimeSpan before = GC.GetTotalPauseDuration();
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;

        // Aggressive is the one that gives memory back at once; the others keep it for what may come.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _worst = Math.Max(_worst ?? 0, (GC.GetTotalPauseDuration() - before).TotalMilliseconds);
        _packings++;
        _rest.Packed(Committed);
    }
}
