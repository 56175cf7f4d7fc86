using HotStandby.Abstractions;
using Xunit;

namespace HotStandby.TestKit.Conformance;

/// <summary>What the host asks of a plugin with an <see cref="INotifier"/>.</summary>
/// <typeparam name="TPlugin">The plugin's public class.</typeparam>
public abstract class NotifierConformance<TPlugin> : PluginConformance<TPlugin>
    where TPlugin : IPlugin, new()
{
    /// <summary>Options with which a notification takes long; the same as the valid ones for a notifier that can wait for nothing.</summary>
    protected abstract string HangingOptions { get; }

    /// <summary>Every transition is answered in time, with words for the journal.</summary>
    [Fact]
    public void Every_transition_is_answered_with_a_detail()
    {
        using FakeHost host = Load(ValidOptions);
        Assert.True(host.IsNotifier, "the plugin registers no notifier");
        foreach (Transition transition in Transitions)
        {
            HostAnswer answer = host.Notify(transition, TestContext.Current.CancellationToken);
            Assert.True(answer.InTime, $"{transition.To}: {answer.Words}");
            Assert.True(!string.IsNullOrWhiteSpace(answer.Words), $"{transition.To}: a detail must say something");
            Assert.False(answer.Words.StartsWith("it threw ", StringComparison.Ordinal), $"{transition.To}: {answer.Words}");
        }
    }

    /// <summary>A notifier that listens to alarms answers the begin and the end of each in time, with words for the log.</summary>
    [Fact]
    public void Every_alarm_is_answered_with_a_detail()
    {
        using FakeHost host = Load(ValidOptions);
        foreach (Alarm alarm in host.IsAlarmNotifier ? Alarms : [])
        {
            HostAnswer answer = host.Tell(alarm, TestContext.Current.CancellationToken);
            string which = alarm.Began ? "begin" : "end";
            Assert.True(answer.InTime, $"{which}: {answer.Words}");
            Assert.True(!string.IsNullOrWhiteSpace(answer.Words), $"{which}: a detail must say something");
            Assert.False(answer.Words.StartsWith("it threw ", StringComparison.Ordinal), $"{which}: {answer.Words}");
        }
    }

    /// <summary>Neither an alarm's deadline nor the host's stop is outlived by the call.</summary>
    [Fact]
    public void An_alarm_s_deadline_is_kept()
    {
        using (FakeHost host = Load(HangingOptions))
        {
            if (!host.IsAlarmNotifier)
            {
                return;
            }
        }

        HostAnswer answer = CutOff(HangingOptions, (host, stop) => host.Tell(Samples.Alarm(began: true), stop), TimeSpan.FromMilliseconds(300), stopAfter: null);
        Assert.True(answer.CameBack, "an alarm's call that was cancelled at the entry's timeout never came back");
    }

    /// <summary>A notification that takes too long ends when the host cancels it.</summary>
    [Fact]
    public void The_deadline_is_kept()
    {
        HostAnswer answer = CutOff(HangingOptions, Notify, TimeSpan.FromMilliseconds(300), stopAfter: null);
        Assert.True(answer.CameBack, "a call that was cancelled at the entry's timeout never came back");
    }

    /// <summary>When the host stops, a notification ends long before its timeout.</summary>
    [Fact]
    public void Cancellation_is_honoured()
    {
        HostAnswer answer = CutOff(HangingOptions, Notify, TimeSpan.FromMinutes(10), TimeSpan.FromMilliseconds(200));
        Assert.True(answer.CameBack, "a call that was cancelled because the host stops never came back");
    }

    /// <summary>What calls opened is closed when the entry stops.</summary>
    [Fact]
    public void It_ends_cleanly() => RequireCleanEnd(host => Notify(host, TestContext.Current.CancellationToken));

    private static IEnumerable<Transition> Transitions =>
    [
        Samples.Transition(RouterState.Backup),
        Samples.Transition(RouterState.Master),
        Samples.Transition(RouterState.Fault),
        Samples.Transition(RouterState.Initialize, stopping: true),
        Samples.Transition(RouterState.Master, replay: true),
        Samples.Transition(RouterState.Master, replay: true) with { Reasserted = true },
        Samples.Transition(RouterState.Master) with { Kind = TransitionKind.Group, VirtualRouter = "VG_1", Members = ["VI_1", "VI_2"], Vrid = 0, Interface = "" },
    ];

    private static IEnumerable<Alarm> Alarms => [Samples.Alarm(began: true), Samples.Alarm(began: true, replay: true), Samples.Alarm(began: false)];

    private static HostAnswer Notify(FakeHost host, CancellationToken stop) => host.Notify(Samples.Transition(RouterState.Master), stop);
}
