using HotStandby.Agent.Configuration;

namespace HotStandby.Agent.Hosting;

/// <summary>
/// The plugins that lie under the paths, and which of them may be loaded. Judged by the core, before any code of theirs runs: who can change a
/// plugin's file can run code as the plugin host's user.
/// </summary>
/// <param name="Paths">Folders that are searched in this order.</param>
/// <param name="LockPath">plugins.lock; need not exist.</param>
/// <param name="RequireLock">Whether nothing is loaded without a plugins.lock.</param>
public sealed record InstalledPlugins(IReadOnlyList<string> Paths, string LockPath, bool RequireLock = false)
{
    /// <summary>
    /// Who can change the agent's own binary needs no plugin to run code as root. That is how a checkout that is run with sudo is: then the
    /// owners of plugins are not judged. Null when the binary is safe, else what is wrong with it.
    /// </summary>
    public static string? OwnBinaryFault { get; } = Environment.ProcessPath is string own ? PathTrust.Fault(own, isSecret: false) : null;

    /// <summary>Those of a configuration file: its own paths, then the shipped ones; its plugins.lock.</summary>
    public static InstalledPlugins Of(string configuration, IEnumerable<string> sitePaths, bool requireLock = false) =>
        new(HostLocation.SearchPaths(sitePaths), PluginLock.PathFor(configuration), requireLock);

    /// <summary>Those that lie under given folders, then the shipped ones; the plugins.lock of the working directory.</summary>
    public static InstalledPlugins Here(IEnumerable<string> folders) => Of("plugins.json", folders.Select(Path.GetFullPath));

    /// <summary>Every plugin that may not be loaded, and why.</summary>
    public IReadOnlyDictionary<string, string> Refusals() => Refusals(PluginFolder.All(Paths));

    /// <summary>Which of the named plugins may not be loaded, and why.</summary>
    public IReadOnlyDictionary<string, string> RefusalsOf(IEnumerable<string> names) =>
        Refusals(names.Distinct().Select(name => PluginFolder.Find(name, Paths)).OfType<PluginFolder>());

    private Dictionary<string, string> Refusals(IEnumerable<PluginFolder> folders)
    {
        Dictionary<string, string> refusals = new(StringComparer.Ordinal);
        foreach (PluginFolder folder in folders)
        {
            if (Refusal(folder) is string why)
            {
                refusals.Add(folder.Name, why);
            }
        }

        return refusals;
    }

    /// <summary>Why a plugin may not be loaded; null when it may.</summary>
    public string? Refusal(PluginFolder folder)
    {
        try
        {
            return OwnerFault(folder) ?? LockFault(folder.Name, folder.Hashes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }

    /// <summary>Which of its files can be changed by others than root and the agent's own user; null when none.</summary>
    /// <exception cref="IOException">The folder can't be read.</exception>
    public static string? OwnerFault(PluginFolder folder) => OwnBinaryFault is not null
        ? null
        : folder.Files().Select(file => PathTrust.Fault(Path.Combine(folder.Path, file), isSecret: false)).FirstOrDefault(fault => fault is not null);

    /// <summary>How its files differ from plugins.lock; null when they don't, or there is no lock.</summary>
    /// <param name="name">The plugin's name.</param>
    /// <param name="hashes">Asked only where there is a lock.</param>
    /// <exception cref="IOException">The lock or a file can't be read.</exception>
    public string? LockFault(string name, Func<IReadOnlyDictionary<string, string>> hashes) => PluginLock.Read(LockPath) switch
    {
        PluginLock found => found.Fault(name, hashes()),
        null when RequireLock => $"{LockPath} does not exist and --require-lock was given; 'hotstandby plugins lock' writes it",
        null => null,
    };
}
