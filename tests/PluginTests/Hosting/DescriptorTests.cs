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
    public void A_plugin_host_that_is_killed_leaves_no_pipe_open() => LeavesNothingOpen(async () =>
    {
        PluginHostProcess host = PluginHostProcess.Start(new HostLaunch("/bin/cat", []));
        await host.DisposeAsync();
    });
}
