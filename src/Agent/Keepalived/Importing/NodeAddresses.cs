using System.Globalization;
using System.Text.Json.Nodes;
using HotStandby.Agent.Keepalived.Findings;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>The nodes' own addresses, which keepalived.conf names only sometimes.</summary>
internal sealed class NodeAddresses
{
    private readonly Dictionary<NodeConf, string> _known = [];

    public NodeAddresses(IReadOnlyList<NodeConf> nodes, IReadOnlyDictionary<string, string> given, ConfFindings findings)
    {
        foreach (NodeConf node in nodes)
        {
            string? address = given.GetValueOrDefault(node.Name)
                ?? node.Instances.Select(one => one.Source?.Text).FirstOrDefault(source => source is not null)
                ?? FromPeers(nodes, node);
            if (address is null)
            {
                address = MadeUp(nodes);
                findings.Warning(
                    ConfCodes.MadeUpAddress,
                    node.At,
                    $"the file does not say which address {node.Name} has itself: {address} is made up",
                    $"Write the machine's own, or give --address {node.Name}=ADDRESS.");
            }

            _known[node] = address;
        }
    }

    public string Of(NodeConf node) => _known[node];

    /// <summary>true where the peers are the nodes, else the list of all.</summary>
    public JsonNode Unicast(IReadOnlyList<InstanceConf> instances, bool isIPv6)
    {
        string[] peers = [.. instances.SelectMany(one => one.Peers).Select(word => word.Text).Distinct(StringComparer.Ordinal)];
        return !isIPv6 && _known.Count > 1 && peers.All(_known.Values.Contains)
            ? JsonValue.Create(true)
            : new JsonObject { ["peers"] = new JsonArray([.. peers.Select(peer => (JsonNode)JsonValue.Create(peer)!)]) };
    }

    /// <summary>With two nodes, the only peer of the other one.</summary>
    private static string? FromPeers(IReadOnlyList<NodeConf> nodes, NodeConf node) => nodes.Count == 2
        && nodes.First(other => other != node).Instances.Find(one => one.Peers.Count == 1) is InstanceConf other ? other.Peers[0].Text : null;

    /// <summary>In the /24 of the first IPv4 address; else of the documentation's network (RFC 5737).</summary>
    private string MadeUp(IReadOnlyList<NodeConf> nodes)
    {
        string[] taken = [.. nodes.SelectMany(node => node.Instances).SelectMany(one => Texts(one.Keys["addresses"]))];
        string net = taken.FirstOrDefault(text => text.Contains('.', StringComparison.Ordinal)) is string first ? first[..(first.LastIndexOf('.') + 1)] : "192.0.2.";
        for (int host = 11; ; host++)
        {
            string address = net + host.ToString(CultureInfo.InvariantCulture);
            if (!taken.Contains(address) && !_known.ContainsValue(address))
            {
                return address;
            }
        }
    }

    private static IEnumerable<string> Texts(JsonNode? addresses) =>
        (addresses as JsonArray ?? []).Select(item => ((item is JsonObject one ? (string?)one["address"] : (string?)item) ?? "").Split('/')[0]);
}
