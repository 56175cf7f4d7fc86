using System.Diagnostics;
using HotStandby.HostProtocol;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Hosting;

/// <summary>Start, reload and end.</summary>
public sealed class LifeTests : IDisposable
{
    private readonly Layout _layout = new();
    private readonly HostProcess _host = new();

    public LifeTests() => _layout.Add("Misbehaving");

    public void Dispose()
    {
        _host.Dispose();
        _layout.Dispose();
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("neverReturn")]
    [InlineData("blockInConstructor")]
    [InlineData("pushBlockForever")]
    [InlineData("pushFlood")]
    public async Task The_end_of_input_ends_the_host_whatever_its_plugins_do(string deed)
    {
        _host.Configure(_layout, HostProcess.Doing("bad", deed));
        await _host.ExpectAsync<CallStarted>(call => call.Id == "bad", "the first call");
        _host.CloseInput();
        Assert.Equal(0, await _host.ExitCodeAsync());
    }

    [Fact]
    public async Task What_can_only_be_disposed_of_asynchronously_is_when_its_entry_is_removed()
    {
        _host.Configure(_layout, HostProcess.Doing("check", "disposeAsync"));
        await _host.ExpectCheckAsync("check", healthy: true);
        _host.Configure(_layout);
        await _host.ExpectAsync<Logged>(line => line is { Id: "check", Text: "disposed of" }, "the check to be disposed of");
    }

    [Fact]
    public async Task A_signal_to_the_whole_unit_does_not_end_the_host_before_its_input_does()
    {
        _host.Configure(_layout, HostProcess.Doing("good", "nothing"));
        await _host.ExpectCheckAsync("good", healthy: true);
        foreach (string signal in new[] { "-TERM", "-INT", "-HUP" })
        {
            using var kill = Process.Start("kill", [signal, _host.Pid.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await _host.ExpectGoingOnAsync("good");
        _host.CloseInput();
        Assert.Equal(0, await _host.ExitCodeAsync());
    }

    [Fact]
    public async Task A_reload_leaves_the_same_restarts_the_changed_and_stops_the_removed()
    {
        _host.Configure(_layout, HostProcess.Doing("same", "nothing"), HostProcess.Doing("changed", "nothing"), HostProcess.Doing("removed", "nothing"));
        await _host.ExpectCheckAsync("same", healthy: true, "call 4");
        await _host.ExpectCheckAsync("changed", healthy: true, "call 4");
        await _host.ExpectCheckAsync("removed", healthy: true, "call 4");
        int before = _host.Events.Count;
        _host.Configure(_layout, HostProcess.Entry("same", """{  "deed" : "nothing" }"""), HostProcess.Doing("changed", "nothing", ", \"word\": \"other\""), HostProcess.Doing("added", "nothing"));
        await _host.ExpectCheckAsync("added", healthy: true, "call 1", before);
        await _host.ExpectGoingOnAsync("same");
        FromHost[] after = [.. _host.Events.Skip(before)];
        Assert.DoesNotContain(after.OfType<PluginChanged>(), plugin => plugin.Id == "same");
        Assert.DoesNotContain(after.OfType<CheckChanged>(), check => check.Id == "same" && check.Reason == "call 1");
        Assert.Contains(after.OfType<CheckChanged>(), check => check.Id == "changed" && check.Reason == "call 1");
        int later = _host.Events.Count;
        await _host.ExpectGoingOnAsync("same");
        Assert.DoesNotContain(_host.Events.Skip(later).OfType<CheckChanged>(), check => check.Id == "removed");
    }
}
