using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Hosting;

/// <summary>
/// One life of the plugin host process: messages in, events out, and its last words on standard error when it died. Knows nothing of
/// restarts.
/// </summary>
public sealed class PluginHostProcess : IAsyncDisposable
{
    /// <summary>
    /// Most messages that wait to be written. One transition and one alarm of each thing a notifier is told of are under way at a time, so a host that reads
    /// comes nowhere near, also when everything befalls 250 virtual routers at once.
    /// </summary>
    public const int Room = 65_536;

    private const int RememberedErrorLines = 60;

    /// <summary>What a dead process wrote is there to be read; what comes later is not its own.</summary>
    private static readonly TimeSpan LastWordsLimit = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly Channel<ToHost> _outgoing = Channel.CreateBounded<ToHost>(new BoundedChannelOptions(Room) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private readonly Queue<string> _lastErrors = new();
    private readonly Task _writer;
    private readonly Task _errors;
    private int _unread;
    private volatile bool _isClosed;

    private PluginHostProcess(Process process)
    {
        _process = process;
        _writer = WriteAsync();
        _errors = ReadErrorsAsync();
    }

    public int Pid => _process.Id;

    /// <summary>Whether the process has ended.</summary>
    /// <exception cref="InvalidOperationException">It was disposed of.</exception>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts the host.</summary>
    /// <exception cref="PluginHostException">It can't be started; the sentence says why.</exception>
    public static PluginHostProcess Start(HostLaunch launch)
    {
        ArgumentNullException.ThrowIfNull(launch);
        ProcessStartInfo start = new(launch.FileName, launch.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };

        // The host leaves no sockets in /tmp for debuggers to attach to, and the core's watchdog and readiness are not its to signal.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment.Remove("NOTIFY_SOCKET");
        start.Environment.Remove("WATCHDOG_USEC");
        try
        {
            return new PluginHostProcess(Process.Start(start) ?? throw new PluginHostException($"{launch.FileName} did not start"));
        }
        catch (Win32Exception error)
        {
            throw new PluginHostException($"the plugin host {launch.FileName} can't be started: {error.Message}", error);
        }
    }

    /// <summary>Messages that found no room, because the host does not read.</summary>
    public int Unread => Volatile.Read(ref _unread);

    /// <summary>Queues a message; never blocks. False when it is not passed on: the host has ended or is to, or it does not read.</summary>
    public bool Send(ToHost message)
    {
        bool queued = _outgoing.Writer.TryWrite(message);
        if (!queued && !_isClosed)
        {
            Interlocked.Increment(ref _unread);
        }

        return queued;
    }

    /// <summary>Every event until the host's output ends; then it is dead or dying.</summary>
    public async IAsyncEnumerable<FromHost> ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync().ConfigureAwait(false) is string line)
        {
            FromHost? message = null;
            string? garbage = null;
            try
            {
                message = HostProtocolJson.ReadFromHost(line);
            }
            catch (JsonException)
            {
                garbage = line.Length > 200 ? line[..200] : line;
            }

            yield return message ?? new Logged("", $"the plugin host wrote something that is not an event: {garbage}");
        }
    }

    /// <summary>Waits for the end of the process and says how it ended.</summary>
    public async Task<HostDeath> WaitForDeathAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        try
        {
            await _errors.WaitAsync(LastWordsLimit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Something that a plugin started lives on and holds the host's standard error open.
        }

        CloseInput();
        lock (_lastErrors)
        {
            return new HostDeath(_process.ExitCode, [.. _lastErrors]);
        }
    }

    /// <summary>Asks the host to stop: what was queued is still written, then its input ends.</summary>
    public void CloseInput()
    {
        _isClosed = true;
        _outgoing.Writer.TryComplete();
    }

    /// <summary>Ends it by force, with what it started.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    public async ValueTask DisposeAsync()
    {
        CloseInput();
        if (!_process.HasExited)
        {
            Kill();
            await _process.WaitForExitAsync().ConfigureAwait(false);
        }

        await _writer.ConfigureAwait(false);

        // Process.Dispose leaves streams that were asked for to who asked. What something else still holds open is not waited for.
        await _process.StandardInput.BaseStream.DisposeAsync().ConfigureAwait(false);
        _process.StandardOutput.Dispose();
        _process.StandardError.Dispose();
        _process.Dispose();
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (ToHost message in _outgoing.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                await _process.StandardInput.WriteLineAsync(HostProtocolJson.ToLine(message)).ConfigureAwait(false);
                await _process.StandardInput.FlushAsync().ConfigureAwait(false);
            }

            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The host is gone; its death is told by WaitForDeathAsync.
            CloseInput();
        }
    }

    private async Task ReadErrorsAsync()
    {
        try
        {
            while (await _process.StandardError.ReadLineAsync().ConfigureAwait(false) is string line)
            {
                lock (_lastErrors)
                {
                    // The first lines of a crash name the cause, a stack overflow's last lines only repeat it.
                    if (_lastErrors.Count < RememberedErrorLines)
                    {
                        _lastErrors.Enqueue(line.Length > 300 ? line[..300] : line);
                    }
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // It was closed here while something that a plugin started still held it.
        }
    }
}

/// <summary>How the host ended.</summary>
/// <param name="ExitCode">Exit status; 128 + signal for a death by signal.</param>
/// <param name="ErrorLines">The first lines it wrote on standard error.</param>
public sealed record HostDeath(int ExitCode, IReadOnlyList<string> ErrorLines);

/// <summary>The plugin host can't do what was asked; the message is for the operator.</summary>
public sealed class PluginHostException : Exception
{
    public PluginHostException(string message) : base(message)
    {
    }

    public PluginHostException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public PluginHostException()
    {
    }
}
