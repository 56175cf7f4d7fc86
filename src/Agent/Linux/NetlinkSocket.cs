using System.Runtime.InteropServices;

namespace HotStandby.Agent.Linux;

/// <summary>
/// A netlink socket, NETLINK_ROUTE unless said otherwise, that listens to the kernel only: datagrams whose sender is another process (nl_pid not 0) are dropped.
/// Belongs to the network namespace of the thread that opens it. Not thread safe.
/// </summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    /// <summary>The kernel fills at most 32 KiB of a dump into one read (netlink_dump); a longer datagram is reported as lost.</summary>
    internal const int BufferSize = 32 * 1024;

    private readonly FileDescriptor _socket;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);

    private NetlinkSocket(FileDescriptor socket) => _socket = socket;

    public int Descriptor => _socket.Number;

    /// <summary>For requests: a read waits for the kernel's answer, at most a second.</summary>
    /// <exception cref="LinuxException">No netlink here.</exception>
    public static NetlinkSocket OpenForRequests(int protocol = 0)
    {
        NetlinkSocket socket = Open(groups: 0, flags: 0, protocol);
        long* oneSecond = stackalloc long[2] { 1, 0 };
        socket.Option(LibC.SocketLevel, LibC.SocketReceiveTimeout, oneSecond, 16);
        return socket;
    }

    /// <summary>For events of the given groups: a read never waits.</summary>
    /// <exception cref="LinuxException">No netlink here.</exception>
    public static NetlinkSocket OpenForEvents(uint groups, int receiveBufferBytes)
    {
        NetlinkSocket socket = Open(groups, LibC.NonBlocking);
        // Refused without CAP_NET_ADMIN: then the default size stands and an overrun, which is mended by a dump, comes earlier.
        socket.Option(LibC.SocketLevel, LibC.SocketReceiveBufferForce, &receiveBufferBytes, sizeof(int));
        return socket;
    }

    private static NetlinkSocket Open(uint groups, int flags, int protocol = 0)
    {
        FileDescriptor descriptor = LibC.Socket(LibC.AddressFamilyNetlink, LibC.SocketRaw | LibC.CloseOnExec | flags, protocol);
        if (descriptor.IsInvalid)
        {
            throw LinuxException.Last("socket(AF_NETLINK)");
        }

        NetlinkSocket socket = new(descriptor);
        int on = 1;

        // Each makes answers shorter or clearer; kernels before 4.20 lack some and work without.
        socket.Option(NetlinkConstants.SocketLevel, NetlinkConstants.CapAcknowledge, &on, sizeof(int));
        socket.Option(NetlinkConstants.SocketLevel, NetlinkConstants.ExtendedAcknowledge, &on, sizeof(int));
        socket.Option(NetlinkConstants.SocketLevel, NetlinkConstants.StrictCheck, &on, sizeof(int));

        LibC.NetlinkAddress address = new() { Family = LibC.AddressFamilyNetlink, Groups = groups };
        if (LibC.Bind(descriptor, &address, (uint)sizeof(LibC.NetlinkAddress)) != 0)
        {
            LinuxException failure = LinuxException.Last("bind(AF_NETLINK)");
            socket.Dispose();
            throw failure;
        }

        return socket;
    }

    /// <summary>Sends to the kernel, which has acted on every message when this returns.</summary>
    /// <returns>0 or the errno.</returns>
    public int Send(ReadOnlySpan<byte> messages)
    {
        LibC.NetlinkAddress kernel = new() { Family = LibC.AddressFamilyNetlink };
        fixed (byte* bytes = messages)
        {
            while (true)
            {
                if (LibC.SendTo(_socket, bytes, (nuint)messages.Length, 0, &kernel, (uint)sizeof(LibC.NetlinkAddress)) >= 0)
                {
                    return 0;
                }

                int errno = Marshal.GetLastPInvokeError();
                if (errno != Errno.EINTR)
                {
                    return errno;
                }
            }
        }
    }

    /// <summary>Reads one datagram of the kernel's; it is valid until the next call.</summary>
    /// <returns>0, or the errno: EAGAIN when there is none (in time), ENOBUFS when datagrams were lost.</returns>
    public int Receive(out ReadOnlySpan<byte> datagram)
    {
        datagram = default;
        fixed (byte* bytes = _buffer)
        {
            while (true)
            {
                LibC.NetlinkAddress sender = default;
                uint length = (uint)sizeof(LibC.NetlinkAddress);
                nint count = LibC.ReceiveFrom(_socket, bytes, BufferSize, LibC.MessageTruncate, &sender, &length);
                if (count < 0)
                {
                    int errno = Marshal.GetLastPInvokeError();
                    if (errno == Errno.EINTR)
                    {
                        continue;
                    }

                    return errno;
                }

                if (length != sizeof(LibC.NetlinkAddress) || sender.Family != LibC.AddressFamilyNetlink || sender.Port != 0)
                {
                    continue;
                }

                if (count > BufferSize)
                {
                    return Errno.ENOBUFS;
                }

                datagram = _buffer.AsSpan(0, (int)count);
                return 0;
            }
        }
    }

    private void Option(int level, int option, void* value, uint length) => LibC.SetSocketOption(_socket, level, option, value, length);

    public void Dispose() => _socket.Dispose();
}
