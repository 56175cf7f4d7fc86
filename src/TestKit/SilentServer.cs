using System.Net;
using System.Net.Sockets;

namespace HotStandby.TestKit;

/// <summary>A TCP server on a free port of 127.0.0.1 that lets everybody connect and never says a word: what a hung service looks like.</summary>
public sealed class SilentServer : IDisposable
{
    // Connections wait in the kernel's backlog: nobody accepts them, and the client sees them as open.
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Listens from now on.</summary>
    public SilentServer()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Listen(128);
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
