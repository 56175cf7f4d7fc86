using System.Text.Json;
using System.Text.Json.Serialization;

namespace HotStandby.Agent.Hosting;

/// <summary>
/// plugins.lock, beside plugins.json: which bytes a plugin may consist of. Where it is, a plugin that is not in it, or differs from it in any
/// file, is not loaded.
/// </summary>
/// <param name="Plugins">SHA-256 of every file of a plugin's folder, in lower-case hexadecimal, by plugin and file.</param>
public sealed partial record PluginLock(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Plugins)
{
    /// <summary>Where the lock of a configuration file is.</summary>
    public static string PathFor(string configuration) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(configuration)) ?? "/", "plugins.lock");

    /// <returns>Null when there is no such file.</returns>
    /// <exception cref="IOException">It can't be read, or is no lock.</exception>
    public static PluginLock? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), PluginLockJson.Default.PluginLock) is { Plugins: not null } read
                ? read
                : throw new IOException($"{path} has no \"plugins\"");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is JsonException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} can't be read: {error.Message}", error);
        }
    }

    /// <summary>Whole or not at all.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(string path)
    {
        string next = path + ".new";
        File.WriteAllText(next, JsonSerializer.Serialize(this, PluginLockJson.Default.PluginLock) + "\n");
        File.Move(next, path, overwrite: true);
    }

    /// <summary>Why a plugin's files are not those of the lock; null when they are.</summary>
    public string? Fault(string name, IReadOnlyDictionary<string, string> hashes)
    {
        if (!Plugins.TryGetValue(name, out IReadOnlyDictionary<string, string>? pinned))
        {
            return "it is not in plugins.lock; if it is to be, run 'hotstandby plugins lock'";
        }

        string[] differing =
        [
            .. hashes.Keys.Union(pinned.Keys)
                .Where(file => hashes.GetValueOrDefault(file) != pinned.GetValueOrDefault(file))
                .Order(StringComparer.Ordinal)
                .Select(file => !pinned.ContainsKey(file) ? $"{file} is not in it" : !hashes.ContainsKey(file) ? $"{file} is missing" : $"{file} differs"),
        ];
        return differing.Length == 0
            ? null
            : $"it is not what plugins.lock pins ({string.Join(", ", differing.Take(3))}); if the new files are meant, run 'hotstandby plugins lock'";
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
    [JsonSerializable(typeof(PluginLock))]
    private sealed partial class PluginLockJson : JsonSerializerContext;
}
