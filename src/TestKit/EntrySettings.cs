namespace HotStandby.TestKit;

/// <summary>The settings of an entry of plugins.json beside its options.</summary>
public sealed record EntrySettings
{
    /// <summary>The entry's id.</summary>
    public string Id { get; init; } = "under-test";

    /// <summary>The node the plugin believes it runs on.</summary>
    public string Node { get; init; } = "web1";

    /// <summary>Time between two polls; a pushed check must report at least this often.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest a call may take before the host cancels it.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The folder that relative paths in options are relative to.</summary>
    public string BaseDirectory { get; init; } = "/";
}
