using System.Net;
using System.Net.Sockets;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Linux;

/// <summary>
/// Membership of a multicast group on one interface, so that its network card accepts the group and a snooping switch forwards it:
/// the kernel sends and repeats the IGMP and MLD reports. A socket of its own, because one can hold 20 memberships only
/// (net.ipv4.igmp_max_memberships); it is never bound, so it receives nothing. The membership survives the interface going down and
/// ends with the interface: join again when it has come back with another index.
/// </summary>
public sealed class MulticastMembership : IDisposable
{
    private readonly Socket _socket;

    private MulticastMembership(Socket socket) => _socket = socket;

    /// <exception cref="SocketException">No such interface, or the family is disabled on it.</exception>
    public static MulticastMembership Join(int interfaceIndex, Address group)
    {
        bool ipv6 = group.IsIPv6;
        IPAddress address = IPAddress.Parse(group.ToString());
        Socket socket = new(ipv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (ipv6)
            {
                IPv6MulticastOption membership = new(address, interfaceIndex);
                socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership, membership);
            }
            else
            {
                MulticastOption membership = new(address, interfaceIndex);
                socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, membership);
            }

            return new(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => _socket.Dispose();
}
