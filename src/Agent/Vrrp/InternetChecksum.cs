using System.Buffers.Binary;

namespace HotStandby.Agent.Vrrp;

/// <summary>The one's complement sum of RFC 1071 and the pseudo-headers VRRP puts in front of it.</summary>
internal static class InternetChecksum
{
    /// <summary>What <see cref="Fold"/> gives over bytes that hold their own, right checksum.</summary>
    public const ushort Right = 0xffff;

    /// <summary>Adds bytes to a sum, as 16-bit words in network byte order; an odd last byte counts as if a zero followed.</summary>
    public static ulong Add(ulong sum, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[2..];
        }

        return bytes.IsEmpty ? sum : sum + ((ulong)bytes[0] << 8);
    }

    /// <summary>
    /// Adds the pseudo-header: IPv4 source, destination, zero, protocol, 16-bit length; IPv6 as RFC 8200 8.1. The words are the same but for the
    /// addresses, because the length of a VRRP message fits 16 bits.
    /// </summary>
    public static ulong AddPseudoHeader(ulong sum, Address source, Address destination, int length)
    {
        Span<byte> bytes = stackalloc byte[16];
        source.Write(bytes);
        sum = Add(sum, bytes[..source.Length]);
        destination.Write(bytes);
        return Add(sum, bytes[..destination.Length]) + AdvertisementCodec.Protocol + (ulong)length;
    }

    /// <summary>The sum folded to 16 bits, not complemented.</summary>
    public static ushort Fold(ulong sum)
    {
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)sum;
    }
}
