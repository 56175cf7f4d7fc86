using System.Runtime.InteropServices;
using HotStandby.Agent.Vrrp;
using static HotStandby.Agent.Linux.NetlinkConstants;

namespace HotStandby.Agent.Linux;

/// <summary>RTM_NEWROUTE, RTM_NEWRULE and what belongs to them, one request at a time on a socket of its own. Not thread safe.</summary>
internal sealed class RouteRequests : IDisposable
{
    private const int MostSweeps = 5;

    private static readonly byte[] Families = [FamilyIPv4, FamilyIPv6];

    private readonly NetlinkSocket _socket = NetlinkSocket.OpenForRequests();
    private readonly byte[] _buffer = new byte[NetlinkSocket.BufferSize];
    private uint _sequence;

    /// <summary>Never in the place of another (NLM_F_EXCL): that is EEXIST.</summary>
    /// <returns>0 or the errno; <paramref name="reason"/> is the kernel's own sentence where it gives one.</returns>
    public int Add(RoutingEntry entry, int interfaceIndex, out string? reason)
    {
        NetlinkWriter writer = entry is VirtualRoute route
            ? Route(NewRoute, FlagCreate | FlagExclusive, route, interfaceIndex, exactly: true)
            : Rule(NewRule, FlagCreate | FlagExclusive, (VirtualRule)entry);
        return Ask(ref writer, out reason);
    }

    /// <summary>Beside those that have the same destination and metric; the very same is EEXIST.</summary>
    /// <returns>0 or the errno; <paramref name="reason"/> is the kernel's own sentence where it gives one.</returns>
    public int Append(VirtualRoute route, int interfaceIndex, out string? reason)
    {
        NetlinkWriter writer = Route(NewRoute, FlagCreate | FlagAppend, route, interfaceIndex, exactly: true);
        return Ask(ref writer, out reason);
    }

    public int Delete(RoutingEntry entry, int interfaceIndex, out string? reason)
    {
        NetlinkWriter writer = entry is VirtualRoute route ? Route(DeleteRoute, 0, route, interfaceIndex, exactly: true) : Rule(DeleteRule, 0, (VirtualRule)entry);
        return Ask(ref writer, out reason);
    }

    /// <summary>Deletes what has our protocol number and the same destination, metric and table, wherever it leads.</summary>
    public int DeleteInItsPlace(RoutingEntry entry)
    {
        NetlinkWriter writer = entry is VirtualRoute route ? Route(DeleteRoute, 0, route, 0, exactly: false) : Rule(DeleteRule, 0, (VirtualRule)entry);
        return Ask(ref writer, out _);
    }

    /// <summary>Deletes everything of both families with our protocol number.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="LinuxException">It can't be listed.</exception>
    public int Sweep(ushort get, ushort listed, ushort delete)
    {
        int removed = 0;
        foreach (byte family in Families)
        {
            // A list that changed while it was read may lack one: again, until there is nothing left.
            for (int sweeps = 0; sweeps < MostSweeps; sweeps++)
            {
                List<byte[]> ours = List(get, listed, family);
                if (ours.Count == 0)
                {
                    break;
                }

                foreach (byte[] body in ours)
                {
                    NetlinkWriter writer = Begin(delete, 0);
                    body.CopyTo(writer.Take(body.Length));
                    removed += Ask(ref writer, out _) == 0 ? 1 : 0;
                }
            }
        }

        return removed;
    }

    public void Dispose() => _socket.Dispose();

    private NetlinkWriter Begin(ushort type, ushort flags)
    {
        NetlinkWriter writer = new(_buffer);
        writer.Begin(type, (ushort)(flags | FlagRequest | FlagAck), ++_sequence);
        return writer;
    }

