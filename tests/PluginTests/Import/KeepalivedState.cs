using System.Diagnostics;
using HotStandby.PluginTests.KeepalivedConfig;

namespace HotStandby.PluginTests.Import;

/// <summary>What the real keepalived says it has read, after its start.</summary>
internal static class KeepalivedState
{
    /// <summary>Depends on the moment, or on what is no part of the configuration.</summary>
    private static readonly string[] Momentary =
        ["Current processes", "Have quorum", "Status = ", "Result = ", "Script uid:gid", "State = ", "Insecure = ", "Number of config faults", "Track file directory"];

    /// <summary>The lines of the dump from the instances to the interfaces, in its order, without those of the moment.</summary>
    public static Task<string[]> Of(string text, string node) => KeepalivedAcceptsTests.InNamespace(
        text.Replace("/usr/bin/hotstandby", "/usr/bin/true", StringComparison.Ordinal), (space, file) => Dump(space, file, node));

    private static async Task<string[]> Dump(string space, string file, string node)
    {
        using Process keepalived = Process.Start(new ProcessStartInfo(
            "ip",
            ["netns", "exec", space, "keepalived", "--vrrp", "--dont-fork", "--log-console", "--dump-conf", "--config-id", node, "--use-file", file, "--pid", file + ".pid", "--vrrp_pid", file + ".vrrp.pid"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { ["LC_ALL"] = "C" },
        })!;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        List<string> lines = [];
        List<string> all = [];
        try
        {
            bool isIn = false;
            while (await keepalived.StandardError.ReadLineAsync(limit.Token) is string line)
            {
                // "Wed Nov 25 23:43:58 2026: "
                string said = line.Length > 26 ? line[26..] : line;
                all.Add(said);
                if (said.Contains("------< Interfaces >------", StringComparison.Ordinal))
                {
                    return [.. lines];
                }

                isIn |= said.Contains("------< VRRP", StringComparison.Ordinal);
                if (isIn && !Array.Exists(Momentary, part => said.Contains(part, StringComparison.Ordinal)))
                {
                    lines.Add(said.Trim());
                }
            }
        }
        finally
        {
            keepalived.Kill(entireProcessTree: true);
            await keepalived.WaitForExitAsync(CancellationToken.None);
        }

        throw new InvalidOperationException($"keepalived ended without its state:\n{string.Join('\n', all)}");
    }
}
