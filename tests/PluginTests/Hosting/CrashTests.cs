using HotStandby.HostProtocol;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Hosting;

/// <summary>Plugins that take the process down: accepted, but the stream must name the culprit.</summary>
public sealed class CrashTests : IDisposable
{
    private readonly Layout _layout = new();
    private readonly HostProcess _host = new();

    public CrashTests() => _layout.Add("Misbehaving");

    public void Dispose()
    {
        _host.Dispose();
        _layout.Dispose();
    }

    [Theory]
    [InlineData("failFast", "the plugin gives up")]
    [InlineData("stackOverflow", "Stack overflow")]
    [InlineData("ownThreadException", "hotstandby-plugin-host: unhandled exception")]
    public async Task A_crash_leaves_the_culprit_among_the_open_calls_and_its_type_on_stderr(string deed, string said)
    {
        _host.Configure(_layout, HostProcess.Doing("good", "nothing"), HostProcess.Doing("bad", deed, ", \"after\": 3"));
        int exit = await _host.ExitCodeAsync();

        Assert.NotEqual(0, exit);
        Assert.Contains("bad", _host.OpenCalls);
        Assert.Contains(said, _host.Errors, StringComparison.Ordinal);
        PluginChanged plugin = await _host.ExpectPluginAsync("bad", PluginState.Active);
        Assert.Contains(plugin.Types, type => _host.Errors.Contains(type, StringComparison.Ordinal));
        await _host.ExpectCheckAsync("good", healthy: true);
        await _host.ExpectCheckAsync("bad", healthy: true, "call 3 behaves");
    }

    [Fact]
    public async Task Every_call_is_announced_before_it_and_closed_after_it()
    {
        _host.Configure(_layout, HostProcess.Doing("good", "nothing"));
        await _host.ExpectGoingOnAsync("good");

        int depth = 0;
        foreach (FromHost happened in _host.Events)
        {
            switch (happened)
            {
                case CallStarted:
                    Assert.Equal(1, ++depth);
                    break;
                case CallEnded:
                    Assert.Equal(0, --depth);
                    break;
                case CheckChanged:
                    Assert.Equal(1, depth);
                    break;
            }
        }
    }
}
