using System.Text.Json.Nodes;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>The virtual addresses of an instance beside the nodes' own.</summary>
internal static class VirtualAddresses
{
    /// <summary>What the adverts name, in order.</summary>
    public static IEnumerable<AddressPrefix> Of(InstanceConf instance) =>
        (instance.Keys["addresses"] as JsonArray ?? []).Select(Prefix).OfType<AddressPrefix>();

    /// <summary>
    /// An address of a subnet in which a node has none is written as /32, with the route to the subnet that the kernel would have made: plugins.json
    /// takes another subnet for a mistake.
    /// </summary>
    /// <param name="router">The virtual router in plugins.json, which is changed.</param>
    /// <param name="sources">The nodes' addresses for it.</param>
    public static void Narrow(JsonObject router, IReadOnlyList<string> sources, InstanceConf instance, ConfFindings findings)
    {
        Address[] own = [.. sources.Select(text => AddressText.TryParse(text, out Address address) ? address : default).Where(address => address != default && !address.IsIPv6)];
        foreach (string key in new[] { "addresses", "excludedAddresses" })
        {
            JsonArray items = router[key] as JsonArray ?? [];
            for (int i = 0; i < items.Count; i++)
            {
                // Of another interface the file does not say what addresses the nodes have there.
                bool isElsewhere = items[i] is JsonObject item && item["device"] is not null;
                if (!isElsewhere && Prefix(items[i]) is AddressPrefix { Address.IsIPv6: false, PrefixLength: < 32 } prefix && own.Any(address => !prefix.Contains(address)))
                {
                    items[i] = Narrowed(router, items[i]!, prefix);
                    findings.Note(
                        ConfCodes.Changed,
                        instance.At,
                        $"no node has an address in the subnet of {prefix}: it is imported as {prefix.Address}/32, with a route to {prefix.Subnet()}");
                }
            }
        }
    }

    private static JsonNode Narrowed(JsonObject router, JsonNode item, AddressPrefix prefix)
    {
        string narrow = $"{prefix.Address}/32";
        JsonObject? attributes = item as JsonObject;
        if (attributes?["noPrefixRoute"] is null)
        {
            JsonArray routes = router["routes"] as JsonArray ?? [];
            if (routes.Parent is null)
            {
                router["routes"] = routes;
            }

            routes.Add((JsonNode)new JsonObject { ["to"] = prefix.Subnet().ToString(), ["source"] = prefix.Address.ToString() });
        }

        if (attributes is null)
        {
            return JsonValue.Create(narrow);
        }

        JsonObject changed = (JsonObject)attributes.DeepClone();
        changed["address"] = narrow;
        changed.Remove("noPrefixRoute");
        return changed.Count == 1 ? JsonValue.Create(narrow) : changed;
    }

    private static AddressPrefix? Prefix(JsonNode? item) =>
        AddressText.TryParsePrefix((item is JsonObject one ? (string?)one["address"] : (string?)item) ?? "", out AddressPrefix prefix) ? prefix : null;
}
