using HotStandby.Abstractions;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Keepalived.Importing;
using HotStandby.Agent.Keepalived.Reading;
using HotStandby.Plugins.KeepalivedConfig;
using HotStandby.PluginTests.KeepalivedConfig;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Import;

/// <summary>
/// A folder of tests/ImportCorpus, copied to where it may stand for /etc/keepalived: keepalived looks for scripts and includes there. Each
/// *.conf at its top is the file of the node of that name.
/// </summary>
internal sealed class CorpusMember : IDisposable
{
    private const string Installed = "/etc/keepalived";
    private readonly Layout _layout = new();

    public CorpusMember(string name)
    {
        Folder = Path.Combine(_layout.Root, "etc");
        string from = Path.Combine(Corpus, name);
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(Folder, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.WriteAllText(to, File.ReadAllText(file).Replace(Installed, Folder, StringComparison.Ordinal));
            File.SetUnixFileMode(to, file.EndsWith(".sh", StringComparison.Ordinal) ? (UnixFileMode)0b111_101_101 : (UnixFileMode)0b110_100_100);
        }

        Sources = [.. Directory.GetFiles(Folder, "*.conf").Order(StringComparer.Ordinal).Select(path => new ConfSource(Path.GetFileNameWithoutExtension(path), path))];
        Imported = Agent.Keepalived.Importing.Import.Run(Sources, new Dictionary<string, string>(), new DiskFiles());
        File.WriteAllLines(Path.Combine(Folder, Agent.Keepalived.Importing.Import.AsideFile), Imported.Aside);
    }

    public static string[] Names { get; } =
        [.. Directory.GetDirectories(Corpus).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    public string Folder { get; }

    public ConfSource[] Sources { get; }

    public ImportResult Imported { get; }

    private static string Corpus => Path.Combine(AppContext.BaseDirectory, "ImportCorpus");

    /// <summary>The imported file as our own reader takes it.</summary>
    public ConfigResult Check() => ConfigReader.ReadText(Path.Combine(Folder, "plugins.json"), Imported.Text, plugins: null);

    public ClusterModel Model() => ClusterModelWriter.From(Check().Config ?? throw new InvalidOperationException(string.Join('\n', Check().Diagnostics)));

    /// <summary>keepalived.conf of the imported file for a node.</summary>
    public Task<string> Render(string node, bool lenient = false)
    {
        ClusterModel model = Model();
        string? append = model.Plugins.FirstOrDefault(entry => entry.Use == "KeepalivedConfig")?.Options.GetProperty("append").GetString();
        return Rendering.Render(model, node, new KeepalivedConfigOptions { Append = append }, Folder, lenient: lenient);
    }

    /// <summary>As it would read in /etc/keepalived.</summary>
    public string Tell(string text) => text.Replace(Folder + "/plugins.json", "plugins.json", StringComparison.Ordinal).Replace(Folder, Installed, StringComparison.Ordinal);

    /// <summary>Where it stands in the corpus: the copy has this checkout's path in its lines, and other columns behind it.</summary>
    public Place Original(Place at)
    {
        string? line = File.ReadLines(at.File).ElementAtOrDefault(at.Line - 1);
        return line is null || at.Column > line.Length
            ? at
            : at with { Column = line[..(at.Column - 1)].Replace(Folder, Installed, StringComparison.Ordinal).Length + 1 };
    }

    /// <summary>
    /// Makes its scripts do nothing: a keepalived that runs would run them, and the tutorial's starts nginx and ends every keepalived there is.
    /// </summary>
    public void DefuseScripts()
    {
        foreach (string script in Directory.EnumerateFiles(Folder, "*.sh", SearchOption.AllDirectories))
        {
            File.WriteAllText(script, "#!/bin/sh\nexit 0\n");
        }
    }

    public void Dispose() => _layout.Dispose();
}
