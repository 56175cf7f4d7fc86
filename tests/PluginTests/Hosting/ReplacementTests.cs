using System.Collections.Concurrent;
using System.Diagnostics;
using HotStandby.Abstractions;
using HotStandby.Agent.Hosting;
using HotStandby.HostProtocol;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Hosting;

/// <summary>A second host with new files that dies around its take-over: the first goes on, and the words say why; or the second is started again.</summary>
public sealed class ReplacementTests : IAsyncDisposable
{
    private static readonly PluginChanged Active = new("mine", "Kept", PluginState.Active, "", "1.0", ["Kept.Check"]) { IsCheck = true };

    private readonly Layout _layout = new();
    private readonly FakeHostScript _host;
    private readonly Listener _listener = new();
    private readonly InstalledPlugins _installed;
    private readonly Configure _configure;
    private readonly PluginHostSupervisor _supervisor;

    public ReplacementTests()
    {
        _host = new FakeHostScript(_layout);
        Directory.CreateDirectory(Path.Combine(_layout.PluginPath, "Kept"));
        _layout.Write("plugins/Kept/Kept.dll", "old");
        _installed = new InstalledPlugins([_layout.PluginPath], Path.Combine(_layout.Root, "plugins.lock"));
        _configure = new Configure(ToHost.ProtocolVersion, "web1", _layout.Root, [_layout.PluginPath], [HostProcess.Entry("mine", use: "Kept")]);
        _supervisor = new PluginHostSupervisor(_host.Launch, new PluginStore(Path.Combine(_layout.Root, "running")), _installed, _configure, _listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _supervisor.DisposeAsync();
        _layout.Dispose();
    }

    [Fact]
    public async Task One_that_answers_otherwise_and_dies_is_refused_and_the_first_goes_on()
    {
        _host.Turn(1, stays: true, Active, Says(true, "old"));
        _host.Turn(2, stays: false, Active, Says(false, "new"), new CallStarted("mine"));
        int? before = await ReplaceAsync();
        await Wait.UntilAsync(() => _supervisor.Snapshot().Entries[0].Why.Length > 0, "the refusal");
        AssertRefused(before);
    }

    [Fact]
    public async Task One_that_answers_otherwise_takes_over_only_once_it_says_what_the_first_says()
    {
        _host.Turn(1, stays: true, Active, Says(true, "old"));
        _host.Turn(2, stays: true, Active, Says(false, "not yet"), new Logged("mine", "said no"));
        _host.Later(2, Says(true, "new"));
        await ReplaceAsync();
        await Wait.UntilAsync(() => _listener.Heard("said no"), "the first answer of the second host");
        _host.GoOn(2);
        await Wait.UntilAsync(() => _listener.Checks.Any(check => check.Reason == "new"), "the second host to take over");
        Assert.DoesNotContain(_listener.Checks, check => check.Reason == "not yet");
    }

    [Theory]
    [InlineData(PluginState.Refused)]
    [InlineData(PluginState.Malfunctioning)]
    public async Task One_whose_new_plugin_does_not_work_is_refused_and_the_first_goes_on(PluginState state)
    {
        _host.Turn(1, stays: true, Active, Says(true, "old"));
        _host.Turn(2, stays: true, Active with { State = state, Why = "no way", IsCheck = false });
        int? before = await ReplaceAsync();
        await Wait.UntilAsync(() => _supervisor.Snapshot().Entries[0].Why.Length > 0, "the refusal");
        HostSnapshot after = _supervisor.Snapshot();
        Assert.Equal(("running", before), (after.State, after.Pid));
        Assert.Equal(
            ("active", $"new files of Kept are refused, those loaded before go on: plugin mine (Kept) {state.ToString().ToLowerInvariant()}: no way"),
            (after.Entries[0].State, after.Entries[0].Why));
    }

    /// <summary>Its death is not seen yet when it is found good: what it said last is still being read.</summary>
    [Fact]
    public async Task One_that_answers_as_before_and_dies_before_it_takes_over_is_refused_and_the_first_goes_on()
    {
        _host.Turn(1, stays: true, Active, Says(true, "old"));
        _host.Turn(2, stays: false, new Logged("mine", "first words"), Active, Says(true, "new"), new CallStarted("mine"), new Logged("mine", "last words"));
        using ManualResetEventSlim ended = new();
        using ManualResetEventSlim takenOver = new();
        _listener.OnLine = line =>
        {
            switch (line)
            {
                case "plugin mine: first words":
                    ended.Wait(Wait.Bound);
                    break;
                case "plugin mine: last words":
                    // Time for a look at what it answered before its output is known to have ended; a second here keeps nobody waiting but this test.
                    takenOver.Wait(TimeSpan.FromSeconds(1));
                    break;
                case string one when one.Contains("takes over", StringComparison.Ordinal):
                    takenOver.Set();
                    break;
            }
        };
        int? before = await ReplaceAsync();
        await Wait.UntilAsync(() => _host.HasEnded(2), "the second host's end");
        ended.Set();
        await Wait.UntilAsync(() => _supervisor.Snapshot().Entries[0].Why.Length > 0 || takenOver.IsSet, "a decision");
        AssertRefused(before);
    }

    [Fact]
    public async Task One_that_dies_after_it_took_over_is_blamed_and_started_again_with_the_new_files()
    {
        _host.Turn(1, stays: true, Active, Says(true, "old"));
        _host.Turn(2, stays: true, Active, Says(true, "new"), new CallStarted("mine"));
        _host.Turn(3, stays: true, Active, Says(true, "again"));
        int? before = await ReplaceAsync();
        await Wait.UntilAsync(() => _listener.Heard("takes over"), "the take-over");
        int second = _supervisor.Snapshot().Pid!.Value;
        Assert.NotEqual(before, second);
        Kill(second);
        await Wait.UntilAsync(() => _listener.Checks.Any(check => check.Reason == "again"), "a third host to speak");
        HostSnapshot after = _supervisor.Snapshot();
        Assert.Equal(("running", 1), (after.State, after.Restarts));
        HostedEntry mine = Assert.Single(after.Entries);
        Assert.Equal(1, mine.Crashes);
        Assert.StartsWith("took the plugin host down: the plugin host died", mine.Why, StringComparison.Ordinal);
        Assert.DoesNotContain(_listener.Lines, line => line.Contains("refused", StringComparison.Ordinal));
    }

    /// <summary>What a plugin started goes on, with the host's standard error in its hands.</summary>
    [Fact]
    public async Task A_host_whose_child_lives_on_is_started_again()
    {
        _host.Turn(1, stays: true, Active, Says(true, "old"));
        _host.LeaveChild(1);
        _host.Turn(2, stays: true, Active, Says(true, "again"));
        _supervisor.Start();
        await Wait.UntilAsync(() => _listener.Checks.Any(check => check.Reason == "old"), "the first host to speak");
        Kill(_supervisor.Snapshot().Pid!.Value);
        await Wait.UntilAsync(() => _listener.Checks.Any(check => check.Reason == "again"), "a second host to speak");
    }

    /// <summary>So a reload to no plugins and back has it; each supervision says once of each host that it is ready.</summary>
    [Fact]
    public async Task One_that_is_started_twice_supervises_once()
    {
        _host.Turn(1, stays: true, Active, Says(true, "old"));
        _host.Turn(2, stays: true, Active, Says(true, "again"));
        _supervisor.Start();
        await Wait.UntilAsync(() => _listener.Checks.Any(check => check.Reason == "old"), "the first host to speak");
        _supervisor.Reconfigure(_configure with { Plugins = [] }, _installed);
        _supervisor.Reconfigure(_configure, _installed);
        _supervisor.Start();
        Kill(_supervisor.Snapshot().Pid!.Value);
        await Wait.UntilAsync(() => Ready() >= 2 && _listener.Checks.Any(check => check.Reason == "again"), "a second host to speak");
        Assert.Equal(2, Ready());
        Assert.False(_host.HasStarted(3));

        int Ready() => _listener.Lines.Count(line => line == "host ready");
    }

    /// <summary>It lives, and takes nothing any more, as one that was stopped (SIGSTOP) or hangs with all its threads.</summary>
    [Fact]
    public async Task One_that_has_stopped_reading_is_ended_and_what_it_was_not_sent_is_known()
    {
        await using PluginHostSupervisor supervisor = new(
            new HostLaunch("/usr/bin/sleep", ["600"]), new PluginStore(Path.Combine(_layout.Root, "deaf")), _installed, _configure, _listener);
        supervisor.Start();
        await Wait.UntilAsync(() => _listener.Heard("host ready"), "the first host");
        int unsent = 0;
        for (int i = 0; i < PluginHostProcess.Room * 2 && unsent < 3; i++)
        {
            unsent += supervisor.Notify("mine", NotifyTests.To(RouterState.Master, i)) ? 0 : 1;
        }

        await Wait.UntilAsync(() => supervisor.Snapshot() is { Restarts: > 0, State: "running" }, "a second host");
        Assert.InRange(supervisor.Snapshot().Unread, 1, 3);
        Assert.Single(_listener.Lines, line => line.StartsWith("the plugin host", StringComparison.Ordinal) && line.Contains("had stopped reading", StringComparison.Ordinal));
        Assert.Equal(0, Assert.Single(supervisor.Snapshot().Entries).Crashes);
    }

    private static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }

