using HotStandby.HostProtocol;

namespace HotStandby.Agent.Configuration;

/// <summary>A file's text as it was read once, and what of it the plugins must be asked about before it can be judged.</summary>
/// <param name="Path">As it was given.</param>
/// <param name="Text">UTF-8; null when the file can't be read.</param>
/// <param name="Unreadable">Why it can't be; else empty.</param>
/// <param name="PluginPaths">The folders to search for plugins, absolute, without the shipped one. Empty when the text is no JSON.</param>
/// <param name="Entries">Every plugin entry in the order of the file, with "use" empty where the file does not have it.</param>
public sealed record ConfigOutline(
    string Path,
    ReadOnlyMemory<byte>? Text,
    IReadOnlyList<Diagnostic> Unreadable,
    IReadOnlyList<string> PluginPaths,
    IReadOnlyList<HostedPlugin> Entries)
{
    /// <summary>The folder that relative paths of the file start from.</summary>
    public string BaseDirectory => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) ?? "/";
}
