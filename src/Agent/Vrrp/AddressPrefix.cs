namespace HotStandby.Agent.Vrrp;

/// <summary>An address with the length of its subnet prefix, as in "192.168.56.188/24".</summary>
public readonly record struct AddressPrefix(Address Address, byte PrefixLength)
{
    /// <summary>As it is in the kernel: IPv4 by itself, without its subnet. IPv6 knows no order of addresses that a prefix could disturb.</summary>
    public AddressPrefix AsBound => Address.IsIPv6 ? this : this with { PrefixLength = 32 };

    /// <summary>With no subnet: /32 or /128.</summary>
    public AddressPrefix Alone => this with { PrefixLength = (byte)(Address.Length * 8) };

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

    /// <summary>The same without the bits beyond the prefix length.</summary>
    public AddressPrefix Subnet()
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes = bytes[..Address.Length];
        Address.Write(bytes);
        for (int bit = PrefixLength; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new(Address.Read(bytes), PrefixLength);
    }

    public override string ToString() => $"{Address}/{PrefixLength}";
}
