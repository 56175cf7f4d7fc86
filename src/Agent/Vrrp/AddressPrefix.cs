namespace HotStandby.Agent.Vrrp;

/// <summary>An address with the length of its subnet prefix, as in "192.168.56.188/24".</summary>
public readonly record struct AddressPrefix(Address Address, byte PrefixLength)
{
    /// <summary>Whether <paramref name="other"/> lies in this subnet.</summary>
    public bool Contains(Address other)
    {
        if (other.IsIPv6 != Address.IsIPv6)
        {
            return false;
        }

        Span<byte> mine = stackalloc byte[16];
        Span<byte> theirs = stackalloc byte[16];
        Address.Write(mine);
        other.Write(theirs);
        int whole = PrefixLength / 8;
        int rest = PrefixLength % 8;
        return mine[..whole].SequenceEqual(theirs[..whole])
            && (rest == 0 || (mine[whole] ^ theirs[whole]) >> (8 - rest) == 0);
    }

    public override string ToString() => $"{Address}/{PrefixLength}";
}
