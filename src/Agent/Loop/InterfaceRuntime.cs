using System.Net.Sockets;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.Agent.Loop;

/// <summary>
/// One interface that virtual routers run on, or have addresses on: its capture channel, group memberships and reception ladder. Follows the interface when it
/// disappears and comes back under another index.
/// </summary>
public sealed class InterfaceRuntime : IDisposable
{
    /// <summary>Adverts that may wait while the loop is elsewhere; a router's peers send one each at most.</summary>
    private const int FewestSlots = 32;

    private readonly Dictionary<Address, MulticastMembership> _memberships = [];
    private Address[] _groups = [];
    private InternetSocket? _internetIPv4;
    private InternetSocket? _internetIPv6;
    private string? _problem = "not looked at yet";
    private string? _problemIPv4;
    private string? _problemIPv6;
    private int _index = -1;
    private int _routers;
    private bool _unicastIPv4;
    private bool _unicastIPv6;

    public InterfaceRuntime(string name, int key)
    {
        Name = name;
        Key = key;
    }

    public string Name { get; }

    /// <summary>The number epoll knows the channel by.</summary>
    public int Key { get; }

    public AdvertisementReceiver Receiver { get; } = new();

    public InterfaceChannel? Channel { get; private set; }

    /// <summary>Who else claims the virtual addresses here.</summary>
    public ClaimListener Claims { get; } = new();

    public LinkState? Link { get; private set; }

    /// <summary>Where unicast adverts find their MAC address; null while nothing is unicast.</summary>
    public NeighborTable? Neighbors { get; private set; }

    /// <summary>Why addresses on it can't be reached or announced now; null when they can. A tunnel has no neighbours to announce to, so it needs no channel.</summary>
    public string? AddressProblem => Link is { Up: true } link && link.MacAddress.Length != EthernetFrame.MacLength ? null : _problem;

    /// <summary>Why no virtual router of that family can use it now; null when they can.</summary>
    public string? ProblemOf(bool ipv6) => _problem ?? (ipv6 ? _problemIPv6 : _problemIPv4);

    /// <summary>The groups that the virtual routers on it listen to, one for each router; the next <see cref="Follow"/> joins and leaves.</summary>
    public void Uses(Address[] groups)
    {
        _routers = groups.Length;
        _groups = [.. groups.Distinct()];
    }

    /// <summary>A virtual router in unicast mode runs on it; true stands for IPv6.</summary>
    public void UsesUnicast(bool ipv6, NeighborTable neighbors)
    {
        Neighbors = neighbors;
        _unicastIPv6 |= ipv6;
        _unicastIPv4 |= !ipv6;
    }

    /// <summary>What sends to peers whose MAC address is not known; null while the interface is not usable.</summary>
    public InternetSocket? InternetSocket(bool ipv6) => ipv6 ? _internetIPv6 : _internetIPv4;

    /// <summary>Brings channel and memberships in line with the interface as it is now.</summary>
    /// <param name="link">The interface as it is now; null when it does not exist.</param>
    /// <param name="others">What there is, for who looks for the right name.</param>
    /// <param name="epoll">Where its descriptors are waited for.</param>
    public void Follow(LinkState? link, IEnumerable<LinkState> others, Epoll epoll)
    {
        Link = link;
        if (link is null)
        {
            Close(epoll);
            _problem = Wording.NoInterface(Name, others.Select(other => other.Name));
            return;
        }

        if (link.Index != _index)
        {
            Close(epoll);
        }

        _problem = link.Up ? null : $"interface {Name} is not usable: {link.WhyNotUp}";
        if (_problem is null)
        {
            try
            {
                Open(link, epoll);
            }
            catch (Exception error) when (error is WireException or LinuxException)
            {
                Close(epoll);
                _problem = error.Message;
            }
        }

        Span<Address> own = stackalloc Address[Math.Min(link.Addresses.Count, 256)];
        for (int i = 0; i < own.Length; i++)
        {
            own[i] = link.Addresses[i].Prefix.Address;
        }

        Receiver.SetOwnAddresses(own);
    }

    public void Dispose() => Close(null);

    private void Open(LinkState link, Epoll epoll)
    {
        // Joined before anything is sent, so that a snooping switch delivers what answers the first advert. One family's trouble (IPv6 is
        // disabled) is not the other's.
        JoinGroups(link);
        if (_unicastIPv4)
        {
            _internetIPv4 ??= Linux.InternetSocket.Open(Name, link.Index, ipv6: false);
        }

        if (_unicastIPv6)
        {
            _internetIPv6 ??= Linux.InternetSocket.Open(Name, link.Index, ipv6: true);
        }

        if (Channel is null)
        {
            Channel = InterfaceChannel.Open(Name, Math.Max(FewestSlots, 2 * _routers));
            epoll.Add(Channel.Descriptor, Key);
            _index = link.Index;
        }

        Claims.Follow(link.Index, Key, epoll);
    }

    private void JoinGroups(LinkState link)
    {
        _problemIPv4 = null;
        _problemIPv6 = null;
        foreach (Address left in _memberships.Keys.Except(_groups).ToArray())
        {
            _memberships.Remove(left, out MulticastMembership? membership);
            membership!.Dispose();
        }

        foreach (Address group in _groups)
        {
            string? problem = null;
            try
            {
                if (!_memberships.ContainsKey(group))
                {
                    _memberships.Add(group, MulticastMembership.Join(link.Index, group));
                }
            }
            catch (SocketException error)
            {
                problem = $"interface {Name} can't join the VRRP group {group}: {error.Message}";
            }

            _problemIPv4 ??= group.IsIPv6 ? null : problem;
            _problemIPv6 ??= group.IsIPv6 ? problem : null;
        }
    }

    private void Close(Epoll? epoll)
    {
        if (Channel is not null)
        {
            epoll?.Remove(Channel.Descriptor);
            Channel.Dispose();
            Channel = null;
        }

        Claims.Close(epoll);
        foreach (MulticastMembership membership in _memberships.Values)
        {
            membership.Dispose();
        }

        _memberships.Clear();
        _internetIPv4?.Dispose();
        _internetIPv6?.Dispose();
        _internetIPv4 = null;
        _internetIPv6 = null;
        _index = -1;
    }
}
