using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Wire;

/// <summary>A broadcast ARP request on Ethernet for IPv4 (RFC 826): what announces an address and what asks for one.</summary>
internal static class ArpFrame
{
    /// <summary>Bytes; the network card pads to 60.</summary>
    public const int Length = 42;

    private static ReadOnlySpan<byte> Broadcast => [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

    // Hardware type Ethernet, protocol type IPv4, their address lengths, operation request.
    private static ReadOnlySpan<byte> FixedPart => [0x00, 0x01, 0x08, 0x00, 6, 4, 0x00, 0x01];

    /// <param name="mac">Six bytes: the sender's, of the frame and in it.</param>
    /// <param name="sender">Null: 0.0.0.0.</param>
    /// <param name="targetMac">Six bytes, which receivers of a request ignore; none: zeros.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentException">An address is not IPv4.</exception>
    public static int WriteRequest(Span<byte> destination, ReadOnlySpan<byte> mac, Address? sender, ReadOnlySpan<byte> targetMac, Address target)
    {
        if (target.IsIPv6 || sender is { IsIPv6: true })
        {
            throw new ArgumentException($"{(target.IsIPv6 ? target : sender)} is not an IPv4 address.", nameof(target));
        }

        Span<byte> frame = destination[..Length];
        frame.Clear();
        EthernetFrame.WriteHeader(frame, Broadcast, mac, EthernetFrame.TypeArp);
        FixedPart.CopyTo(frame[14..]);
        mac[..EthernetFrame.MacLength].CopyTo(frame[22..]);
        sender?.Write(frame[28..]);
        targetMac.CopyTo(frame.Slice(32, EthernetFrame.MacLength));
        target.Write(frame[38..]);
        return Length;
    }
}
