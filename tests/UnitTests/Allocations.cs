namespace HotStandby.UnitTests;

/// <summary>What a piece of work allocates when it is done again and again.</summary>
internal static class Allocations
{
    /// <summary>How often <see cref="Of"/> does the work in all.</summary>
    public const int Runs = WarmUp + Counted;

    /// <summary>Often enough for the JIT to have done its own allocating.</summary>
    private const int WarmUp = 100;

    private const int Counted = 1000;

    /// <returns>Bytes that this thread allocated in 1000 runs, after 100 that do not count.</returns>
    public static long Of(Action work)
    {
        for (int i = 0; i < WarmUp; i++)
        {
            work();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Counted; i++)
        {
            work();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
