using System.Buffers.Binary;
using System.Net.NetworkInformation;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>What a <see cref="WireTap"/> records.</summary>
internal enum WireEventKind
{
    /// <summary>VRRP advertisement, IPv4 or IPv6.</summary>
    Advertisement,

    /// <summary>ARP request or reply whose sender and target address are the same (RFC 5227 3, RFC 9568 8.1.2).</summary>
    GratuitousArp,

    /// <summary>Unsolicited neighbour advertisement (RFC 4861 4.4 with S = 0).</summary>
    NeighborAdvertisement,
}

/// <summary>
/// One frame on the wire, read without judging it: checksums and hop limits are not looked at, so that what an agent would drop is
/// recorded too.
/// </summary>
/// <param name="At">When the kernel saw the frame, on the lab's clock.</param>
/// <param name="Kind">What it is.</param>
/// <param name="SourceMac">Ethernet source.</param>
/// <param name="Source">IP source; of a gratuitous ARP its sender address.</param>
/// <param name="Version">Advertisement: 2 or 3 as sent. Else 0.</param>
/// <param name="Vrid">Advertisement only, else 0.</param>
/// <param name="Priority">Advertisement only, else 0.</param>
/// <param name="Interval">Advertisement: the interval it tells. Else zero.</param>
/// <param name="Target">Advertisement: its first virtual address. ARP and NA: the announced address.</param>
internal readonly record struct WireEvent(
    MonotonicTime At,
    WireEventKind Kind,
    PhysicalAddress SourceMac,
    Address Source,
    byte Version,
    byte Vrid,
    byte Priority,
    Duration Interval,
    Address Target)
{
    private const int EthernetHeader = 14;

    public bool IsAdvertisement => Kind == WireEventKind.Advertisement;

    /// <summary>A gratuitous ARP or an unsolicited neighbour advertisement.</summary>
    public bool IsAnnouncement => !IsAdvertisement;

    /// <summary>Reads an Ethernet frame; false when it is none of the three kinds, or cut short.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, MonotonicTime at, out WireEvent wireEvent)
    {
        wireEvent = default;
        if (frame.Length < EthernetHeader)
        {
            return false;
        }

        ReadOnlySpan<byte> packet = frame[EthernetHeader..];
        bool known = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) switch
        {
            0x0800 => TryReadIPv4(packet, out wireEvent),
            0x0806 => TryReadArp(packet, out wireEvent),
            0x86dd => TryReadIPv6(packet, out wireEvent),
            _ => false,
        };
        wireEvent = wireEvent with { At = at, SourceMac = new PhysicalAddress(frame[6..12].ToArray()) };
        return known;
    }

    private static bool TryReadArp(ReadOnlySpan<byte> packet, out WireEvent wireEvent)
    {
        wireEvent = default;
        if (packet.Length < 28 || !packet[14..18].SequenceEqual(packet[24..28]))
        {
            return false;
        }

        Address announced = Address.Read(packet[14..18]);
        wireEvent = new WireEvent { Kind = WireEventKind.GratuitousArp, Source = announced, Target = announced };
        return !announced.IsUnspecified;
    }

    private static bool TryReadIPv4(ReadOnlySpan<byte> packet, out WireEvent wireEvent)
    {
        wireEvent = default;
        return packet.Length >= 20
            && packet[9] == 112
            && packet.Length >= 4 * (packet[0] & 0xf)
            && TryReadAdvertisement(packet[(4 * (packet[0] & 0xf))..], Address.Read(packet[12..16]), out wireEvent);
    }

    private static bool TryReadIPv6(ReadOnlySpan<byte> packet, out WireEvent wireEvent)
    {
        wireEvent = default;
        if (packet.Length < 40)
        {
            return false;
        }

        Address source = Address.Read(packet[8..24]);
        ReadOnlySpan<byte> payload = packet[40..];
        if (packet[6] == 112)
        {
            return TryReadAdvertisement(payload, source, out wireEvent);
        }

        const byte IcmpV6 = 58;
        const byte NeighborAdvertisementType = 136;
        const byte SolicitedFlag = 0x40;
        if (packet[6] != IcmpV6 || payload.Length < 24 || payload[0] != NeighborAdvertisementType || (payload[4] & SolicitedFlag) != 0)
        {
            return false;
        }

        wireEvent = new WireEvent { Kind = WireEventKind.NeighborAdvertisement, Source = source, Target = Address.Read(payload[8..24]) };
        return true;
    }

    /// <summary>RFC 3768 5.1 and RFC 9568 5.1: the same layout but for the interval.</summary>
    private static bool TryReadAdvertisement(ReadOnlySpan<byte> message, Address source, out WireEvent wireEvent)
    {
        wireEvent = default;
        if (message.Length < 8 + source.Length)
        {
            return false;
        }

        var version = (byte)(message[0] >> 4);
        wireEvent = new WireEvent
        {
            Kind = WireEventKind.Advertisement,
            Source = source,
            Version = version,
            Vrid = message[1],
            Priority = message[2],
            Interval = version == 2
                ? Duration.FromSeconds(message[5])
                : Duration.FromCentiseconds(BinaryPrimitives.ReadUInt16BigEndian(message[4..]) & 0xfff),
            Target = Address.Read(message.Slice(8, source.Length)),
        };
        return true;
    }
}
