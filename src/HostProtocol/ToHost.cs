using System.Text.Json;
using System.Text.Json.Serialization;
using HotStandby.Abstractions;

namespace HotStandby.HostProtocol;

/// <summary>
/// What the core says to the plugin host, one JSON object a line on the host's standard input. Nothing is answered in place: what comes of
/// it is an event in the other direction. End of input means stop.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "say")]
[JsonDerivedType(typeof(Configure), "configure")]
[JsonDerivedType(typeof(Notify), "notify")]
[JsonDerivedType(typeof(Release), "release")]
[JsonDerivedType(typeof(TellAlarm), "alarm")]
[JsonDerivedType(typeof(Describe), "describe")]
[JsonDerivedType(typeof(Judge), "judge")]
[JsonDerivedType(typeof(Render), "render")]
[JsonDerivedType(typeof(Probe), "probe")]
public abstract record ToHost
{
    /// <summary>Version of these messages; the host refuses another one. The two are built and shipped together.</summary>
    public const int ProtocolVersion = 5;

    private protected static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();
}

/// <summary>Load these plugins and run their checks and notifiers. The first message of a running agent; sent again after a reload.</summary>
public sealed record Configure(
    int Protocol,
    string Node,
    string BaseDirectory,
    IReadOnlyList<string> PluginPaths,
    IReadOnlyList<HostedPlugin> Plugins) : ToHost
{
    /// <summary>Plugins by name that the core does not let the host load, and why; it judges files before any code of them runs.</summary>
    public IReadOnlyDictionary<string, string> Refusals { get; init; } = Nothing;
}

/// <summary>One entry of plugins.json with the host's knobs.</summary>
/// <param name="Id">The entry's id.</param>
/// <param name="Use">The plugin's name: folder and DLL.</param>
/// <param name="Interval">Time between polls.</param>
/// <param name="Timeout">Longest a call may take.</param>
/// <param name="Rise">Successes in a row before up.</param>
/// <param name="Fall">Failures in a row before down.</param>
/// <param name="Start">What the check counts as before its first result.</param>
/// <param name="Options">The entry's options, as written.</param>
public sealed record HostedPlugin(
    string Id,
    string Use,
    TimeSpan Interval,
    TimeSpan Timeout,
    int Rise,
    int Fall,
    StartAs Start,
    JsonElement Options);

/// <summary>What a check counts as until its first result.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StartAs>))]
public enum StartAs
{
    /// <summary>The virtual router stays in INITIALIZE until the check has spoken, at most interval plus timeout and 10 s for the host's start; then it failed.</summary>
    Wait,

    /// <summary>Failed.</summary>
    Failed,

    /// <summary>Healthy.</summary>
    Healthy,
}

/// <summary>Tell one notifier of one transition. Ordered per virtual router and sync group.</summary>
public sealed record Notify(string Id, Transition Transition) : ToHost;

/// <summary>Ask a notifier's release hook, if it has one; answered by one <see cref="Released"/>.</summary>
/// <param name="Id">The entry's id.</param>
/// <param name="Number">Names the question in the answer.</param>
/// <param name="Transition">The one to come.</param>
/// <param name="Budget">How long the core waits.</param>
public sealed record Release(string Id, long Number, Transition Transition, TimeSpan Budget) : ToHost;

/// <summary>Tell one notifier that an alarm began or ended, if it wants to know; answered by one <see cref="AlarmTold"/>.</summary>
public sealed record TellAlarm(string Id, Alarm Alarm) : ToHost;

/// <summary>Say what every plugin under the paths is; answered by one <see cref="PluginDescribed"/> each and a <see cref="Done"/>.</summary>
public sealed record Describe(int Protocol, IReadOnlyList<string> PluginPaths) : ToHost
{
    /// <summary>As <see cref="Configure.Refusals"/>.</summary>
    public IReadOnlyDictionary<string, string> Refusals { get; init; } = Nothing;
}

/// <summary>
/// Say whether the plugins of these entries take them as they stand in the file; answered by one <see cref="PluginDescribed"/> for each plugin they
/// use and is there, one <see cref="EntryJudged"/> for each entry, and a <see cref="Done"/>. Each entry is set up as for running, and dropped.
/// </summary>
/// <param name="Entries">In the order of the file, which <see cref="EntryJudged.Index"/> counts; one without a usable "use" is passed over.</param>
public sealed record Judge(
    int Protocol,
    string Node,
    string BaseDirectory,
    IReadOnlyList<string> PluginPaths,
    IReadOnlyList<HostedPlugin> Entries) : ToHost
{
    /// <summary>As <see cref="Configure.Refusals"/>.</summary>
    public IReadOnlyDictionary<string, string> Refusals { get; init; } = Nothing;
}

/// <summary>Render a node's file with the generator for a target; answered by <see cref="Rendered"/> and a <see cref="Done"/>.</summary>
public sealed record Render(
    int Protocol,
    string Target,
    string Node,
    string BaseDirectory,
    IReadOnlyList<string> PluginPaths,
    ClusterModel Model) : ToHost
{
    /// <summary>The version of the target program; empty for the generator's own default.</summary>
    public string TargetVersion { get; init; } = "";

    /// <summary>Whether what the target can't say becomes a comment.</summary>
    public bool Lenient { get; init; }

    /// <summary>The one plugin that is to render, whatever its target; empty: the one for <see cref="Target"/>.</summary>
    public string Plugin { get; init; } = "";

    /// <summary>As <see cref="Configure.Refusals"/>.</summary>
    public IReadOnlyDictionary<string, string> Refusals { get; init; } = Nothing;
}

/// <summary>Ask one check, or tell one notifier, once; answered by <see cref="Probed"/> and a <see cref="Done"/>.</summary>
public sealed record Probe(
    int Protocol,
    string Node,
    string BaseDirectory,
    IReadOnlyList<string> PluginPaths,
    HostedPlugin Plugin) : ToHost
{
    /// <summary>What the notifier is told; null: the check is asked.</summary>
    public Transition? Notification { get; init; }

    /// <summary>The alarm that the notifier is told of; null: none.</summary>
    public Alarm? Alarm { get; init; }

    /// <summary>As <see cref="Configure.Refusals"/>.</summary>
    public IReadOnlyDictionary<string, string> Refusals { get; init; } = Nothing;
}
