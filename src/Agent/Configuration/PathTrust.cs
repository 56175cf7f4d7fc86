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
    private const int WritableByGroup = 0x10;
    private const int WritableByOthers = 0x12;
    private const int AnythingByOthers = 0x3F;
    private const int MostLinks = 40;
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint BasicStats = 0x7ff;

    /// <summary>What is wrong, naming the path component and its mode; after a semicolon the command that mends it. Null when it is safe.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="isSecret">Whether others may not even read it.</param>
    public static string? Fault(string path, bool isSecret) => Walk(
        path, (current, node, last) => Insecure(current, node, last && isSecret, isOwner: owner => owner == 0 || owner == EffectiveUser()));

    /// <summary>The same for what only root may change: no user's own files, whoever asks, though what root's group may write is root's.</summary>
    /// <param name="path">Absolute.</param>
    public static string? RootsFault(string path) => Walk(
        path,
        (current, node, _) => Insecure(current, node.Group == 0 ? node with { Mode = node.Mode & ~WritableByGroup } : node, isSecret: false, isOwner: owner => owner == 0));

    private static string? Walk(string path, Func<string, Node, bool, string?> judge)
    {
        Stack<string> rest = new();
        Push(rest, path);
        string current = "/";
        int links = 0;
        while (true)
        {
            if (Stat(current) is not Node node)
            {
                return $"{current} does not exist or may not be looked at";
            }

            if ((node.Mode & TypeMask) == Link)
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
            if (judge(current, node, last) is string fault)
            {
                return fault;
            }

            if (last)
            {
                return (node.Mode & TypeMask) == Regular ? null : $"{current} is not a regular file";
            }

            if ((node.Mode & TypeMask) != Folder)
            {
                return $"{current} is not a folder";
            }

            string next = rest.Pop();
            current = next == ".." ? Parent(current) : Path.Combine(current, next);
        }
    }

    private static string? Insecure(string path, Node node, bool isSecret, Func<uint, bool> isOwner)
    {
        int mode = node.Mode;
        string octal = Convert.ToString(mode & 0xFFF, 8).PadLeft(4, '0');
        if (!isOwner(node.Owner))
        {
            // A folder that is somebody's may be somebody's home: taking it away would break more than it mends.
            string remedy = (mode & TypeMask) == Folder ? "put the file into a folder of root's, such as /etc/hotstandby" : $"chown root {Quoted(path)}";
            return $"{path} does not belong to root (owner uid {node.Owner}, mode {octal}); {remedy}";
        }

        if (isSecret)
        {
            return (mode & AnythingByOthers) == 0 ? null : $"{path} can be read or changed by others than its owner (mode {octal}); chmod 600 {Quoted(path)}";
        }

        return (mode & WritableByOthers) == 0 || (mode & Sticky) != 0
            ? null
            : $"{path} can be changed by others than its owner (mode {octal}); chmod go-w {Quoted(path)}";
    }

    /// <summary>As a shell must be given it.</summary>
    private static string Quoted(string path) => path.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._+-@%,:=".Contains(letter, StringComparison.Ordinal))
        ? path
        : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static void Push(Stack<string> rest, string path)
    {
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Reverse())
        {
            rest.Push(part);
        }
    }

    private static string Parent(string path) => Path.GetDirectoryName(path) ?? "/";

    private static Node? Stat(string path)
    {
        // struct statx (statx(2)) is the same on every architecture: stx_uid at 20, stx_gid at 24, stx_mode at 28.
        Span<byte> buffer = stackalloc byte[256];
        return Statx(CurrentFolder, path, NoFollow, BasicStats, ref MemoryMarshal.GetReference(buffer)) == 0
            ? new Node(MemoryMarshal.Read<uint>(buffer[20..]), MemoryMarshal.Read<uint>(buffer[24..]), MemoryMarshal.Read<ushort>(buffer[28..]))
            : null;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte result);

    /// <summary>A file, folder or link. The mode has its type.</summary>
    private readonly record struct Node(uint Owner, uint Group, int Mode);
}
