using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>Sums with subnets that the lab's addressing needs.</summary>
internal static class Subnet
{
    /// <summary>How many addresses from the top of a subnet are tried for a free one.</summary>
    private const int Tries = 64;

    /// <summary>The subnet of an address; a host prefix (/32, /128) says nothing about its wire and counts as /24 or /64.</summary>
    public static AddressPrefix Of(AddressPrefix address)
    {
        bool isHost = address.PrefixLength == address.Address.Length * 8;
        byte length = isHost ? Usual(address.Address) : address.PrefixLength;
        Span<byte> bytes = stackalloc byte[16];
        bytes = bytes[..address.Address.Length];
        address.Address.Write(bytes);
        for (int bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new AddressPrefix(Address.Read(bytes), length);
    }

    /// <summary>24 for IPv4, 64 for IPv6.</summary>
    public static byte Usual(Address address) => address.IsIPv6 ? (byte)64 : (byte)24;

    /// <summary>
    /// A host address of the subnet that is not in <paramref name="taken"/>, counted down from five below its last; it is added to
    /// <paramref name="taken"/>.
    /// </summary>
    /// <exception cref="LabException">The subnet is too small or full.</exception>
    public static AddressPrefix FreeAddress(AddressPrefix subnet, ISet<Address> taken)
    {
        int hostBits = (subnet.Address.Length * 8) - subnet.PrefixLength;
        int last = (1 << Math.Min(hostBits, 16)) - 1;
        for (int host = last - 5; host > Math.Max(0, last - 5 - Tries); host--)
        {
            Address candidate = With(subnet.Address, host);
            if (taken.Add(candidate))
            {
                return new AddressPrefix(candidate, subnet.PrefixLength);
            }
        }

        throw new LabException($"The subnet {subnet} has no free address for the lab's client; use a shorter prefix.");
    }

    private static Address With(Address network, int host)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes = bytes[..network.Length];
        network.Write(bytes);
        bytes[^1] |= (byte)host;
        bytes[^2] |= (byte)(host >> 8);
        return Address.Read(bytes);
    }
}
