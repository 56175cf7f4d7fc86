using System.Buffers.Binary;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Wire;

/// <summary>Ethernet II, and what the agent needs of its multicast mapping and VLAN tags.</summary>
public static class EthernetFrame
{
    public const int HeaderLength = 14;
    public const int MacLength = 6;

    internal const ushort TypeIPv4 = 0x0800;
    internal const ushort TypeArp = 0x0806;
    internal const ushort TypeVlan = 0x8100;
    internal const ushort TypeIPv6 = 0x86dd;

    private const int TagLength = 4;
    private const ushort VlanIdMask = 0x0fff;

    /// <summary>
    /// The IP packet in a frame, cut to the length its IP header states where that is shorter (Ethernet pads to 60 bytes); a length that
    /// is too long stays for the reader of the packet to refuse. A priority tag (802.1Q with VLAN 0) is stripped; a frame of another VLAN
    /// belongs to that VLAN's own interface, though the kernel shows it to a capture on the parent too.
    /// </summary>
    /// <returns>false for anything but IPv4 and IPv6, and for a frame that ends inside its headers.</returns>
    public static bool Payload(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> ipPacket)
    {
        ipPacket = default;
        if (frame.Length < HeaderLength)
        {
            return false;
        }

        ushort type = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        ReadOnlySpan<byte> rest = frame[HeaderLength..];
        if (type == TypeVlan)
        {
            if (rest.Length < TagLength || (BinaryPrimitives.ReadUInt16BigEndian(rest) & VlanIdMask) != 0)
            {
                return false;
            }

            type = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            rest = rest[TagLength..];
        }

        int stated;
        switch (type)
        {
            case TypeIPv4 when rest.Length >= InternetHeader.IPv4Length:
                stated = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
                break;
            case TypeIPv6 when rest.Length >= InternetHeader.IPv6Length:
                stated = InternetHeader.IPv6Length + BinaryPrimitives.ReadUInt16BigEndian(rest[4..]);
                break;
            default:
                return false;
        }

        ipPacket = stated < rest.Length ? rest[..stated] : rest;
        return true;
    }

    /// <summary>Who sent a frame; of one that <see cref="Payload"/> takes.</summary>
    public static MacAddress Source(ReadOnlySpan<byte> frame) => MacAddress.Read(frame[MacLength..]);

    /// <summary>The MAC address of a multicast group (RFC 1112 6.4, RFC 2464 7).</summary>
    /// <exception cref="ArgumentException">Not a multicast address: its MAC address would have to be resolved.</exception>
    internal static void WriteGroupMac(Span<byte> destination, Address group)
    {
        if (!group.IsMulticast)
        {
            throw new ArgumentException($"{group} is not a multicast group: give its MAC address.", nameof(group));
        }

        Span<byte> bytes = stackalloc byte[16];
        group.Write(bytes);
        if (group.IsIPv6)
        {
            destination[0] = 0x33;
            destination[1] = 0x33;
            bytes[12..16].CopyTo(destination[2..]);
        }
        else
        {
            destination[0] = 0x01;
            destination[1] = 0x00;
            destination[2] = 0x5e;
            destination[3] = (byte)(bytes[1] & 0x7f);
            bytes[2..4].CopyTo(destination[4..]);
        }
    }

    internal static void WriteHeader(Span<byte> destination, ReadOnlySpan<byte> destinationMac, ReadOnlySpan<byte> sourceMac, ushort type)
    {
        destinationMac[..MacLength].CopyTo(destination);
        sourceMac[..MacLength].CopyTo(destination[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(destination[12..], type);
    }
}
