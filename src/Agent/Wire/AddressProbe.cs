using System.Buffers.Binary;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Wire;

/// <summary>
/// Asks who has an IPv4 address (RFC 5227 1.1): a broadcast ARP request from the sender 0.0.0.0, which therefore changes no cache. Whoever has the address
/// answers to the MAC address that asked; a machine without it stays silent.
/// </summary>
public static class ArpProbe
{
    /// <summary>Bytes; the network card pads to 60.</summary>
    public const int Length = ArpFrame.Length;

    /// <param name="mac">Six bytes: the interface's own, where the answer goes.</param>
    /// <param name="sender">
    /// Null: 0.0.0.0. Of an address that its owner may be probing for itself just now (a node that boots), an IPv4 address of this node: there a probe
    /// from another machine counts as a conflict (RFC 5227 2.1.1).
    /// </param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentException">An address is not IPv4.</exception>
    public static int Write(Span<byte> destination, ReadOnlySpan<byte> mac, Address target, Address? sender = null) =>
        ArpFrame.WriteRequest(destination, mac, sender, targetMac: [], target);
}

/// <summary>
/// The same for an IPv6 address: a neighbour solicitation (RFC 4861 4.3) from this node's own link-local address, never from the unspecified one. That would
/// be duplicate address detection (RFC 4862 5.4), before which a machine that is about to take the address rightly, as the next master, may have to give way.
/// </summary>
public static class NeighborSolicitation
{
    /// <summary>Bytes.</summary>
    public const int Length = EthernetFrame.HeaderLength + InternetHeader.IPv6Length + MessageLength;

    private const int MessageLength = 32;
    private const byte OptionSourceLinkLayerAddress = 1;
    private const byte OptionLengthInEightBytes = 1;

    /// <param name="mac">Six bytes: the interface's own, which is that of <paramref name="source"/> too.</param>
    /// <param name="source">A link-local address of the interface.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentException">An address is not IPv6, or the source is not link-local.</exception>
    public static int Write(Span<byte> destination, ReadOnlySpan<byte> mac, Address source, Address target)
    {
        if (!target.IsIPv6 || !source.IsLinkLocalIPv6)
        {
            throw new ArgumentException($"{target} must be IPv6, and {source} link-local.", nameof(target));
        }

        Span<byte> frame = destination[..Length];
        Span<byte> groupMac = stackalloc byte[EthernetFrame.MacLength];
        Address group = SolicitedNode(target);
        EthernetFrame.WriteGroupMac(groupMac, group);
        EthernetFrame.WriteHeader(frame, groupMac, mac, EthernetFrame.TypeIPv6);
        InternetHeader.WriteIPv6(frame[EthernetFrame.HeaderLength..], trafficClass: 0, ClaimFrame.IcmpV6, source, group, MessageLength);

        Span<byte> message = frame[^MessageLength..];
        message.Clear();
        message[0] = ClaimFrame.Solicitation;
        target.Write(message[8..]);
        message[24] = OptionSourceLinkLayerAddress;
        message[25] = OptionLengthInEightBytes;
        mac[..EthernetFrame.MacLength].CopyTo(message[26..]);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetHeader.UpperLayerChecksum(source, group, ClaimFrame.IcmpV6, message));
        return Length;
    }

    /// <summary>The group that every machine with the address is in (RFC 4291 2.7.1): ff02::1:ff00:0 with the address's last 24 bits.</summary>
    private static Address SolicitedNode(Address target)
    {
        Span<byte> bytes = stackalloc byte[16];
        target.Write(bytes);
        bytes[..13].Clear();
        bytes[0] = 0xff;
        bytes[1] = 0x02;
        bytes[11] = 0x01;
        bytes[12] = 0xff;
        return Address.Read(bytes);
    }
}
