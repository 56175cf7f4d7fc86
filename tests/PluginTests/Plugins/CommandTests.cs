extern alias command;

using System.ComponentModel.DataAnnotations;
using System.Globalization;
using command::HotStandby.Plugins.Command;
using HotStandby.Abstractions;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Plugins;

/// <summary>With real programs. The user the tests run as stands in for root, so that they need not be root.</summary>
public sealed class CommandTests : IDisposable
{
    private static readonly uint Me = uint.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2], CultureInfo.InvariantCulture);

    private readonly Layout _layout = new();

    public void Dispose() => _layout.Dispose();

    private string Program(string name, string body)
    {
        string path = _layout.Write(name, "#!/bin/sh\n" + body + "\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return path;
    }

    private static CommandCheck Check(params string[] command) =>
        new(new CommandOptions { Command = command }, Contexts.Of(), Me);

    private static Task<CheckResult> AskAsync(params string[] command) => Check(command).CheckAsync(TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("exit 0", true, "exited 0 after ")]
    [InlineData("exit 1", false, "exited 1 after ")]
    [InlineData("exit 126", false, "exited 126 after ")]
    [InlineData("kill -9 $$", false, "was ended by signal 9 ")]
    public async Task Only_exit_status_0_is_up(string body, bool healthy, string reason)
    {
        CheckResult result = await AskAsync(Program("c.sh", body));
        Assert.Equal(healthy, result.Healthy);
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_wrote_is_told()
    {
        CheckResult result = await AskAsync(Program("c.sh", "echo out; echo err >&2; exit 1"));
        Assert.Contains("out", result.Reason, StringComparison.Ordinal);
        Assert.Contains("err", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_shell_takes_part_and_the_environment_is_the_documented_one()
    {
        string program = Program("c.sh", "printf '<%s>' \"$@\"; tr '\\0' ' ' < /proc/$$/environ");
        CheckResult result = await AskAsync(program, "two words", "$(id)", "*");
        Assert.Contains("<two words><$(id)><*>", result.Reason, StringComparison.Ordinal);
        Assert.Equal(
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            result.Reason[(result.Reason.IndexOf("<*>", StringComparison.Ordinal) + 3)..].Trim());
    }

    [Fact]
    public async Task What_cannot_be_run_is_down()
    {
        string program = Program("c.sh", "exit 0");
        Assert.Contains("does not exist", (await AskAsync(program + "x")).Reason, StringComparison.Ordinal);
        File.SetUnixFileMode(program, (UnixFileMode)0b110_100_100);
        CheckResult result = await AskAsync(program);
        Assert.False(result.Healthy);
        Assert.Contains("is not executable (mode 0644)", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_others_could_replace_is_not_run_and_down_at_the_next_question()
    {
        string ran = Path.Combine(_layout.Root, "ran");
        CommandCheck check = Check(Program("c.sh", $"echo x >> '{ran}'"));
        Assert.True((await check.CheckAsync(TestContext.Current.CancellationToken)).Healthy);
        File.SetUnixFileMode(Path.Combine(_layout.Root, "c.sh"), (UnixFileMode)0b111_111_111);
        CheckResult result = await check.CheckAsync(TestContext.Current.CancellationToken);
        Assert.False(result.Healthy);
        Assert.Contains("was not run: ", result.Reason, StringComparison.Ordinal);
        Assert.Single(File.ReadAllLines(ran));
    }

    [Fact]
    public async Task Out_of_time_it_is_killed_with_its_children_and_down_though_it_exits_0_on_SIGTERM()
    {
        string pid = Path.Combine(_layout.Root, "pid");
        string program = Program("c.sh", $"trap 'exit 0' TERM; sleep 1000 & echo $! > '{pid}.new'; mv '{pid}.new' '{pid}'; wait");
        using var cancel = new CancellationTokenSource();
        Task<CheckResult> asking = Check(program).CheckAsync(cancel.Token);
        await Wait.UntilAsync(() => File.Exists(pid), "the program's child");
        string child = $"/proc/{File.ReadAllText(pid).Trim()}";
        await cancel.CancelAsync();
        CheckResult result = await asking;
        Assert.False(result.Healthy);
        Assert.Contains("did not end in time and was killed after ", result.Reason, StringComparison.Ordinal);
        await Wait.UntilAsync(() => !Directory.Exists(child) || File.ReadAllText(child + "/stat").Contains(") Z ", StringComparison.Ordinal), "the child's end");
    }

    [Fact]
    public async Task Through_the_real_host_a_late_answer_is_down()
    {
        _layout.Add("Command");
        using var host = new HostProcess();
        host.Configure(_layout, HostProcess.Entry("slow", """{ "command": ["/bin/sleep", "1000"] }""", use: "Command", interval: 200, timeout: 200));
        await host.ExpectCheckAsync("slow", healthy: false, "no answer within 200 ms");
    }

    [Theory]
    [InlineData("true", "expected the absolute path of a program first, found \"true\"")]
    [InlineData("/bin/a\0b", "zero byte")]
    [InlineData("/bin/sh -c http://localhost", "[\"/bin/sh\", \"-c\", \"http://localhost\"]")]
    public void Options_that_cannot_be_are_refused(string program, string message)
    {
        ValidationResult result = Assert.Single(new CommandOptions { Command = [program] }.Validate(new ValidationContext(this)));
        Assert.Contains(message, result.ErrorMessage, StringComparison.Ordinal);
    }
}
