using System.Runtime.InteropServices;

namespace HotStandby.Agent.Linux;

/// <summary>Becoming another program with fewer powers (capabilities(7), prctl(2), setresuid(2), execve(2)).</summary>
public static unsafe partial class GivingUpPrivileges
{
    private const string Library = "libc";
    private const int NoNewPrivileges = 38; // PR_SET_NO_NEW_PRIVS
    private const int KeepCapabilities = 8; // PR_SET_KEEPCAPS
    private const int Ambient = 47; // PR_CAP_AMBIENT
    private const nuint AmbientRaise = 2; // PR_CAP_AMBIENT_RAISE
    private const uint Version3 = 0x20080522; // _LINUX_CAPABILITY_VERSION_3

    /// <summary>
    /// Becomes a program: as a user, with no capability but those named, and with no way to gain one for it or anything it starts. Returns only
    /// when that failed. The caller's last act: what was given up before the failure stays given up.
    /// </summary>
    /// <param name="program">Absolute path.</param>
    /// <param name="user">Null: stays who it is.</param>
    /// <param name="capabilities">Their numbers (linux/capability.h).</param>
    /// <returns>Why it failed.</returns>
    public static string Become(string program, string? user, IReadOnlyList<int> capabilities)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        // With this, exec gives no capability that the process has not: not to root, not by a set-user-ID bit (prctl(2)).
        if (Control(NoNewPrivileges, 1, 0, 0, 0) != 0 || Control(KeepCapabilities, 1, 0, 0, 0) != 0)
        {
            return $"prctl: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}";
        }

        if (user is not null && Follow(user) is string refusal)
        {
            return refusal;
        }

        ulong mask = capabilities.Aggregate(0UL, (bits, number) => bits | (1UL << number));
        if (Restrict(mask) is string denied)
        {
            return denied;
        }

        foreach (int number in capabilities)
        {
            if (Control(Ambient, AmbientRaise, (nuint)number, 0, 0) != 0)
            {
                return $"capability {number} can't be kept: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}";
            }
        }

        nint path = Marshal.StringToCoTaskMemUTF8(program);
        nint* arguments = stackalloc nint[] { path, 0 };
        _ = Execute(path, arguments);
        return $"{program}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}";
    }

    private static string? Follow(string user)
    {
        PasswordEntry* entry = Lookup(user);
        if (entry is null)
        {
            return $"there is no user {user}";
        }

        return SetGroups(user, entry->Group) == 0 && SetGroup(entry->Group) == 0 && SetUser(entry->User) == 0
            ? null
            : $"can't become the user {user}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}";
    }

    /// <summary>Effective, permitted and inheritable become what is in the mask.</summary>
    private static string? Restrict(ulong mask)
    {
        uint* header = stackalloc uint[] { Version3, 0 };
        uint low = (uint)mask;
        uint high = (uint)(mask >> 32);
        uint* sets = stackalloc uint[] { low, low, low, high, high, high };
        return SetCapabilities(header, sets) == 0
            ? null
            : $"the capabilities can't be kept to those wanted: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}";
    }

    [LibraryImport(Library, EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nuint first, nuint second, nuint third, nuint fourth);

    [LibraryImport(Library, EntryPoint = "capset", SetLastError = true)]
    private static partial int SetCapabilities(uint* header, uint* sets);

    [LibraryImport(Library, EntryPoint = "getpwnam", StringMarshalling = StringMarshalling.Utf8)]
    private static partial PasswordEntry* Lookup(string user);

    [LibraryImport(Library, EntryPoint = "initgroups", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetGroups(string user, uint group);

    [LibraryImport(Library, EntryPoint = "setgid", SetLastError = true)]
    private static partial int SetGroup(uint group);

    [LibraryImport(Library, EntryPoint = "setuid", SetLastError = true)]
    private static partial int SetUser(uint user);

    [LibraryImport(Library, EntryPoint = "execv", SetLastError = true)]
    private static partial int Execute(nint path, nint* arguments);

    /// <summary>The beginning of struct passwd (getpwnam(3)) on 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PasswordEntry
    {
        public nint Name;
        public nint Password;
        public uint User;
        public uint Group;
    }
}
