using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.UnitTests.Keepalived;

/// <summary>Files that exist only in a test.</summary>
internal sealed class TableFiles(params (string Path, string Text)[] files) : IConfFiles
{
    /// <summary>A path that others may write, as in this sentence.</summary>
    public string? Loose { get; init; }

    public string? NotRootsAlone(string path) => Loose?.StartsWith(path + " ", StringComparison.Ordinal) == true ? Loose : null;

    public string? Read(string path, out string problem)
    {
        string? text = files.FirstOrDefault(file => file.Path == path).Text;
        problem = text is null ? "there is no such file" : "";
        return text;
    }

    public IReadOnlyList<string> Match(string pattern, string folder, out IReadOnlyList<string> problems)
    {
        problems = [];
        return [.. files.Select(file => file.Path).Where(path => path == Path.Combine(folder, pattern) || (pattern.EndsWith("*.conf", StringComparison.Ordinal)
            && Path.GetDirectoryName(path) == Path.GetDirectoryName(Path.Combine(folder, pattern)) && path.EndsWith(".conf", StringComparison.Ordinal)))];
    }
}
