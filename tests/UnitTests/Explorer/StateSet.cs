namespace HotStandby.UnitTests.Explorer;

/// <summary>128-bit hashes of the states that were seen, 16 bytes each: among 100 million the odds of two alike are below 1 in 10^22.</summary>
internal sealed class StateSet
{
    private UInt128[] _slots = new UInt128[1 << 16];

    public int Count { get; private set; }

    /// <summary>False when it was there already.</summary>
    public bool Add(UInt128 hash)
    {
        // Zero marks a free place.
        hash = hash == 0 ? 1 : hash;
        if (Count >= _slots.Length / 4 * 3)
        {
            Grow();
        }

        ref UInt128 slot = ref Find(_slots, hash);
        if (slot == hash)
        {
            return false;
        }

        slot = hash;
        Count++;
        return true;
    }

    private static ref UInt128 Find(UInt128[] slots, UInt128 hash)
    {
        int at = (int)(ulong)hash & (slots.Length - 1);
        while (slots[at] != 0 && slots[at] != hash)
        {
            at = (at + 1) & (slots.Length - 1);
        }

        return ref slots[at];
    }

    private void Grow()
    {
        UInt128[] larger = new UInt128[_slots.Length * 2];
        foreach (UInt128 hash in _slots)
        {
            if (hash != 0)
            {
                Find(larger, hash) = hash;
            }
        }

        _slots = larger;
    }
}
