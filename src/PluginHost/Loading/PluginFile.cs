namespace HotStandby.PluginHost.Loading;

/// <summary>A plugin's DLL on disk: <c>PATH/NAME/NAME.dll</c>.</summary>
internal sealed record PluginFile(string Name, string Path)
{
    /// <summary>Looks through the paths in order; the first hit wins.</summary>
    /// <exception cref="PluginRefusedException">Refused by the core, not a plain name, or in none of the paths.</exception>
    public static PluginFile Find(string name, IReadOnlyList<string> paths, IReadOnlyDictionary<string, string> refusals)
    {
        if (refusals.TryGetValue(name, out string? refusal))
        {
            throw new PluginRefusedException(refusal);
        }

        if (name.Length == 0 || name is "." or ".." || name.AsSpan().ContainsAny("/\\\0"))
        {
            throw new PluginRefusedException($"\"{name}\" is not a plugin's name: expected the name of a folder under a plugins path");
        }

        foreach (string path in paths)
        {
            string file = FileUnder(path, name);
            if (File.Exists(file))
            {
                return new PluginFile(name, file);
            }
        }

        string places = paths.Count == 0 ? "no plugins path is set" : "looked for " + string.Join(", ", paths.Select(path => FileUnder(path, name)));
        throw new PluginRefusedException($"there is no plugin \"{name}\": {places}");
    }

    /// <summary>Every folder that looks like a plugin, by name; of two with one name the one in the earlier path.</summary>
    public static IReadOnlyList<PluginFile> All(IReadOnlyList<string> paths) =>
        [.. paths
            .Where(Directory.Exists)
            .SelectMany(path => Directory.EnumerateDirectories(System.IO.Path.GetFullPath(path)))
            .Select(folder => new PluginFile(System.IO.Path.GetFileName(folder), FileUnder(System.IO.Path.GetDirectoryName(folder)!, System.IO.Path.GetFileName(folder))))
            .Where(plugin => File.Exists(plugin.Path))
            .DistinctBy(plugin => plugin.Name)
            .OrderBy(plugin => plugin.Name, StringComparer.Ordinal)];

    private static string FileUnder(string path, string name) => System.IO.Path.Combine(System.IO.Path.GetFullPath(path), name, name + ".dll");
}
