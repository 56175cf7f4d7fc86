using System.Runtime.InteropServices;
using System.Text;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Linux;

/// <summary>
/// Sends whole IP packets of protocol 112 on one interface the kernel's way: it finds the gateway, asks for the neighbour's MAC address and
/// keeps the packet meanwhile. Above netfilter's output chain. It receives nothing, but while it is open the kernel does not answer unicast
/// adverts with "protocol unreachable". Ends with the interface: open again when that has come back. Not thread safe.
/// </summary>
public sealed unsafe class InternetSocket : IDisposable
{
    private const int Protocol = 112;

    // ip(7), ipv6(7), socket(7)
    private const int IPv4Level = 0;
    private const int IPv4HeaderIncluded = 3;
    private const int IPv6Level = 41;
    private const int IPv6HeaderIncluded = 36;
    private const int BindToDevice = 25;
    private const int AttachFilter = 26;

    // BPF_RET | BPF_K of 0: nothing is queued. The bytes of one struct sock_filter.
    private const ulong DropEverything = 0x06;

    private readonly FileDescriptor _socket;
    private readonly bool _ipv6;
    private readonly int _interfaceIndex;

    private InternetSocket(FileDescriptor socket, bool ipv6, int interfaceIndex)
    {
        _socket = socket;
        _ipv6 = ipv6;
        _interfaceIndex = interfaceIndex;
    }

    /// <exception cref="LinuxException">No CAP_NET_RAW, or no such interface.</exception>
    public static InternetSocket Open(string interfaceName, int interfaceIndex, bool ipv6)
    {
        FileDescriptor socket = LibC.Socket(
            ipv6 ? NetlinkConstants.FamilyIPv6 : NetlinkConstants.FamilyIPv4, LibC.SocketRaw | LibC.CloseOnExec | LibC.NonBlocking, Protocol);
        if (socket.IsInvalid)
        {
            throw LinuxException.Last("socket(SOCK_RAW)");
        }

        ulong instruction = DropEverything;
        FilterProgram program = new() { Length = 1, Instructions = &instruction };
        int on = 1;
        byte[] name = Encoding.UTF8.GetBytes(interfaceName);
        fixed (byte* device = name)
        {
            bool good = LibC.SetSocketOption(socket, LibC.SocketLevel, AttachFilter, &program, (uint)sizeof(FilterProgram)) == 0
                && LibC.SetSocketOption(socket, LibC.SocketLevel, BindToDevice, device, (uint)name.Length) == 0
                && LibC.SetSocketOption(
                    socket, ipv6 ? IPv6Level : IPv4Level, ipv6 ? IPv6HeaderIncluded : IPv4HeaderIncluded, &on, sizeof(int)) == 0;
            if (!good)
            {
                LinuxException failure = LinuxException.Last("setsockopt(SOCK_RAW)");
                socket.Dispose();
                throw failure;
            }
        }

        return new(socket, ipv6, interfaceIndex);
    }

    /// <summary>Sends one packet, header and all; never blocks.</summary>
    /// <returns>0 when the kernel took it, else the errno: EPERM when a firewall refused it.</returns>
    public int Send(ReadOnlySpan<byte> packet, Address destination)
    {
        // struct sockaddr_in and sockaddr_in6: the family, the port, for IPv6 the flow label, then the address.
        byte* address = stackalloc byte[28];
        new Span<byte>(address, 28).Clear();
        *(ushort*)address = _ipv6 ? NetlinkConstants.FamilyIPv6 : NetlinkConstants.FamilyIPv4;
        destination.Write(new Span<byte>(address + (_ipv6 ? 8 : 4), _ipv6 ? 16 : 4));
        if (_ipv6)
        {
            *(int*)(address + 24) = _interfaceIndex;
        }

        fixed (byte* bytes = packet)
        {
            return LibC.SendTo(_socket, bytes, (nuint)packet.Length, LibC.MessageDontWait, address, _ipv6 ? 28u : 16u) == packet.Length
                ? 0
                : Marshal.GetLastPInvokeError();
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>struct sock_fprog on 64-bit Linux.</summary>
    private struct FilterProgram
    {
        internal ushort Length;
        internal ulong* Instructions;
    }
}
