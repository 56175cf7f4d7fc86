using System.Globalization;

namespace HotStandby.Agent.Linux;

/// <summary>What the process may do (capabilities(7)): the agent needs two, and says at start which is missing.</summary>
public static class Capabilities
{
    private const int NetAdmin = 12;
    private const int NetRaw = 13;

    /// <param name="speaks">Whether it takes part in VRRP; else it only sets addresses, routes and interfaces.</param>
    /// <returns>Null when nothing is missing, else the sentence that names it.</returns>
    public static string? Missing(bool speaks = true)
    {
        const string Key = "CapEff:";
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(text => text.StartsWith(Key, StringComparison.Ordinal));
        if (line is null || !ulong.TryParse(line.AsSpan(Key.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong effective))
        {
            return "the process's capabilities can't be read from /proc/self/status";
        }

        List<string> missing = [];
        if ((effective & (1UL << NetAdmin)) == 0)
        {
            missing.Add("CAP_NET_ADMIN (to bind virtual addresses)");
        }

        if (speaks && (effective & (1UL << NetRaw)) == 0)
        {
            missing.Add("CAP_NET_RAW (to send and hear advertisements)");
        }

        return missing.Count == 0 ? null : $"{string.Join(" and ", missing)} missing: run as root, or as packaging/hotstandby.service does";
    }
}
