using System.Text.Json;
using System.Text.Json.Serialization;
using HotStandby.Abstractions;

namespace HotStandby.HostProtocol;

/// <summary>What the plugin host says to the core, one JSON object a line on its standard output.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(PluginChanged), "plugin")]
[JsonDerivedType(typeof(CheckChanged), "check")]
[JsonDerivedType(typeof(CallStarted), "call")]
[JsonDerivedType(typeof(CallEnded), "called")]
[JsonDerivedType(typeof(Notified), "notified")]
[JsonDerivedType(typeof(Released), "released")]
[JsonDerivedType(typeof(AlarmTold), "alarmed")]
[JsonDerivedType(typeof(PluginDescribed), "described")]
[JsonDerivedType(typeof(EntryJudged), "judged")]
[JsonDerivedType(typeof(Rendered), "rendered")]
[JsonDerivedType(typeof(Probed), "probed")]
[JsonDerivedType(typeof(Logged), "log")]
[JsonDerivedType(typeof(Done), "done")]
public abstract record FromHost;

/// <summary>State of one entry of plugins.json in the host.</summary>
/// <param name="Id">The entry's id.</param>
/// <param name="Use">The plugin's name.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Why">Why it was refused or malfunctions; empty when active.</param>
/// <param name="Version">The plugin's own version; empty when unknown.</param>
/// <param name="Types">Full names of the plugin's types that the host calls, so that a stack trace of a crash can be laid at its door.</param>
public sealed record PluginChanged(
    string Id,
    string Use,
    PluginState State,
    string Why,
    string Version,
    IReadOnlyList<string> Types) : FromHost
{
    /// <summary>Whether it offers a check, which therefore will speak; false while it is not active.</summary>
    public bool IsCheck { get; init; }
}

/// <summary>Where a plugin stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PluginState>))]
public enum PluginState
{
    /// <summary>Loaded and running.</summary>
    Active,

    /// <summary>Not loaded: missing, wrong contract version, bad options.</summary>
    Refused,

    /// <summary>Loaded, but a call never came back or it took the host down; the reason says which.</summary>
    Malfunctioning,
}

/// <summary>
/// The verdict on a check after rise and fall. Sent for every result; the core counts a check whose last result is older than
/// <paramref name="ValidFor"/> as failed.
/// </summary>
/// <param name="Id">The entry's id.</param>
/// <param name="Healthy">Null while there is no verdict yet (start).</param>
/// <param name="Reason">The check's last words.</param>
/// <param name="ValidFor">Interval plus timeout, and some room for the pipe.</param>
/// <param name="Took">How long the call took; null for a pushed result.</param>
/// <param name="MadeAt">When the check answered, in nanoseconds of CLOCK_MONOTONIC: a result that waited on its way is as old as it is.</param>
public sealed record CheckChanged(string Id, bool? Healthy, string Reason, TimeSpan ValidFor, TimeSpan? Took, long MadeAt) : FromHost;

/// <summary>The host is about to call plugin code of this entry: if the host dies now, this entry is a suspect.</summary>
public sealed record CallStarted(string Id) : FromHost;

/// <summary>The call returned.</summary>
public sealed record CallEnded(string Id) : FromHost;

/// <summary>What came of a <see cref="Notify"/>.</summary>
/// <param name="Id">The entry's id.</param>
/// <param name="Sequence">The transition's.</param>
/// <param name="Succeeded">Whether it did what the operator asked for.</param>
/// <param name="Detail">One line.</param>
/// <param name="Took">How long it took.</param>
public sealed record Notified(string Id, long Sequence, bool Succeeded, string Detail, TimeSpan Took) : FromHost
{
    /// <summary>Of the transition.</summary>
    public TransitionKind Kind { get; init; }

    /// <summary>Of the transition.</summary>
    public string VirtualRouter { get; init; } = "";

    /// <summary>False: no call was made for it or a stop cut it off, and none is to be made for a newer one: it is still to be told.</summary>
    public bool WasTold { get; init; }
}

