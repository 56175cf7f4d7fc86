using System.Buffers.Binary;
using System.Text;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>What the client asks.</summary>
/// <param name="Address">A virtual address.</param>
/// <param name="Port">TCP port of a service whose body is the node's name and a line end.</param>
/// <param name="Path">Path of the request.</param>
/// <param name="ScopeId">Interface index in the client, for a link-local IPv6 address; else 0.</param>
internal sealed record ProbeTarget(Address Address, int Port, string Path = "/", uint ScopeId = 0)
{
    /// <summary>struct sockaddr_in or sockaddr_in6.</summary>
    internal byte[] SocketAddress()
    {
        var bytes = new byte[Address.IsIPv6 ? 28 : 16];
        BitConverter.TryWriteBytes(bytes, Address.IsIPv6 ? LabLibC.InterNetworkV6 : LabLibC.InterNetwork);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)Port);
        Address.Write(bytes.AsSpan(Address.IsIPv6 ? 8 : 4));
        if (Address.IsIPv6)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(24), ScopeId);
        }

        return bytes;
    }

    internal byte[] Request() =>
        Encoding.ASCII.GetBytes($"GET {Path} HTTP/1.0\r\nHost: {(Address.IsIPv6 ? $"[{Address}]" : Address)}:{Port}\r\n\r\n");

    public override string ToString() => $"http://{(Address.IsIPv6 ? $"[{Address}]" : Address)}{(Port == 80 ? "" : $":{Port}")}{Path}";
}
