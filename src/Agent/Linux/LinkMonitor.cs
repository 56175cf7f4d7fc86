using System.Runtime.InteropServices;
using System.Text;
using HotStandby.Agent.Vrrp;
using static HotStandby.Agent.Linux.NetlinkConstants;

namespace HotStandby.Agent.Linux;

/// <summary>
/// The interfaces and addresses of this network namespace, kept from rtnetlink events. Lost events (ENOBUFS, an interrupted dump) lead
/// to a new dump, so what <see cref="Find(string)"/> returns after <see cref="Drain"/> is the kernel's state. Not thread safe.
/// </summary>
public sealed class LinkMonitor : IDisposable
{
    // About 3000 address events; memory is taken only while they wait.
    private const int EventBufferBytes = 4 * 1024 * 1024;
    private const int MaxDumps = 5;

    private readonly NetlinkSocket _events;
    private readonly NetlinkSocket _requests;
    private Dictionary<int, Link> _links = [];
    private uint _sequence;
    private long _arrivals;
    private bool _incomplete;

    private LinkMonitor(NetlinkSocket events, NetlinkSocket requests)
    {
        _events = events;
        _requests = requests;
    }

    /// <summary>Subscribes, then reads the present state.</summary>
    /// <exception cref="LinuxException">Netlink is not available.</exception>
    public static LinkMonitor Open() => Open(EventBufferBytes);

    internal static LinkMonitor Open(int eventBufferBytes)
    {
        NetlinkSocket events = NetlinkSocket.OpenForEvents(GroupLink | GroupIPv4Address | GroupIPv6Address, eventBufferBytes);
        LinkMonitor? monitor = null;
        try
        {
            monitor = new(events, NetlinkSocket.OpenForRequests());
            monitor.Dump();
            return monitor;
        }
        catch
        {
            monitor?.Dispose();
            events.Dispose();
            throw;
        }
    }

    /// <summary>Readable while events wait.</summary>
    public int Descriptor => _events.Descriptor;

    /// <summary>How often events were lost and the state was read anew.</summary>
    public int Overruns { get; private set; }

    /// <summary>
    /// By its name or an alternative one. A name belongs to at most one interface at a time; it may come back with another index.
    /// </summary>
    public LinkState? Find(string name)
    {
        foreach (Link link in _links.Values)
        {
            if (link.IsCalled(name))
            {
                return link.State();
            }
        }

        return null;
    }

    public LinkState? Find(int index) => _links.TryGetValue(index, out Link? link) ? link.State() : null;

    public IEnumerable<LinkState> All => _links.Values.Select(link => link.State());

