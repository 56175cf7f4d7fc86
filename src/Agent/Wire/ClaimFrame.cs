using System.Buffers.Binary;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Wire;

/// <summary>
/// Reads what a frame claims: the sender address of ARP (RFC 5227 2.4), the source of a neighbour solicitation, the target of a neighbour
/// advertisement (RFC 4861 4.3, 4.4). A probe claims nothing: its sender is 0.0.0.0 or ::. What RFC 4861 7.1 tells a receiver to drop is
/// dropped here too. An IPv6 packet whose ICMPv6 is not its first header is not looked into.
/// </summary>
internal static class ClaimFrame
{
    internal const byte IcmpV6 = 58;
    internal const byte Solicitation = 135;
    internal const byte Advertisement = 136;

    private const int ArpLength = 28;
    private const int TargetLength = 24;
    private const byte OptionSourceMac = 1;
    private const byte OptionTargetMac = 2;

    // Hardware type Ethernet, protocol type IPv4, their address lengths (RFC 826).
    private static ReadOnlySpan<byte> ArpOverEthernet => [0x00, 0x01, 0x08, 0x00, 6, 4];

    /// <returns>false for a frame that claims nothing, or is cut short.</returns>
    public static bool TryRead(ReadOnlySpan<byte> frame, out AddressClaim claim)
    {
        claim = default;
        if (frame.Length < EthernetFrame.HeaderLength)
        {
            return false;
        }

        return BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) switch
        {
            EthernetFrame.TypeArp => TryReadArp(frame[EthernetFrame.HeaderLength..], out claim),
            EthernetFrame.TypeIPv6 => TryReadNeighborDiscovery(frame, out claim),
            _ => false,
        };
    }

    private static bool TryReadArp(ReadOnlySpan<byte> packet, out AddressClaim claim)
    {
        claim = default;
        if (packet.Length < ArpLength || !packet.StartsWith(ArpOverEthernet) || packet[6] != 0 || packet[7] is not (1 or 2))
        {
            return false;
        }

        claim = new(Address.Read(packet[14..18]), MacAddress.Read(packet[8..]));
        return !claim.Address.IsUnspecified;
    }

    private static bool TryReadNeighborDiscovery(ReadOnlySpan<byte> frame, out AddressClaim claim)
    {
        claim = default;
        if (!EthernetFrame.Payload(frame, out ReadOnlySpan<byte> packet)
            || !IpPacket.TryRead(packet, out IpPacket ip)
            || !ip.IsSound
            || ip.Protocol != IcmpV6
            || ip.HopLimit != 255)
        {
            return false;
        }

        ReadOnlySpan<byte> message = ip.Payload;
        if (message.Length < TargetLength
            || message[0] is not (Solicitation or Advertisement)
            || message[1] != 0
            || InternetHeader.UpperLayerChecksum(ip.Source, ip.Destination, IcmpV6, message) != 0)
        {
            return false;
        }

        bool isSolicitation = message[0] == Solicitation;
        ReadOnlySpan<byte> mac = frame.Slice(6, EthernetFrame.MacLength);
        for (ReadOnlySpan<byte> options = message[TargetLength..]; !options.IsEmpty;)
        {
            int length = options.Length < 2 ? 0 : 8 * options[1];
            if (length == 0 || length > options.Length)
            {
                return false;
            }

            mac = options[0] == (isSolicitation ? OptionSourceMac : OptionTargetMac) ? options[2..8] : mac;
            options = options[length..];
        }

        claim = new(isSolicitation ? ip.Source : Address.Read(message[8..24]), MacAddress.Read(mac));
        return !claim.Address.IsUnspecified;
    }
}
