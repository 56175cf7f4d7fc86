using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace HotStandby.TestKit;

/// <summary>
/// A node of a <see cref="Lab"/>: a network namespace with a /run, processes and a host name of its own; all other files are the machine's. Every
/// method heeds the cancellation of the running test.
/// </summary>
public sealed class LabNode
{
    private static readonly TimeSpan CommandBound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StatusBound = TimeSpan.FromSeconds(1);

    private readonly Lab _lab;
    private readonly LabHolder _holder;
    private readonly LabDescription.NodeAt _at;
    private int _commands;
    private volatile bool _isPaused;

    internal LabNode(Lab lab, LabHolder holder, LabDescription.NodeAt at)
    {
        _lab = lab;
        _holder = holder;
        _at = at;
    }

    /// <summary>As in the file.</summary>
    public string Name => _at.Name;

    /// <summary>Its own address, without a prefix.</summary>
    public string Address => _at.Address;

    /// <summary>The name of its network namespace, for <c>ip netns exec</c>.</summary>
    public string Namespace => _at.Namespace;

    /// <summary>What its agent logged so far.</summary>
    public string AgentLog => File.Exists(_at.Log) ? File.ReadAllText(_at.Log) : "";

    /// <summary>How the test reaches a file of the node, e.g. <c>/run/flag</c>; only /run differs from the machine's own.</summary>
    /// <param name="path">Absolute.</param>
    public string PathInside(string path) => _at.Root + path;

    /// <summary>Runs a line of shell on the node, as root, to its end: within a minute.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="LabException">It ended with another code than 0, or did not end; its output is in the message.</exception>
    public async Task<string> RunAsync(string line)
    {
        // To files, so that what it leaves in the background does not keep a pipe open.
        string files = Path.Combine(Path.GetDirectoryName(_at.Log)!, $"command.{Interlocked.Increment(ref _commands)}");
        using Process process = Process.Start(new ProcessStartInfo("nsenter",
        [
            "-t", $"{_at.Pid}", "-m", "-u", "-n", "-p", "--",
            "/bin/sh", "-c", "exec >\"$1.out\" 2>\"$1.err\" </dev/null; eval \"$2\"", "sh", files, line,
        ]))!;
        string ended;
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(CommandBound).ConfigureAwait(false);
            if (process.ExitCode == 0)
            {
                return Read(files + ".out");
            }

            ended = $"ended with {process.ExitCode}";
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            if (exception is OperationCanceledException)
            {
                throw;
            }

            ended = $"did not end within {CommandBound.TotalSeconds:0} s";
        }

        throw new LabException($"'{line}' on {Name} {ended}: {(Read(files + ".out") + Read(files + ".err")).Trim()}");

        static string Read(string path) => File.Exists(path) ? File.ReadAllText(path) : "";
    }

    /// <summary>What its agent says now.</summary>
    /// <exception cref="LabException">No agent answers.</exception>
    public async Task<LabStatus> StatusAsync() =>
        await TryStatusAsync().ConfigureAwait(false) ?? throw new LabException($"The agent on {Name} does not answer. Its last words:\n{Lab.TailOf(AgentLog)}");

    /// <summary>Waits until the agent's status fits.</summary>
    /// <param name="fits">Asked again and again, with a fresh status each time.</param>
    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="within">At most this long; null: <see cref="Lab.Bound"/>.</param>
    /// <returns>The status that fitted.</returns>
    /// <exception cref="LabException">None did in that time; every node's last status is in the message.</exception>
    public Task<LabStatus> WaitForAsync(Func<LabStatus, bool> fits, string what, TimeSpan? within = null)
    {
        ArgumentNullException.ThrowIfNull(fits);
        return _lab.WaitAsync(
            async () => await TryStatusAsync().ConfigureAwait(false) is LabStatus status && fits(status) ? status : null,
            $"{what} on {Name}",
            within);
    }

    /// <summary>Waits until a check says up or down here, after its rise and fall.</summary>
    /// <param name="id">The entry's id.</param>
    /// <param name="state">up, down or waiting.</param>
    /// <param name="within">At most this long; null: <see cref="Lab.Bound"/>.</param>
    /// <returns>The check with its last words.</returns>
    /// <exception cref="LabException">It did not in that time; every node's last status is in the message.</exception>
    /// <exception cref="KeyNotFoundException">The file has no such check.</exception>
    public async Task<LabCheck> WaitForCheckAsync(string id, string state, TimeSpan? within = null) =>
        (await WaitForAsync(status => status.Check(id).State == state, $"the check {id} to be {state}", within).ConfigureAwait(false)).Check(id);

    /// <summary>Starts the agent again after <see cref="StopAgentAsync"/> or <see cref="KillAgentAsync"/>, and waits until it answers.</summary>
    /// <exception cref="LabException">It runs already, or does not come up; its last words are in the message.</exception>
    public Task StartAgentAsync() => _holder.DoAsync("startAgent", Name);

    /// <summary>SIGTERM, and waits for its end: it hands its roles over.</summary>
    /// <exception cref="LabException">It does not run, is paused, or does not end.</exception>
    public Task StopAgentAsync() => _holder.DoAsync("stopAgent", Name);

    /// <summary>SIGKILL, and waits for its end: a crash.</summary>
    /// <exception cref="LabException">It does not run.</exception>
    public async Task KillAgentAsync()
    {
        await _holder.DoAsync("killAgent", Name).ConfigureAwait(false);
        _isPaused = false;
    }

    /// <summary>SIGSTOP: it runs, but neither acts nor answers.</summary>
    /// <exception cref="LabException">It does not run.</exception>
    public async Task PauseAgentAsync()
    {
        await _holder.DoAsync("pauseAgent", Name).ConfigureAwait(false);
        _isPaused = true;
    }

    /// <summary>SIGCONT, the end of <see cref="PauseAgentAsync"/>.</summary>
    /// <exception cref="LabException">It does not run.</exception>
    public async Task ResumeAgentAsync()
    {
        await _holder.DoAsync("resumeAgent", Name).ConfigureAwait(false);
        _isPaused = false;
    }

    /// <summary>Pulls the node's cables: it loses its carrier.</summary>
    public Task CutLinkAsync() => _holder.DoAsync("cutLink", Name);

    /// <summary>Plugs them in again.</summary>
    public Task HealLinkAsync() => _holder.DoAsync("healLink", Name);

    /// <summary>Null when no agent answers.</summary>
    internal async Task<LabStatus?> TryStatusAsync()
    {
        if (_isPaused)
        {
            return null;
        }

        // The document that `hotstandby status --json` prints, without a process for each look.
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(StatusBound);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_at.ControlSocket), bound.Token).ConfigureAwait(false);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync("{\"verb\":\"status\"}\n"u8.ToArray(), bound.Token).ConfigureAwait(false);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return await reader.ReadLineAsync(bound.Token).ConfigureAwait(false) is string line ? LabStatus.Parse(line) : null;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
