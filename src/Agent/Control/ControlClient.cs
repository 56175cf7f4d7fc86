using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using HotStandby.Agent.Status;

namespace HotStandby.Agent.Control;

/// <summary>Asks a running agent over its control socket: one JSON line there, one JSON line back.</summary>
internal static class ControlClient
{
    public const string DefaultSocketPath = "/run/hotstandby/control.sock";

    /// <summary>Long enough for a busy machine, short enough for an operator.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(3);

    /// <summary>For what waits for release hooks: the longest releaseBudget besides. That is longer than a reload waits for the plugins, too.</summary>
    public static readonly TimeSpan LeavingTimeout = DefaultTimeout + TimeSpan.FromSeconds(60);

    /// <summary>The agent's status now.</summary>
    /// <exception cref="ControlException">No agent listens, it did not answer in time, or not with a status.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<StatusReport> ReadStatusAsync(string socketPath, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        string line = await AskAsync(socketPath, new ControlRequest("status"), timeout, cancellationToken).ConfigureAwait(false);
        StatusReport? report;
        try
        {
            report = JsonSerializer.Deserialize(line, ControlJson.Default.StatusReport);
        }
        catch (JsonException exception)
        {
            throw new ControlException($"The agent at {socketPath} answered with something else than a status: {Shorten(line)}", exception);
        }

        return report?.Schema == StatusReport.CurrentSchema
            ? report
            : throw new ControlException(
                $"The agent at {socketPath} answered with something else than {StatusReport.CurrentSchema}: {Shorten(line)}");
    }

    /// <summary>As <see cref="ReadStatusAsync"/>, but null when there is no agent, or none that answers.</summary>
    public static async Task<StatusReport?> TryReadStatusAsync(string socketPath, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        try
        {
            return await ReadStatusAsync(socketPath, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (ControlException)
        {
            return null;
        }
    }

    /// <summary>Has the agent do something.</summary>
    /// <returns>Null when it did, else the sentence that says why not.</returns>
    /// <exception cref="ControlException">No agent listens, it did not answer in time, or not with an outcome.</exception>
    public static async Task<string?> DoAsync(
        string socketPath, ControlRequest request, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        (await TellAsync(socketPath, request, timeout, cancellationToken).ConfigureAwait(false)).Refusal;

    /// <summary>Has the agent do something and tell what it did.</summary>
    /// <returns>A refusal, which says why nothing was done; or null and the lines it tells.</returns>
    /// <exception cref="ControlException">No agent listens, it did not answer in time, or not with an outcome.</exception>
    public static async Task<(string? Refusal, IReadOnlyList<string> Lines)> TellAsync(
        string socketPath, ControlRequest request, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        string line = await AskAsync(socketPath, request, timeout, cancellationToken).ConfigureAwait(false);
        try
        {
            if (JsonSerializer.Deserialize(line, ControlJson.Default.ControlDone) is { Done: true } done)
            {
                return (null, done.Lines ?? []);
            }

            if (JsonSerializer.Deserialize(line, ControlJson.Default.ControlError)?.Error is string error)
            {
                return (error, []);
            }
        }
        catch (JsonException exception)
        {
            throw new ControlException($"The agent at {socketPath} answered with something else than an outcome: {Shorten(line)}", exception);
        }

        throw new ControlException($"The agent at {socketPath} answered with something else than an outcome: {Shorten(line)}");
    }

    /// <summary>Sends one request and returns the line that comes back, without its line end.</summary>
    /// <exception cref="ControlException">No agent listens, or no whole line came in time.</exception>
    public static async Task<string> AskAsync(
        string socketPath,
        ControlRequest request,
        TimeSpan timeout,
        CancellationToken cancellationToken = default)
    {
        if (ControlPath.Fault(socketPath) is string fault)
        {
            throw new ControlException(fault);
        }

        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(timeout);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), bound.Token).ConfigureAwait(false);
            await using var stream = new NetworkStream(socket);
            byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(request, ControlJson.Default.ControlRequest), (byte)'\n'];
            await stream.WriteAsync(line, bound.Token).ConfigureAwait(false);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return await reader.ReadLineAsync(bound.Token).ConfigureAwait(false)
                ?? throw new ControlException($"The agent at {socketPath} closed the connection without an answer.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ControlException($"The agent at {socketPath} did not answer within {timeout.TotalSeconds:0.###} s. It may still do what it was asked: look at 'hotstandby status'.");
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new ControlException($"No right to talk to the agent at {socketPath}: it belongs to root and its group.", exception) { IsNotPermitted = true };
        }
        catch (SocketException) when (!File.Exists(socketPath))
        {
            throw new ControlException($"No agent is running here: there is no control socket at {socketPath}.");
        }
        catch (SocketException exception) when (ControlPath.Obstacle(socketPath) is string obstacle)
        {
            throw new ControlException($"No agent answers at {socketPath}: {obstacle}.", exception);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            throw new ControlException($"No agent answers at {socketPath}: {exception.Message}.", exception);
        }
    }

    private static string Shorten(string line) => line.Length > 200 ? line[..200] + "..." : line;
}

/// <summary>The agent could not be asked; the message is the sentence the operator reads.</summary>
internal sealed class ControlException : Exception
{
    public ControlException(string message) : base(message)
    {
    }

    public ControlException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Whether what is missing is the right to ask.</summary>
    public bool IsNotPermitted { get; init; }
}
