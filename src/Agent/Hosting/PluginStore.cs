using System.Globalization;

namespace HotStandby.Agent.Hosting;

/// <summary>
/// Where the agent keeps its copies of plugins: <c>ROOT/NAME/NUMBER</c>, a name for each agent (process ids repeat, in containers at once) and a
/// number for each generation. Not below /run, which many systems mount noexec: a plugin's native libraries could not be loaded from there.
/// </summary>
public sealed class PluginStore : IDisposable
{
    private const string LockEnding = ".lock";

    private readonly string _folder;

    /// <summary>Held while the agent lives; the kernel lets go of it however the agent ends.</summary>
    private readonly FileStream? _lock;

    private int _generations;

    /// <param name="root">Made when it is not there. Where that can't be, nothing can be copied, and <see cref="PluginGeneration"/> says so.</param>
    public PluginStore(string root)
    {
        _folder = Path.Combine(root, Path.GetRandomFileName());
        try
        {
            Directory.CreateDirectory(root, (UnixFileMode)0b111_101_101);
            Sweep(root);
            _lock = new FileStream(_folder + LockEnding, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The copies will fail in the same way, and that is told by plugin.
        }
    }

    /// <summary>systemd's state directory, or where it would be.</summary>
    public static string DefaultRoot =>
        Path.Combine(Environment.GetEnvironmentVariable("STATE_DIRECTORY") is { Length: > 0 } state ? state : "/var/lib/hotstandby", "running");

    /// <summary>An empty one.</summary>
    public PluginGeneration Next() => new(Path.Combine(_folder, (++_generations).ToString(CultureInfo.InvariantCulture)));

    /// <summary>Removes every copy. The hosts that ran them must have ended.</summary>
    public void Dispose()
    {
        new PluginGeneration(_folder).Delete();
        if (_lock is not null)
        {
            File.Delete(_lock.Name);
            _lock.Dispose();
        }
    }

    /// <summary>What crashed agents left: nobody holds their locks.</summary>
    private static void Sweep(string root)
    {
        foreach (string path in Directory.EnumerateFiles(root, "*" + LockEnding))
        {
            try
            {
                using FileStream nobodys = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                new PluginGeneration(path[..^LockEnding.Length]).Delete();
                File.Delete(path);
            }
            catch (IOException)
            {
                // Another agent's, which lives.
            }
        }
    }
}
