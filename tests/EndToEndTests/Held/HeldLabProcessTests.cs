using System.Diagnostics;
using System.IO.Pipes;
using System.Text.Json;
using HotStandby.Agent.Lab;
using HotStandby.EndToEndTests.SystemTests;
using HotStandby.TestKit;

namespace HotStandby.EndToEndTests.Held;

/// <summary><c>hotstandby lab --hold</c> as another program sees it.</summary>
public sealed class HeldLabProcessTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hotstandby-held-");

    private readonly List<Process> _started = [];

    public void Dispose()
    {
        // Only after a failure there are any; the next lab removes what they leave.
        foreach (Process process in _started.Where(process => !process.HasExited))
        {
            process.Kill();
        }

        _started.ForEach(process => process.Dispose());
        _folder.Delete(recursive: true);
    }

    /// <summary>A test process that is killed can't clean up. Its end of the pipe is all that goes.</summary>
    [Fact]
    public async Task When_who_holds_its_input_is_killed_nothing_is_left()
    {
        string pipe = Path.Combine(_folder.FullName, "input");
        SystemCommand.Run("mkfifo", pipe);
        Process holder = Process.Start("/bin/sh", ["-c", "exec sleep 1000 >\"$1\"", "sh", pipe]);
        _started.Add(holder);
        Process lab = Start("exec \"$1\" lab \"$2\" --hold <\"$3\"", pipe);
        LabDescription description = LabDescription.Parse((await lab.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!);
        Assert.NotEmpty(Directory.GetFiles("/run/netns", $"hs-{description.Id}-*"));

        holder.Kill();

        Assert.True(lab.WaitForExit(Bound), "the lab does not end");
        Assert.Equal(0, lab.ExitCode);
        Assert.Equal("", await lab.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetFiles("/run/netns", $"hs-{description.Id}-*"));
        Assert.False(File.Exists($"/run/hotstandby-lab/{description.Id}"));
        Assert.All(description.Nodes, node => Assert.False(Directory.Exists($"/proc/{node.Pid}")));
    }

    /// <summary>Before the lab stands, too.</summary>
    [Fact]
    public void With_an_input_that_has_ended_already_it_ends_without_a_word()
    {
        Process lab = Start("exec \"$1\" lab \"$2\" --hold </dev/null", "");

        Assert.True(lab.WaitForExit(Bound), "the lab does not end");
        Assert.Equal((0, "", ""), (lab.ExitCode, lab.StandardOutput.ReadToEnd(), lab.StandardError.ReadToEnd()));
    }

    [Fact]
    public async Task A_request_it_can_t_carry_out_is_answered_with_why()
    {
        using var requests = new AnonymousPipeServerStream(PipeDirection.Out);
        using var answers = new AnonymousPipeServerStream(PipeDirection.In);
        using var input = new StreamReader(new AnonymousPipeClientStream(PipeDirection.In, requests.ClientSafePipeHandle));
        using var output = new StreamWriter(new AnonymousPipeClientStream(PipeDirection.Out, answers.ClientSafePipeHandle));
        using var writer = new StreamWriter(requests) { AutoFlush = true };
        using var reader = new StreamReader(answers);
        Task running = HeldLab.RunAsync(
            Lab.LabConfigs.Pair(), input, output, new Lab.StandInAgents("10.78.0.100/24").On, TestContext.Current.CancellationToken);
        LabDescription.Parse((await reader.ReadLineAsync(TestContext.Current.CancellationToken))!);

        Assert.Contains("one JSON object", await ErrorOf("nonsense"), StringComparison.Ordinal);
        Assert.Contains("'explode' is no verb", await ErrorOf("""{"verb":"explode","node":"web1"}"""), StringComparison.Ordinal);
        Assert.Contains("no node 'web9': web1, web2", await ErrorOf("""{"verb":"killAgent","node":"web9"}"""), StringComparison.Ordinal);
        Assert.Contains("no virtual router 'VI_9': VI_1", await ErrorOf("""{"verb":"ask","router":"VI_9"}"""), StringComparison.Ordinal);
        Assert.Contains("is running already", await ErrorOf("""{"verb":"startAgent","node":"web1"}"""), StringComparison.Ordinal);
        writer.Close();
        await running;

        async Task<string> ErrorOf(string request)
        {
            await writer.WriteLineAsync(request);
            using JsonDocument answer = JsonDocument.Parse((await reader.ReadLineAsync(TestContext.Current.CancellationToken))!);
            Assert.False(answer.RootElement.GetProperty("done").GetBoolean());
            return answer.RootElement.GetProperty("error").GetString()!;
        }
    }

    [Fact]
    public void Hold_and_stay_together_are_wrong_usage()
    {
        (int code, _, string errors) = AgentBinary.Run("lab", Write(), "--hold", "--stay");

        Assert.Equal(2, code);
        Assert.Contains("only one of them", errors, StringComparison.Ordinal);
    }

    private Process Start(string shell, string input)
    {
        _started.Add(Process.Start(new ProcessStartInfo("/bin/sh", ["-c", shell, "sh", AgentBinary.FilePath, Write(), input])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
        return _started[^1];
    }

    private string Write()
    {
        string file = Path.Combine(_folder.FullName, "plugins.json");
        File.WriteAllText(file, PluginsJson.Pair(new RouterEntry("VI_1", 51, "10.77.0.100/24")).Text());
        return file;
    }
}