/// <summary>What came of a <see cref="TellAlarm"/>.</summary>
/// <param name="Id">The entry's id.</param>
/// <param name="Sequence">The alarm's.</param>
/// <param name="Listens">False: the entry is no notifier of alarms, or does not run.</param>
/// <param name="Succeeded">Whether it did what the operator asked for.</param>
/// <param name="Detail">One line.</param>
/// <param name="Took">How long it took.</param>
public sealed record AlarmTold(string Id, long Sequence, bool Listens, bool Succeeded, string Detail, TimeSpan Took) : FromHost
{
    /// <summary>False: no call was made for it or a stop cut it off: it is still to be told. True also of an entry that does not listen.</summary>
    public bool WasTold { get; init; }
}

/// <summary>What came of a <see cref="Release"/>.</summary>
/// <param name="Id">The entry's id.</param>
/// <param name="Number">Of the question.</param>
/// <param name="HasHook">False: the entry has nothing to do before the role is left, or does not run.</param>
/// <param name="Succeeded">Whether the hook did what the operator asked for.</param>
/// <param name="Detail">One line.</param>
/// <param name="Took">How long it took.</param>
public sealed record Released(string Id, long Number, bool HasHook, bool Succeeded, string Detail, TimeSpan Took) : FromHost;

/// <summary>A plugin found under the plugins paths.</summary>
/// <param name="Name">The word for "use".</param>
/// <param name="Path">The DLL.</param>
/// <param name="Version">Assembly version of the plugin; empty when unreadable.</param>
/// <param name="Contract">Contract version it was built against; empty when it references none.</param>
/// <param name="Usable">Whether it can be loaded.</param>
/// <param name="Why">Why not; empty when usable.</param>
/// <param name="Description">Its sentence about itself.</param>
/// <param name="Kinds">What it offers: "check", "notifier", "generator".</param>
/// <param name="OptionsSchema">JSON schema of its options.</param>
public sealed record PluginDescribed(
    string Name,
    string Path,
    string Version,
    string Contract,
    bool Usable,
    string Why,
    string Description,
    IReadOnlyList<string> Kinds,
    JsonElement? OptionsSchema) : FromHost;

/// <summary>What an entry's plugin says of it, from a <see cref="Judge"/>.</summary>
/// <param name="Index">Of the entry among those that were asked about, from 0.</param>
/// <param name="Faults">Why it would be refused when it is to run; empty when it would not.</param>
/// <param name="Kinds">What the entry offers with these options: "check", "notifier", "generator"; empty when it is refused.</param>
/// <param name="Pushes">Whether its check speaks up by itself instead of being asked every interval.</param>
public sealed record EntryJudged(int Index, IReadOnlyList<OptionFault> Faults, IReadOnlyList<string> Kinds, bool Pushes) : FromHost;

/// <summary>One thing that a plugin does not take.</summary>
/// <param name="Path">Below the entry's options: "url", "expectJson.path", "expectStatus[0]"; empty for the options as a whole.</param>
/// <param name="Message">One sentence without the path.</param>
public sealed record OptionFault(string Path, string Message);

/// <summary>A generator's file, or the sentence that says why there is none.</summary>
public sealed record Rendered(string? Text, string? Error) : FromHost
{
    /// <summary>How the target program itself checks a file, which stands for <c>{file}</c>; empty when the generator knows no way.</summary>
    public IReadOnlyList<string> CheckCommand { get; init; } = [];

    /// <summary>The generator's word for what it renders; empty when there is no text.</summary>
    public string Target { get; init; } = "";
}

/// <summary>What a check saw, or a notifier did, when it was called once.</summary>
/// <param name="Healthy">Whether the service can serve; whether the notifier did what it should.</param>
/// <param name="Reason">The plugin's words; empty when refused.</param>
/// <param name="Refused">Why the plugin can't be asked; null when it was.</param>
public sealed record Probed(bool Healthy, string Reason, string? Refused) : FromHost
{
    /// <summary>How long the call took; zero when it was not made.</summary>
    public TimeSpan Took { get; init; }
}

/// <summary>A line for the agent's log.</summary>
/// <param name="Id">The entry it comes from; empty for the host itself.</param>
/// <param name="Text">The line.</param>
public sealed record Logged(string Id, string Text) : FromHost;

/// <summary>The last event of a <see cref="Describe"/>, <see cref="Judge"/>, <see cref="Render"/> or <see cref="Probe"/>.</summary>
public sealed record Done : FromHost;
