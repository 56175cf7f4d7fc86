using HotStandby.HostProtocol;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Hosting;

/// <summary>Plugins that block, flood or fall silent: their own check fails, the others go on.</summary>
public sealed class HangTests : IDisposable
{
    private readonly Layout _layout = new();
    private readonly HostProcess _host = new();

    public HangTests() => _layout.Add("Misbehaving");

    public void Dispose()
    {
        _host.Dispose();
        _layout.Dispose();
    }

    [Fact]
    public async Task A_call_that_never_returns_fails_at_its_timeout_and_again_every_interval_and_holds_up_nobody()
    {
        _host.Configure(_layout, HostProcess.Doing("bad", "neverReturn", ", \"after\": 1", timeout: 300, fall: 3), HostProcess.Doing("good", "nothing"));
        await _host.ExpectCheckAsync("bad", healthy: true, "no answer within 300 ms (failure 1 of 3)");
        await _host.ExpectCheckAsync("bad", healthy: false, "the call is still running");
        await _host.ExpectGoingOnAsync("good");
        PluginChanged plugin = await _host.ExpectPluginAsync("bad", PluginState.Malfunctioning);
        Assert.StartsWith("a call never came back since ", plugin.Why, StringComparison.Ordinal);
        await _host.ExpectGoingOnAsync("good");
        Assert.DoesNotContain(_host.Events.OfType<PluginChanged>(), changed => changed.Id == "good" && changed.State != PluginState.Active);
    }

    [Fact]
    public async Task A_call_that_comes_back_after_all_makes_the_plugin_active_again()
    {
        string block = _layout.Write("block", "");
        _host.Configure(_layout, HostProcess.Doing("late", "returnWhenFileIsGone", $", \"file\": \"{block}\"", timeout: 100));
        await _host.ExpectPluginAsync("late", PluginState.Malfunctioning);
        int before = _host.Events.Count;
        File.Delete(block);
        await _host.ExpectPluginAsync("late", PluginState.Active, before);
        await _host.ExpectCheckAsync("late", healthy: true, after: before);
    }

    [Fact]
    public async Task Fifty_blocked_plugins_do_not_starve_a_good_one()
    {
        HostedPlugin[] bad = [.. Enumerable.Range(0, 50).Select(i => HostProcess.Doing($"bad{i}", "neverReturn", interval: 500, timeout: 200))];
        _host.Configure(_layout, [.. bad, HostProcess.Doing("good", "ignoreCancellation")]);
        await _host.ExpectCheckAsync("bad49", healthy: false);
        await _host.ExpectGoingOnAsync("good");
    }

    [Fact]
    public async Task A_constructor_that_blocks_does_not_keep_the_others_from_loading()
    {
        _host.Configure(_layout, HostProcess.Doing("bad", "blockInConstructor"), HostProcess.Doing("good", "nothing"));
        await _host.ExpectGoingOnAsync("good");
        Assert.Contains("loading", (await _host.ExpectPluginAsync("bad", PluginState.Malfunctioning)).Why, StringComparison.Ordinal);
        Assert.Contains("bad", _host.OpenCalls);
    }

    [Fact]
    public async Task A_flood_of_reports_and_log_lines_is_thinned_and_holds_up_nobody()
    {
        _host.Configure(_layout, HostProcess.Doing("flood", "pushFlood"), HostProcess.Doing("good", "nothing"));
        await _host.ExpectCheckAsync("flood", healthy: true);
        await _host.ExpectCheckAsync("flood", healthy: false);
        await _host.ExpectGoingOnAsync("good");
        await _host.ExpectAsync<Logged>(line => line.Id.Length == 0 && line.Text.Contains("were dropped", StringComparison.Ordinal), "dropped log lines counted");
        await _host.ExpectGoingOnAsync("good");
    }

    [Theory]
    [InlineData("pushOnceThenSilent", "once", "silent for ")]
    [InlineData("pushBlockForever", "about to block", "silent for ")]
    [InlineData("pushAndEnd", "about to end", "the check ended by itself")]
    public async Task A_pushed_check_that_stops_speaking_fails(string deed, string up, string down)
    {
        _host.Configure(_layout, HostProcess.Doing("bad", deed, interval: 100, timeout: 100), HostProcess.Doing("good", "nothing"));
        await _host.ExpectCheckAsync("bad", healthy: true, up);
        await _host.ExpectCheckAsync("bad", healthy: false, down);
        await _host.ExpectGoingOnAsync("good");
    }

    [Fact]
    public async Task A_pushed_check_that_ends_is_started_again()
    {
        _host.Configure(_layout, HostProcess.Doing("bad", "pushAndEnd", interval: 100));
        CheckChanged ended = await _host.ExpectCheckAsync("bad", healthy: false, "ended");
        await _host.ExpectCheckAsync("bad", healthy: true, "about to end", _host.Events.ToList().IndexOf(ended) + 1);
    }

    [Fact]
    public async Task A_pushed_check_that_throws_fails_with_its_words()
    {
        _host.Configure(_layout, HostProcess.Doing("bad", "pushAndThrow"));
        await _host.ExpectCheckAsync("bad", healthy: false, "no pushing today");
    }

    [Fact]
    public async Task A_pushed_check_that_speaks_stays_healthy()
    {
        _host.Configure(_layout, HostProcess.Doing("push", "pushUp", interval: 1000, timeout: 10_000));
        await _host.ExpectGoingOnAsync("push");
        Assert.DoesNotContain(_host.Events.OfType<CheckChanged>(), check => check.Healthy != true);
        Assert.Empty(_host.OpenCalls);
    }
}
