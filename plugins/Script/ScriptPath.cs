using System.Globalization;

namespace HotStandby.Plugins.Script;

/// <summary>
/// Says whether a program may be run: nobody but root may be able to replace it. So every folder on the way to it, through every symbolic
/// link, and the file itself must belong to root and be writable by no group and no others (a sticky folder such as /tmp is not fine: anyone
/// may put a file there). Asked each time before it is run; what passes can be changed by root only, so there is no race to win.
/// </summary>
internal static class ScriptPath
{
    private const int TypeMask = 0xF000;
    private const int Folder = 0x4000;
    private const int Regular = 0x8000;
    private const int Link = 0xA000;
    private const int WritableByOthers = 0x12;
    private const int Sticky = 0x200;
    private const string Elsewhere = "put the program where only root may write, such as /usr/local/sbin";
    private const int MostLinks = 40;

    /// <param name="trustedOwner">The user id that must own everything: 0.</param>
    /// <returns>What is wrong, naming the component, its owner and its mode; null when it may be run.</returns>
    public static string? Fault(string path, uint trustedOwner = 0)
    {
        var rest = new Stack<string>();
        Push(rest, path);
        string current = "/";
        int links = 0;
        while (true)
        {
            if (Native.Stat(current) is not { } stat)
            {
                return $"{current} does not exist or may not be looked at";
            }

            if ((stat.Mode & TypeMask) == Link)
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

            if (Insecure(current, stat, trustedOwner, isProgram: rest.Count == 0) is { } fault)
            {
                return fault;
            }

            if (!rest.TryPop(out string? next))
            {
                return Unrunnable(current, stat.Mode);
            }

            if ((stat.Mode & TypeMask) != Folder)
            {
                return $"{current} is not a folder";
            }

            current = next == ".." ? Parent(current) : Path.Combine(current, next);
        }
    }

    private static void Push(Stack<string> rest, string path)
    {
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Reverse())
        {
            rest.Push(part);
        }
    }

    private static string Parent(string path) => Path.GetDirectoryName(path) ?? "/";

    /// <summary>
    /// The command that mends it stands there only where it breaks nothing else: a folder with the sticky bit (/tmp) is for everybody, and one that is
    /// somebody's is somebody's home. From there the program must go.
    /// </summary>
    private static string? Insecure(string path, (uint Owner, int Mode) stat, uint trustedOwner, bool isProgram)
    {
        string found = $"owner {Name(stat.Owner)}, mode {Convert.ToString(stat.Mode & 0xFFF, 8).PadLeft(4, '0')}";
        if (stat.Owner != trustedOwner && stat.Owner != 0)
        {
            return $"{path} does not belong to root ({found}); {(isProgram ? $"mend it with: chown root {Quoted(path)}" : Elsewhere)}";
        }

        return (stat.Mode & WritableByOthers) == 0
            ? null
            : $"{path} is writable by more than root ({found}); {(isProgram || (stat.Mode & Sticky) == 0 ? $"mend it with: chmod go-w {Quoted(path)}" : Elsewhere)}";
    }

    /// <summary>As a shell must be given it.</summary>
    private static string Quoted(string path) => path.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._+-@%,:=".Contains(letter, StringComparison.Ordinal))
        ? path
        : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string? Unrunnable(string path, int mode)
    {
        if ((mode & TypeMask) != Regular)
        {
            return $"{path} is not a regular file";
        }

        string octal = Convert.ToString(mode & 0xFFF, 8).PadLeft(4, '0');
        return Native.Access(path, Native.ExecutePermission) == 0 ? null : $"{path} is not executable (mode {octal}); mend it with: chmod +x {Quoted(path)}";
    }

    private static string Name(uint user)
    {
        string id = user.ToString(CultureInfo.InvariantCulture);
        try
        {
            string? line = File.ReadLines("/etc/passwd").FirstOrDefault(entry => entry.Split(':') is [_, _, var uid, ..] && uid == id);
            return line is null ? "uid " + id : line[..line.IndexOf(':')];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "uid " + id;
        }
    }
}
