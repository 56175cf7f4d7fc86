using System.Runtime.InteropServices;
using System.Text;
using static HotStandby.Agent.Linux.NetlinkConstants;

namespace HotStandby.Agent.Linux;

/// <summary>An interface as far as virtual MAC addresses are concerned.</summary>
/// <param name="LowerIndex">Of a macvlan the interface below; 0 for none.</param>
/// <param name="Alias">ip link set DEVICE alias; empty for none.</param>
internal sealed record LinkMessage(int Index, string Name, byte[] MacAddress, int LowerIndex, string Alias);

/// <summary>Makes, changes and removes interfaces, one request at a time on a socket of its own. Waits for the RTNL lock. Not thread safe.</summary>
internal sealed class LinkRequests : IDisposable
{
    private const int MaxDumps = 5;

    private readonly NetlinkSocket _socket = NetlinkSocket.OpenForRequests();
    private readonly byte[] _buffer = new byte[1024];
    private uint _sequence;

    /// <summary>A macvlan in private mode, down.</summary>
    /// <returns>0 or the errno; <paramref name="reason"/> is the kernel's own sentence where it gives one.</returns>
    public int CreateMacvlan(VirtualMac mac, out string? reason)
    {
        NetlinkWriter writer = Begin(NewLink, FlagCreate | FlagExclusive, index: 0, flags: 0, change: 0);
        WriteText(ref writer, LinkName, mac.DeviceName);
        VirtualMac.Bytes(mac.Vrid, mac.IsIPv6).CopyTo(writer.Attribute(LinkMacAddress, 6));
        MemoryMarshal.Write(writer.Attribute(LinkLowerIndex, 4), mac.InterfaceIndex);

        // Two attributes in one: the kind with its padding (12 bytes), its data (4) with the mode in it (8).
        NetlinkWriter info = new(writer.Attribute(LinkKindInfo, 24));
        "macvlan"u8.CopyTo(info.Attribute(LinkKind, 7));
        NetlinkWriter data = new(info.Attribute(LinkKindData, 8));
        MemoryMarshal.Write(data.Attribute(MacvlanMode, 4), MacvlanPrivate);
        return Ask(ref writer, out reason);
    }

    public int SetAlias(int index, string alias)
    {
        NetlinkWriter writer = Begin(NewLink, 0, index, flags: 0, change: 0);
        WriteText(ref writer, LinkAlias, alias);
        return Ask(ref writer, out _);
    }

    public int SetUp(int index)
    {
        NetlinkWriter writer = Begin(NewLink, 0, index, InterfaceUp, InterfaceUp);
        return Ask(ref writer, out _);
    }

    public int Delete(int index)
    {
        NetlinkWriter writer = Begin(DeleteLink, 0, index, flags: 0, change: 0);
        return Ask(ref writer, out _);
    }

    /// <summary>Every interface of this network namespace.</summary>
    /// <exception cref="LinuxException">The kernel did not give a consistent list.</exception>
    public List<LinkMessage> List()
    {
        for (int tries = 0; tries < MaxDumps; tries++)
        {
            List<LinkMessage> links = [];
            if (TryList(links))
            {
                return links;
            }
        }

        throw new LinuxException("RTM_GETLINK (the interfaces changed all the time)", Errno.EINTR);
    }

    public void Dispose() => _socket.Dispose();

    private NetlinkWriter Begin(ushort type, ushort messageFlags, int index, uint flags, uint change)
    {
        NetlinkWriter writer = new(_buffer);
        writer.Begin(type, (ushort)(messageFlags | FlagRequest | FlagAck), ++_sequence);
        Span<byte> info = writer.Take(LinkInfoLength);
        MemoryMarshal.Write(info[4..], index);
        MemoryMarshal.Write(info[8..], flags);
        MemoryMarshal.Write(info[12..], change);
        return writer;
    }

    private static void WriteText(ref NetlinkWriter writer, ushort type, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        bytes.CopyTo(writer.Attribute(type, bytes.Length + 1));
    }

    private int Ask(ref NetlinkWriter writer, out string? reason)
    {
        writer.End();
        return _socket.Ask(_buffer.AsSpan(0, writer.Length), _sequence, out reason);
    }

    private bool TryList(List<LinkMessage> links)
    {
        NetlinkWriter writer = new(_buffer);
        writer.Begin(GetLink, FlagRequest | FlagDump, ++_sequence);
        writer.Take(LinkInfoLength);
        MemoryMarshal.Write(writer.Attribute(LinkExtendedMask, 4), SkipStatistics);
        writer.End();
        return _socket.Dump(_buffer.AsSpan(0, writer.Length), _sequence, "RTM_GETLINK", (type, body) =>
        {
            if (type == NewLink && body.Length >= LinkInfoLength && body[0] == FamilyUnspecified)
            {
                links.Add(Read(body));
            }
        });
    }

    private static LinkMessage Read(ReadOnlySpan<byte> body)
    {
        string name = "";
        string alias = "";
        byte[] mac = [];
        int lower = 0;
        NetlinkAttributeReader attributes = new(body[LinkInfoLength..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case LinkName:
                    name = Encoding.UTF8.GetString(attributes.Value.TrimEnd((byte)0));
                    break;
                case LinkAlias:
                    alias = Encoding.UTF8.GetString(attributes.Value.TrimEnd((byte)0));
                    break;
                case LinkMacAddress:
                    mac = attributes.Value.ToArray();
                    break;
                case LinkLowerIndex when attributes.Value.Length == 4:
                    lower = MemoryMarshal.Read<int>(attributes.Value);
                    break;
                default:
                    break;
            }
        }

        return new(MemoryMarshal.Read<int>(body[4..]), name, mac, lower, alias);
    }
}
