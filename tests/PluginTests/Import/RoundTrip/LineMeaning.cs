using System.Net;
using System.Net.Sockets;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.PluginTests.Import.RoundTrip;

/// <summary>Lines of virtual_ipaddress, virtual_routes and virtual_rules in one form.</summary>
internal static class LineMeaning
{
    private static readonly string[] RouteWords = ["via", "src", "scope"];

    public static string Address(Statement line, string device)
    {
        string[] parts = line.Keyword.Split('/');
        IPAddress address = IPAddress.Parse(parts[0]);
        bool isIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        Dictionary<string, string> options = Options(line, "dev", "label", "scope", "peer", "brd", "preferred_lft");

        // A peer takes the prefix length.
        int host = isIPv6 ? 128 : 32;
        int length = parts.Length == 1 || options.ContainsKey("peer") ? host : int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        List<string> words = [$"{address}/{length}", $"dev {options.GetValueOrDefault("dev", device)}"];
        if (isIPv6)
        {
            words.Add($"preferred_lft {options.GetValueOrDefault("preferred_lft", length == 128 ? "0" : "forever")}");
        }
        else
        {
            words.Add($"scope {options.GetValueOrDefault("scope", "global")}");
            Add("label");
            if (options.TryGetValue("brd", out string? broadcast) && (broadcast is not ("+" or "-") || length <= 30))
            {
                words.Add($"brd {(broadcast is "+" or "-" ? Broadcast(address, length, broadcast == "+") : broadcast)}");
            }
        }

        Add("peer");
        if (line.Words.Any(word => word.Text == "noprefixroute"))
        {
            words.Add("noprefixroute");
        }

        return string.Join(' ', words);

        void Add(string key)
        {
            if (options.TryGetValue(key, out string? value))
            {
                words.Add($"{key} {value}");
            }
        }
    }

    /// <summary>The key is what the kernel tells routes apart by.</summary>
    public static (string Key, string Value) Route(Statement line)
    {
        Dictionary<string, string> options = Options(line, "to", "via", "dev", "src", "metric", "table", "scope");
        string to = options.GetValueOrDefault("to", line.Keyword);
        to = to == "default" ? "0.0.0.0/0" : to.Contains('/', StringComparison.Ordinal) ? to : $"{to}/32";
        string rest = string.Join(' ', RouteWords.Where(options.ContainsKey).Select(key => $"{key} {options[key]}"));
        return (
            $"route {to} table {Table(options.GetValueOrDefault("table", "main"))} metric {options.GetValueOrDefault("metric", "0")}",
            $"{rest} dev {options.GetValueOrDefault("dev", "any")}");
    }

    public static (string Key, string Value) Rule(Statement line, ref int next)
    {
        Dictionary<string, string> options = Options(line, "from", "to", "table", "lookup", "priority", "preference");
        string? preference = options.GetValueOrDefault("priority") ?? options.GetValueOrDefault("preference");
        if (preference is null)
        {
            preference = ConfGenerator.Number(next);
            next--;
        }

        string table = Table(options.GetValueOrDefault("table") ?? options["lookup"]);
        return ($"rule {preference}", $"from {Prefix("from")} to {Prefix("to")} table {table}");

        string Prefix(string key) => options.TryGetValue(key, out string? value) ? value.Contains('/', StringComparison.Ordinal) ? value : $"{value}/32" : "all";
    }

    private static string Table(string text) => text == "main" ? "254" : text;

    private static Dictionary<string, string> Options(Statement line, params string[] keywords)
    {
        Dictionary<string, string> options = new(StringComparer.Ordinal);
        for (int i = 0; i + 1 < line.Words.Count; i++)
        {
            if (keywords.Contains(line.Words[i].Text))
            {
                options[line.Words[i].Text] = line.Words[i + 1].Text;
                i++;
            }
        }

        return options;
    }

    private static string Broadcast(IPAddress address, int length, bool isSet)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int bit = length; bit < 32; bit++)
        {
            int mask = 128 >> (bit % 8);
            bytes[bit / 8] = (byte)(isSet ? bytes[bit / 8] | mask : bytes[bit / 8] & ~mask);
        }

        return new IPAddress(bytes).ToString();
    }
}
