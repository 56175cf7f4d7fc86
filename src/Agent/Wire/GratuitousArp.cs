using System.Buffers.Binary;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Wire;

/// <summary>
/// The broadcast that moves an IPv4 address to this node in every neighbour's ARP cache and every switch's table: an ARP request whose
/// sender and target address are the virtual address (RFC 9568 6.4.1, RFC 5227 1.2 calls it an ARP announcement). The target hardware
/// address, which receivers ignore, is the sender's, as in the errata's text.
/// </summary>
public static class GratuitousArp
{
    /// <summary>Bytes; the network card pads to 60.</summary>
    public const int Length = ArpFrame.Length;

    /// <param name="mac">Six bytes: the MAC address that serves the virtual address.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="vip"/> is not IPv4.</exception>
    public static int Write(Span<byte> destination, ReadOnlySpan<byte> mac, Address vip) =>
        ArpFrame.WriteRequest(destination, mac, sender: vip, targetMac: mac[..EthernetFrame.MacLength], target: vip);
}

/// <summary>
/// The same for an IPv6 address (RFC 9568 6.4.1, RFC 4861 4.4): to all nodes, with the Router flag (RFC 9568 wants it whatever the
/// kernel's forwarding says), unsolicited, and overriding what neighbours know.
/// </summary>
public static class UnsolicitedNeighborAdvertisement
{
    /// <summary>Bytes.</summary>
    public const int Length = EthernetFrame.HeaderLength + InternetHeader.IPv6Length + MessageLength;

    private const int MessageLength = 32;
    private const byte IcmpV6 = 58;
    private const byte TypeNeighborAdvertisement = 136;
    private const byte RouterAndOverride = 0xa0;
    private const byte OptionTargetLinkLayerAddress = 2;
    private const byte OptionLengthInEightBytes = 1;

    // ff02::1
    private static readonly Address AllNodes = Address.Read([0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

    /// <param name="mac">Six bytes: the MAC address that serves the virtual address.</param>
    /// <param name="source">An IPv6 address of this node: the virtual address itself, or the interface's link-local one.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentException">An address is not IPv6.</exception>
    public static int Write(Span<byte> destination, ReadOnlySpan<byte> mac, Address source, Address vip)
    {
        if (!vip.IsIPv6 || !source.IsIPv6)
        {
            throw new ArgumentException($"{source} and {vip} must be IPv6 addresses.", nameof(vip));
        }

        Span<byte> frame = destination[..Length];
        Span<byte> group = stackalloc byte[EthernetFrame.MacLength];
        EthernetFrame.WriteGroupMac(group, AllNodes);
        EthernetFrame.WriteHeader(frame, group, mac, EthernetFrame.TypeIPv6);
        InternetHeader.WriteIPv6(frame[EthernetFrame.HeaderLength..], trafficClass: 0, IcmpV6, source, AllNodes, MessageLength);

        Span<byte> message = frame[^MessageLength..];
        message.Clear();
        message[0] = TypeNeighborAdvertisement;
        message[4] = RouterAndOverride;
        vip.Write(message[8..]);
        message[24] = OptionTargetLinkLayerAddress;
        message[25] = OptionLengthInEightBytes;
        mac[..EthernetFrame.MacLength].CopyTo(message[26..]);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetHeader.UpperLayerChecksum(source, AllNodes, IcmpV6, message));
        return Length;
    }
}
