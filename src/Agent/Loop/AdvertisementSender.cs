using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.Agent.Loop;

/// <summary>One advert that is to be sent.</summary>
/// <param name="Sequence">Of a signed one, else 0.</param>
public readonly record struct OutgoingAdvertisement(byte Priority, Duration Interval, Address Source, ulong Sequence);

/// <summary>Sends the adverts of one virtual router, to the group or to each peer. Allocates nothing while they can be sent.</summary>
public sealed class AdvertisementSender(InterfaceRuntime device)
{
    private static readonly byte[] NoMac = new byte[EthernetFrame.MacLength];

    private readonly UnicastSender _unicast = new();

    /// <param name="servingMac">The MAC address that multicast adverts come from.</param>
    /// <returns>Null, or why nobody could be sent to: a peer that is off must not cost this node the role.</returns>
    public string? Send(
        VirtualRouterSettings settings, InterfaceChannel channel, LinkState link, ReadOnlySpan<byte> servingMac, in OutgoingAdvertisement advertisement)
    {
        Span<byte> frame = device.Frame;
        if (settings.Unicast is not UnicastSettings unicast)
        {
            int sent = AdvertisementFrame.Write(frame, servingMac, advertisement.Source, settings.Group, Message(settings, advertisement, settings.Group));
            return channel.Send(frame[..sent]);
        }

        string? problem = null;
        bool any = false;
        for (int i = 0; i < unicast.Peers.Count; i++)
        {
            // The pseudo-header of the checksum has the real destination: another message for each peer.
            Address peer = unicast.Peers[i];
            int length = AdvertisementFrame.Write(frame, NoMac, link.MacAddress, advertisement.Source, peer, Message(settings, advertisement, peer));
            string? refusal = _unicast.Send(device, channel, link, peer, frame[..length]);
            any |= refusal is null;
            problem ??= refusal;
        }

        return any ? null : problem;
    }

    private ReadOnlySpan<byte> Message(VirtualRouterSettings settings, in OutgoingAdvertisement advertisement, Address destination)
    {
        Span<byte> message = device.Message;
        int length = AdvertisementCodec.Write(
            message, settings, advertisement.Priority, advertisement.Interval, advertisement.Source, destination, advertisement.Sequence);
        return message[..length];
    }
}
