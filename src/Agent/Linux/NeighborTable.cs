using System.Runtime.InteropServices;
using HotStandby.Agent.Vrrp;
using static HotStandby.Agent.Linux.NetlinkConstants;

namespace HotStandby.Agent.Linux;

/// <summary>
/// The MAC addresses the kernel knows of the addresses that are watched (ip neighbour), kept from rtnetlink events; lost events lead to a
/// new dump. It resolves nothing itself. Not thread safe.
/// </summary>
public sealed class NeighborTable : IDisposable
{
    private const int EventBufferBytes = 1024 * 1024;

    private readonly NetlinkSocket _events;
    private readonly NetlinkSocket _requests;
    private readonly Dictionary<(int Interface, Address Address), Entry> _entries = [];
    private readonly HashSet<Address> _watched = [];
    private uint _sequence;
    private bool _incomplete = true;

    private NeighborTable(NetlinkSocket events, NetlinkSocket requests)
    {
        _events = events;
        _requests = requests;
    }

    /// <exception cref="LinuxException">Netlink is not available.</exception>
    public static NeighborTable Open()
    {
        NetlinkSocket events = NetlinkSocket.OpenForEvents(GroupNeighbor, EventBufferBytes);
        try
        {
            return new(events, NetlinkSocket.OpenForRequests());
        }
        catch
        {
            events.Dispose();
            throw;
        }
    }

    /// <summary>Readable while events wait.</summary>
    public int Descriptor => _events.Descriptor;

    /// <summary>Watches these addresses instead of those before, and reads what the kernel has of them.</summary>
    /// <exception cref="LinuxException">The socket is broken.</exception>
    public void Watch(IEnumerable<Address> addresses)
    {
        _watched.Clear();
        _watched.UnionWith(addresses);
        _incomplete = true;
        Drain();
    }

    /// <summary>Takes all waiting events; never waits for one.</summary>
    /// <exception cref="LinuxException">The socket is broken.</exception>
    public void Drain()
    {
        int errno;
        while ((errno = _events.Receive(out ReadOnlySpan<byte> datagram)) is 0 or Errno.ENOBUFS)
        {
            _incomplete |= errno != 0;
            Apply(datagram);
        }

        if (errno != Errno.EAGAIN)
        {
            throw new LinuxException("recv(AF_NETLINK)", errno);
        }

        if (_incomplete)
        {
            _entries.Clear();
            _incomplete = !Dump();
        }
    }

    /// <summary>The MAC address of a watched neighbour, when the kernel has one that it would use.</summary>
    /// <param name="destination">Six bytes; written only when there is one.</param>
    /// <param name="isStale">The kernel would make sure of it the next time it sends there; it does not see what is sent below it.</param>
    public bool TryFind(int interfaceIndex, Address address, Span<byte> destination, out bool isStale)
    {
        bool found = _entries.TryGetValue((interfaceIndex, address), out Entry entry);
        isStale = found && entry.IsStale;
        for (int i = 0; found && i < 6; i++)
        {
            destination[i] = (byte)(entry.Mac >> (8 * i));
        }

        return found;
    }

    public void Dispose()
    {
        _events.Dispose();
        _requests.Dispose();
    }

    private bool Dump()
    {
        uint sequence = ++_sequence;
        Span<byte> request = stackalloc byte[HeaderLength + NeighborInfoLength];
        NetlinkWriter writer = new(request);
        writer.Begin(GetNeighbor, FlagRequest | FlagDump, sequence);
        writer.Take(NeighborInfoLength);
        writer.End();
        int errno = _requests.Send(request[..writer.Length]);
        while (errno == 0 && (errno = _requests.Receive(out ReadOnlySpan<byte> datagram)) == 0)
        {
            NetlinkReader reader = new(datagram);
            while (reader.Next())
            {
                if (reader.Sequence == sequence && reader.Type is MessageDone or MessageError)
                {
                    return reader.Type == MessageDone;
                }
            }

            Apply(datagram);
        }

        return errno is Errno.EAGAIN or Errno.ENOBUFS ? false : throw new LinuxException("recv(AF_NETLINK)", errno);
    }

    private void Apply(ReadOnlySpan<byte> datagram)
    {
        NetlinkReader reader = new(datagram);
        while (reader.Next())
        {
            if (reader.Type is NewNeighbor or DeleteNeighbor && reader.Body.Length >= NeighborInfoLength)
            {
                Apply(reader.Body, reader.Type == NewNeighbor);
            }
        }

        _incomplete |= reader.Malformed;
    }

    private void Apply(ReadOnlySpan<byte> body, bool isNew)
    {
        Address? address = null;
        ulong? mac = null;
        NetlinkAttributeReader attributes = new(body[NeighborInfoLength..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case NeighborAddress when attributes.Value.Length is 4 or 16:
                    address = Address.Read(attributes.Value);
                    break;
                case NeighborMacAddress when attributes.Value.Length == 6:
                    mac = MemoryMarshal.Read<uint>(attributes.Value) | ((ulong)MemoryMarshal.Read<ushort>(attributes.Value[4..]) << 32);
                    break;
                default:
                    break;
            }
        }

        // A bridge's forwarding table comes the same way, without an IP address.
        if (address is not Address known || !_watched.Contains(known))
        {
            return;
        }

        ushort state = MemoryMarshal.Read<ushort>(body[8..]);
        (int, Address) key = (MemoryMarshal.Read<int>(body[4..]), known);
        if (isNew && mac is ulong bytes && (state & NeighborValid) != 0)
        {
            _entries[key] = new(bytes, (state & NeighborStale) != 0);
        }
        else
        {
            _entries.Remove(key);
        }
    }

    private readonly record struct Entry(ulong Mac, bool IsStale);
}
