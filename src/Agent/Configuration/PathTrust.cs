using System.Runtime.InteropServices;

namespace HotStandby.Agent.Configuration;

/// <summary>
/// Whether a file of the agent's is safe: it and every folder on the way to it, through every symbolic link, belong to root or the agent's own
/// user and can be changed by nobody else (a folder with the sticky bit, such as /tmp, is fine: what root put there stays root's), and a
/// secret can be read by nobody else.
/// </summary>
internal static partial class PathTrust
{
    private const int Sticky = 0x200;
    private const int WritableByGroup = 0x10;
    private const int WritableByOthers = 0x12;
    private const int AnythingByOthers = 0x3F;
    private const int MostLinks = 40;

    /// <summary>What is wrong, naming the path component and its mode; after a semicolon the command that mends it. Null when it is safe.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="isSecret">Whether others may not even read it.</param>
    public static string? Fault(string path, bool isSecret) => Walk(
        path, (current, node, last) => Insecure(current, node, last && isSecret, isOwner: owner => owner == 0 || owner == EffectiveUser()));

    /// <summary>The same for what only root may change: no user's own files, whoever asks, though what root's group may write is root's.</summary>
    /// <param name="path">Absolute.</param>
    public static string? RootsFault(string path) => Walk(
        path,
        (current, node, _) => Insecure(current, WithoutRootsGroup(node), isSecret: false, isOwner: owner => owner == 0));

    /// <summary>As <see cref="Fault"/> for what anybody but root and the agent's own user may change; what root's group may write is only unusual.</summary>
    /// <param name="path">Absolute.</param>
    /// <returns>What is wrong with it, and whether that is only unusual; null when nothing is.</returns>
    public static (string Fault, bool IsUnusual)? Judge(string path)
    {
        if (Fault(path, isSecret: false) is not string fault)
        {
            return null;
        }

        bool isUnusual = Walk(path, (current, node, _) => Insecure(
            current, WithoutRootsGroup(node), isSecret: false, isOwner: owner => owner == 0 || owner == EffectiveUser())) is null;
        return (fault, isUnusual);
    }

    private static FileStat WithoutRootsGroup(FileStat node) => node.Group == 0 ? node with { Mode = node.Mode & ~WritableByGroup } : node;

    private static string? Walk(string path, Func<string, FileStat, bool, string?> judge)
    {
        Stack<string> rest = new();
        Push(rest, path);
        string current = "/";
        int links = 0;
        while (true)
        {
            if (FileStat.Of(current) is not FileStat node)
            {
                return $"{current} does not exist or may not be looked at";
            }

            if (node.Kind == FileKind.Link)
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
                return node.Kind == FileKind.Regular ? null : $"{current} is not a regular file";
            }

            if (node.Kind != FileKind.Folder)
            {
                return $"{current} is not a folder";
            }

            string next = rest.Pop();
            current = next == ".." ? Parent(current) : Path.Combine(current, next);
        }
    }

    private static string? Insecure(string path, FileStat node, bool isSecret, Func<uint, bool> isOwner)
    {
        int mode = node.Mode;
        string octal = Convert.ToString(mode, 8).PadLeft(4, '0');
        if (!isOwner(node.Owner))
        {
            // A folder that is somebody's may be somebody's home: taking it away would break more than it mends.
            string remedy = node.Kind == FileKind.Folder ? "put the file into a folder of root's, such as /etc/hotstandby" : $"chown root {Quoted(path)}";
            return $"{path} does not belong to root (owner uid {node.Owner}, mode {octal}); {remedy}";
        }

        if (isSecret)
        {
            return (mode & AnythingByOthers) == 0 ? null : $"{path} can be read or changed by others than its owner (mode {octal}); chmod 600 {Quoted(path)}";
        }

        // Sticky means something on a folder only.
        return (mode & WritableByOthers) == 0 || (node.Kind == FileKind.Folder && (mode & Sticky) != 0)
            ? null
            : $"{path} can be changed by others than its owner (mode {octal}); chmod go-w {Quoted(path)}";
    }

    /// <summary>As a shell must be given it.</summary>
    internal static string Quoted(string path) => path.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._+-@%,:=".Contains(letter, StringComparison.Ordinal))
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

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
