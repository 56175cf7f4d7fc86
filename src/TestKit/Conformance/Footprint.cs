namespace HotStandby.TestKit.Conformance;

/// <summary>What this process holds of the machine: descriptors, threads, child processes.</summary>
internal static class Footprint
{
    /// <summary>How many plugins are made at once: what each of them holds shows up that many times, and other tests' noise does not.</summary>
    public const int Many = 48;

    private const int Attempts = 4;
    private const long Quiet = 32 * 1024 * 1024;

    /// <summary>Does something <see cref="Many"/> times and looks what is held more while <paramref name="keep"/>'s things live.</summary>
    /// <returns>
    /// Words for what is held, or null when nothing is. Seen in every one of several attempts, or it does not count; an attempt in which nothing was seen
    /// counts when the garbage collector did not come meanwhile: what it closed would be open on a machine where it comes later.
    /// </returns>
    public static string? Growth(Func<IDisposable?> keep)
    {
        string? seen = null;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            bool collectorIsHeldOff = HoldCollectorOff();
            int collections = GC.CollectionCount(0);
            bool collected;
            (int descriptors, int threads, int children) = Now();
            var kept = new List<IDisposable?>();
            try
            {
                for (int i = 0; i < Many; i++)
                {
                    kept.Add(keep());
                }

                (int descriptorsAfter, int threadsAfter, int childrenAfter) = Now();
                seen = Words(descriptorsAfter - descriptors, threadsAfter - threads, childrenAfter - children);
                collected = GC.CollectionCount(0) != collections;
            }
            finally
            {
                LetCollectorCome(collectorIsHeldOff);
                kept.ForEach(one => one?.Dispose());
            }

            if (seen is null && !collected)
            {
                return null;
            }
        }

        return seen;
    }

    /// <returns>Whether it will not come before <see cref="Quiet"/> bytes are allocated; false when another test holds it off or begins a collection just now.</returns>
    private static bool HoldCollectorOff()
    {
        try
        {
            return GC.TryStartNoGCRegion(Quiet);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void LetCollectorCome(bool wasHeldOff)
    {
        try
        {
            if (wasHeldOff)
            {
                GC.EndNoGCRegion();
            }
        }
        catch (InvalidOperationException)
        {
            // More was allocated, and it has come.
        }
    }

    private static string? Words(int descriptors, int threads, int children)
    {
        string[] grown =
        [
            .. new[] { (descriptors, "open descriptors (files, sockets, pipes)"), (threads, "threads"), (children, "child processes") }
                .Where(one => one.Item1 >= Many)
                .Select(one => $"{one.Item1} {one.Item2}"),
        ];
        return grown.Length == 0 ? null : string.Join(" and ", grown);
    }

    private static (int Descriptors, int Threads, int Children) Now() => (
        Directory.GetFileSystemEntries("/proc/self/fd").Length,
        Directory.GetDirectories("/proc/self/task").Length,
        Children());

    private static int Children()
    {
        int count = 0;
        foreach (string task in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                count += File.ReadAllText(task + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
            }
            catch (IOException)
            {
                // The thread ended meanwhile.
            }
        }

        return count;
    }
}
