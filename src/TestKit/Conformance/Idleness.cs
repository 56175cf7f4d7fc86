using System.Diagnostics.Tracing;
using System.Globalization;

namespace HotStandby.TestKit.Conformance;

/// <summary>Watches one thread for work: reads and writes as the kernel counts them, connections and look-ups as .NET tells of them.</summary>
internal sealed class Idleness : EventListener
{
    private static readonly string[] Sources = ["System.Net.Sockets", "System.Net.NameResolution", "System.Net.Http"];

    private readonly List<string> _seen = [];
    private int _thread;

    /// <summary>Runs <paramref name="quiet"/> several times on a thread of its own.</summary>
    /// <returns>Words for the work it did each time; null when it once did none: the first runs load code.</returns>
    public static string? WorkOf(Action quiet)
    {
        string? work = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                work = Watch(quiet);
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? work : throw new InvalidOperationException(failure.Message, failure);
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (Sources.Contains(eventSource.Name))
        {
            EnableEvents(eventSource, EventLevel.Informational);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (Environment.CurrentManagedThreadId == Volatile.Read(ref _thread))
        {
            _seen.Add($"{eventData.EventSource.Name} {eventData.EventName}");
        }
    }

    private static string? Watch(Action quiet)
    {
        using var watch = new Idleness();
        string? work = null;
        for (int attempt = 0; attempt < 6; attempt++)
        {
            (long before, long between) = (Calls(), Calls());
            Volatile.Write(ref watch._thread, Environment.CurrentManagedThreadId);
            quiet();
            Volatile.Write(ref watch._thread, 0);
            long own = between - before;
            long calls = Calls() - between - own;
            work = watch._seen.Count > 0 ? string.Join(", ", watch._seen.Distinct())
                : calls > 0 ? $"{calls} reads or writes"
                : null;
            if (work is null)
            {
                return null;
            }

            watch._seen.Clear();
        }

        return work;
    }

    /// <summary>Calls of read and write by this thread since its start, with those this look itself takes.</summary>
    private static long Calls() => File.ReadLines("/proc/thread-self/io")
        .Where(line => line.StartsWith("syscr:", StringComparison.Ordinal) || line.StartsWith("syscw:", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.AsSpan(6), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture));
}
