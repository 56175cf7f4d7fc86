using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Wire;

/// <summary>A VRRP advertisement as it goes on the wire (RFC 9568 5.1): Ethernet, then IPv4 or IPv6, then the message.</summary>
public static class AdvertisementFrame
{
    /// <summary>IANA's protocol number of VRRP.</summary>
    public const byte Protocol = 112;

    // Internetwork control, CS6: precedence 6 (RFC 2474 4.2.2.2), as keepalived marks its adverts.
    private const byte TypeOfService = 0xc0;

    /// <summary>The length of a frame that carries a message of <paramref name="messageLength"/> bytes.</summary>
    public static int Length(bool ipv6, int messageLength) =>
        EthernetFrame.HeaderLength + (ipv6 ? InternetHeader.IPv6Length : InternetHeader.IPv4Length) + messageLength;

    /// <summary>Writes an advert to a multicast group.</summary>
    /// <param name="sourceMac">Six bytes.</param>
    /// <param name="source">The interface's primary or link-local address; its family decides between IPv4 and IPv6.</param>
    /// <param name="destinationAddress">224.0.0.18, ff02::12 or another multicast group.</param>
    /// <param name="vrrpMessage">With its checksum.</param>
    /// <returns>The frame's length; the rest of <paramref name="destination"/> stays as it was.</returns>
    /// <exception cref="ArgumentException">The families differ, or the destination is not a group.</exception>
    public static int Write(
        Span<byte> destination,
        ReadOnlySpan<byte> sourceMac,
        Address source,
        Address destinationAddress,
        ReadOnlySpan<byte> vrrpMessage)
    {
        Span<byte> destinationMac = stackalloc byte[EthernetFrame.MacLength];
        EthernetFrame.WriteGroupMac(destinationMac, destinationAddress);
        return Write(destination, destinationMac, sourceMac, source, destinationAddress, vrrpMessage);
    }

    /// <summary>As the other, to a given MAC address: a unicast peer.</summary>
    /// <exception cref="ArgumentException">The families differ.</exception>
    public static int Write(
        Span<byte> destination,
        ReadOnlySpan<byte> destinationMac,
        ReadOnlySpan<byte> sourceMac,
        Address source,
        Address destinationAddress,
        ReadOnlySpan<byte> vrrpMessage)
    {
        if (source.IsIPv6 != destinationAddress.IsIPv6)
        {
            throw new ArgumentException($"{source} and {destinationAddress} are of two families.", nameof(destinationAddress));
        }

        int length = Length(source.IsIPv6, vrrpMessage.Length);
        Span<byte> frame = destination[..length];
        Span<byte> packet = frame[EthernetFrame.HeaderLength..];
        if (source.IsIPv6)
        {
            EthernetFrame.WriteHeader(frame, destinationMac, sourceMac, EthernetFrame.TypeIPv6);
            InternetHeader.WriteIPv6(packet, TypeOfService, Protocol, source, destinationAddress, vrrpMessage.Length);
        }
        else
        {
            EthernetFrame.WriteHeader(frame, destinationMac, sourceMac, EthernetFrame.TypeIPv4);
            InternetHeader.WriteIPv4(packet, TypeOfService, Protocol, source, destinationAddress, vrrpMessage.Length);
        }

        vrrpMessage.CopyTo(frame[^vrrpMessage.Length..]);
        return length;
    }
}
