namespace HotStandby.Agent.Configuration;

/// <summary>Linux's capabilities by name (capabilities(7)), without CAP_.</summary>
internal static class CapabilityNames
{
    /// <summary>In the order of their numbers in linux/capability.h.</summary>
    private static readonly string[] InOrder =
    [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE",
        "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT",
        "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL",
        "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF", "CHECKPOINT_RESTORE",
    ];

    /// <summary>Each name with its number.</summary>
    public static IReadOnlyList<(string Word, int Meaning)> Words { get; } = [.. InOrder.Select((name, number) => (name, number))];

    public static string Of(int number) => InOrder[number];
}
