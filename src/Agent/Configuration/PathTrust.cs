using System.Runtime.InteropServices;

namespace HotStandby.Agent.Configuration;

/// <summary>
/// Whether a file of the agent's is safe: it and every folder on the way to it, through every symbolic link, belong to root or the agent's own
/// user and can be changed by nobody else (a folder with the sticky bit, such as /tmp, is fine: what root put there stays root's), and a
/// secret can be read by nobody else.
/// </summary>
internal static partial class PathTrust
{
    private const int TypeMask = 0xF000;
    private const int Folder = 0x4000;
    private const int Regular = 0x8000;
    private const int Link = 0xA000;
    private const int Sticky = 0x200;
    private const int WritableByOthers = 0x12;
    private const int AnythingByOthers = 0x3F;
    private const int MostLinks = 40;
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint BasicStats = 0x7ff;

    /// <summary>What is wrong, naming the path component and its mode; after a semicolon the command that mends it. Null when it is safe.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="isSecret">Whether others may not even read it.</param>
    public static string? Fault(string path, bool isSecret)
    {
        Stack<string> rest = new();
        Push(rest, path);
        string current = "/";
        int links = 0;
        while (true)
        {
            if (Stat(current) is not (uint owner, int mode))
            {
                return $"{current} does not exist or may not be looked at";
            }

            if ((mode & TypeMask) == Link)
            {
                if (++links > MostLinks)
                {
                    return $"{path} runs through more than {MostLinks} symbolic links";
                }

                string target = new FileInfo(current).LinkTarget ?? "";
                Push(rest, target);
                current = target.StartsWith('/') ? "/" : Parent(current);
                continue;
            }

            bool last = rest.Count == 0;
            if (Insecure(current, owner, mode, last && isSecret) is string fault)
            {
                return fault;
            }

            if (last)
            {
                return (mode & TypeMask) == Regular ? null : $"{current} is not a regular file";
            }

            if ((mode & TypeMask) != Folder)
            {
                return $"{current} is not a folder";
            }

            string next = rest.Pop();
            current = next == ".." ? Parent(current) : Path.Combine(current, next);
        }
    }

    private static string? Insecure(string path, uint owner, int mode, bool isSecret)
    {
        string octal = Convert.ToString(mode & 0xFFF, 8).PadLeft(4, '0');
        if (owner != 0 && owner != EffectiveUser())
        {
            return $"{path} does not belong to root (owner uid {owner}, mode {octal}); chown root {path}";
        }

        if (isSecret)
        {
            return (mode & AnythingByOthers) == 0 ? null : $"{path} can be read or changed by others than its owner (mode {octal}); chmod 600 {path}";
        }

        return (mode & WritableByOthers) == 0 || (mode & Sticky) != 0
            ? null
            : $"{path} can be changed by others than its owner (mode {octal}); chmod go-w {path}";
    }

    private static void Push(Stack<string> rest, string path)
    {
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Reverse())
        {
            rest.Push(part);
        }
    }

    private static string Parent(string path) => Path.GetDirectoryName(path) ?? "/";

    private static (uint Owner, int Mode)? Stat(string path)
    {
        // struct statx (statx(2)) is the same on every architecture: stx_uid at 20, stx_mode at 28.
        Span<byte> buffer = stackalloc byte[256];
        return Statx(CurrentFolder, path, NoFollow, BasicStats, ref MemoryMarshal.GetReference(buffer)) == 0
            ? (MemoryMarshal.Read<uint>(buffer[20..]), MemoryMarshal.Read<ushort>(buffer[28..]))
            : null;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte result);
}
