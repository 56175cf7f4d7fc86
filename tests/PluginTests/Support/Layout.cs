namespace HotStandby.PluginTests.Support;

/// <summary>A temporary folder under the test binary's: there, unlike in /tmp, root-owned paths all the way can be had.</summary>
internal sealed class Layout : IDisposable
{
    private static readonly string Bin = Path.GetFullPath("../..", AppContext.BaseDirectory);
    private static readonly string Configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));

    public Layout()
    {
        Root = Path.Combine(AppContext.BaseDirectory, "temp", Guid.NewGuid().ToString("N"));
        PluginPath = Path.Combine(Root, "plugins");
        Directory.CreateDirectory(PluginPath);
    }

    public string Root { get; }

    public string PluginPath { get; }

    /// <summary>The real host as built beside the tests.</summary>
    public static string HostBinary
    {
        get
        {
            string folder = Path.Combine(Bin, "HotStandby.PluginHost");
            string[] candidates = [$"{Configuration}_linux-x64", Configuration];
            return candidates.Select(name => Path.Combine(folder, name, "hotstandby-plugin-host")).First(File.Exists);
        }
    }

    /// <summary>The output of a project, as the build left it.</summary>
    public static string Output(string project) => Path.Combine(Bin, project, Configuration);

    /// <summary>Puts a built plugin where the host looks for it, under its own or another name.</summary>
    public string Add(string project, string? name = null)
    {
        string folder = Path.Combine(PluginPath, name ?? project);
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(Output(project)))
        {
            if (file.EndsWith(".dll", StringComparison.Ordinal) || file.EndsWith(".deps.json", StringComparison.Ordinal))
            {
                string target = Path.GetFileName(file) == project + ".dll" && name is not null ? name + ".dll" : Path.GetFileName(file);
                File.Copy(file, Path.Combine(folder, target), overwrite: true);
            }
        }

        return folder;
    }

    public string Write(string name, string text)
    {
        string path = Path.Combine(Root, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
