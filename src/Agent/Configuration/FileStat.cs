using System.Runtime.InteropServices;

namespace HotStandby.Agent.Configuration;

/// <summary>What a path names; a symbolic link is not followed.</summary>
internal enum FileKind
{
    Regular,
    Folder,
    Link,
    Pipe,
    Socket,
    Device,
}

/// <summary>A file, folder, link or other thing of the file system, as statx(2) tells of it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Owner">User id.</param>
/// <param name="Group">Group id.</param>
/// <param name="Mode">The permission bits, 0 to 07777.</param>
/// <param name="Inode">Its number on its file system.</param>
internal readonly partial record struct FileStat(FileKind Kind, uint Owner, uint Group, int Mode, ulong Inode)
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint BasicStats = 0x7ff;

    /// <summary>Null when there is no such thing, or it may not be looked at.</summary>
    public static FileStat? Of(string path)
    {
        // struct statx is the same on every architecture: stx_uid at 20, stx_gid at 24, stx_mode at 28, stx_ino at 32.
        Span<byte> buffer = stackalloc byte[256];
        if (Statx(CurrentFolder, path, NoFollow, BasicStats, ref MemoryMarshal.GetReference(buffer)) != 0)
        {
            return null;
        }

        int mode = MemoryMarshal.Read<ushort>(buffer[28..]);
        return new(KindOf(mode), MemoryMarshal.Read<uint>(buffer[20..]), MemoryMarshal.Read<uint>(buffer[24..]), mode & 0xFFF, MemoryMarshal.Read<ulong>(buffer[32..]));
    }

    /// <summary>As <see cref="Of"/>, of what a symbolic link leads to in the end.</summary>
    public static FileStat? OfTarget(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true) is FileSystemInfo target ? Of(target.FullName) : Of(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>As a sentence names it: "a regular file".</summary>
    public string Name => Kind switch
    {
        FileKind.Regular => "a regular file",
        FileKind.Folder => "a folder",
        FileKind.Link => "a symbolic link",
        FileKind.Pipe => "a named pipe",
        FileKind.Socket => "a socket",
        _ => "a device",
    };

    private static FileKind KindOf(int mode) => (mode & 0xF000) switch
    {
        0x8000 => FileKind.Regular,
        0x4000 => FileKind.Folder,
        0xA000 => FileKind.Link,
        0x1000 => FileKind.Pipe,
        0xC000 => FileKind.Socket,
        _ => FileKind.Device,
    };

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte result);
}
