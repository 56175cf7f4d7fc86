using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.Agent.Loop;

/// <summary>
/// Asks the network of a master who else has its addresses, and where its peers are: their answers are heard as claims. What it sends changes no cache and
/// makes nobody answer who does not have the address. It never sends in a turn in which announcements wait.
/// </summary>
public sealed class AddressProber
{
    private readonly byte[] _frame = new byte[NeighborSolicitation.Length];
    private readonly AddressProbes _probes = new();

    /// <summary>Frames sent.</summary>
    public long Sent { get; private set; }

    public MonotonicTime NextDeadline => _probes.NextDeadline;

    /// <summary>The role was taken.</summary>
    /// <param name="grace">Until whoever had it has surely let go.</param>
    public void Begin(Duration grace, MonotonicTime now) => _probes.Begin(grace, now);

    public void Stop() => _probes.Stop();

    /// <summary>Somebody else claimed an address: more is to be known soon.</summary>
    public void Hurry(MonotonicTime now) => _probes.Conflict(now);

    /// <summary>Whether what is heard of an address now may well be an answer, and no announcement.</summary>
    public bool MayBeAnswered(MonotonicTime now) => _probes.MayBeAnswered(now);

    /// <summary>Announcements wait, or addresses are not there yet.</summary>
    public void PutOff(MonotonicTime now) => _probes.PutOff(now);

    /// <summary>Sends what is due: the peers first, by whose answers a claimant is known, then the virtual addresses.</summary>
    /// <param name="peers">Of the file.</param>
    /// <param name="source">Where this node's adverts come from; without one, IPv4 peers are not asked.</param>
    /// <param name="places">Where the virtual addresses are; the first is the interface of the adverts.</param>
    public void Continue(IReadOnlyList<NodeName> peers, Address? source, IReadOnlyList<AddressPlace> places, MonotonicTime now)
    {
        int count = peers.Count;
        for (int i = 0; i < places.Count; i++)
        {
            count += places[i].Addresses.Count;
        }

        (int first, int end) = _probes.Due(count, now);
        for (int i = first; i < end; i++)
        {
            int at = i;
            if (at < peers.Count)
            {
                AskPeer(places[0].Device, peers[at].Address, source);
                continue;
            }

            at -= peers.Count;
            int place = 0;
            while (at >= places[place].Addresses.Count)
            {
                at -= places[place++].Addresses.Count;
            }

            Send(places[place].Device, places[place].Addresses[at].Address, sender: null);
        }
    }

    /// <summary>Asked as who one is: a node that boots probes for its own address, and would take a probe of ours for a conflict.</summary>
    private void AskPeer(InterfaceRuntime device, Address peer, Address? source)
    {
        if (peer.IsIPv6)
        {
            Send(device, peer, null);
        }
        else if (source is { IsIPv6: false } own && own != peer)
        {
            Send(device, peer, own);
        }
    }

    private void Send(InterfaceRuntime device, Address target, Address? sender)
    {
        // That a frame can't be sent is said by the adverts; a tunnel has nobody to ask.
        if (device is not { Channel: InterfaceChannel channel, Link: LinkState link } || link.MacAddress.Length != EthernetFrame.MacLength)
        {
            return;
        }

        if (!target.IsIPv6)
        {
            Count(channel.Send(_frame.AsSpan(0, ArpProbe.Write(_frame, link.MacAddress, target, sender))));
            return;
        }

        for (int i = 0; i < link.Addresses.Count; i++)
        {
            Address source = link.Addresses[i].Prefix.Address;
            if (source.IsLinkLocalIPv6 && source != target)
            {
                Count(channel.Send(_frame.AsSpan(0, NeighborSolicitation.Write(_frame, link.MacAddress, source, target))));
                return;
            }
        }
    }

    private void Count(string? problem) => Sent += problem is null ? 1 : 0;
}