    /// <summary>Whether an interface of this machine has the MAC address.</summary>
    public bool Has(MacAddress mac)
    {
        foreach (Link link in _links.Values)
        {
            if (link.Has(mac))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Takes all waiting events; never waits for one, and allocates only where something changed. After lost events it dumps, which
    /// takes as long as the kernel's RTNL lock is held by others.
    /// </summary>
    /// <returns>Whether anything changed; a renewed lifetime alone does not count.</returns>
    /// <exception cref="LinuxException">The socket is broken.</exception>
    public bool Drain()
    {
        bool changed = false;
        for (int dumps = 0; ; dumps++)
        {
            changed |= ReadEvents();
            if (!_incomplete || dumps == MaxDumps)
            {
                return changed;
            }

            Overruns++;
            Dump();
            changed = true;
        }
    }

    private bool ReadEvents()
    {
        bool changed = false;
        while (true)
        {
            int errno = _events.Receive(out ReadOnlySpan<byte> datagram);
            switch (errno)
            {
                case 0:
                    changed |= Apply(datagram);
                    break;
                case Errno.EAGAIN:
                    return changed;
                case Errno.ENOBUFS:
                    _incomplete = true;
                    break;
                default:
                    throw new LinuxException("recv(AF_NETLINK)", errno);
            }
        }
    }

    private bool Apply(ReadOnlySpan<byte> datagram)
    {
        bool changed = false;
        NetlinkReader reader = new(datagram);
        while (reader.Next())
        {
            changed |= reader.Type switch
            {
                NewLink => ApplyNewLink(reader.Body),
                DeleteLink => ApplyDeleteLink(reader.Body),
                NewAddress => ApplyAddress(reader.Body, isNew: true),
                DeleteAddress => ApplyAddress(reader.Body, isNew: false),
                _ => false,
            };
        }

        _incomplete |= reader.Malformed;
        return changed;
    }

    private bool ApplyNewLink(ReadOnlySpan<byte> body)
    {
        // A bridge reports its ports as RTM_NEWLINK and RTM_DELLINK of family AF_BRIDGE: a port that leaves is not an interface that goes.
        if (body.Length < LinkInfoLength || body[0] != FamilyUnspecified)
        {
            return false;
        }

        int index = MemoryMarshal.Read<int>(body[4..]);
        ref Link? slot = ref CollectionsMarshal.GetValueRefOrAddDefault(_links, index, out bool known);
        slot ??= new(index);
        return slot.Update(MemoryMarshal.Read<uint>(body[8..]), body[LinkInfoLength..]) || !known;
    }

    private bool ApplyDeleteLink(ReadOnlySpan<byte> body) =>
        body.Length >= LinkInfoLength && body[0] == FamilyUnspecified && _links.Remove(MemoryMarshal.Read<int>(body[4..]));

    private bool ApplyAddress(ReadOnlySpan<byte> body, bool isNew)
    {
        if (!AddressMessage.TryRead(body, out AddressMessage message) || !_links.TryGetValue(message.InterfaceIndex, out Link? link))
        {
            return false;
        }

        return isNew ? link.Set(message, ref _arrivals) : link.Remove(message.Prefix);
    }

    /// <summary>Replaces everything by what the kernel has now. Events that wait meanwhile are older or newer: applied after, they end in the same state.</summary>
    private void Dump()
    {
        Dictionary<int, Link> before = _links;
        for (int tries = 0; tries < MaxDumps; tries++)
        {
            _links = [];
            if (Dump(GetLink) && Dump(GetAddress))
            {
                foreach ((int index, Link link) in before)
                {
                    _links.GetValueOrDefault(index)?.KeepArrivals(link);
                }

                _incomplete = false;
                return;
            }
        }

        // Interfaces change faster than they can be listed, so events are on their way and the next drain tries again. Until then the last
        // list that was whole stands: with half of one, interfaces and addresses that are there would seem to be gone.
        _links = before.Count > 0 ? before : _links;
        _incomplete = true;
    }

    private bool Dump(ushort what)
    {
        uint sequence = ++_sequence;
        Span<byte> request = stackalloc byte[64];
        NetlinkWriter writer = new(request);
        writer.Begin(what, FlagRequest | FlagDump, sequence);
        writer.Take(what == GetLink ? LinkInfoLength : AddressInfoLength);
        if (what == GetLink)
        {
            MemoryMarshal.Write(writer.Attribute(LinkExtendedMask, 4), SkipStatistics);
        }

        writer.End();
        int errno = _requests.Send(request[..writer.Length]);
        if (errno != 0)
        {
            throw new LinuxException("send(AF_NETLINK)", errno);
        }

        bool whole = true;
        while (true)
        {
            errno = _requests.Receive(out ReadOnlySpan<byte> datagram);
            if (errno is Errno.EAGAIN or Errno.ENOBUFS)
            {
                return false;
            }

            if (errno != 0)
            {
                throw new LinuxException("recv(AF_NETLINK)", errno);
            }

            NetlinkReader reader = new(datagram);
            while (reader.Next())
            {
                if (reader.Sequence != sequence)
                {
                    continue;
                }

                whole &= (reader.Flags & FlagDumpInterrupted) == 0;
                if (reader.Type is MessageDone or MessageError)
                {
                    return whole && reader.Type == MessageDone;
                }
            }

            Apply(datagram);
        }
    }

    public void Dispose()
    {
        _events.Dispose();
        _requests.Dispose();
    }

    /// <summary>The changing side of a <see cref="LinkState"/>, which is built anew only when it is asked for after a change.</summary>
    private sealed class Link(int index)
    {
        private readonly Dictionary<AddressPrefix, LinkAddress> _addresses = [];
        private uint _flags;
        private byte[] _macAddress = [];
        private int _mtu;
        private Relations _relations;
        private string[] _alternativeNames = [];
        private LinkState? _state;

        /// <summary>To other interfaces.</summary>
        private record struct Relations(string? Kind, int LowerIndex, int MasterIndex, string? MasterKind);

        public string Name { get; private set; } = "";

        public bool IsCalled(string name) => name == Name || _alternativeNames.Contains(name, StringComparer.Ordinal);

        public bool Has(MacAddress mac) => _macAddress.Length == 6 && MacAddress.Read(_macAddress) == mac;

        public bool Update(uint flags, ReadOnlySpan<byte> attributes)
        {
            const uint Counted = InterfaceUp | InterfaceLowerUp | InterfaceLoopback;
            bool changed = ((flags ^ _flags) & Counted) != 0;
            bool whole = false;
            ReadOnlySpan<byte> properties = default;
            Relations relations = default;
            _flags = flags;
            NetlinkAttributeReader reader = new(attributes);
            while (reader.Next())
            {
                switch (reader.Type)
                {
                    case LinkName:
                        changed |= !IsSame(reader.Value, Name);
                        Name = Text(reader.Value, Name);
                        break;
                    case LinkMacAddress when !reader.Value.SequenceEqual(_macAddress):
                        _macAddress = reader.Value.ToArray();
                        changed = true;
                        break;
                    case LinkMtu when reader.Value.Length == 4:
                        int mtu = MemoryMarshal.Read<int>(reader.Value);
                        changed |= mtu != _mtu;
                        _mtu = mtu;
                        whole = true;
                        break;
                    case LinkLowerIndex when reader.Value.Length == 4:
                        relations.LowerIndex = MemoryMarshal.Read<int>(reader.Value);
                        break;
                    case LinkMaster when reader.Value.Length == 4:
                        relations.MasterIndex = MemoryMarshal.Read<int>(reader.Value);
                        break;
                    case LinkKindInfo:
                        ReadKinds(reader.Value, ref relations);
                        break;
                    case LinkProperties:
                        properties = reader.Value;
                        break;
                    default:
                        break;
                }
            }

            // A wireless card's news has the name only: what is not in it has not gone.
            if (whole)
            {
                changed |= relations != _relations | UpdateAlternativeNames(properties);
                _relations = relations;
            }

            _state = changed ? null : _state;
            return changed;
        }

        private void ReadKinds(ReadOnlySpan<byte> info, ref Relations relations)
        {
            NetlinkAttributeReader reader = new(info);
            while (reader.Next())
            {
                switch (reader.Type)
                {
                    case LinkKind:
                        relations.Kind = Text(reader.Value, _relations.Kind);
                        break;
                    case LinkMasterKind:
                        relations.MasterKind = Text(reader.Value, _relations.MasterKind);
                        break;
                    default:
                        break;
                }
            }
        }

        private bool UpdateAlternativeNames(ReadOnlySpan<byte> properties)
        {
            int known = 0;
            bool same = true;
            NetlinkAttributeReader reader = new(properties);
            while (reader.Next())
            {
                if (reader.Type == LinkAlternativeName)
                {
                    same &= known < _alternativeNames.Length && IsSame(reader.Value, _alternativeNames[known]);
                    known++;
                }
            }

            if (same && known == _alternativeNames.Length)
            {
                return false;
            }

            List<string> names = [];
            reader = new(properties);
            while (reader.Next())
            {
                if (reader.Type == LinkAlternativeName)
                {
                    names.Add(Text(reader.Value, null));
                }
            }

            _alternativeNames = [.. names];
            return true;
        }

        /// <summary>The text before, if it still is that: an event that brings nothing new allocates nothing.</summary>
        private static string Text(ReadOnlySpan<byte> value, string? before) =>
            before is not null && IsSame(value, before) ? before : Encoding.UTF8.GetString(value.TrimEnd((byte)0));

        private static bool IsSame(ReadOnlySpan<byte> value, string text)
        {
            Span<byte> bytes = stackalloc byte[512];
            return Encoding.UTF8.TryGetBytes(text, bytes, out int length) && value.TrimEnd((byte)0).SequenceEqual(bytes[..length]);
        }

        public bool Set(AddressMessage message, ref long arrivals)
        {
            ref LinkAddress? slot = ref CollectionsMarshal.GetValueRefOrAddDefault(_addresses, message.Prefix, out _);
            if (slot is not null && message.Equals(slot))
            {
                return false;
            }

            slot = message.ToLinkAddress() with { Arrival = slot?.Arrival ?? ++arrivals };
            _state = null;
            return true;
        }

        /// <summary>After a new dump: what is still there has not come anew, as far as anybody can tell.</summary>
        public void KeepArrivals(Link before)
        {
            foreach (LinkAddress address in before._addresses.Values)
            {
                if (_addresses.TryGetValue(address.Prefix, out LinkAddress? now))
                {
                    _addresses[address.Prefix] = now with { Arrival = address.Arrival };
                    _state = null;
                }
            }
        }

        public bool Remove(AddressPrefix prefix)
        {
            bool removed = _addresses.Remove(prefix);
            _state = removed ? null : _state;
            return removed;
        }

        public LinkState State() => _state ??= new(
            index,
            Name,
            _macAddress,
            _mtu,
            (_flags & InterfaceUp) != 0 && (_flags & InterfaceLowerUp) != 0,
            WhyNotUp(),
            [.. _addresses.Values.OrderBy(address => address.Arrival)])
        {
            Loopback = (_flags & InterfaceLoopback) != 0,
            Kind = _relations.Kind ?? "",
            LowerIndex = _relations.LowerIndex,
            MasterIndex = _relations.MasterIndex,
            MasterKind = _relations.MasterKind ?? "",
            AlternativeNames = _alternativeNames,
        };

        private string WhyNotUp()
        {
            if ((_flags & InterfaceUp) == 0)
            {
                return $"{Name} is administratively down (ip link set {Name} up).";
            }

            return (_flags & InterfaceLowerUp) == 0 ? $"{Name} has no carrier: no cable, or the other end is down." : "";
        }
    }
}
