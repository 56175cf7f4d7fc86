using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HotStandby.Plugins.Nginx;

/// <summary>The Linux calls behind pidfds and waiting on them.</summary>
internal static partial class Native
{
    public const short PollIn = 1;

    /// <summary>EFD_CLOEXEC | EFD_NONBLOCK (eventfd(2)).</summary>
    public const int EventCloseOnExecNonBlocking = 0x80800;

    /// <summary>pidfd_open(2), Linux 5.3; the same number on every architecture.</summary>
    private const nint PidfdOpenNumber = 434;

    /// <summary>A handle on the process, readable by poll once it has exited; already closed on exec. Null when it can't be opened.</summary>
    public static SafeFileHandle? PidfdOpen(int pid)
    {
        nint descriptor = Syscall(PidfdOpenNumber, pid, 0);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static unsafe partial int Poll(PollEntry* entries, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle descriptor, ref ulong value, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle descriptor, in ulong value, nuint count);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, nint first, nint second);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
