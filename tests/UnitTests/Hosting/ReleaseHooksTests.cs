using HotStandby.Abstractions;
using HotStandby.Agent.Hosting;
using HotStandby.HostProtocol;

namespace HotStandby.UnitTests.Hosting;

/// <summary>Leaving on purpose waits for the notifiers that want to be asked, and for nobody else.</summary>
public class ReleaseHooksTests
{
    private readonly List<Release> _sent = [];
    private readonly List<(string Line, bool IsWarning)> _log = [];
    private bool _hostIsThere = true;

    private ReleaseHooks Hooks() => new(
        ask =>
        {
            _sent.Add(ask);
            return _hostIsThere;
        },
        (line, isWarning) => _log.Add((line, isWarning)));

    private static LeavingRole Role(TimeSpan budget, params string[] notifiers) => new(
        new(0, "VI_1", 51, "eth0", RouterState.Master, RouterState.Backup, false, 150, [], null, "", DateTimeOffset.UnixEpoch, false), notifiers, budget);

    [Fact]
    public async Task It_waits_until_every_hook_has_answered()
    {
        ReleaseHooks hooks = Hooks();
        Task asked = hooks.AskAsync([Role(TimeSpan.FromMinutes(1), "a", "b")], TestContext.Current.CancellationToken);
        hooks.Answered(new("a", _sent[0].Number, true, true, "drained", TimeSpan.FromMilliseconds(12)));
        Assert.False(asked.IsCompleted);
        hooks.Answered(new("b", _sent[1].Number, false, true, "", TimeSpan.Zero));
        await asked.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal([("VI_1: onRelease of a done after 12 ms: drained", false)], _log);
    }

    [Fact]
    public async Task The_budget_ends_the_waiting_and_is_named()
    {
        await Hooks().AskAsync([Role(TimeSpan.FromMilliseconds(20), "a")], TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal([("VI_1: onRelease of a did not end within 0.02 s (releaseBudget): leaves all the same", true)], _log);
    }

    [Fact]
    public async Task Without_a_budget_or_a_host_nobody_waits()
    {
        await Hooks().AskAsync([Role(TimeSpan.Zero, "a")], TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Empty(_sent);
        _hostIsThere = false;
        await Hooks().AskAsync([Role(TimeSpan.FromMinutes(1), "a")], TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Single(_sent);
    }

    [Fact]
    public async Task A_host_that_leaves_and_a_second_signal_end_the_waiting()
    {
        ReleaseHooks hooks = Hooks();
        Task asked = hooks.AskAsync([Role(TimeSpan.FromMinutes(1), "a")], TestContext.Current.CancellationToken);
        hooks.HostLeft();
        await asked.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        using CancellationTokenSource hurry = new();
        asked = hooks.AskAsync([Role(TimeSpan.FromMinutes(1), "a")], hurry.Token);
        await hurry.CancelAsync();
        await asked.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal([true, true], _log.Select(line => line.IsWarning));
    }
}
