using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace HotStandby.Agent.Control;

/// <summary>
/// The unix control socket: one JSON line in, one JSON line out. Readable and writable by root and the socket's group only. A slow or silent
/// client costs a task, never the protocol thread.
/// </summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private const int LongestRequest = 64 * 1024;

    /// <summary>How long a client may take to say its request, and to read the answer.</summary>
    private static readonly TimeSpan ClientPatience = TimeSpan.FromSeconds(5);

    /// <summary>Longest work on a request: a reload starts a plugin host to look at the options.</summary>
    private static readonly TimeSpan AnswerPatience = ControlClient.LeavingTimeout;

    private readonly Socket _listener;
    private readonly string _path;
    private readonly Func<ControlRequest, CancellationToken, Task<string>> _answer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    private ControlServer(Socket listener, string path, Func<ControlRequest, CancellationToken, Task<string>> answer)
    {
        _listener = listener;
        _path = path;
        _answer = answer;
        _accepting = AcceptAsync();
    }

    /// <summary>Starts to listen. A socket file without a listener behind it is a crashed agent's and is replaced.</summary>
    /// <exception cref="ControlException">Another agent is listening there, or the path can't be used.</exception>
    public static ControlServer Listen(string path, Func<ControlRequest, CancellationToken, Task<string>> answer)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            if (File.Exists(path))
            {
                if (SomebodyListens(path))
                {
                    throw new ControlException($"another agent is running here: it answers on {path}");
                }

                File.Delete(path);
            }

            Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
            listener.Listen(16);
            return new ControlServer(listener, path, answer);
        }
        catch (Exception error) when (error is IOException or SocketException or UnauthorizedAccessException)
        {
            throw new ControlException($"the control socket {path} can't be opened: {error.Message}", error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        File.Delete(_path);
        _stopping.Dispose();
    }

    private static bool SomebodyListens(string path)
    {
        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Socket client = await _listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                _ = Task.Run(() => ServeAsync(client));
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                if (_stopping.IsCancellationRequested)
                {
                    return;
                }
            }
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
                string line = await ReadLineAsync(client, patience.Token).ConfigureAwait(false);
                ControlRequest? request = JsonSerializer.Deserialize(line, ControlJson.Default.ControlRequest);
                patience.CancelAfter(AnswerPatience);
                string answer = request is null ? Error("a request is an object with a verb") : await _answer(request, patience.Token).ConfigureAwait(false);
                patience.CancelAfter(ClientPatience);
                await client.SendAsync(Encoding.UTF8.GetBytes(answer + "\n"), patience.Token).ConfigureAwait(false);
            }
            catch (JsonException error)
            {
                await client.SendAsync(Encoding.UTF8.GetBytes(Error(error.Message) + "\n"), patience.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException)
            {
                // The client went away or was too slow; it is its loss only.
            }
        }
    }

    /// <summary>An answer that is no report: {"error": "..."}.</summary>
    public static string Error(string message) => JsonSerializer.Serialize(new ControlError(message), ControlJson.Default.ControlError);

    private static async Task<string> ReadLineAsync(Socket client, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[LongestRequest];
        int length = 0;
        while (length < buffer.Length)
        {
            int read = await client.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            length += read;
            if (buffer.AsSpan(0, length).Contains((byte)'\n'))
            {
                break;
            }
        }

        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
