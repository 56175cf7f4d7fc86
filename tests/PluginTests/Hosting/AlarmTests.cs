using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Running;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Hosting;

/// <summary>Alarms are told in order, begin and end, beside the transitions and never instead of one; every one is answered once.</summary>
public sealed class AlarmTests : IDisposable
{
    private readonly Layout _layout = new();
    private readonly HostProcess _host = new();

    public AlarmTests() => _layout.Add("Misbehaving");

    public void Dispose()
    {
        _host.Dispose();
        _layout.Dispose();
    }

    internal static Alarm Of(string router, long sequence, bool began, string about = "192.168.56.188", bool replay = false) => new(
        sequence, "foreign-owner", router, about, "52:54:00:12:34:56 has the address too", began, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, replay);

    private void Tell(Alarm alarm, string id = "tell") => _host.Send(new TellAlarm(id, alarm));

    private Task<AlarmTold> AnswerAsync(long sequence) => _host.ExpectAsync<AlarmTold>(answer => answer.Sequence == sequence, $"an answer to alarm {sequence}");

    /// <summary>Tells alarm 1 and waits until that has begun; loading is a call of the plugin's too.</summary>
    private async Task BeginFirstCallAsync()
    {
        await _host.ExpectPluginAsync("tell", PluginState.Active);
        await Wait.UntilAsync(() => !_host.OpenCalls.Contains("tell"), "the load to end");
        Tell(Of("VI_1", 1, began: true));
        await Wait.UntilAsync(() => _host.OpenCalls.Contains("tell"), "the first call");
    }

    [Fact]
    public async Task Begin_and_end_are_both_told_in_order_though_the_notifier_is_slow()
    {
        _host.Configure(_layout, HostProcess.Doing("tell", "notifySlowly", ", \"take\": \"300ms\"", timeout: 60_000));
        await BeginFirstCallAsync();
        for (int i = 2; i <= 4; i++)
        {
            Tell(Of("VI_1", i, began: i % 2 == 1));
        }

        Assert.Equal("told VI_1 foreign-owner ended", (await AnswerAsync(4)).Detail);
        AlarmTold[] told = [.. _host.Events.OfType<AlarmTold>()];
        Assert.Equal([1, 2, 3, 4], told.Select(answer => answer.Sequence));
        Assert.All(told, answer => Assert.True(answer is { Listens: true, Succeeded: true, WasTold: true }, answer.Detail));
    }

    [Fact]
    public async Task Transitions_and_alarms_neither_wait_for_nor_supersede_each_other()
    {
        _host.Configure(_layout, HostProcess.Doing("tell", "notifySlowly", ", \"take\": \"3s\"", timeout: 60_000));
        await BeginFirstCallAsync();
        Tell(Of("VI_1", 2, began: false));
        _host.Send(new Notify("tell", NotifyTests.To(RouterState.Master, 1)));
        Assert.True((await _host.ExpectAsync<Notified>(answer => answer.Sequence == 1, "the transition")).Succeeded);
        Assert.DoesNotContain(_host.Events.OfType<AlarmTold>(), answer => answer.Sequence == 2);
        Assert.True((await AnswerAsync(2)).Succeeded);
    }

    [Fact]
    public async Task A_notifier_that_never_comes_back_costs_bounded_room_and_every_alarm_is_answered()
    {
        _host.Configure(_layout, HostProcess.Doing("tell", "notifySlowly", ", \"take\": \"1h\"", timeout: 60_000));
        await BeginFirstCallAsync();
        const int Last = AlarmQueue.Room + 100;
        for (int i = 2; i <= Last; i++)
        {
            // The first begin is a replay: the notifier may have heard it from an earlier host, and hears of its end whatever waits.
            Tell(Of("VI_1", i, began: i % 2 == 0, about: $"192.0.2.{i / 2}", replay: i == 2));
        }

        Assert.Contains("too many wait", (await AnswerAsync(5)).Detail, StringComparison.Ordinal);
        Assert.False((await AnswerAsync(4)).Succeeded);
        Tell(Of("VI_1", Last + 1, began: true));
        Tell(Of("VI_1", Last + 2, began: true, replay: true));
        Assert.Contains($"alarm {Last + 1}, still to be told, says the same", (await AnswerAsync(Last + 2)).Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(_host.Events.OfType<AlarmTold>(), answer => answer.Sequence is 2 or 3);
        _host.CloseInput();
        Assert.Equal(0, await _host.ExitCodeAsync());
        Assert.All(_host.Events.OfType<AlarmTold>(), answer => Assert.Equal(answer.Sequence == Last + 2, answer.WasTold));
        long[] answered = [.. _host.Events.OfType<AlarmTold>().Select(answer => answer.Sequence).Order()];
        Assert.Equal(Enumerable.Range(1, Last + 2).Select(i => (long)i), answered);
    }

    [Fact]
    public async Task A_notifier_of_transitions_only_is_left_in_peace_and_a_broken_one_says_so()
    {
        _host.Configure(_layout, HostProcess.Doing("check", "nothing"), HostProcess.Entry("bad", use: "Nowhere"));
        Tell(Of("VI_1", 1, began: true), "check");
        Tell(Of("VI_1", 2, began: true), "bad");
        Tell(Of("VI_1", 3, began: true), "unheard-of");
        Assert.False((await AnswerAsync(1)).Listens);
        Assert.True(await AnswerAsync(2) is { Listens: true, Succeeded: false });
        Assert.True(await AnswerAsync(3) is { Listens: true, Succeeded: false });
    }
}
