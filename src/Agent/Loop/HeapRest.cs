namespace HotStandby.Agent.Loop;

/// <summary>
/// When the heap is to be packed and what it does not need given back to the kernel: the collector keeps what a start, a reload or a flood has touched for
/// as long as nothing more is allocated, and an agent at rest allocates nothing. Pure: figures in, a decision out.
/// </summary>
/// <remarks>
/// Asked every <see cref="Every"/>. A packing stops every thread for a moment, as any collection (status <c>heap</c> says for how long; all collections of a
/// native agent on an overloaded machine: 2 ms on average with one virtual router, 6 with 250), so it happens only when there is something to gain and after
/// two quiet looks in a row; whoever polls status every second postpones it for no longer than <see cref="Patience"/>.
/// </remarks>
internal sealed class HeapRest
{
    /// <summary>Between two looks. Two of them and the packing fit well into the minute within which an agent is to be small again.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>Of allocation between two looks that counts as quiet: half of what the collector lets pass between two collections of its own.</summary>
    public const long Quiet = 512 * 1024;

    /// <summary>More than there was after the last packing: what is less is not worth a pause.</summary>
    public const long WorthIt = 1024 * 1024;

    /// <summary>Looks that were not quiet, although there was something to gain, after which it is packed all the same.</summary>
    public const int Patience = 4;

    private long _committedAfter;
    private long _allocatedBefore;
    private int _quietLooks;
    private int _waited;

    /// <summary>Whether to pack now.</summary>
    /// <param name="committed">Bytes that the heap holds of the kernel.</param>
    /// <param name="allocated">Bytes allocated since the start, by all threads.</param>
    public bool IsDue(long committed, long allocated)
    {
        bool quiet = allocated - _allocatedBefore <= Quiet;
        _allocatedBefore = allocated;
        _quietLooks = quiet ? _quietLooks + 1 : 0;
        bool gains = committed >= _committedAfter + WorthIt;
        _waited = gains ? _waited + 1 : 0;
        return gains && (_quietLooks >= 2 || _waited > Patience);
    }

    /// <summary>It was packed.</summary>
    /// <param name="committed">What the heap holds now.</param>
    public void Packed(long committed)
    {
        _committedAfter = committed;
        _waited = 0;
    }
}
