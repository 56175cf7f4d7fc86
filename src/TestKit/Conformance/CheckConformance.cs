using HotStandby.Abstractions;
using Xunit;

namespace HotStandby.TestKit.Conformance;

/// <summary>What the host asks of a plugin with an <see cref="IHealthCheck"/> or <see cref="IPushedHealthCheck"/>.</summary>
/// <typeparam name="TPlugin">The plugin's public class.</typeparam>
public abstract class CheckConformance<TPlugin> : PluginConformance<TPlugin>
    where TPlugin : IPlugin, new()
{
    /// <summary>
    /// Options with which a look takes long: a server that never answers (<see cref="SilentServer"/>), a program that sleeps. The same as the
    /// valid ones for a check that can wait for nothing.
    /// </summary>
    protected abstract string HangingOptions { get; }

    /// <summary>A look ends in time and says why, also when what it looks at is not there.</summary>
    [Fact]
    public void A_result_comes_in_time_with_a_reason()
    {
        using FakeHost host = Load(ValidOptions);
        Assert.True(host.IsCheck, "the plugin registers no check");
        HostAnswer answer = host.Check(TestContext.Current.CancellationToken);
        Assert.True(answer.InTime, answer.Words);
        Assert.True(IsOneLine(answer.Words), $"a reason must be one line that says something, but is \"{answer.Words}\"");
        Assert.False(answer.Words.StartsWith("it threw ", StringComparison.Ordinal), answer.Words);
    }

    /// <summary>A look that takes too long ends when the host cancels it, and is never healthy.</summary>
    [Fact]
    public void The_deadline_is_kept()
    {
        HostAnswer answer = CutOff(HangingOptions, (host, stop) => host.Check(stop), TimeSpan.FromMilliseconds(300), stopAfter: null);
        Assert.True(answer.CameBack, "a call that was cancelled at the entry's timeout never came back");
        Assert.True(answer.InTime || !answer.Succeeded, answer.Words);
    }

    /// <summary>When the host stops, a look ends long before its timeout.</summary>
    [Fact]
    public void Cancellation_is_honoured()
    {
        HostAnswer answer = CutOff(HangingOptions, (host, stop) => host.Check(stop), TimeSpan.FromMinutes(10), TimeSpan.FromMilliseconds(200));
        Assert.True(answer.CameBack, "a call that was cancelled because the host stops never came back");
    }

    /// <summary>What calls opened is closed when the entry stops.</summary>
    [Fact]
    public void It_ends_cleanly() => RequireCleanEnd(host => host.Check(TestContext.Current.CancellationToken));
}
