using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.Agent.Loop;

/// <summary>
/// Brings one advert to one unicast peer: below netfilter when the kernel knows the peer's MAC address, else through the kernel, which
/// resolves the peer or the gateway before it and keeps the packet meanwhile. Never blocks.
/// </summary>
public sealed class UnicastSender
{
    private readonly HashSet<Address> _verifying = [];

    /// <param name="frame">A whole Ethernet frame; its destination MAC address is filled in.</param>
    /// <returns>null when it went, else why not.</returns>
    public string? Send(InterfaceRuntime device, InterfaceChannel channel, LinkState link, Address peer, Span<byte> frame)
    {
        bool isStale = false;
        bool known = device.Neighbors?.TryFind(link.Index, peer, frame[..EthernetFrame.MacLength], out isStale) == true;
        if (known && !isStale)
        {
            _verifying.Remove(peer);
            return channel.Send(frame);
        }

        // The kernel does not see what is sent below it, so it would never ask again whether a peer still has its MAC address: one advert
        // goes its way each time that is due. When a firewall keeps that from coming about, the MAC address it has must do.
        if (known && !_verifying.Add(peer))
        {
            return channel.Send(frame);
        }

        int errno = device.InternetSocket(peer.IsIPv6)?.Send(frame[EthernetFrame.HeaderLength..], peer) ?? Errno.ENETDOWN;
        return errno == 0 ? null
            : known ? channel.Send(frame)
            : $"Can't send to the peer {peer} on {device.Name}: {Errno.Sentence(errno)}.";
    }
}
