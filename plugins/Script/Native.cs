using System.Runtime.InteropServices;

namespace HotStandby.Plugins.Script;

/// <summary>The calls of libc that .NET has no face for.</summary>
internal static partial class Native
{
    public const int SigTerm = 15;
    public const int SigKill = 9;
    public const int ExecutePermission = 1;

    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint BasicStats = 0x7ff;

    /// <summary>Owner and mode of a file, a symbolic link not followed.</summary>
    /// <returns>Null when there is nothing by that name, or it may not be looked at.</returns>
    public static (uint Owner, int Mode)? Stat(string path)
    {
        // struct statx (statx(2)) is the same on every architecture: stx_uid at 20, stx_mode at 28.
        Span<byte> buffer = stackalloc byte[256];
        return Statx(CurrentFolder, path, NoFollow, BasicStats, ref MemoryMarshal.GetReference(buffer)) == 0
            ? (MemoryMarshal.Read<uint>(buffer[20..]), MemoryMarshal.Read<ushort>(buffer[28..]))
            : null;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte result);
}
