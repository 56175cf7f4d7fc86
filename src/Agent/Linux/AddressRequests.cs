using System.Runtime.InteropServices;
using System.Text;
using HotStandby.Agent.Vrrp;
using static HotStandby.Agent.Linux.NetlinkConstants;

namespace HotStandby.Agent.Linux;

/// <summary>
/// RTM_NEWADDR and RTM_DELADDR in batches on one request socket, one answer per address. Not atomic: the kernel goes on after a refusal
/// (rtnetlink(7)). Not thread safe.
/// </summary>
internal sealed class AddressRequests : IDisposable
{
    // One batch holds the kernel's RTNL lock once per message, not for the whole batch; 64 is where larger ones stop paying (measured).
    private const int BatchSize = 64;
    private const int LargestMessage = HeaderLength + AddressInfoLength + (2 * 20) + 20 + 8 + 8 + LabelLength + 8;
    private const int LabelLength = 4 + 16;
    private const int MaxDumps = 5;

    private readonly NetlinkSocket _socket = NetlinkSocket.OpenForRequests();
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BatchSize * LargestMessage, pinned: true);
    private uint _sequence;

    /// <summary>One address to add or delete.</summary>
    /// <param name="Slot">The caller's index, given back with the answer.</param>
    /// <param name="Address">As the file has it.</param>
    /// <param name="Flags">IFA_F_*.</param>
    /// <param name="Attributes">Null for none.</param>
    internal readonly record struct Item(int Slot, AddressPrefix Address, uint Flags, AddressAttributes? Attributes = null)
    {
        /// <summary>As the kernel has it.</summary>
        public AddressPrefix Bound => IsListed ? Address : Address.AsBound;

        /// <summary>The other end of a point to point link in the kernel; null for none. An IPv4 address is bound without: it has a route to its peer.</summary>
        public Address? End => IsListed || Address.Address.IsIPv6 ? Attributes?.Peer : null;

        private bool IsListed { get; init; }

        /// <summary>Exactly what the kernel has.</summary>
        public static Item Listed(in AddressMessage listed) => new(0, listed.Prefix, 0, listed.Peer is null ? null : new() { Peer = listed.Peer }) { IsListed = true };
    }

    /// <summary>
    /// Sends one request per item and sets <c>errnos[item.Slot]</c> to 0 or the kernel's errno; a refusal's own sentence, where the
    /// kernel gives one, goes to <paramref name="reasons"/> by slot.
    /// </summary>
    /// <param name="lifetimeSeconds">IFA_CACHEINFO: seconds, <see cref="uint.MaxValue"/> for ever; not used by a delete.</param>
    public void Send(
        ushort type,
        ushort flags,
        int interfaceIndex,
        uint lifetimeSeconds,
        ReadOnlySpan<Item> items,
        Span<int> errnos,
        ref Dictionary<int, string>? reasons)
    {
        for (int start = 0; start < items.Length; start += BatchSize)
        {
            ReadOnlySpan<Item> batch = items[start..Math.Min(start + BatchSize, items.Length)];
            NetlinkWriter writer = new(_buffer);
            uint firstSequence = _sequence + 1;
            foreach (Item item in batch)
            {
                writer.Begin(type, (ushort)(flags | FlagRequest | FlagAck), ++_sequence);
                WriteAddress(ref writer, type, interfaceIndex, lifetimeSeconds, item);
                writer.End();
                errnos[item.Slot] = Errno.EAGAIN; // no answer yet
            }

            int errno = _socket.Send(_buffer.AsSpan(0, writer.Length));
            if (errno == 0)
            {
                errno = ReadAnswers(firstSequence, batch, errnos, ref reasons);
            }

            if (errno != 0)
            {
                foreach (Item item in batch)
                {
                    errnos[item.Slot] = errnos[item.Slot] == Errno.EAGAIN ? errno : errnos[item.Slot];
                }
            }
        }
    }

    private static void WriteAddress(ref NetlinkWriter writer, ushort type, int interfaceIndex, uint lifetimeSeconds, in Item item)
    {
        AddressPrefix prefix = item.Bound;
        Address address = prefix.Address;
        Span<byte> info = writer.Take(AddressInfoLength);
        info[0] = address.IsIPv6 ? FamilyIPv6 : FamilyIPv4;
        info[1] = prefix.PrefixLength;
        info[2] = (byte)item.Flags;
        info[3] = item.Attributes?.Scope is AddressScope scope ? (byte)scope : address.IsLinkLocalIPv6 ? ScopeLink : ScopeUniverse;
        MemoryMarshal.Write(info[4..], interfaceIndex);

        // IFA_ADDRESS is the other end, where there is one; the kernel finds an IPv4 address by both.
        Address end = item.End ?? address;
        address.Write(writer.Attribute(AddressLocal, address.Length));
        end.Write(writer.Attribute(AddressAddress, end.Length));
        if (type == DeleteAddress)
        {
            return;
        }

        if (item.Attributes?.Broadcast is Address broadcast)
        {
            broadcast.Write(writer.Attribute(AddressBroadcast, broadcast.Length));
        }

        if (item.Attributes?.Label is string label)
        {
            Encoding.ASCII.GetBytes(label, writer.Attribute(AddressLabel, label.Length + 1));
        }

        // struct ifa_cacheinfo: preferred, valid, two time stamps. A deprecated IPv6 address (preferred 0) is never chosen as a source
        // (RFC 6724 rule 3) and answers on the address all the same.
        Span<byte> lifetimes = writer.Attribute(AddressLifetimes, 16);
        bool isSource = !address.IsIPv6 || item.Attributes is { PreferredSource: true };
        MemoryMarshal.Write(lifetimes, isSource ? lifetimeSeconds : 0);
        MemoryMarshal.Write(lifetimes[4..], lifetimeSeconds);
        MemoryMarshal.Write(writer.Attribute(NetlinkConstants.AddressFlags, 4), item.Flags);
        writer.Attribute(AddressProtocol, 1)[0] = OurAddressProtocol;
    }

    private int ReadAnswers(uint firstSequence, ReadOnlySpan<Item> batch, Span<int> errnos, ref Dictionary<int, string>? reasons)
    {
        int missing = batch.Length;
        while (missing > 0)
        {
            int errno = _socket.Receive(out ReadOnlySpan<byte> datagram);
            if (errno != 0)
            {
                return errno;
            }

            NetlinkReader reader = new(datagram);
            while (reader.Next())
            {
                uint index = reader.Sequence - firstSequence;
                if (reader.Type != MessageError || index >= (uint)batch.Length || reader.Body.Length < 4 + HeaderLength)
                {
                    continue; // an answer that came too late for an earlier batch
                }

                int slot = batch[(int)index].Slot;
                errnos[slot] = -MemoryMarshal.Read<int>(reader.Body);
                missing--;
                if (errnos[slot] != 0 && (reader.Flags & FlagAckAttributes) != 0 && NetlinkExchange.Reason(reader.Body) is string reason)
                {
                    (reasons ??= [])[slot] = reason;
                }
            }
        }

        return 0;
    }

    /// <summary>All addresses, or those of one interface.</summary>
    /// <param name="interfaceIndex">0 for all.</param>
    /// <exception cref="LinuxException">The kernel did not give a consistent list.</exception>
    public List<AddressMessage> List(int interfaceIndex)
    {
        for (int tries = 0; tries < MaxDumps; tries++)
        {
            List<AddressMessage> addresses = [];
            if (TryList(interfaceIndex, addresses))
            {
                return addresses;
            }
        }

        throw new LinuxException("RTM_GETADDR (the addresses changed all the time)", Errno.EINTR);
    }

    private bool TryList(int interfaceIndex, List<AddressMessage> addresses)
    {
        uint sequence = ++_sequence;
        NetlinkWriter writer = new(_buffer);
        writer.Begin(GetAddress, FlagRequest | FlagDump, sequence);
        MemoryMarshal.Write(writer.Take(AddressInfoLength)[4..], interfaceIndex);
        writer.End();
        return _socket.Dump(_buffer.AsSpan(0, writer.Length), sequence, "RTM_GETADDR", (type, body) =>
        {
            // Kernels before 4.20 list every interface.
            if (type == NewAddress && AddressMessage.TryRead(body, out AddressMessage message)
                && (interfaceIndex == 0 || message.InterfaceIndex == interfaceIndex))
            {
                addresses.Add(message);
            }
        });
    }

    public void Dispose() => _socket.Dispose();
}
