using System.Buffers.Binary;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Wire;

/// <summary>The IP headers the agent sends: no options, no fragments, TTL or hop limit 255.</summary>
internal static class InternetHeader
{
    public const int IPv4Length = 20;
    public const int IPv6Length = 40;

    /// <summary>What VRRP and ND demand of what they receive: nothing that a router forwarded (RFC 5082).</summary>
    private const byte TimeToLive = 255;

    /// <summary>RFC 791: identification 0, no flags, as the frames of other VRRP speakers have it.</summary>
    public static void WriteIPv4(Span<byte> destination, byte typeOfService, byte protocol, Address source, Address target, int payloadLength)
    {
        Span<byte> header = destination[..IPv4Length];
        header.Clear();
        header[0] = 0x45;
        header[1] = typeOfService;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], checked((ushort)(IPv4Length + payloadLength)));
        header[8] = TimeToLive;
        header[9] = protocol;
        source.Write(header[12..]);
        target.Write(header[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], Fold(Sum(header)));
    }

    /// <summary>RFC 8200: flow label 0.</summary>
    public static void WriteIPv6(Span<byte> destination, byte trafficClass, byte nextHeader, Address source, Address target, int payloadLength)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, 0x6000_0000u | ((uint)trafficClass << 20));
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], checked((ushort)payloadLength));
        destination[6] = nextHeader;
        destination[7] = TimeToLive;
        source.Write(destination[8..]);
        target.Write(destination[24..]);
    }

    /// <summary>The checksum of an upper layer over its pseudo-header (RFC 8200 8.1), its checksum field being zero.</summary>
    public static ushort UpperLayerChecksum(Address source, Address target, byte nextHeader, ReadOnlySpan<byte> message)
    {
        Span<byte> addresses = stackalloc byte[32];
        source.Write(addresses);
        target.Write(addresses[16..]);
        return Fold(Sum(addresses) + (uint)message.Length + nextHeader + Sum(message));
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        int i = 0;
        for (; i + 1 < bytes.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        }

        return i < bytes.Length ? sum + ((uint)bytes[i] << 8) : sum;
    }

    /// <summary>RFC 1071: one's complement of the one's complement sum.</summary>
    private static ushort Fold(uint sum)
    {
        while (sum > 0xffff)
        {
            sum = (sum >> 16) + (sum & 0xffff);
        }

        return (ushort)~sum;
    }
}
