using HotStandby.Agent.Hosting;
using HotStandby.TestKit.Conformance;

namespace HotStandby.PluginTests.Hosting;

/// <summary>Whoever starts a process closes its pipes himself: an agent whose heap is small sees no collection for hours.</summary>
public class DescriptorTests
{
    private static void LeavesNothingOpen(Func<Task> run)
    {
        string? left = Footprint.Growth(() =>
        {
            run().GetAwaiter().GetResult();
            return null;
        });
        Assert.True(left is null, $"{Footprint.Many} runs have left {left}");
    }

    [Fact]
    public void A_life_of_the_plugin_host_leaves_no_pipe_open() => LeavesNothingOpen(async () =>
    {
        await using PluginHostProcess host = PluginHostProcess.Start(new HostLaunch("/bin/cat", []));
        host.CloseInput();
        await foreach (HostProtocol.FromHost unused in host.ReadAsync())
        {
            Assert.Fail($"It said {unused}");
        }

        Assert.Equal(0, (await host.WaitForDeathAsync()).ExitCode);
    });

    [Fact]
    public async Task A_plugin_host_that_is_killed_leaves_no_pipe_open()
    {
        // The search for what it started allocates so much that the garbage collector would close what was forgotten: the pipes themselves are looked for,
        // and often enough for one to be seen before it comes.
        for (int i = 0; i < 8; i++)
        {
            PluginHostProcess host = PluginHostProcess.Start(new HostLaunch("/bin/cat", []));
            HashSet<string> pipes = [.. Enumerable.Range(0, 3).Select(descriptor => new FileInfo($"/proc/{host.Pid}/fd/{descriptor}").LinkTarget!)];
            Assert.All(pipes, pipe => Assert.Matches("^(pipe|socket):", pipe));
            await host.DisposeAsync();
            Assert.DoesNotContain(Open(), pipes.Contains);
        }
    }

    /// <summary>What the descriptors of this process stand for.</summary>
    private static string[] Open() =>
        [.. Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(entry => new FileInfo(entry).LinkTarget).OfType<string>()];
}
