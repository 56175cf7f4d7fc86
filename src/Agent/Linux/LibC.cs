using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HotStandby.Agent.Linux;

/// <summary>
/// The system calls the base class library has no door to. 64-bit Linux only; every call sets errno, read it with
/// <see cref="Marshal.GetLastPInvokeError"/>. Names follow man section 2.
/// </summary>
internal static unsafe partial class LibC
{
    private const string Library = "libc";

    // epoll(7)
    internal const int EpollControlAdd = 1;
    internal const int EpollControlRemove = 2;
    internal const uint EpollIn = 0x1;
    internal const int CloseOnExec = 0x80000; // EPOLL_CLOEXEC, TFD_CLOEXEC, EFD_CLOEXEC and SOCK_CLOEXEC are O_CLOEXEC
    internal const int NonBlocking = 0x800; // TFD_NONBLOCK, EFD_NONBLOCK and SOCK_NONBLOCK are O_NONBLOCK

    // clock_gettime(2), timerfd_settime(2)
    internal const int ClockMonotonic = 1;
    internal const int TimerAbsolute = 1;

    // socket(2), netlink(7)
    internal const int AddressFamilyNetlink = 16;
    internal const int SocketRaw = 3;
    internal const int SocketLevel = 1;
    internal const int SocketReceiveTimeout = 20;
    internal const int SocketReceiveBufferForce = 33;
    internal const int MessageDontWait = 0x40;
    internal const int MessageTruncate = 0x20;

    // packet(7)
    internal const int PacketLevel = 263;
    internal const int PacketStatistics = 6;
    internal const int PacketIgnoreOutgoing = 23;

    // sched(7), mlockall(2)
    internal const int SchedulerFifo = 1;
    internal const int SchedulerResetOnFork = 0x40000000;
    internal const int MemoryLockCurrent = 1;
    internal const int MemoryLockFuture = 2;
    internal const int MemoryLockOnFault = 4;

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial FileDescriptor EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static partial int EpollControl(FileDescriptor epoll, int operation, int descriptor, byte* anEvent);

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    internal static partial int EpollWait(FileDescriptor epoll, byte* events, int maxEvents, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "timerfd_create", SetLastError = true)]
    internal static partial FileDescriptor TimerCreate(int clock, int flags);

    [LibraryImport(Library, EntryPoint = "timerfd_settime", SetLastError = true)]
    internal static partial int TimerSet(FileDescriptor timer, int flags, TimerSpecification* wanted, TimerSpecification* previous);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    internal static partial FileDescriptor EventCreate(uint initialValue, int flags);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(FileDescriptor descriptor, void* buffer, nuint length);

    /// <summary>open(2), never waiting for the other end of a pipe; invalid on failure.</summary>
    internal static SafeFileHandle OpenToRead(string path) => new(Open(path, CloseOnExec | NonBlocking), ownsHandle: true);

    /// <summary>read(2) once: the beginning of a small file; -1 on failure.</summary>
    internal static int ReadSome(SafeFileHandle file, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return (int)Read(file, start, (nuint)buffer.Length);
        }
    }

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle file, byte* buffer, nuint length);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(FileDescriptor descriptor, void* buffer, nuint length);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(nint descriptor);

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    internal static partial FileDescriptor Socket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(FileDescriptor socket, NetlinkAddress* address, uint length);

    /// <summary>bind(2) to an address of any family.</summary>
    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(FileDescriptor socket, byte* address, uint length);

    [LibraryImport(Library, EntryPoint = "sendto", SetLastError = true)]
    internal static partial nint SendTo(FileDescriptor socket, byte* buffer, nuint length, int flags, NetlinkAddress* address, uint addressLength);

    /// <summary>sendto(2) with an address of any family.</summary>
    [LibraryImport(Library, EntryPoint = "sendto", SetLastError = true)]
    internal static partial nint SendTo(FileDescriptor socket, byte* buffer, nuint length, int flags, byte* address, uint addressLength);

    [LibraryImport(Library, EntryPoint = "recvfrom", SetLastError = true)]
    internal static partial nint ReceiveFrom(FileDescriptor socket, byte* buffer, nuint length, int flags, NetlinkAddress* address, uint* addressLength);

    /// <summary>send(2) on a descriptor that another library owns (a capture handle).</summary>
    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSocketOption(FileDescriptor socket, int level, int option, void* value, uint length);

    /// <summary>setsockopt(2) on a descriptor that another library owns.</summary>
    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSocketOption(int socket, int level, int option, void* value, uint length);

    /// <summary>getsockopt(2) on a descriptor that another library owns.</summary>
    [LibraryImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetSocketOption(int socket, int level, int option, void* value, uint* length);

    /// <summary>if_nametoindex(3): 0 when there is no such interface in the thread's network namespace.</summary>
    [LibraryImport(Library, EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint InterfaceIndex(string name);

    /// <summary>if_indextoname(3): null when there is no such interface in the thread's network namespace.</summary>
    internal static string? InterfaceName(int index)
    {
        const int LongestName = 16; // IF_NAMESIZE
        byte* name = stackalloc byte[LongestName];
        return InterfaceName((uint)index, name) is null ? null : Marshal.PtrToStringUTF8((nint)name);
    }

    /// <summary>The kernel's name of the interface that has this one or this alternative one; the given one when there is none.</summary>
    internal static string KernelName(string name) => InterfaceName((int)InterfaceIndex(name)) ?? name;

    /// <summary>geteuid(2).</summary>
    [LibraryImport(Library, EntryPoint = "geteuid")]
    internal static partial uint EffectiveUser();

    [LibraryImport(Library, EntryPoint = "if_indextoname")]
    private static partial byte* InterfaceName(uint index, byte* name);

    [LibraryImport(Library, EntryPoint = "sched_setscheduler", SetLastError = true)]
    internal static partial int SetScheduler(int thread, int policy, int* priority);

    [LibraryImport(Library, EntryPoint = "mlockall", SetLastError = true)]
    internal static partial int LockAllMemory(int flags);

    /// <summary>struct timespec on 64-bit Linux.</summary>
    internal struct TimeSpecification
    {
        internal long Seconds;
        internal long Nanoseconds;
    }

    /// <summary>struct itimerspec.</summary>
    internal struct TimerSpecification
    {
        internal TimeSpecification Interval;
        internal TimeSpecification Value;
    }

    /// <summary>struct sockaddr_nl (netlink(7)).</summary>
    internal struct NetlinkAddress
    {
        internal ushort Family;
        internal ushort Padding;
        internal uint Port;
        internal uint Groups;
    }
}

/// <summary>A file descriptor that is closed once.</summary>
internal sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    public FileDescriptor()
        : base(ownsHandle: true)
    {
    }

    /// <summary>The number, for epoll; valid while the owner lives.</summary>
    internal int Number => (int)DangerousGetHandle();

    protected override bool ReleaseHandle() => LibC.Close(handle) == 0;
}
