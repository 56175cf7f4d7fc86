using System.Buffers.Binary;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>IP packets as a peer would send them, and ways to spoil them. Its checksums are its own, not the codec's.</summary>
internal static class Packets
{
    public static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal).Replace("|", "", StringComparison.Ordinal));

    /// <summary>A whole packet with the advert of these settings.</summary>
    public static byte[] Advert(VirtualRouterSettings settings, Address source, byte? priority = null, Duration? interval = null, ulong sequence = 0)
    {
        Address group = AdvertisementCodec.Group(settings.IsIPv6);
        byte[] message = new byte[AdvertisementCodec.Length(settings)];
        AdvertisementCodec.Write(message, settings, priority ?? settings.Priority, interval ?? settings.AdvertisementInterval, source, group, sequence);
        return Ip(message, source, group);
    }

    /// <summary>A whole packet with a signed advert.</summary>
    public static byte[] Signed(VirtualRouterSettings settings, Address source, ulong sequence, byte? priority = null)
    {
        Address group = AdvertisementCodec.Group(settings.IsIPv6);
        byte[] message = new byte[AdvertisementCodec.Length(settings)];
        AdvertisementCodec.Write(message, settings, priority ?? settings.Priority, settings.AdvertisementInterval, source, group, sequence);
        return Ip(message, source, group);
    }

    public static byte[] Ip(ReadOnlySpan<byte> message, Address source, Address destination, byte ttl = 255, byte protocol = 112, int optionWords = 0)
    {
        int header = source.IsIPv6 ? 40 : 20 + (4 * optionWords);
        byte[] packet = new byte[header + message.Length];
        message.CopyTo(packet.AsSpan(header));
        if (source.IsIPv6)
        {
            packet[0] = 0x6c;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)message.Length);
            packet[6] = protocol;
            packet[7] = ttl;
            source.Write(packet.AsSpan(8));
            destination.Write(packet.AsSpan(24));
            return packet;
        }

        packet[0] = (byte)(0x45 + optionWords);
        packet[1] = 0xc0;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[8] = ttl;
        packet[9] = protocol;
        source.Write(packet.AsSpan(12));
        destination.Write(packet.AsSpan(16));
        packet.AsSpan(20, 4 * optionWords).Fill(1);
        MendHeader(packet);
        return packet;
    }

    /// <summary>Puts the right IPv4 header checksum in.</summary>
    public static byte[] MendHeader(byte[] packet)
    {
        int header = 4 * (packet[0] & 0xf);
        packet[10] = packet[11] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), (ushort)~Sum(packet.AsSpan(0, Math.Min(header, packet.Length))));
        return packet;
    }

    /// <summary>Changes the VRRP message of a good packet and puts the right checksum in, in the pseudo-header form where there are two.</summary>
    public static byte[] Change(byte[] packet, Func<byte[], byte[]> change)
    {
        bool isIPv6 = packet[0] >> 4 == 6;
        int header = isIPv6 ? 40 : 4 * (packet[0] & 0xf);
        Address source = Address.Read(isIPv6 ? packet.AsSpan(8, 16) : packet.AsSpan(12, 4));
        Address destination = Address.Read(isIPv6 ? packet.AsSpan(24, 16) : packet.AsSpan(16, 4));
        byte[] message = change(packet[header..]);
        if (message.Length >= 8)
        {
            message[6] = message[7] = 0;
            byte[] pseudo = message[0] >> 4 == 2 ? [] : Pseudo(source, destination, message.Length);
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), (ushort)~Sum([.. pseudo, .. message]));
        }

        return Ip(message, source, destination, isIPv6 ? packet[7] : packet[8]);
    }

    /// <summary>The same packet with one bit turned.</summary>
    public static byte[] Flip(byte[] packet, int bit)
    {
        byte[] copy = [.. packet];
        copy[bit / 8] ^= (byte)(1 << (bit % 8));
        return copy;
    }

    /// <summary>RFC 1071, as a slow definition.</summary>
    public static ushort Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += (uint)bytes[i] << (i % 2 == 0 ? 8 : 0);
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)sum;
    }

    private static byte[] Pseudo(Address source, Address destination, int length)
    {
        byte[] bytes = new byte[(2 * source.Length) + 4];
        source.Write(bytes);
        destination.Write(bytes.AsSpan(source.Length));
        bytes[^3] = 112;
        bytes[^1] = (byte)length;
        bytes[^4] = 0;
        if (length > 255)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, "Only short messages are needed here.");
        }

        return [.. bytes[..^4], 0, 112, (byte)(length >> 8), (byte)length];
    }
}
