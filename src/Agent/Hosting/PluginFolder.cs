using System.Security.Cryptography;

namespace HotStandby.Agent.Hosting;

/// <summary>An installed plugin: <c>PATH/NAME/NAME.dll</c> with what lies beside it.</summary>
/// <param name="Name">The folder's name, the word for "use".</param>
/// <param name="Path">The folder, absolute.</param>
public sealed record PluginFolder(string Name, string Path)
{
    /// <summary>More would be no plugin but a mistaken path; copying it all would take long.</summary>
    public const int MostFiles = 1000;

    /// <summary>Of two with one name the one in the earlier path; null when there is none, or the name is no plain one.</summary>
    public static PluginFolder? Find(string name, IReadOnlyList<string> paths) =>
        name.Length == 0 || name is "." or ".." || name.AsSpan().ContainsAny("/\\\0")
            ? null
            : paths.Select(path => new PluginFolder(name, System.IO.Path.Combine(System.IO.Path.GetFullPath(path), name)))
                .FirstOrDefault(folder => folder.Exists);

    /// <summary>Every plugin under the paths, by name.</summary>
    public static IReadOnlyList<PluginFolder> All(IReadOnlyList<string> paths) =>
    [
        .. paths
            .Where(Directory.Exists)
            .SelectMany(path => Directory.EnumerateDirectories(System.IO.Path.GetFullPath(path)))
            .Select(folder => new PluginFolder(System.IO.Path.GetFileName(folder), folder))
            .Where(folder => folder.Exists)
            .DistinctBy(folder => folder.Name)
            .OrderBy(folder => folder.Name, StringComparer.Ordinal),
    ];

    private bool Exists => File.Exists(System.IO.Path.Combine(Path, Name + ".dll"));

    /// <summary>Its files relative to the folder, sorted.</summary>
    /// <exception cref="IOException">They can't be read, or are more than <see cref="MostFiles"/>.</exception>
    public IReadOnlyList<string> Files()
    {
        string[] files =
        [
            .. Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories)
                .Take(MostFiles + 1)
                .Select(file => System.IO.Path.GetRelativePath(Path, file))
                .Order(StringComparer.Ordinal),
        ];
        return files.Length <= MostFiles ? files : throw new IOException($"{Path} holds more than {MostFiles} files: that is no plugin's folder");
    }

    /// <summary>SHA-256 of every file, in lower-case hexadecimal, by its name relative to the folder.</summary>
    /// <exception cref="IOException">A file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public IReadOnlyDictionary<string, string> Hashes()
    {
        SortedDictionary<string, string> hashes = new(StringComparer.Ordinal);
        foreach (string file in Files())
        {
            using FileStream content = File.OpenRead(System.IO.Path.Combine(Path, file));
            hashes[file] = Convert.ToHexStringLower(SHA256.HashData(content));
        }

        return hashes;
    }
}
