using System.Runtime.InteropServices;

namespace HotStandby.Agent.Linux;

/// <summary>errno(3) numbers (the same on x86-64 and arm64) and what to call them.</summary>
public static class Errno
{
    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int ESRCH = 3;
    internal const int EINTR = 4;
    internal const int EAGAIN = 11;
    internal const int ENOMEM = 12;
    internal const int EACCES = 13;
    internal const int EEXIST = 17;
    internal const int ENODEV = 19;
    internal const int ENOTDIR = 20;
    internal const int EINVAL = 22;
    internal const int EADDRNOTAVAIL = 99;
    internal const int ENETDOWN = 100;
    internal const int ENOBUFS = 105;

    /// <summary>"ENETDOWN: Network is down".</summary>
    public static string Sentence(int number) => $"{Name(number)}: {Marshal.GetPInvokeErrorMessage(number)}";

    internal static string LastSentence() => Sentence(Marshal.GetLastPInvokeError());

    /// <summary>The symbolic name, or "errno 123" for a rare one.</summary>
    public static string Name(int number) => number switch
    {
        EPERM => nameof(EPERM),
        ENOENT => nameof(ENOENT),
        ESRCH => nameof(ESRCH),
        EINTR => nameof(EINTR),
        5 => "EIO",
        6 => "ENXIO",
        9 => "EBADF",
        EAGAIN => nameof(EAGAIN),
        ENOMEM => nameof(ENOMEM),
        EACCES => nameof(EACCES),
        16 => "EBUSY",
        EEXIST => nameof(EEXIST),
        ENODEV => nameof(ENODEV),
        EINVAL => nameof(EINVAL),
        23 => "ENFILE",
        24 => "EMFILE",
        28 => "ENOSPC",
        32 => "EPIPE",
        34 => "ERANGE",
        90 => "EMSGSIZE",
        92 => "ENOPROTOOPT",
        93 => "EPROTONOSUPPORT",
        95 => "EOPNOTSUPP",
        97 => "EAFNOSUPPORT",
        98 => "EADDRINUSE",
        EADDRNOTAVAIL => nameof(EADDRNOTAVAIL),
        ENETDOWN => nameof(ENETDOWN),
        101 => "ENETUNREACH",
        ENOBUFS => nameof(ENOBUFS),
        110 => "ETIMEDOUT",
        111 => "ECONNREFUSED",
        113 => "EHOSTUNREACH",
        _ => $"errno {number}",
    };
}

/// <summary>A system call that must work did not; the message names the call and the errno.</summary>
public sealed class LinuxException(string call, int errno) : IOException($"{call}: {Errno.Sentence(errno)}")
{
    public int Number { get; } = errno;

    /// <summary>With the errno of the call that failed last on this thread.</summary>
    internal static LinuxException Last(string call) => new(call, Marshal.GetLastPInvokeError());
}
