using System.Text.Json.Nodes;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>
/// The interfaces that the addresses of one instance are on, on two nodes: plugins.json names them once, and says under a node what it calls them.
/// </summary>
internal static class DeviceNames
{
    /// <summary>The keys that hold addresses.</summary>
    public static readonly IReadOnlyList<string> Keys = ["addresses", "excludedAddresses"];

    /// <summary>What a node calls the devices of the first one.</summary>
    /// <returns>Only names that differ; null when the addresses differ in more than that.</returns>
    public static IReadOnlyDictionary<string, string>? Between(InstanceConf first, InstanceConf other)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (string key in Keys)
        {
            JsonArray left = first.Keys[key] as JsonArray ?? [];
            JsonArray right = other.Keys[key] as JsonArray ?? [];
            if (left.Count != right.Count)
            {
                return null;
            }

            for (int i = 0; i < left.Count; i++)
            {
                (string leftText, string? leftDevice) = Split(left[i]);
                (string rightText, string? rightDevice) = Split(right[i]);
                bool isSame = leftText == rightText && leftDevice is null == rightDevice is null;
                if (!isSame || (leftDevice is not null && !names.TryAdd(leftDevice, rightDevice!) && names[leftDevice] != rightDevice))
                {
                    return null;
                }
            }
        }

        return names.Where(pair => pair.Key != pair.Value).ToDictionary();
    }

    private static (string Text, string? Device) Split(JsonNode? item)
    {
        if (item is not JsonObject one || one["device"] is null)
        {
            return (item?.ToJsonString() ?? "", null);
        }

        JsonObject rest = (JsonObject)one.DeepClone();
        rest.Remove("device");
        return (rest.ToJsonString(), (string?)one["device"]);
    }
}
