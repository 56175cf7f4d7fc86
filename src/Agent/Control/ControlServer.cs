using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using HotStandby.Agent.Configuration;

namespace HotStandby.Agent.Control;

/// <summary>
/// The unix control socket: one JSON line in, one JSON line out. Readable and writable by root and the socket's group only. A slow or silent
/// client costs a task, never the protocol thread.
/// </summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private const int FirstBuffer = 1024;
    private const int LongestRequest = 64 * 1024;

    /// <summary>How long a client may take to say its request, and to read the answer.</summary>
    private static readonly TimeSpan ClientPatience = TimeSpan.FromSeconds(5);

    /// <summary>Longest work on a request: a reload starts a plugin host to look at the options.</summary>
    private static readonly TimeSpan AnswerPatience = ControlClient.LeavingTimeout;

    /// <summary>After a connection that could not be taken.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Socket _listener;
    private readonly string _path;
    private readonly ulong? _inode;
    private readonly Func<ControlRequest, CancellationToken, Task<string>> _answer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    private ControlServer(Socket listener, string path, Func<ControlRequest, CancellationToken, Task<string>> answer, Action<string> say)
    {
        _listener = listener;
        _path = path;
        _inode = FileStat.Of(path)?.Inode;
        _answer = answer;
        _accepting = new ControlClients(listener.AcceptAsync, ServeAsync, stopping => Task.Delay(Pause, stopping), say).TakeAsync(_stopping.Token);
    }

    /// <summary>
    /// Starts to listen. A socket without a listener behind it is a crashed agent's and is replaced; anything else that is in its place is left
    /// alone.
    /// </summary>
    /// <param name="path">Where.</param>
    /// <param name="answer">Answers a request with a line of JSON.</param>
    /// <param name="say">Takes a warning for the log.</param>
    /// <exception cref="ControlException">Another agent is listening there, or the path can't be used.</exception>
    public static ControlServer Listen(string path, Func<ControlRequest, CancellationToken, Task<string>> answer, Action<string> say)
    {
        if ((ControlPath.Fault(path) ?? ControlPath.Obstacle(path)) is string fault)
        {
            throw new ControlException(fault);
        }

        Socket? listener = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
            if (FileStat.Of(path) is not null && Occupant(path) is string occupant)
            {
                throw new ControlException(occupant);
            }

            // Bound beside its place and renamed: there is never a moment without a socket, nor one that others may write. And what the base class
            // library deletes at the end is the name it was bound to, where by then there may be another agent's.
            string beside = ControlPath.Beside(path);
            if ((ControlPath.Obstacle(beside) ?? Occupant(beside)) is string obstacle)
            {
                throw new ControlException(obstacle);
            }

            File.Delete(beside);
            listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(beside));
            File.SetUnixFileMode(beside, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
            listener.Listen(16);
            File.Move(beside, path, overwrite: true);
            return new ControlServer(listener, path, answer, say);
        }
        catch (Exception error) when (error is IOException or SocketException or UnauthorizedAccessException)
        {
            listener?.Dispose();
            throw new ControlException($"the control socket {path} can't be opened: {error.Message}", error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        if (FileStat.Of(_path) is { Kind: FileKind.Socket } there && there.Inode == _inode)
        {
            File.Delete(_path);
        }

        _stopping.Dispose();
    }

    /// <summary>Whether an agent listens there, whether it answers or not.</summary>
    public static bool SomebodyListens(string path) =>
        ControlPath.Fault(path) is null && Knock(path) is not (SocketError.ConnectionRefused or SocketError.AddressNotAvailable or SocketError.ProtocolType);

    /// <summary>Whose the socket is that is there; null when no process has it any more, or none is there.</summary>
    private static string? Occupant(string path) => Knock(path) switch
    {
        SocketError.Success => $"another agent is running here: it answers on {path}",
        SocketError.ConnectionRefused or SocketError.AddressNotAvailable => null,
        SocketError.ProtocolType => $"{path} is the socket of another program, not a control socket: give another path with --control",
        SocketError other => $"another program has the socket {path} ({new SocketException((int)other).Message}): give another path with --control",
    };

    /// <summary>
    /// What a connection says. ConnectionRefused: the socket of a process that is gone; AddressNotAvailable: there is none; ProtocolType: a datagram
    /// socket, as syslog's, of a process that lives (unix(7)).
    /// </summary>
    private static SocketError Knock(string path)
    {
        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return SocketError.Success;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode;
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        patience.CancelAfter(ClientPatience);
        using (client)
        {
            try
            {
                (ControlRequest? request, string fault) = Understand(await ReadLineAsync(client, patience.Token).ConfigureAwait(false));
                patience.CancelAfter(AnswerPatience);
                string answer = request is null ? Error(fault) : await _answer(request, patience.Token).ConfigureAwait(false);
                patience.CancelAfter(ClientPatience);
                await client.SendAsync(Encoding.UTF8.GetBytes(answer + "\n"), patience.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException)
            {
                // The client went away or was too slow; it is its loss only.
            }
        }
    }

    /// <summary>An answer that is no report: {"error": "..."}.</summary>
    public static string Error(string message) => JsonSerializer.Serialize(new ControlError(message), ControlJson.Default.ControlError);

    private static (ControlRequest? Request, string Fault) Understand(string? line)
    {
        const string Form = "a request is one line, an object with a verb";
        if (line is null)
        {
            return (null, $"{Form}, of at most {LongestRequest / 1024} KiB");
        }

        try
        {
            return JsonSerializer.Deserialize(line, ControlJson.Default.ControlRequest) is { Verb: not null } request ? (request, "") : (null, Form);
        }
        catch (JsonException error)
        {
            return (null, $"{Form}: {error.Message}");
        }
    }

    /// <returns>Null when it is too long.</returns>
    private static async Task<string?> ReadLineAsync(Socket client, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[FirstBuffer];
        int length = 0;
        while (true)
        {
            int read = await client.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            length += read;
            if (read == 0 || buffer.AsSpan(length - read, read).Contains((byte)'\n'))
            {
                return Encoding.UTF8.GetString(buffer, 0, length);
            }

            if (length == LongestRequest)
            {
                return null;
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 4, LongestRequest));
            }
        }
    }
}
