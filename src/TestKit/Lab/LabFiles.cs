using System.Text.Json;
using System.Text.Json.Nodes;

namespace HotStandby.TestKit;

/// <summary>The plugins.json that a lab runs, and the fresh folder it lies in if it needs one.</summary>
internal sealed class LabFiles : IDisposable
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly string? _folder;

    private LabFiles(string configuration, string? folder)
    {
        Configuration = configuration;
        _folder = folder;
    }

    /// <summary>Absolute.</summary>
    public string Configuration { get; }

    /// <summary>Copies what must be copied.</summary>
    /// <exception cref="ArgumentException">Neither a file nor a text, or both; or a folder that is no plugin's.</exception>
    /// <exception cref="FileNotFoundException">No such file in the test program's folder or above.</exception>
    public static LabFiles Prepare(LabOptions options, string baseDirectory)
    {
        if ((options.Configuration is null) == (options.Text is null))
        {
            throw new ArgumentException("LabOptions needs either Configuration, a file, or Text, what would stand in it.", nameof(options));
        }

        string? file = options.Configuration is null ? null : Find(options.Configuration, baseDirectory);
        List<string> plugins = [.. options.Plugins.Select(folder => PluginFolder(folder, baseDirectory))];
        if (file is not null && plugins.Count == 0)
        {
            return new LabFiles(file, null);
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("hotstandby-lab-files-");
        try
        {
            // agent.hostUser, if the file has one, must be able to read them.
            File.SetUnixFileMode(folder.FullName, FolderMode);
            foreach (string plugin in plugins)
            {
                Copy(new DirectoryInfo(plugin), Path.Combine(folder.FullName, "plugins", Path.GetFileName(plugin)));
            }

            string text = options.Text ?? File.ReadAllText(file!);
            string copy = Path.Combine(folder.FullName, "plugins.json");
            File.WriteAllText(copy, plugins.Count == 0 ? text : WithPluginPath(text, file is null ? folder.FullName : Path.GetDirectoryName(file)!));
            return new LabFiles(copy, folder.FullName);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    public void Dispose()
    {
        if (_folder is not null && Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>The text with "plugins" as the first of agent.pluginPaths, and the others as they were meant where the text stood.</summary>
    /// <returns>The text itself when it is no such JSON: hotstandby's own words for that name line and column.</returns>
    internal static string WithPluginPath(string text, string meantFrom)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        }
        catch (JsonException)
        {
            return text;
        }

        if (root is not JsonObject file || (file["agent"] ?? new JsonObject()) is not JsonObject agent || (agent["pluginPaths"] ?? new JsonArray()) is not JsonArray paths)
        {
            return text;
        }

        agent["pluginPaths"] = new JsonArray(["plugins", .. paths.Select(path =>
            path is JsonValue value && value.TryGetValue(out string? known) ? JsonValue.Create(Path.GetFullPath(known, meantFrom)) : path?.DeepClone())]);
        if (file["agent"] is null)
        {
            file["agent"] = agent;
        }

        return file.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    private static string PluginFolder(string path, string baseDirectory)
    {
        string folder = Find(path, baseDirectory).TrimEnd('/');
        string assembly = Path.Combine(folder, Path.GetFileName(folder) + ".dll");
        return File.Exists(assembly)
            ? folder
            : throw new ArgumentException($"{folder} is no plugin's folder: there is no {assembly}. Is the plugin built?");
    }

    private static string Find(string path, string baseDirectory)
    {
        for (DirectoryInfo? folder = new(baseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, path);
            if (Path.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new FileNotFoundException($"There is no '{path}' in {baseDirectory} or in a folder above it.");
    }

    private static void Copy(DirectoryInfo from, string to)
    {
        if (Directory.Exists(to))
        {
            throw new ArgumentException($"LabOptions.Plugins has two plugins named '{from.Name}'.");
        }

        Directory.CreateDirectory(to, FolderMode);
        foreach (FileInfo file in from.GetFiles())
        {
            string copy = file.CopyTo(Path.Combine(to, file.Name)).FullName;
            File.SetUnixFileMode(copy, (file.UnixFileMode & UnixFileMode.UserExecute) != 0 ? FolderMode : FileMode);
        }

        foreach (DirectoryInfo folder in from.GetDirectories())
        {
            Copy(folder, Path.Combine(to, folder.Name));
        }
    }
}
