using HotStandby.Agent.Configuration;

namespace HotStandby.Agent.Keepalived.Reading;

/// <summary>The machine's own files.</summary>
/// <param name="given">Paths that the operator named: these may be pipes, such as /dev/stdin. What a file names must be a regular file.</param>
public sealed class DiskFiles(params IEnumerable<string> given) : IConfFiles
{
    /// <summary>No keepalived.conf is as large; a wrong path (a log, a device) must not fill the memory.</summary>
    private const int LargestFile = 4 * 1024 * 1024;

    private readonly HashSet<string> _given = [.. given];

    public string? Read(string path, out string problem)
    {
        FileStat? stat = FileStat.OfTarget(path);
        if (stat is not { Kind: FileKind.Regular } && !_given.Contains(path))
        {
            problem = stat is FileStat other ? $"it is {other.Name}" : "there is no such file, or it may not be looked at";
            return null;
        }

        if (BoundedFile.Read(path, LargestFile, out problem) is not byte[] bytes)
        {
            return null;
        }

        using StreamReader reader = new(new MemoryStream(bytes));
        return reader.ReadToEnd();
    }

    public string? NotRootsAlone(string path) => File.Exists(path) ? PathTrust.RootsFault(path) : null;

    public IReadOnlyList<string> Match(string pattern, string folder, out IReadOnlyList<string> problems)
    {
        List<string> found = [];
        problems = found;
        return new Glob(found.Add).Files(pattern, folder);
    }
}
