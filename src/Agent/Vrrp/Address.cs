using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace HotStandby.Agent.Vrrp;

/// <summary>
/// An IPv4 or IPv6 address as a value, without scope id. Compares as VRRP wants it: unsigned, in network byte order
/// (RFC 9568 6.4.3, the tie-break), within one family.
/// </summary>
public readonly record struct Address : IComparable<Address>
{
    private readonly UInt128 _bits;

    private Address(bool isIPv6, UInt128 bits)
    {
        IsIPv6 = isIPv6;
        _bits = bits;
    }

    public bool IsIPv6 { get; }

    /// <summary>4 or 16.</summary>
    public int Length => IsIPv6 ? 16 : 4;

    /// <summary>Reads 4 or 16 bytes in network byte order.</summary>
    /// <exception cref="ArgumentException">Another length.</exception>
    public static Address Read(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        4 => new(false, BinaryPrimitives.ReadUInt32BigEndian(bytes)),
        16 => new(true, BinaryPrimitives.ReadUInt128BigEndian(bytes)),
        _ => throw new ArgumentException("An address is 4 or 16 bytes.", nameof(bytes)),
    };

    public static Address From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        return Read(bytes[..written]);
    }

    /// <exception cref="FormatException">Not an address.</exception>
    public static Address Parse(string text) => From(IPAddress.Parse(text));

    /// <summary>Writes <see cref="Length"/> bytes in network byte order.</summary>
    public void Write(Span<byte> destination)
    {
        if (IsIPv6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(destination, _bits);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)_bits);
        }
    }

    /// <summary>fe80::/10.</summary>
    public bool IsLinkLocalIPv6 => IsIPv6 && (_bits >> 118) == 0x3fa;

    /// <summary>224.0.0.0/4 or ff00::/8.</summary>
    public bool IsMulticast => IsIPv6 ? (_bits >> 120) == 0xff : ((uint)_bits >> 28) == 0xe;

    /// <summary>0.0.0.0 or ::.</summary>
    public bool IsUnspecified => _bits == 0;

    public AddressFamily Family => IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        Write(bytes);
        return new IPAddress(bytes[..Length]);
    }

    /// <summary>Unsigned, network byte order; IPv4 before IPv6.</summary>
    public int CompareTo(Address other) => IsIPv6 == other.IsIPv6 ? _bits.CompareTo(other._bits) : IsIPv6.CompareTo(other.IsIPv6);

    public static bool operator <(Address left, Address right) => left.CompareTo(right) < 0;

    public static bool operator >(Address left, Address right) => left.CompareTo(right) > 0;

    public static bool operator <=(Address left, Address right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Address left, Address right) => left.CompareTo(right) >= 0;

    public override string ToString() => ToIPAddress().ToString();
}
