using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace HotStandby.Agent.Linux;

/// <summary>One instruction of a classic BPF program (struct sock_filter).</summary>
/// <param name="Code">BPF_* of linux/bpf_common.h.</param>
/// <param name="IfTrue">Instructions that a comparison skips when it holds.</param>
/// <param name="IfFalse">And when it does not.</param>
/// <param name="Value">What is loaded, compared with or returned.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct FilterInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);

/// <summary>
/// Receives whole frames of one protocol on one interface that a filter lets through (packet(7)); it sends nothing. Opening it is quick, which
/// a capture with a ring is not: the kernel waits for no other processor. Ends with the interface: open again when that has come back. Not
/// thread safe.
/// </summary>
internal sealed unsafe class PacketSocket : IDisposable
{
    private const int AddressFamilyPacket = 17;
    private const int AttachFilter = 26;

    private readonly FileDescriptor _socket;

    private PacketSocket(FileDescriptor socket) => _socket = socket;

    /// <param name="etherType">As 0x0806.</param>
    /// <param name="filter">At most 4096 instructions.</param>
    /// <exception cref="LinuxException">No CAP_NET_RAW, no such interface, or no memory for the filter.</exception>
    public static PacketSocket Open(int interfaceIndex, ushort etherType, ReadOnlySpan<FilterInstruction> filter)
    {
        // Without a protocol until the filter is in place: nothing comes in that nobody asked for.
        FileDescriptor socket = LibC.Socket(AddressFamilyPacket, LibC.SocketRaw | LibC.CloseOnExec | LibC.NonBlocking, 0);
        if (socket.IsInvalid)
        {
            throw LinuxException.Last("socket(AF_PACKET)");
        }

        PacketSocket packets = new(socket);
        try
        {
            packets.Use(filter);

            // struct sockaddr_ll: family, protocol in network byte order, interface; the rest is of no use here.
            byte* address = stackalloc byte[20];
            new Span<byte>(address, 20).Clear();
            *(ushort*)address = AddressFamilyPacket;
            BinaryPrimitives.WriteUInt16BigEndian(new Span<byte>(address + 2, 2), etherType);
            *(int*)(address + 4) = interfaceIndex;
            return LibC.Bind(socket, address, 20) == 0 ? packets : throw LinuxException.Last("bind(AF_PACKET)");
        }
        catch
        {
            packets.Dispose();
            throw;
        }
    }

    /// <summary>Readable while frames wait, and once when the interface goes down.</summary>
    public int Descriptor => _socket.Number;

    /// <summary>Another filter from now on.</summary>
    /// <exception cref="LinuxException">No memory for it.</exception>
    public void Use(ReadOnlySpan<FilterInstruction> filter)
    {
        fixed (FilterInstruction* instructions = filter)
        {
            FilterProgram program = new() { Length = checked((ushort)filter.Length), Instructions = instructions };
            if (LibC.SetSocketOption(_socket, LibC.SocketLevel, AttachFilter, &program, (uint)sizeof(FilterProgram)) != 0)
            {
                throw LinuxException.Last("setsockopt(SO_ATTACH_FILTER)");
            }
        }
    }

    /// <summary>Takes the next frame, from its Ethernet header on; what does not fit is cut off. Never blocks.</summary>
    /// <returns>Its length in the buffer; 0 when none waits.</returns>
    public int Receive(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return (int)Math.Max(0, LibC.ReceiveFrom(_socket, bytes, (nuint)buffer.Length, LibC.MessageDontWait, null, null));
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>struct sock_fprog on 64-bit Linux.</summary>
    private struct FilterProgram
    {
        internal ushort Length;
        internal FilterInstruction* Instructions;
    }
}
