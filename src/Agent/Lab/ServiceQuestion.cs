using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HotStandby.Agent.Lab;

/// <summary>One HTTP/1.0 request from inside a network namespace, for when who answers matters and not how soon.</summary>
internal static class ServiceQuestion
{
    private const int TimeoutMilliseconds = 2000;

    /// <returns>The first line of the answer's body, which is the node's name by the lab's agreement; null without a good answer in about 2 s.</returns>
    /// <exception cref="LabException">There is no such namespace.</exception>
    public static string? Ask(string networkNamespace, ProbeTarget target) => NetworkNamespace.Run(networkNamespace, () =>
    {
        try
        {
            using var socket = new Socket(target.Address.Family, SocketType.Stream, ProtocolType.Tcp)
            {
                ReceiveTimeout = TimeoutMilliseconds,
                SendTimeout = TimeoutMilliseconds,
            };
            IPAddress address = target.Address.ToIPAddress();
            if (target.ScopeId != 0)
            {
                address.ScopeId = target.ScopeId;
            }

            socket.Connect(address, target.Port);
            socket.Send(target.Request());
            var buffer = new byte[4096];
            int length = 0;
            for (int received; length < buffer.Length && (received = socket.Receive(buffer.AsSpan(length))) > 0; length += received)
            {
            }

            return ProbeAnswerParser.TryRead(buffer.AsSpan(0, length), out ReadOnlySpan<byte> body) ? Encoding.UTF8.GetString(body) : null;
        }
        catch (SocketException)
        {
            return null;
        }
    });
}
