using System.Diagnostics;
using HotStandby.HostProtocol;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Hosting;

/// <summary>What becomes of what checks say.</summary>
public sealed class ResultTests : IDisposable
{
    private readonly Layout _layout = new();
    private readonly HostProcess _host = new();

    public ResultTests() => _layout.Add("Misbehaving");

    public void Dispose()
    {
        _host.Dispose();
        _layout.Dispose();
    }

    [Fact]
    public async Task The_first_result_decides_and_then_rise_and_fall_count()
    {
        string flag = _layout.Write("flag", "");
        _host.Configure(_layout, HostProcess.Doing("check", "failWhileFileExists", $", \"file\": \"{flag}\"", rise: 2, fall: 3));
        await _host.ExpectCheckAsync("check", healthy: false, "the file is there");
        File.Delete(flag);
        await _host.ExpectCheckAsync("check", healthy: false, "the file is not there (success 1 of 2)");
        await _host.ExpectCheckAsync("check", healthy: true, "the file is not there");
        int before = _host.Events.Count;
        _layout.Write("flag", "");
        await _host.ExpectCheckAsync("check", healthy: true, "the file is there (failure 1 of 3)", before);
        await _host.ExpectCheckAsync("check", healthy: true, "the file is there (failure 2 of 3)", before);
        CheckChanged down = await _host.ExpectCheckAsync("check", healthy: false, "the file is there", before);
        Assert.Equal(TimeSpan.FromMilliseconds(50 + 2000 + 1000), down.ValidFor);
    }

    [Fact]
    public async Task A_result_says_when_it_was_made()
    {
        long start = Stopwatch.GetTimestamp();
        _host.Configure(_layout, HostProcess.Doing("good", "nothing"), HostProcess.Doing("pushed", "pushFlood"));
        CheckChanged polled = await _host.ExpectCheckAsync("good", healthy: true);
        CheckChanged pushed = await _host.ExpectCheckAsync("pushed", healthy: true);

        Assert.Equal(1_000_000_000, Stopwatch.Frequency);
        Assert.InRange(polled.MadeAt, start, Stopwatch.GetTimestamp());
        Assert.InRange(pushed.MadeAt, start, Stopwatch.GetTimestamp());
    }

    [Theory]
    [InlineData("throw", "it threw InvalidOperationException: this check is broken")]
    [InlineData("answerNull", "answered null")]
    public async Task A_check_that_breaks_is_a_failed_check(string deed, string reason)
    {
        _host.Configure(_layout, HostProcess.Doing("bad", deed));
        await _host.ExpectCheckAsync("bad", healthy: false, reason);
    }

    [Fact]
    public async Task A_check_that_heeds_its_cancellation_fails_once_a_timeout()
    {
        _host.Configure(_layout, HostProcess.Doing("bad", "cancelled", timeout: 200));
        await _host.ExpectCheckAsync("bad", healthy: false, "no answer within 200 ms");
        Assert.DoesNotContain(_host.Events.OfType<CheckChanged>(), check => check.Healthy == true);
    }

    [Fact]
    public async Task A_huge_reason_is_cut_to_a_kilobyte()
    {
        _host.Configure(_layout, HostProcess.Doing("bad", "hugeReason"), HostProcess.Doing("good", "nothing"));
        CheckChanged check = await _host.ExpectCheckAsync("bad", healthy: true, "xxx");
        Assert.Equal(1024, check.Reason.Length);
        await _host.ExpectGoingOnAsync("good");
    }

    [Fact]
    public async Task A_reason_is_one_line()
    {
        _host.Configure(_layout, HostProcess.Doing("bad", "reasonWithNewlines"));
        await _host.ExpectCheckAsync("bad", healthy: true, "one two  {\"event\":\"done\"}");
        Assert.DoesNotContain(_host.Events, happened => happened is Done);
    }

    [Fact]
    public async Task Console_output_of_a_plugin_becomes_its_log_and_never_a_message()
    {
        _host.Configure(_layout, HostProcess.Doing("bad", "writeToConsole"), HostProcess.Doing("good", "nothing"));
        await _host.ExpectAsync<Logged>(line => line.Id == "bad" && line.Text.StartsWith("{\"event\":\"check\"", StringComparison.Ordinal), "the line as a log line");
        await _host.ExpectGoingOnAsync("good");
        Assert.DoesNotContain(_host.Events.OfType<CheckChanged>(), check => check.Id == "good" && check.Healthy != true);
    }

    [Fact]
    public async Task Descriptor_one_of_a_plugin_is_stderr()
    {
        _host.Configure(_layout, HostProcess.Doing("bad", "writeToDescriptorOne"));
        await _host.ExpectCheckAsync("bad", healthy: true);
        await Wait.UntilAsync(() => _host.Errors.Contains("not json", StringComparison.Ordinal), "the bytes on stderr");
        Assert.DoesNotContain(_host.Events, happened => happened is Done);
    }

    [Fact]
    public async Task A_plugin_cannot_eat_messages()
    {
        _host.Configure(_layout, HostProcess.Doing("bad", "readConsole"));
        await _host.ExpectCheckAsync("bad", healthy: true, "read the end");
        _host.Configure(_layout, HostProcess.Doing("good", "nothing"));
        await _host.ExpectCheckAsync("good", healthy: true);
    }
}
