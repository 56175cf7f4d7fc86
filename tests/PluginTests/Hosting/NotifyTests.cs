using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Hosting;

/// <summary>Every notification is answered once, in order, one at a time for each virtual router.</summary>
public sealed class NotifyTests : IDisposable
{
    private readonly Layout _layout = new();
    private readonly HostProcess _host = new();

    public NotifyTests() => _layout.Add("Misbehaving");

    public void Dispose()
    {
        _host.Dispose();
        _layout.Dispose();
    }

    internal static Transition To(RouterState state, long sequence, string router = "VI_1", bool replay = false, bool stopping = false) => new(
        sequence, router, 51, "eth0", RouterState.Backup, state, stopping, 150, ["192.168.56.188/24"], "192.168.56.132", "no advertisement for 3.6 s",
        DateTimeOffset.UnixEpoch, replay);

    private void Tell(Transition transition, string id = "tell") => _host.Send(new Notify(id, transition));

    private Task<Notified> AnswerAsync(long sequence) => _host.ExpectAsync<Notified>(answer => answer.Sequence == sequence, $"an answer to {sequence}");

    /// <summary>Tells transition 1 and waits until that has begun; loading is a call of the plugin's too.</summary>
    private async Task BeginFirstCallAsync()
    {
        await _host.ExpectPluginAsync("tell", PluginState.Active);
        await Wait.UntilAsync(() => !_host.OpenCalls.Contains("tell"), "the load to end");
        Tell(To(RouterState.Master, 1));
        await Wait.UntilAsync(() => _host.OpenCalls.Contains("tell"), "the first call");
    }

    private async Task AssertToldAsync(long sequence)
    {
        Notified answer = await AnswerAsync(sequence);
        Assert.True(answer.Succeeded, $"{sequence}: {answer.Detail}");
    }

    [Fact]
    public async Task A_notification_is_told_and_answered()
    {
        _host.Configure(_layout, HostProcess.Doing("tell", "notify"));
        Tell(To(RouterState.Master, 1));
        Notified answer = await AnswerAsync(1);
        Assert.True(answer.Succeeded);
        Assert.Equal("told VI_1 Master", answer.Detail);
    }

    [Fact]
    public async Task A_newer_transition_supersedes_an_older_one_that_was_not_started_and_says_so()
    {
        _host.Configure(_layout, HostProcess.Doing("tell", "notifySlowly", ", \"take\": \"3s\"", timeout: 60_000));
        await BeginFirstCallAsync();
        Tell(To(RouterState.Fault, 2));
        Tell(To(RouterState.Backup, 3));
        Tell(To(RouterState.Backup, 4, replay: true));
        Tell(To(RouterState.Master, 5, "VI_2"));
        await AssertToldAsync(3);
        await AssertToldAsync(1);
        Assert.Equal("superseded by transition 3 before its turn came", (await AnswerAsync(2)).Detail);
        Assert.Equal("superseded: transition 3, still to be told, says the same", (await AnswerAsync(4)).Detail);
        await AssertToldAsync(5);
        long[] vi1 = [.. _host.Events.OfType<Notified>().Where(answer => answer.Succeeded && answer.Sequence != 5).Select(answer => answer.Sequence)];
        Assert.Equal([1, 3], vi1);
    }

    [Fact]
    public async Task A_sync_group_of_a_virtual_router_s_name_has_a_queue_of_its_own()
    {
        _host.Configure(_layout, HostProcess.Doing("tell", "notifySlowly", ", \"take\": \"3s\"", timeout: 60_000));
        await BeginFirstCallAsync();
        Tell(To(RouterState.Fault, 2));
        Tell(To(RouterState.Master, 3) with { Kind = TransitionKind.Group });
        await AssertToldAsync(3);
        await AssertToldAsync(2);
    }

    [Fact]
    public async Task A_notifier_that_takes_too_long_is_cancelled_and_the_next_one_told()
    {
        _host.Configure(_layout, HostProcess.Doing("tell", "notifySlowly", ", \"take\": \"1h\"", timeout: 200));
        Tell(To(RouterState.Master, 1));
        Notified answer = await AnswerAsync(1);
        Assert.False(answer.Succeeded);
        Assert.StartsWith("no answer within 200 ms", answer.Detail, StringComparison.Ordinal);
        Tell(To(RouterState.Backup, 2));
        Assert.False((await AnswerAsync(2)).Succeeded);
    }

    [Fact]
    public async Task A_notifier_that_never_returns_malfunctions_and_later_transitions_are_answered_at_once()
    {
        _host.Configure(_layout, HostProcess.Doing("tell", "notifyNeverReturn", timeout: 200), HostProcess.Doing("good", "nothing"));
        Tell(To(RouterState.Master, 1));
        Assert.Contains("still running", (await AnswerAsync(1)).Detail, StringComparison.Ordinal);
        await _host.ExpectPluginAsync("tell", PluginState.Malfunctioning);
        Tell(To(RouterState.Backup, 2));
        Assert.Contains("the call for transition 1 never came back", (await AnswerAsync(2)).Detail, StringComparison.Ordinal);
        await _host.ExpectGoingOnAsync("good");
        _host.CloseInput();
        Assert.Equal(0, await _host.ExitCodeAsync());
    }

    [Fact]
    public async Task What_cannot_be_told_is_answered()
    {
        _host.Configure(_layout, HostProcess.Doing("check", "nothing"), HostProcess.Entry("bad", use: "Nowhere"));
        Tell(To(RouterState.Master, 1), "unheard-of");
        Tell(To(RouterState.Master, 2), "check");
        Tell(To(RouterState.Master, 3), "bad");
        Assert.Contains("no plugin entry \"unheard-of\"", (await AnswerAsync(1)).Detail, StringComparison.Ordinal);
        Assert.Contains("no notifier", (await AnswerAsync(2)).Detail, StringComparison.Ordinal);
        Assert.Contains("was refused", (await AnswerAsync(3)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_notification_is_told_though_the_input_ends_right_after_it()
    {
        _host.Configure(_layout, HostProcess.Doing("tell", "notifySlowly", ", \"take\": \"300ms\"", timeout: 4000));
        await _host.ExpectPluginAsync("tell", PluginState.Active);
        Tell(To(RouterState.Master, 1));
        Tell(To(RouterState.Initialize, 2, stopping: true));
        _host.CloseInput();
        Assert.Equal(0, await _host.ExitCodeAsync());
        Assert.True((await AnswerAsync(2)).Succeeded);
        await AnswerAsync(1);
    }

    [Fact]
    public async Task A_notification_that_outlives_the_end_of_input_is_cut_off_and_answered()
    {
        _host.Configure(_layout, HostProcess.Doing("tell", "notifySlowly", ", \"take\": \"1h\"", timeout: 60_000));
        await BeginFirstCallAsync();
        _host.CloseInput();
        Assert.Equal(0, await _host.ExitCodeAsync());
        Notified answer = await AnswerAsync(1);
        Assert.Contains("the plugin was stopped", answer.Detail, StringComparison.Ordinal);
        Assert.False(answer.WasTold);
    }
}
