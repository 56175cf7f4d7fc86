using System.Buffers.Binary;
using System.Text.Json.Nodes;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Reading;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>The nodes' own addresses, which keepalived.conf names only sometimes.</summary>
internal sealed class NodeAddresses
{
    /// <summary>RFC 5737.</summary>
    private static readonly AddressPrefix Documentation = new(Address.From(System.Net.IPAddress.Parse("192.0.2.0")), 24);

    private readonly Dictionary<NodeConf, string> _known = [];

    private readonly HashSet<Address> _taken;
    private readonly Dictionary<(NodeConf Node, AddressPrefix Subnet), string> _onOther = [];
    private readonly ConfFindings _findings;

    public NodeAddresses(IReadOnlyList<NodeConf> nodes, IReadOnlyDictionary<string, string> given, ConfFindings findings)
    {
        _findings = findings;
        _taken = [.. nodes.SelectMany(node => node.Instances).SelectMany(VirtualAddresses.Of).Select(prefix => prefix.Address)];
        foreach (NodeConf node in nodes)
        {
            string? address = given.GetValueOrDefault(node.Name)
                ?? node.Instances.Select(one => one.Source?.Text).FirstOrDefault(source => source is not null)
                ?? FromPeers(nodes, node)
                ?? Owned(node);
            if (address is null)
            {
                address = MadeUp(node.Instances.Concat(nodes.SelectMany(one => one.Instances)).Select(Subnet).FirstOrDefault(subnet => subnet is not null) ?? Documentation);
                findings.Warning(
                    ConfCodes.MadeUpAddress,
                    node.At,
                    $"the file does not say which address {node.Name} has itself: {address} is made up",
                    $"Write the machine's own, or give --address {node.Name}=ADDRESS.");
            }

            _known[node] = address;
        }
    }

    /// <summary>The address a node is known by.</summary>
    public string Of(NodeConf node) => _known[node];

    /// <summary>The address adverts of an instance come from on a node; made up for a network in which the node's own is not.</summary>
    public string Source(NodeConf node, InstanceConf instance)
    {
        string own = _known[node];
        if (instance.Source is Word source)
        {
            return source.Text;
        }

        // Its peers know the node by its address, and on its interface it has no other, wherever the virtual ones are.
        if (instance.Peers.Count > 0 || instance.Interface?.Text == Device(node, own))
        {
            return own;
        }

        if (Subnet(instance) is not AddressPrefix subnet || subnet.PrefixLength == 32 || (AddressText.TryParse(own, out Address address) && (address.IsIPv6 || subnet.Contains(address))))
        {
            return own;
        }

        if (!_onOther.TryGetValue((node, subnet), out string? other))
        {
            other = MadeUp(subnet);
            _onOther[(node, subnet)] = other;
            _findings.Warning(
                ConfCodes.MadeUpAddress,
                instance.At,
                $"the file does not say which address {node.Name} has on {instance.Interface?.Text}, in {subnet}: {other} is made up",
                $"Write the machine's own as sourceAddress of {node.Name}, or mcast_src_ip here.");
        }

        return other;
    }

    /// <summary>The interface that the node's own address is on: most likely that of an instance in its subnet, else the first one's.</summary>
    private static string? Device(NodeConf node, string own) =>
        (node.Instances.Find(one => AddressText.TryParse(own, out Address address) && Subnet(one) is AddressPrefix subnet && subnet.Contains(address))
            ?? node.Instances.FirstOrDefault())?.Interface?.Text;

    /// <summary>true where the peers are the nodes, else the list of all.</summary>
    public JsonNode Unicast(IReadOnlyList<InstanceConf> instances, bool isIPv6)
    {
        string[] peers = [.. instances.SelectMany(one => one.Peers).Select(word => word.Text).Distinct(StringComparer.Ordinal)];
        bool areTheNodes = !isIPv6 && _known.Count > 1 && peers.All(_known.Values.Contains);
        int? least = instances.Min(one => one.MinimumTtl);
        if (areTheNodes && least is null or 255)
        {
            return JsonValue.Create(true);
        }

        JsonObject json = areTheNodes ? [] : new() { ["peers"] = new JsonArray([.. peers.Select(peer => (JsonNode)JsonValue.Create(peer)!)]) };
        if (least is int ttl and < 255)
        {
            json["minTtl"] = ttl;
        }

        return json;
    }

    /// <summary>With two nodes, the only peer of the other one.</summary>
    private static string? FromPeers(IReadOnlyList<NodeConf> nodes, NodeConf node) => nodes.Count == 2
        && nodes.First(other => other != node).Instances.Find(one => one.Peers.Count == 1) is InstanceConf other ? other.Peers[0].Text : null;

    /// <summary>Of the first IPv4 address that has one; a bare address's neighbours are most likely in its /24. Null without an IPv4 address.</summary>
    private static AddressPrefix? Subnet(InstanceConf instance)
    {
        AddressPrefix[] all = [.. VirtualAddresses.Of(instance).Where(prefix => !prefix.Address.IsIPv6)];
        AddressPrefix found = all.FirstOrDefault(prefix => prefix.PrefixLength <= 30, all.Length > 0 ? new(all[0].Address, 24) : default);
        return found == default ? null : found.Subnet();
    }

    /// <summary>The owner's own address is the virtual one (priority 255).</summary>
    private static string? Owned(NodeConf node) => node.Instances.Where(one => one.Priority == 255)
        .SelectMany(VirtualAddresses.Of).Select(prefix => prefix.Address.ToString()).FirstOrDefault();

    /// <summary>One of the subnet that nobody has.</summary>
    private string MadeUp(AddressPrefix subnet)
    {
        AddressPrefix net = subnet.Subnet();
        Span<byte> bytes = stackalloc byte[4];
        net.Address.Write(bytes);
        uint first = BinaryPrimitives.ReadUInt32BigEndian(bytes);

        // 11, 12, ... are what people would take; a small subnet has no such.
        for (uint host = net.PrefixLength <= 27 ? 11u : 1u; ; host++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, first + host);
            Address address = Address.Read(bytes);
            if (_taken.Add(address))
            {
                return address.ToString();
            }
        }
    }
}
