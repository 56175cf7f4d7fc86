using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HotStandby.Agent.Linux;

/// <summary>System calls on files that the base class library has no door to.</summary>
internal static unsafe partial class FileCalls
{
    private const string Library = "libc";
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int StatSize = 256;
    private const int UserAt = 20; // stx_uid in struct statx
    private const int GroupAt = 24; // stx_gid
    private const uint UserAndGroup = 0x18; // STATX_UID | STATX_GID

    /// <summary>Gives a file the owner and group of another one; false with errno when that may not be.</summary>
    public static bool CopyOwner(string from, string to)
    {
        byte* stat = stackalloc byte[StatSize];
        if (Stat(CurrentFolder, from, 0, UserAndGroup, stat) != 0)
        {
            return false;
        }

        return ChangeOwner(to, *(uint*)(stat + UserAt), *(uint*)(stat + GroupAt)) == 0;
    }

    /// <summary>fsync(2) of a folder: what was renamed in it stays so after a power failure. False with errno.</summary>
    public static bool SyncFolder(string path)
    {
        using SafeFileHandle folder = LibC.OpenToRead(path);
        return !folder.IsInvalid && Sync(folder) == 0;
    }

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int folder, string path, int flags, uint mask, byte* stat);

    [LibraryImport(Library, EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);
}
