using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HotStandby.PluginTests.Support;

/// <summary>A real TCP server on the loopback that says what it is told to, byte by byte, and keeps what it heard.</summary>
internal sealed class RawServer : IDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();

    /// <param name="greet">Said at once; null says nothing and keeps the connection open.</param>
    /// <param name="answer">Said after the end of an HTTP request's header, then closed.</param>
    public RawServer(string? greet = null, string? answer = null, IPAddress? address = null)
    {
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = Task.Run(() => ServeAsync(greet, answer));
    }

    public int Port { get; }

    public int Connections { get; private set; }

    public string Request { get; private set; } = "";

    /// <summary>A port nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static RawServer Http(string status, string body = "", string headers = "") =>
        new(answer: $"HTTP/1.1 {status}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n{headers}\r\n{body}");

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task ServeAsync(string? greet, string? answer)
    {
        CancellationToken stop = _stop.Token;
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(stop);
                Connections++;
                _ = Task.Run(() => TalkAsync(client, greet, answer, stop), stop);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private async Task TalkAsync(TcpClient client, string? greet, string? answer, CancellationToken stop)
    {
        using (client)
        {
            NetworkStream stream = client.GetStream();
            if (greet is not null)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(greet), stop);
                return;
            }

            byte[] buffer = new byte[8192];
            string heard = "";
            while (!heard.Contains("\r\n\r\n", StringComparison.Ordinal) || answer is null)
            {
                int read = await stream.ReadAsync(buffer, stop);
                if (read == 0)
                {
                    return;
                }

                heard += Encoding.ASCII.GetString(buffer, 0, read);
            }

            Request = heard;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), stop);
        }
    }
}