    private static CheckChanged Says(bool healthy, string reason) => new("mine", healthy, reason, TimeSpan.FromSeconds(10), TimeSpan.Zero, Stopwatch.GetTimestamp());

    /// <summary>Puts the first host to work, then new files in the place of its plugin's.</summary>
    /// <returns>The first host.</returns>
    private async Task<int?> ReplaceAsync()
    {
        _supervisor.Start();
        await Wait.UntilAsync(() => _listener.Checks.Any(check => check.Reason == "old"), "the first host to speak");
        int? before = _supervisor.Snapshot().Pid;
        _layout.Write("plugins/Kept/Kept.dll", "new");
        _supervisor.Reconfigure(_configure, _installed);
        await Wait.UntilAsync(() => _host.HasStarted(2), "a second host");
        return before;
    }

    private void AssertRefused(int? before)
    {
        HostSnapshot after = _supervisor.Snapshot();
        Assert.Equal(("running", before, 0), (after.State, after.Pid, after.Restarts));
        HostedEntry mine = Assert.Single(after.Entries);
        Assert.Equal(("active", 0), (mine.State, mine.Crashes));
        Assert.Equal(
            "new files of Kept are refused, those loaded before go on: plugin mine: the plugin host died (exit status 3): the fake host gives up", mine.Why);
        Assert.DoesNotContain(_listener.Lines, line => line.Contains("takes over", StringComparison.Ordinal));
        Assert.DoesNotContain(_listener.Checks, check => check.Reason == "new");
        Assert.False(_host.HasStarted(3));
        Assert.Single(Directory.GetDirectories(Path.Combine(_layout.Root, "running")).SelectMany(Directory.GetDirectories));
    }

