using System.Diagnostics;
using HotStandby.PluginTests.KeepalivedConfig;

namespace HotStandby.PluginTests.Import.Dump;

/// <summary>What the real keepalived says it has read: <c>--dump-conf</c>, in a network namespace of its own.</summary>
internal static class KeepalivedDump
{
    private const string End = "------< Interfaces >------";

    /// <summary>"Thu Nov 26 12:22:49 2026:", in the C locale.</summary>
    private const int DateLength = 25;

    /// <summary>The lines of the dump up to the interfaces. They are indented; a message that stands between them is not.</summary>
    /// <param name="text">Of the file.</param>
    /// <param name="node">The config-id.</param>
    public static Task<IReadOnlyList<string>> Of(string text, string node) => KeepalivedAcceptsTests.InNamespace(
        text.Replace("/usr/bin/hotstandby", "/usr/bin/true", StringComparison.Ordinal), (space, file) => Run(space, file, node));

    private static async Task<IReadOnlyList<string>> Run(string space, string file, string node)
    {
        using Process keepalived = Process.Start(new ProcessStartInfo(
            "ip",
            [
                "netns", "exec", space, "keepalived", "--vrrp", "--dont-fork", "--log-console", "--dump-conf",
                "--config-id", node, "--use-file", file, "--pid", file + ".pid", "--vrrp_pid", file + ".vrrp.pid",
            ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { ["LC_ALL"] = "C" },
        }) ?? throw new InvalidOperationException("ip did not start");
        using StreamReader errors = keepalived.StandardError;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        List<string> all = [];
        try
        {
            while (await errors.ReadLineAsync(limit.Token) is string line)
            {
                all.Add(line.Length > DateLength ? line[DateLength..] : "");
                if (line.EndsWith(End, StringComparison.Ordinal))
                {
                    return [.. all.Where(one => one.StartsWith("  ", StringComparison.Ordinal) || one.Contains("------<", StringComparison.Ordinal))];
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