    /// <param name="exactly">Whether it names where the route leads too.</param>
    private NetlinkWriter Route(ushort type, ushort flags, VirtualRoute route, int interfaceIndex, bool exactly)
    {
        NetlinkWriter writer = Begin(type, flags);
        Span<byte> info = writer.Take(RouteInfoLength);
        info[0] = route.IsIPv6 ? FamilyIPv6 : FamilyIPv4;
        info[1] = route.To.PrefixLength;
        info[4] = route.Table <= byte.MaxValue ? (byte)route.Table : (byte)0;
        info[5] = OurRouteProtocol;
        bool isNew = type == NewRoute;
        info[6] = !isNew ? ScopeNowhere
            : route.Scope is AddressScope scope ? (byte)scope
            : route.Via is null && !route.IsIPv6 ? ScopeLink
            : ScopeUniverse;
        info[7] = isNew ? RouteUnicast : (byte)0;
        if (route.To.PrefixLength > 0)
        {
            Write(ref writer, RouteDestination, route.To.Address);
        }

        MemoryMarshal.Write(writer.Attribute(RouteTable, 4), route.Table);
        if (route.Metric != 0)
        {
            MemoryMarshal.Write(writer.Attribute(RoutePriority, 4), route.Metric);
        }

        if (exactly)
        {
            MemoryMarshal.Write(writer.Attribute(RouteOutInterface, 4), interfaceIndex);
            Write(ref writer, RouteGateway, route.Via);
            Write(ref writer, RouteSource, route.Source);
        }

        return writer;
    }

    private NetlinkWriter Rule(ushort type, ushort flags, VirtualRule rule)
    {
        NetlinkWriter writer = Begin(type, flags);
        Span<byte> info = writer.Take(RouteInfoLength);
        info[0] = rule.IsIPv6 ? FamilyIPv6 : FamilyIPv4;
        info[1] = rule.To?.PrefixLength ?? 0;
        info[2] = rule.From?.PrefixLength ?? 0;
        info[4] = rule.Table <= byte.MaxValue ? (byte)rule.Table : (byte)0;
        info[7] = RuleToTable;
        Write(ref writer, RuleDestination, rule.To?.Address);
        Write(ref writer, RuleSource, rule.From?.Address);
        MemoryMarshal.Write(writer.Attribute(RuleTable, 4), rule.Table);
        MemoryMarshal.Write(writer.Attribute(RulePriority, 4), rule.Priority);
        writer.Attribute(RuleProtocol, 1)[0] = OurRouteProtocol;
        return writer;
    }

    private static void Write(ref NetlinkWriter writer, ushort attribute, Address? address)
    {
        if (address is Address there)
        {
            there.Write(writer.Attribute(attribute, there.Length));
        }
    }

    private int Ask(ref NetlinkWriter writer, out string? reason)
    {
        writer.End();
        return _socket.Ask(_buffer.AsSpan(0, writer.Length), _sequence, out reason);
    }

    /// <summary>The messages of one family with our protocol number, as the kernel takes them back to delete.</summary>
    private List<byte[]> List(ushort get, ushort listed, byte family)
    {
        NetlinkWriter writer = new(_buffer);
        writer.Begin(get, FlagRequest | FlagDump, ++_sequence);
        Span<byte> info = writer.Take(RouteInfoLength);
        info[0] = family;
        if (get == GetRoute)
        {
            // Kernels since 4.20 list only those; a full table has a million others.
            info[5] = OurRouteProtocol;
        }

        writer.End();
        List<byte[]> ours = [];
        _socket.Dump(_buffer.AsSpan(0, writer.Length), _sequence, get == GetRoute ? "RTM_GETROUTE" : "RTM_GETRULE", (type, body) =>
        {
            if (type == listed && IsOurs(listed, body))
            {
                byte[] copy = body.ToArray();
                copy.AsSpan(8, 4).Clear(); // the flags say how it is now (link down), not which one it is
                ours.Add(copy);
            }
        });
        return ours;
    }

    private static bool IsOurs(ushort listed, ReadOnlySpan<byte> body)
    {
        if (body.Length < RouteInfoLength || listed == NewRoute)
        {
            return body.Length >= RouteInfoLength && body[5] == OurRouteProtocol;
        }

        NetlinkAttributeReader attributes = new(body[RouteInfoLength..]);
        while (attributes.Next())
        {
            if (attributes.Type == RuleProtocol)
            {
                return attributes.Value is [OurRouteProtocol];
            }
        }

        return false;
    }
}