    private sealed class Listener : IHostListener
    {
        private readonly ConcurrentQueue<string> _lines = new();
        private readonly ConcurrentQueue<CheckChanged> _checks = new();

        /// <summary>Sees every line of the log before the supervisor goes on.</summary>
        public Action<string> OnLine { get; set; } = _ => { };

        public IReadOnlyList<string> Lines => [.. _lines];

        public IReadOnlyList<CheckChanged> Checks => [.. _checks];

        public bool Heard(string words) => _lines.Any(line => line.Contains(words, StringComparison.Ordinal));

        public void CheckHeard(CheckChanged result) => _checks.Enqueue(result);

        public void PluginRefused(string id, string why) => Log($"{id} refused: {why}");

        public void HostLeft(string why) => Log($"host left: {why}");

        public void HostReady() => Log("host ready");

        public void HostStopping()
        {
        }

        public void PluginRuns(string id)
        {
        }

        public void Warn(string line) => Log(line);

        public void NotificationDone(Notified outcome) => Log($"notified {outcome.Id}");

        public void AlarmTold(AlarmTold outcome)
        {
        }

        public void Released(Released outcome) => Log($"released {outcome.Id}");

        public void Log(string line)
        {
            _lines.Enqueue(line);
            OnLine(line);
        }
    }
}
