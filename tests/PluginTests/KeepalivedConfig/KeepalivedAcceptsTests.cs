using System.Diagnostics;

namespace HotStandby.PluginTests.KeepalivedConfig;

/// <summary>The real keepalived reads what we render, in a network namespace of its own that has the interface.</summary>
public sealed class KeepalivedAcceptsTests
{
    [Theory]
    [MemberData(nameof(GoldenTests.Cases), MemberType = typeof(GoldenTests))]
    public async Task Accepts_every_node_of_every_pair_without_a_word(string pair, string node)
    {
        (int status, string output) = await Test(await Rendering.Render(GoldenTests.Model(pair), node));
        Assert.Equal("", output);
        Assert.Equal(0, status);
    }

    /// <summary>Else the test above would prove nothing: this keepalived does speak up.</summary>
    [Fact]
    public async Task Warns_of_what_it_does_not_know()
    {
        string rendered = await Rendering.Render(Rendering.NginxPair, "web1");
        (int status, string output) = await Test(rendered.Replace("    version 3\n", "    versio 3\n", StringComparison.Ordinal));
        Assert.Contains("versio", output, StringComparison.Ordinal);
        Assert.NotEqual(0, status);
    }

    private static async Task<(int Status, string Output)> Test(string text)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        string file = Path.GetTempFileName();
        string space = $"hs-render-{Guid.NewGuid():N}"[..20];
        try
        {
            await File.WriteAllTextAsync(file, text, cancellationToken);
            await Must("ip", "netns", "add", space);
            await Must("ip", "-n", space, "link", "add", "eth0", "type", "veth", "peer", "name", "peer0");
            return await Run("ip", "netns", "exec", space, "keepalived", "--config-test", "--use-file", file);
        }
        finally
        {
            // Removing the namespace takes the veth pair with it.
            await Run("ip", "netns", "delete", space);
            File.Delete(file);
        }
    }

    private static async Task Must(string program, params string[] arguments)
    {
        (int status, string output) = await Run(program, arguments);
        Assert.True(status == 0, $"{program} {string.Join(' ', arguments)}: {output}");
    }

    private static async Task<(int Status, string Output)> Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LC_ALL"] = "C" },
        }) ?? throw new InvalidOperationException($"{program} did not start");
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
