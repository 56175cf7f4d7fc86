using System.ComponentModel.DataAnnotations;
using System.Globalization;
using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.Plugins.Script;
using HotStandby.PluginTests.Hosting;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Plugins;

/// <summary>With real scripts. The user the tests run as stands in for root, so that they need not be root.</summary>
public sealed class ScriptTests : IDisposable
{
    private static readonly uint Me = uint.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2], CultureInfo.InvariantCulture);

    private readonly Layout _layout = new();

    public void Dispose() => _layout.Dispose();

    private string Script(string name, string body)
    {
        string path = _layout.Write(name, "#!/bin/sh\n" + body + "\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return path;
    }

    private static Task<NotifyResult> TellAsync(ScriptOptions options, Transition transition, CancellationToken? cancel = null) =>
        new ScriptNotifier(options, Me).NotifyAsync(transition, cancel ?? TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_script_gets_its_arguments_then_keepalived_s_and_nothing_but_the_documented_environment()
    {
        string args = Path.Combine(_layout.Root, "args");
        string env = Path.Combine(_layout.Root, "env");
        string script = Script("master.sh", $"printf '%s\\n' \"$@\" > '{args}'; tr '\\0' '\\n' < /proc/$$/environ > '{env}'; pwd; cat");
        NotifyResult result = await TellAsync(new ScriptOptions { OnMaster = [script, "own argument", "$(id)"] }, NotifyTests.To(RouterState.Master, 7));
        Assert.True(result.Succeeded, result.Detail);
        Assert.Equal(["own argument", "$(id)", "INSTANCE", "VI_1", "MASTER", "150"], File.ReadAllLines(args));
        Assert.Equal(
            [
                "HOTSTANDBY_FROM=BACKUP", "HOTSTANDBY_INTERFACE=eth0", "HOTSTANDBY_MEMBERS=", "HOTSTANDBY_NAME=VI_1", "HOTSTANDBY_PEER=192.168.56.132", "HOTSTANDBY_PRIORITY=150",
                "HOTSTANDBY_REASON=no advertisement for 3.6 s", "HOTSTANDBY_REASSERTED=0", "HOTSTANDBY_REPLAY=0", "HOTSTANDBY_SEQUENCE=7", "HOTSTANDBY_STATE=MASTER",
                "HOTSTANDBY_TYPE=INSTANCE", "HOTSTANDBY_VIPS=192.168.56.188/24", "HOTSTANDBY_VRID=51", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ],
            File.ReadAllLines(env).Where(line => line.Length > 0).Order(StringComparer.Ordinal));
        Assert.EndsWith(": /", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_of_a_sync_group_is_told_GROUP_its_name_and_priority_0_as_keepalived_does()
    {
        string log = _layout.Write("log", "");
        string script = Script("group.sh", $"echo \"$*\" >> '{log}'; env | grep -E 'TYPE|NAME|MEMBERS|VRID|PRIORITY' | sort >> '{log}'");
        Transition group = NotifyTests.To(RouterState.Master, 7, "VG_1") with { Kind = TransitionKind.Group, Members = ["VI_1", "VI_2"], Vrid = 0, Interface = "" };
        Assert.True((await TellAsync(new ScriptOptions { Notify = [script] }, group)).Succeeded);
        Assert.Equal(
            ["GROUP VG_1 MASTER 0", "HOTSTANDBY_MEMBERS=VI_1 VI_2", "HOTSTANDBY_NAME=VG_1", "HOTSTANDBY_PRIORITY=150", "HOTSTANDBY_TYPE=GROUP", "HOTSTANDBY_VRID="],
            File.ReadAllLines(log));
    }

    [Theory]
    [InlineData(true, "BEGIN")]
    [InlineData(false, "END")]
    public async Task An_alarm_s_script_is_told_ALARM_begin_or_end_the_code_and_the_sentence(bool began, string word)
    {
        string args = Path.Combine(_layout.Root, "args");
        string env = Path.Combine(_layout.Root, "env");
        string script = Script("alarm.sh", $"printf '%s\\n' \"$@\" > '{args}'; tr '\\0' '\\n' < /proc/$$/environ > '{env}'");
        Alarm alarm = AlarmTests.Of("VI_1", 9, began);
        NotifyResult result = await new ScriptNotifier(new ScriptOptions { OnAlarm = [script, "own argument"] }, Me)
            .AlarmAsync(alarm, TestContext.Current.CancellationToken);
        Assert.True(result.Succeeded, result.Detail);
        Assert.Equal(["own argument", "ALARM", "VI_1", word, alarm.Code], File.ReadAllLines(args));
        Assert.Equal(
            [
                $"HOTSTANDBY_ABOUT={alarm.About}", $"HOTSTANDBY_ALARM={alarm.Code}", "HOTSTANDBY_NAME=VI_1", $"HOTSTANDBY_REASON={alarm.Sentence}", "HOTSTANDBY_REPLAY=0",
                "HOTSTANDBY_SEQUENCE=9", "HOTSTANDBY_SINCE=0", $"HOTSTANDBY_STATE={word}", "HOTSTANDBY_TYPE=ALARM", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ],
            File.ReadAllLines(env).Where(line => line.Length > 0).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("as it is", "master,every MASTER")]
    [InlineData("not at all", "")]
    [InlineData("by its own", "again")]
    public async Task A_master_that_won_runs_its_scripts_again_or_its_own_or_none(string how, string expected)
    {
        string log = _layout.Write("log", "");
        string own = Script("own.sh", $"echo $1 >> '{log}'");
        string every = Script("every.sh", $"echo every $3 >> '{log}'");
        var options = new ScriptOptions
        {
            OnMaster = [own, "master"],
            Notify = [every],
            Reassert = how != "not at all",
            OnReassert = how == "by its own" ? [own, "again"] : null,
        };
        NotifyResult result = await TellAsync(options, NotifyTests.To(RouterState.Master, 7, replay: true) with { Reasserted = true });
        Assert.True(result.Succeeded, result.Detail);
        Assert.Equal(expected, string.Join(',', File.ReadAllLines(log)));

        // What is told after a start is another matter.
        File.WriteAllText(log, "");
        await TellAsync(options, NotifyTests.To(RouterState.Master, 7, replay: true));
        Assert.Equal("master,every MASTER", string.Join(',', File.ReadAllLines(log)));
    }

    [Fact]
    public async Task Scripts_of_transitions_are_not_run_for_alarms()
    {
        string log = _layout.Write("log", "");
        string script = Script("any.sh", $"echo \"$*\" >> '{log}'");
        ScriptOptions options = new() { OnMaster = [script], OnBackup = [script], OnFault = [script], OnStop = [script], OnRelease = [script], Notify = [script] };
        NotifyResult result = await new ScriptNotifier(options, Me).AlarmAsync(AlarmTests.Of("VI_1", 1, began: true), TestContext.Current.CancellationToken);
        Assert.True(result.Succeeded, result.Detail);
        Assert.Empty(File.ReadAllLines(log));
    }

    [Theory]
    [InlineData(RouterState.Master, false, "master,every MASTER")]
    [InlineData(RouterState.Backup, false, "backup,every BACKUP")]
    [InlineData(RouterState.Fault, false, "fault,every FAULT")]
    [InlineData(RouterState.Initialize, true, "stop,every STOP")]
    [InlineData(RouterState.Initialize, false, "")]
    public async Task Each_state_runs_its_own_script_and_then_the_one_for_all(RouterState state, bool stopping, string expected)
    {
        string log = _layout.Write("log", "");
        string own = Script("own.sh", $"sleep 0.1; echo $1 >> '{log}'");
        string every = Script("every.sh", $"echo every $3 >> '{log}'");
        var options = new ScriptOptions { OnMaster = [own, "master"], OnBackup = [own, "backup"], OnFault = [own, "fault"], OnStop = [own, "stop"], Notify = [every] };
        NotifyResult result = await TellAsync(options, NotifyTests.To(state, 1, stopping: stopping));
        Assert.True(result.Succeeded, result.Detail);
        Assert.Equal(expected, string.Join(',', File.ReadAllLines(log)));
    }

    [Fact]
    public async Task Exit_code_and_output_are_recorded()
    {
        NotifyResult result = await TellAsync(new ScriptOptions { OnMaster = [Script("m.sh", "echo first; echo second >&2; exit 3")] }, NotifyTests.To(RouterState.Master, 1));
        Assert.False(result.Succeeded);
        Assert.Contains("m.sh exited 3 after ", result.Detail, StringComparison.Ordinal);
        Assert.Contains("first", result.Detail, StringComparison.Ordinal);
        Assert.Contains("second", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Much_output_neither_blocks_the_script_nor_fills_the_detail()
    {
        NotifyResult result = await TellAsync(new ScriptOptions { OnMaster = [Script("m.sh", "head -c 1000000 /dev/zero | tr '\\0' x")] }, NotifyTests.To(RouterState.Master, 1));
        Assert.True(result.Succeeded, result.Detail);
        Assert.InRange(result.Detail.Length, 4096, 4096 + 512);
    }

    [Fact]
    public async Task What_a_script_leaves_behind_does_not_hold_up_the_result()
    {
        string pid = Path.Combine(_layout.Root, "pid");
        NotifyResult result = await TellAsync(new ScriptOptions { OnMaster = [Script("m.sh", $"sleep 1000 & echo $! > '{pid}'")] }, NotifyTests.To(RouterState.Master, 1));
        Assert.True(result.Succeeded, result.Detail);
        int left = int.Parse(File.ReadAllText(pid), CultureInfo.InvariantCulture);
        Assert.True(Runs(left));
        await NginxServer.SignalAsync(left, "KILL");
    }

    [Fact]
    public async Task A_script_out_of_time_is_killed_with_all_its_children_though_they_ignore_SIGTERM()
    {
        string pids = Path.Combine(_layout.Root, "pids");
        string script = Script("m.sh", $"trap '' TERM; sleep 1000 & echo $! > '{pids}.new'; echo $$ >> '{pids}.new'; mv '{pids}.new' '{pids}'; sleep 1000; sleep 1000");
        using var cancel = new CancellationTokenSource();
        Task<NotifyResult> running = TellAsync(new ScriptOptions { OnMaster = [script], Notify = [script] }, NotifyTests.To(RouterState.Master, 1), cancel.Token);
        await Wait.UntilAsync(() => File.Exists(pids), "the script's children");
        int[] processes = [.. File.ReadAllLines(pids).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
        await cancel.CancelAsync();
        NotifyResult result = await running;
        Assert.False(result.Succeeded);
        Assert.Contains("did not end in time and was killed after ", result.Detail, StringComparison.Ordinal);
        Assert.Contains("was not run: the time was up", result.Detail, StringComparison.Ordinal);
        await Wait.UntilAsync(() => !processes.Any(Runs), "the end of all its processes");
    }

    [Fact]
    public async Task A_script_that_ends_on_SIGTERM_is_given_the_time_to()
    {
        string done = Path.Combine(_layout.Root, "done");
        string ready = Path.Combine(_layout.Root, "ready");
        string script = Script("m.sh", $"trap 'echo cleaned > {done}; exit 0' TERM; : > {ready}; while :; do sleep 0.05; done");
        using var cancel = new CancellationTokenSource();
        Task<NotifyResult> running = TellAsync(new ScriptOptions { OnMaster = [script] }, NotifyTests.To(RouterState.Master, 1), cancel.Token);
        await Wait.UntilAsync(() => File.Exists(ready), "the trap");
        await cancel.CancelAsync();
        Assert.False((await running).Succeeded);
        Assert.True(File.Exists(done));
    }

    [Fact]
    public void A_writable_folder_on_the_way_is_named_with_owner_and_mode()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_layout.Root, "open")).FullName;
        string script = Script("open/m.sh", "exit 0");
        Assert.Null(ScriptPath.Fault(script, Me));
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_101);
        string fault = ScriptPath.Fault(script, Me)!;
        Assert.StartsWith($"{folder} is writable by more than root (owner ", fault, StringComparison.Ordinal);
        Assert.Contains("mode 0775", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sticky_folder_is_not_fine()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_layout.Root, "sticky")).FullName;
        string script = Script("sticky/m.sh", "exit 0");
        File.SetUnixFileMode(folder, (UnixFileMode)0b1_111_111_111);
        string fault = ScriptPath.Fault(script, Me)!;
        Assert.Contains("mode 1777", fault, StringComparison.Ordinal);

        // Such a folder is everybody's (/tmp): no command that would make it root's alone.
        Assert.DoesNotContain("chmod", fault, StringComparison.Ordinal);
        Assert.Contains("put the program where only root may write", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0b111_111_101, true)]
    [InlineData(0b111_101_111, false)]
    [InlineData(0b110_100_100, true)]
    public void A_remedy_that_is_printed_mends_it(int mode, bool ofTheScript)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_layout.Root, "it's mine")).FullName;
        string script = Script("it's mine/m $(echo).sh", "exit 0");
        File.SetUnixFileMode(ofTheScript ? script : folder, (UnixFileMode)mode);
        string fault = ScriptPath.Fault(script, Me)!;
        using var shell = System.Diagnostics.Process.Start("/bin/sh", ["-c", fault[(fault.IndexOf("with: ", StringComparison.Ordinal) + 6)..]]);
        shell.WaitForExit();
        Assert.Null(ScriptPath.Fault(script, Me));
    }

    [Fact]
    public void A_symbolic_link_is_followed_through_every_folder()
    {
        Directory.CreateDirectory(Path.Combine(_layout.Root, "real"));
        string open = Directory.CreateDirectory(Path.Combine(_layout.Root, "middle")).FullName;
        string script = Script("real/m.sh", "exit 0");
        File.CreateSymbolicLink(Path.Combine(open, "second"), "../real/m.sh");
        string first = Path.Combine(_layout.Root, "first");
        File.CreateSymbolicLink(first, Path.Combine(open, "second"));
        Assert.Null(ScriptPath.Fault(first, Me));
        File.SetUnixFileMode(open, (UnixFileMode)0b111_101_111);
        Assert.StartsWith($"{open} is writable", ScriptPath.Fault(first, Me), StringComparison.Ordinal);
        Assert.Null(ScriptPath.Fault(script, Me));
    }

    [Fact]
    public void A_loop_of_links_ends()
    {
        string loop = Path.Combine(_layout.Root, "loop");
        File.CreateSymbolicLink(loop, "loop");
        Assert.Contains("symbolic links", ScriptPath.Fault(loop, Me), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_not_executable_not_a_file_and_foreign_owner_are_named()
    {
        string script = Script("m.sh", "exit 0");
        Assert.Contains("does not exist", ScriptPath.Fault(script + "x", Me), StringComparison.Ordinal);
        Assert.Contains("is not a folder", ScriptPath.Fault(script + "/x", Me), StringComparison.Ordinal);
        Assert.Contains("is not a regular file", ScriptPath.Fault(_layout.Root, Me), StringComparison.Ordinal);
        File.SetUnixFileMode(script, (UnixFileMode)0b110_100_100);
        Assert.Contains("is not executable (mode 0644)", ScriptPath.Fault(script, Me), StringComparison.Ordinal);
        using var chown = System.Diagnostics.Process.Start("chown", ["65534", script]);
        chown.WaitForExit();
        Assert.Contains("does not belong to root (owner nobody, mode 0644)", ScriptPath.Fault(script, Me), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_path_is_judged_each_time_it_is_run()
    {
        string script = Script("m.sh", "exit 0");
        var options = new ScriptOptions { OnMaster = [script] };
        Assert.True((await TellAsync(options, NotifyTests.To(RouterState.Master, 1))).Succeeded);
        File.SetUnixFileMode(script, (UnixFileMode)0b111_111_111);
        NotifyResult result = await TellAsync(options, NotifyTests.To(RouterState.Master, 2));
        Assert.False(result.Succeeded);
        Assert.Contains("was not run: ", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_without_a_script_or_with_a_relative_path_are_refused()
    {
        Assert.NotEmpty(new ScriptOptions().Validate(new ValidationContext(this)));
        Assert.NotEmpty(new ScriptOptions { OnMaster = [] }.Validate(new ValidationContext(this)));
        Assert.NotEmpty(new ScriptOptions { OnMaster = ["master.sh"] }.Validate(new ValidationContext(this)));
        Assert.Empty(new ScriptOptions { OnMaster = ["/master.sh"] }.Validate(new ValidationContext(this)));
    }

    [Fact]
    public async Task The_real_host_tells_the_script_of_the_stop_before_it_ends()
    {
        _layout.Add("Script");
        string log = _layout.Write("log", "");
        string script = Script("stop.sh", $"sleep 0.3; echo \"$@\" >> '{log}'");
        using var host = new HostProcess();
        host.Configure(_layout, HostProcess.Entry("tell", $$"""{ "onStop": ["{{script}}"] }""", "Script", timeout: 4500));
        await host.ExpectPluginAsync("tell", PluginState.Active);
        host.Send(new Notify("tell", NotifyTests.To(RouterState.Initialize, 9, stopping: true)));
        host.CloseInput();
        Assert.Equal(0, await host.ExitCodeAsync());
        Notified answer = await host.ExpectAsync<Notified>(one => one.Sequence == 9, "the answer");
        // The real plugin trusts root only; what it says otherwise is proved above.
        Assert.Equal(Me == 0, answer.Succeeded);
        Assert.Equal(Me == 0 ? ["INSTANCE VI_1 STOP 150"] : [], File.ReadAllLines(log));
    }

    private static bool Runs(int pid) =>
        File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
}
