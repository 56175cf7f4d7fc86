using System.Globalization;
using HotStandby.Agent.Keepalived.Reading;
using HotStandby.PluginTests.Import.RoundTrip;

namespace HotStandby.PluginTests.Import.Dump;

/// <summary>Addresses, routes and rules as the dump writes them, in the words of <see cref="LineMeaning"/>.</summary>
internal static class DumpLines
{
    public static string Address(string line)
    {
        // "dev vrrp.51@eth0" is a macvlan; "deprecated" is preferred_lft 0.
        string text = line.Replace(" deprecated", " preferred_lft 0", StringComparison.Ordinal);
        int at = text.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            text = string.Concat(text.AsSpan(0, text.LastIndexOf(' ', at) + 1), text.AsSpan(at + 1));
        }

        int peer = text.IndexOf(" peer ", StringComparison.Ordinal);
        text = peer < 0 ? text : text.Replace("/32", "", StringComparison.Ordinal).Replace("/128", "", StringComparison.Ordinal);
        return LineMeaning.Address(Read(text), "");
    }

    /// <summary>Such as "prepend 10.0.0.0/8 src A via inet B dev eth0 table 7 proto 18 scope 253 metric 5".</summary>
    public static (string Key, string Value) Route(string line)
    {
        string text = line.Replace("prepend ", "", StringComparison.Ordinal).Replace("via inet6 ", "via ", StringComparison.Ordinal).Replace("via inet ", "via ", StringComparison.Ordinal)
            .Replace("scope 253", "scope link", StringComparison.Ordinal).Replace("scope 254", "scope host", StringComparison.Ordinal).Replace("scope 0", "scope global", StringComparison.Ordinal);
        return LineMeaning.Route(Read(text));
    }

    public static (string Key, string Value) Rule(string line)
    {
        int none = 0;
        (string key, string value) = LineMeaning.Rule(Read(line.Replace("from all ", "", StringComparison.Ordinal)), ref none);
        return none == 0 ? (key, value) : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"a rule without a priority: {line}"));
    }

    private static Statement Read(string text) =>
        new([.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => new Word(word, new Place("dump", 1, 1), false))], null);
}
