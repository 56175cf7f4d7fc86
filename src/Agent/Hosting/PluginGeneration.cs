using System.Security.Cryptography;
using System.Text;

namespace HotStandby.Agent.Hosting;

/// <summary>
/// The agent's own copies of the plugins that one plugin host runs. A host maps its DLLs into memory: writing over one of them would take the
/// code from under it. And a host loads a plugin once in its life: other bytes take another host, with a generation of its own.
/// </summary>
/// <param name="folder">Made on first use.</param>
public sealed class PluginGeneration(string folder)
{
    private readonly Dictionary<string, string> _placed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _refusals = new(StringComparer.Ordinal);

    /// <summary>Holds a folder for every plugin that could be copied.</summary>
    public string Folder => folder;

    /// <summary>Plugins that may not be loaded, and why. A plugin that was placed before is none of them: its copy goes on.</summary>
    public IReadOnlyDictionary<string, string> Refusals => new Dictionary<string, string>(_refusals);

    /// <summary>Copies a plugin, unless it was before.</summary>
    /// <param name="name">The plugin's name.</param>
    /// <param name="installed">Where it is looked for, and whether it may be loaded.</param>
    /// <param name="say">Hears what the operator should know.</param>
    /// <returns>False when the installed files are others than those of the copy: they need a generation of their own.</returns>
    public bool Place(string name, InstalledPlugins installed, Action<string> say)
    {
        ArgumentNullException.ThrowIfNull(installed);
        ArgumentNullException.ThrowIfNull(say);
        _refusals.Remove(name);
        string? refusal = null;
        if (PluginFolder.Find(name, installed.Paths) is not PluginFolder found)
        {
            refusal = $"there is no plugin \"{name}\": looked for "
                + string.Join(", ", installed.Paths.Select(path => Path.Combine(Path.GetFullPath(path), name, name + ".dll")));
        }
        else if ((refusal = installed.Refusal(found)) is null)
        {
            try
            {
                if (_placed.TryGetValue(name, out string? before))
                {
                    return Fingerprint(found.Hashes()) == before;
                }

                refusal = Copy(found, installed, say);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                refusal = error.Message;
            }
        }

        if (refusal is not null && _placed.ContainsKey(name))
        {
            say($"plugin {name}: its files are refused: {refusal}. What was loaded before goes on.");
        }
        else if (refusal is not null)
        {
            _refusals[name] = refusal;
        }

        return true;
    }

    /// <summary>Removes the copies. The host that ran them must have ended.</summary>
    public void Delete()
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Never made, or swept at the next start.
        }
    }

    private static string Fingerprint(IReadOnlyDictionary<string, string> hashes) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', hashes.Select(file => $"{file.Value} {file.Key}")))));

    /// <returns>A refusal; null when it is placed.</returns>
    private string? Copy(PluginFolder found, InstalledPlugins installed, Action<string> say)
    {
        PluginFolder copy = new(found.Name, Path.Combine(folder, found.Name));
        IReadOnlyDictionary<string, string> hashes;
        try
        {
            foreach (string file in found.Files())
            {
                string to = Path.Combine(copy.Path, file);
                MakeReadable(Path.GetDirectoryName(to)!);
                File.Copy(Path.Combine(found.Path, file), to, overwrite: true);
                File.SetUnixFileMode(to, (UnixFileMode)0b110_100_100);
            }

            hashes = copy.Hashes();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A full disk is no reason to fail a check: the host finds the plugin where it was installed.
            new PluginGeneration(copy.Path).Delete();
            say($"plugin {found.Name}: no copy of it could be made ({error.Message}); it runs from {found.Path}, and writing over its files may take the plugin host down");
            hashes = found.Hashes();
        }

        // Judged by the copy: what is pinned is what runs.
        if (installed.LockFault(found.Name, () => hashes) is string fault)
        {
            new PluginGeneration(copy.Path).Delete();
            return fault;
        }

        _placed[found.Name] = Fingerprint(hashes);
        return null;
    }

    /// <summary>The plugin host may be another user's, and the agent's umask is strict.</summary>
    private static void MakeReadable(string path)
    {
        if (!Directory.Exists(path))
        {
            MakeReadable(Path.GetDirectoryName(path)!);
            Directory.CreateDirectory(path, (UnixFileMode)0b111_101_101);
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        }
    }
}
