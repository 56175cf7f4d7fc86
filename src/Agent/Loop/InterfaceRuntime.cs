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
    private readonly HashSet<Address> _virtualAddresses = [];

    // More than an MTU carries, but the room is not what should refuse it.
    private readonly byte[] _message = new byte[AdvertisementCodec.LongestMessage];
    private readonly byte[] _frame = new byte[AdvertisementFrame.Length(ipv6: true, AdvertisementCodec.LongestMessage)];
    private Address[] _groups = [];
    private InternetSocket? _internetIPv4;
    private InternetSocket? _internetIPv6;
    private string? _problem = "not looked at yet";
    private string? _problemIPv4;
    private string? _problemIPv6;
    private int _index = -1;
    private int _routers;
    private int _longestFrame;
    private bool _reopens;
    private bool _unicastIPv4;
    private bool _unicastIPv6;

    public InterfaceRuntime(string name, int key)
    {
        Name = name;
        Key = key;
    }

    /// <summary>As the file has it: the kernel's name or an alternative one.</summary>
    public string Name { get; }

    /// <summary>As the kernel calls it, which is what firewalls, captures and /proc know; the file's while it does not exist.</summary>
    public string KernelName => Link?.Name ?? Name;

    /// <summary>The number epoll knows the channel by.</summary>
    public int Key { get; }

    public AdvertisementReceiver Receiver { get; } = new();

    public InterfaceChannel? Channel { get; private set; }

    /// <summary>Where the virtual routers on it make an advert: one thread sends them one after the other.</summary>
    public Span<byte> Message => _message;

    /// <summary>And the frame around it.</summary>
    public Span<byte> Frame => _frame;

    /// <summary>Who else claims the virtual addresses here.</summary>
    public ClaimListener Claims { get; } = new();

    public LinkState? Link { get; private set; }

    /// <summary>Grows whenever something changed that may be why the kernel refused an address or a frame here.</summary>
    public int Chances { get; private set; }

    /// <summary>Where unicast adverts find their MAC address; null while nothing is unicast.</summary>
    public NeighborTable? Neighbors { get; private set; }

    /// <summary>Why addresses on it can't be reached or announced now; null when they can. A tunnel has no neighbours to announce to, so it needs no channel.</summary>
    public string? AddressProblem => Link is { Up: true } link && link.MacAddress.Length != EthernetFrame.MacLength ? null : _problem;

    /// <summary>Why some virtual router can't use it, or could not when it was tried last.</summary>
    public bool HasProblem => _problem is not null || _problemIPv4 is not null || _problemIPv6 is not null;

    /// <summary>Why no virtual router of that family can use it now; null when they can.</summary>
    public string? ProblemOf(bool ipv6) => _problem ?? (ipv6 ? _problemIPv6 : _problemIPv4);

    /// <summary>The virtual routers that run on it; the next <see cref="Follow"/> joins and leaves their groups.</summary>
    public void Uses(IReadOnlyList<VirtualRouterSettings> routers)
    {
        _routers = routers.Count;
        _groups = [.. routers.Select(router => router.Group).Distinct()];
        int longest = routers.Select(router => AdvertisementFrame.Length(router.IsIPv6, AdvertisementCodec.Length(router))).DefaultIfEmpty().Max();
        _reopens = Channel is not null && longest > InterfaceChannel.UsualLongestFrame && _longestFrame <= InterfaceChannel.UsualLongestFrame;
        _longestFrame = Math.Max(longest, _longestFrame);
    }

    /// <summary>The virtual addresses of every virtual router here, of both families: their owners are listened to with the next <see cref="Follow"/>.</summary>
    public void Carries(IReadOnlyCollection<Address> addresses)
    {
        _virtualAddresses.Clear();
        _virtualAddresses.UnionWith(addresses);
        Claims.Watch(addresses);
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
    /// <returns>Whether something changed beyond the virtual addresses: time to <see cref="LookAfter"/> it.</returns>
    public bool Follow(LinkState? link, IEnumerable<LinkState> others, Epoll epoll)
    {
        bool isSame = LinkGround.IsSame(Link, link, _virtualAddresses);
        Chances += isSame ? 0 : 1;
        Link = link;
        Use(link, others, epoll);
        return !isSame;
    }

    /// <summary>
    /// Mends what the kernel sends no event for: groups that it has left although they are joined (<see cref="MulticastGroups"/>), and what could not be
    /// opened the last time.
    /// </summary>
    /// <returns>What was mended, as a sentence; null for nothing.</returns>
    public string? LookAfter(MulticastGroups joined, Epoll epoll)
    {
        if (Link is not { Up: true } link)
        {
            return null;
        }

        List<Address>? lost = null;
        foreach ((Address group, _) in _memberships)
        {
            if (!joined.Has(link.Index, group))
            {
                (lost ??= []).Add(group);
            }
        }

        if (lost is null && !HasProblem)
        {
            return null;
        }

        // First the old membership goes: it would take the new one with it.
        Leave(lost ?? []);
        Use(link, [], epoll);
        Address[] again = [.. (lost ?? []).Where(_memberships.ContainsKey)];
        return again.Length > 0 ? $"the kernel had left the VRRP group {string.Join(", ", again)} on {Name}: joined again" : null;
    }

    private void Use(LinkState? link, IEnumerable<LinkState> others, Epoll epoll)
    {
        if (link is null)
        {
            Close(epoll);
            _problem = Wording.NoInterface(Name, others.Select(other => other.Name));
            return;
        }

        if (link.Index != _index || _reopens)
        {
            Close(epoll);
        }

        _reopens = false;

        // What can never be opened is not tried: each try has the kernel wait for a ring to go, on the thread that sends every advert.
        _problem = !link.Up ? $"interface {Name} is not usable: {link.WhyNotUp}"
            : link.MacAddress.Length != EthernetFrame.MacLength ? $"{Name} can't carry VRRP: it is not an Ethernet interface"
            : null;
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
            _internetIPv4 ??= Linux.InternetSocket.Open(link.Name, link.Index, ipv6: false);
        }

        if (_unicastIPv6)
        {
            _internetIPv6 ??= Linux.InternetSocket.Open(link.Name, link.Index, ipv6: true);
        }

        if (Channel is null)
        {
            Channel = InterfaceChannel.Open(link.Name, Math.Max(FewestSlots, 2 * _routers), _longestFrame);
            epoll.Add(Channel.Descriptor, Key);
            _index = link.Index;
        }

        Claims.Follow(link.Index, Key, epoll);
    }

    private void JoinGroups(LinkState link)
    {
        _problemIPv4 = null;
        _problemIPv6 = null;
        Leave([.. _memberships.Keys.Except(_groups)]);
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

    private void Leave(IReadOnlyList<Address> groups)
    {
        foreach (Address group in groups)
        {
            _memberships.Remove(group, out MulticastMembership? membership);
            membership!.Dispose();
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
