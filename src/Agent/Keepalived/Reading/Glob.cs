using System.Runtime.InteropServices;

namespace HotStandby.Agent.Keepalived.Reading;

/// <summary>
/// The files that a pattern names, as glob(3) with GLOB_BRACE finds them: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!a]</c> and <c>{a,b}</c>; a leading
/// dot is matched by a dot only. What it can't look at, and where it stops because it is too much, is told.
/// </summary>
/// <param name="problem">Takes a sentence.</param>
internal sealed partial class Glob(Action<string> problem)
{
    /// <summary>What a pattern's braces may stand for.</summary>
    private const int MostAlternatives = 1024;

    /// <summary>Entries of folders that are looked at.</summary>
    private const int MostEntries = 100_000;

    private const int LeadingPeriod = 4; // FNM_PERIOD

    private int _entries;

    /// <summary>In order: of the alternatives, then of the names; each once. Folders are left out.</summary>
    public IReadOnlyList<string> Files(string pattern, string folder)
    {
        if (Alternatives(pattern) is not IReadOnlyList<string> alternatives)
        {
            problem($"its braces stand for more than {MostAlternatives} patterns");
            return [];
        }

        return [.. alternatives.SelectMany(one => MatchOne(Path.Combine(folder, one))).Distinct(StringComparer.Ordinal)];
    }

    /// <summary><c>a{b,c}d</c> is abd and acd; null when it is too much.</summary>
    private static List<string>? Alternatives(string pattern)
    {
        List<string> done = [];
        Stack<string> open = new([pattern]);
        while (open.TryPop(out string? next))
        {
            if (done.Count + open.Count > MostAlternatives)
            {
                return null;
            }

            if (FirstBraces(next) is not (int begin, int end))
            {
                done.Add(next);
                continue;
            }

            foreach (string one in Parts(next[(begin + 1)..end]).Reverse())
            {
                open.Push(next[..begin] + one + next[(end + 1)..]);
            }
        }

        return done;
    }

    /// <summary>Of the first brace that is closed again.</summary>
    private static (int Begin, int End)? FirstBraces(string pattern)
    {
        int begin = pattern.IndexOf('{', StringComparison.Ordinal);
        int depth = 0;
        for (int i = begin; i >= 0 && i < pattern.Length; i++)
        {
            depth += pattern[i] == '{' ? 1 : pattern[i] == '}' ? -1 : 0;
            if (depth == 0)
            {
                return (begin, i);
            }
        }

        return null;
    }

    /// <summary>At commas outside of inner braces.</summary>
    private static IEnumerable<string> Parts(string list)
    {
        int depth = 0;
        int begin = 0;
        for (int i = 0; i < list.Length; i++)
        {
            depth += list[i] == '{' ? 1 : list[i] == '}' ? -1 : 0;
            if (depth == 0 && list[i] == ',')
            {
                yield return list[begin..i];
                begin = i + 1;
            }
        }

        yield return list[begin..];
    }

    private IEnumerable<string> MatchOne(string pattern)
    {
        if (!IsPattern(pattern))
        {
            return File.Exists(pattern) ? [pattern] : [];
        }

        string folder = Path.GetDirectoryName(pattern) ?? "/";
        string name = Path.GetFileName(pattern);
        return (IsPattern(folder) ? MatchFolders(folder) : [folder])
            .SelectMany(one => IsPattern(name)
                ? Entries(one, name, Directory.EnumerateFiles)
                : File.Exists(Path.Combine(one, name)) ? [Path.Combine(one, name)] : [])
            .Order(StringComparer.Ordinal);
    }

    private IEnumerable<string> MatchFolders(string pattern)
    {
        string parent = Path.GetDirectoryName(pattern) ?? "/";
        string name = Path.GetFileName(pattern);
        return (IsPattern(parent) ? MatchFolders(parent) : [parent])
            .SelectMany(one => IsPattern(name) ? Entries(one, name, Directory.EnumerateDirectories) : [Path.Combine(one, name)])
            .Where(Directory.Exists);
    }

    private List<string> Entries(string folder, string name, Func<string, IEnumerable<string>> enumerate)
    {
        List<string> found = [];
        string listed = folder.Length == 0 ? "." : folder;
        try
        {
            if (!Directory.Exists(listed))
            {
                return found;
            }

            foreach (string entry in enumerate(listed))
            {
                if (++_entries > MostEntries)
                {
                    if (_entries == MostEntries + 1)
                    {
                        problem($"more than {MostEntries} files had to be looked at; the rest was not");
                    }

                    break;
                }

                if (Match(name, Path.GetFileName(entry), LeadingPeriod) == 0)
                {
                    found.Add(Path.Combine(folder, Path.GetFileName(entry)));
                }
            }
        }
        catch (UnauthorizedAccessException)
        {
            problem($"the folder {folder} may not be read");
        }
        catch (IOException error)
        {
            problem($"the folder {folder} can't be read: {error.Message}");
        }

        return found;
    }

    private static bool IsPattern(string text) => text.AsSpan().ContainsAny("*?[");

    [LibraryImport("libc", EntryPoint = "fnmatch", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Match(string pattern, string name, int flags);
}
