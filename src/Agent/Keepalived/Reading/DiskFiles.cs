using System.IO.Enumeration;
using HotStandby.Agent.Configuration;

namespace HotStandby.Agent.Keepalived.Reading;

/// <summary>The machine's own files.</summary>
public sealed class DiskFiles : IConfFiles
{
    /// <summary>No keepalived.conf is as large; a wrong path (a log, a device) must not fill the memory.</summary>
    private const long LargestFile = 4 * 1024 * 1024;

    public string? Read(string path)
    {
        try
        {
            FileInfo file = new(path);
            return file.Exists && file.Length <= LargestFile ? File.ReadAllText(path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public string? NotRootsAlone(string path) => File.Exists(path) ? PathTrust.RootsFault(path) : null;

    public IReadOnlyList<string> Match(string pattern, string folder) =>
        [.. Alternatives(pattern).SelectMany(one => MatchOne(Path.Combine(folder, one))).Distinct(StringComparer.Ordinal)];

    /// <summary><c>a{b,c}d</c> is abd and acd.</summary>
    private static IEnumerable<string> Alternatives(string pattern)
    {
        int open = pattern.IndexOf('{', StringComparison.Ordinal);
        int close = open < 0 ? -1 : pattern.IndexOf('}', open);
        return close < 0
            ? [pattern]
            : pattern[(open + 1)..close].Split(',').SelectMany(one => Alternatives(pattern[..open] + one + pattern[(close + 1)..]));
    }

    private static IEnumerable<string> MatchOne(string pattern)
    {
        string folder = Path.GetDirectoryName(pattern) ?? "/";
        string name = Path.GetFileName(pattern);
        if (!pattern.AsSpan().ContainsAny("*?["))
        {
            return File.Exists(pattern) ? [pattern] : [];
        }

        IEnumerable<string> folders = folder.AsSpan().ContainsAny("*?[") ? MatchFolders(folder) : [folder];
        return folders.Where(Directory.Exists)
            .SelectMany(one => Directory.GetFiles(one).Where(file => Fits(name, Path.GetFileName(file))))
            .Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> MatchFolders(string pattern)
    {
        string parent = Path.GetDirectoryName(pattern) ?? "/";
        string name = Path.GetFileName(pattern);
        IEnumerable<string> parents = parent.AsSpan().ContainsAny("*?[") ? MatchFolders(parent) : [parent];
        return parents.Where(Directory.Exists).SelectMany(one => Directory.GetDirectories(one).Where(folder => Fits(name, Path.GetFileName(folder))));
    }

    /// <summary>As glob(3): a leading dot is matched by a dot only.</summary>
    private static bool Fits(string pattern, string name)
    {
        if (name.StartsWith('.') && !pattern.StartsWith('.'))
        {
            return false;
        }

        int open = pattern.IndexOf('[', StringComparison.Ordinal);
        int close = open < 0 ? -1 : pattern.IndexOf(']', open + 2);
        return close < 0
            ? FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)
            : Members(pattern[(open + 1)..close]).Any(one => Fits($"{pattern[..open]}{one}{pattern[(close + 1)..]}", name));
    }

    /// <summary>The characters of a set such as <c>0-9a</c>.</summary>
    private static IEnumerable<char> Members(string set)
    {
        for (int i = 0; i < set.Length; i++)
        {
            bool isRange = i + 2 < set.Length && set[i + 1] == '-';
            for (char one = set[i]; one <= (isRange ? set[i + 2] : set[i]); one++)
            {
                yield return one;
            }

            i += isRange ? 2 : 0;
        }
    }
}
