using System.Buffers.Binary;

namespace HotStandby.Agent.Vrrp;

/// <summary>The header fields of an IPv4 (RFC 791) or IPv6 (RFC 8200) packet that reception judges; a view over the bytes.</summary>
internal readonly ref struct IpPacket
{
    private IpPacket(Address source, Address destination, byte protocol, byte hopLimit, bool isSound, ReadOnlySpan<byte> payload)
    {
        Source = source;
        Destination = destination;
        Protocol = protocol;
        HopLimit = hopLimit;
        IsSound = isSound;
        Payload = payload;
    }

    public Address Source { get; }

    public Address Destination { get; }

    /// <summary>IPv6: the next header, so an extension header shows as itself.</summary>
    public byte Protocol { get; }

    /// <summary>TTL or hop limit.</summary>
    public byte HopLimit { get; }

    /// <summary>The lengths fit the bytes at hand, it is not a fragment, and the IPv4 header checksum is right (below IP nobody else looks).</summary>
    public bool IsSound { get; }

    /// <summary>Without Ethernet padding; empty when the header is unsound.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Reads a packet from its IP header on; false when the fixed header is not whole or is of another IP version.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out IpPacket packet)
    {
        packet = default;
        int version = bytes.IsEmpty ? 0 : bytes[0] >> 4;
        if (version == 4 && bytes.Length >= 20)
        {
            packet = ReadIPv4(bytes);
            return true;
        }

        if (version == 6 && bytes.Length >= 40)
        {
            packet = ReadIPv6(bytes);
            return true;
        }

        return false;
    }

    private static IpPacket ReadIPv4(ReadOnlySpan<byte> bytes)
    {
        int header = 4 * (bytes[0] & 0xf);
        int total = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        bool isFragment = (BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & 0x3fff) != 0;
        bool isSound = header >= 20
            && total >= header
            && total <= bytes.Length
            && !isFragment
            && InternetChecksum.Fold(InternetChecksum.Add(0, bytes[..header])) == InternetChecksum.Right;
        return new(
            Address.Read(bytes.Slice(12, 4)),
            Address.Read(bytes.Slice(16, 4)),
            bytes[9],
            bytes[8],
            isSound,
            isSound ? bytes[header..total] : default);
    }

    private static IpPacket ReadIPv6(ReadOnlySpan<byte> bytes)
    {
        int end = 40 + BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        bool isSound = end <= bytes.Length;
        return new(
            Address.Read(bytes.Slice(8, 16)),
            Address.Read(bytes.Slice(24, 16)),
            bytes[6],
            bytes[7],
            isSound,
            isSound ? bytes[40..end] : default);
    }
}
