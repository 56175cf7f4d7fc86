namespace HotStandby.Agent.Hosting;

/// <summary>Where the plugin host and the shipped plugins lie: beside the agent's own binary, unless the environment says otherwise.</summary>
public static class HostLocation
{
    /// <summary>Overrides the path of the host; for tests and packagers.</summary>
    public const string HostVariable = "HOTSTANDBY_PLUGIN_HOST";

    /// <summary>Overrides the folder of the shipped plugins; for tests and packagers.</summary>
    public const string PluginsVariable = "HOTSTANDBY_PLUGINS";

    public static string HostPath =>
        Environment.GetEnvironmentVariable(HostVariable) is { Length: > 0 } path
            ? path
            : Path.Combine(AppContext.BaseDirectory, "plugin-host", "hotstandby-plugin-host");

    public static string ShippedPlugins =>
        Environment.GetEnvironmentVariable(PluginsVariable) is { Length: > 0 } path
            ? path
            : Path.Combine(AppContext.BaseDirectory, "plugins");

    /// <summary>The site's folders first, so that a site can put its own build of a shipped plugin before ours.</summary>
    public static IReadOnlyList<string> SearchPaths(IEnumerable<string> sitePaths) => [.. sitePaths, ShippedPlugins];
}
