using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>The lines of virtual_ipaddress and virtual_ipaddress_excluded.</summary>
/// <param name="isVmac">Whether the instance has use_vmac.</param>
internal sealed class AddressReader(bool isVmac, ConfFindings findings)
{
    /// <summary>The item of <c>addresses</c>; null when it can't be carried over, which is a finding.</summary>
    /// <param name="device">The instance's interface.</param>
    public JsonNode? Read(Statement line, string? device, out bool isIPv6)
    {
        isIPv6 = false;
        string[] parts = line.Keyword.Split('/');
        if (!IPAddress.TryParse(parts[0], out IPAddress? address) || parts.Length > 2 || (parts.Length == 2 && !byte.TryParse(parts[1], out _)))
        {
            findings.Error(ConfCodes.BadValue, line.At, $"\"{line.Keyword}\" is no address", "It is an address with a prefix length, such as 192.0.2.1/24.");
            return null;
        }

        isIPv6 = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        int host = isIPv6 ? 128 : 32;
        string text = $"{address}/{(parts.Length == 2 ? parts[1] : host)}";
        if (parts.Length == 1)
        {
            findings.Note(ConfCodes.NoPrefixLength, line.At, $"{address} has no prefix length: it is a /{host}", "Write the subnet's, such as /24, if the machine should reach the subnet by it.");
        }

        bool isUntracked = false;
        JsonObject item = new() { ["address"] = text };
        for (int i = 1; i < line.Words.Count; i++)
        {
            Word word = line.Words[i];
            string? value = i + 1 < line.Words.Count ? line.Words[i + 1].Text : null;
            switch (word.Text)
            {
                case "dev" or "label" or "scope" or "peer" or "brd" or "broadcast" or "preferred_lft" when value is not null:
                    i++;
                    if (!Option(item, address, word, value, device))
                    {
                        return null;
                    }

                    break;
                case "noprefixroute":
                    item["noPrefixRoute"] = true;
                    break;
                case "no_track":
                    findings.Note(ConfCodes.NotNeeded, word.At, "no_track: an address that somebody removes comes back within milliseconds, and the role stays");
                    isUntracked = true;
                    break;
                default:
                    findings.Warning(ConfCodes.NotCarriedOver, word.At, $"\"{word.Text}\" at a virtual address is not carried over", "It is left out.");
                    break;
            }
        }

        if (isUntracked && item["device"] is JsonNode other)
        {
            findings.Warning(ConfCodes.NotCarriedOver, line.At, $"no_track: {other} is watched all the same, and the virtual router is in FAULT while it is down", "Where that is not meant, make a virtual router of its own for it.");
        }

        if (item["peer"] is not null && parts.Length == 2 && parts[1] != host.ToString(CultureInfo.InvariantCulture))
        {
            findings.Warning(ConfCodes.Changed, line.At, $"{text} has a peer: keepalived ignores the prefix length then, and it is imported as /{host}", $"Write {address} without a prefix length.");
            item["address"] = $"{address}/{host}";
        }

        // What keepalived does of itself: a /128 is deprecated, any other address may be a source.
        if (isIPv6 && (bool?)item["preferredSource"] is null && parts.Length == 2 && parts[1] != "128")
        {
            item["preferredSource"] = true;
        }

        if ((bool?)item["preferredSource"] is false)
        {
            item.Remove("preferredSource");
        }

        return item.Count == 1 ? item["address"]!.DeepClone() : item;
    }

    private bool Option(JsonObject item, IPAddress address, Word word, string value, string? device)
    {
        bool isIPv6 = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        switch (word.Text)
        {
            case "dev" when value == device:
                return true;
            case "dev" when isVmac:
                findings.Warning(
                    ConfCodes.NotCarriedOver, word.At, $"dev {value}: with use_vmac every address is on the macvlan above {device}; left out", $"Write a virtual router for {value}, in one sync group with this one.");
                return false;
            case "dev":
                item["device"] = value;
                return true;
            case "label" when isIPv6:
                findings.Warning(ConfCodes.LabelOnIPv6, word.At, $"label {value}: an IPv6 address has no label; keepalived ignores it", "Remove it.");
                return true;
            case "label":
                item["label"] = value;
                return true;
            case "scope" when value is "global" or "site" or "link" or "host" && !isIPv6:
                item["scope"] = value;
                return true;
            case "peer" when value.Contains('/', StringComparison.Ordinal):
                findings.Error(ConfCodes.BadValue, word.At, $"peer {value}: keepalived takes no prefix length here, and leaves the peer out; so does the imported file", $"Write peer {value.Split('/')[0]}.");
                return true;
            case "peer":
                item["peer"] = value;
                return true;
            case "brd" or "broadcast" when IPAddress.TryParse(value, out _) && !isIPv6:
                item["broadcast"] = value;
                return true;
            case "brd" or "broadcast" when value is "+" or "-" && !isIPv6:
                if (Broadcast(address, (string)item["address"]!, value == "+") is string broadcast)
                {
                    item["broadcast"] = broadcast;
                }
                else
                {
                    findings.Warning(ConfCodes.BadValue, word.At, $"{word.Text} {value}: the subnet is too small for a broadcast address; keepalived leaves it out, and so does the imported file", "Remove it.");
                }

                return true;
            case "preferred_lft" when isIPv6:
                item["preferredSource"] = value != "0";
                return true;
            default:
                findings.Warning(ConfCodes.NotCarriedOver, word.At, $"{word.Text} {value} at a virtual address is not carried over", "It is left out.");
                return true;
        }
    }

    /// <summary>With every bit of the host set (<c>+</c>) or none (<c>-</c>), as ip(8) does; null for a /31 or /32.</summary>
    private static string? Broadcast(IPAddress address, string withLength, bool isSet)
    {
        int length = int.Parse(withLength.AsSpan(withLength.IndexOf('/', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
        if (length > 30)
        {
            return null;
        }

        uint host = uint.MaxValue >> length;
        uint bits = BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, isSet ? bits | host : bits & ~host);
        return new IPAddress(bytes).ToString();
    }
}
