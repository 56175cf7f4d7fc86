using HotStandby.Agent.Configuration.Shapes;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Configuration.Core;

/// <summary>The keys of one plugin entry.</summary>
internal static class PluginKeys
{
    /// <summary>Timeout of a check, unless its interval is shorter.</summary>
    public static readonly TimeSpan CheckTimeout = TimeSpan.FromMilliseconds(800);

    /// <summary>Timeout of an entry that is a notifier only.</summary>
    public static readonly TimeSpan NotifierTimeout = TimeSpan.FromSeconds(10);

    public static readonly Member<string> Id = new("id", Names.Id, "Its name, unique in the file.") { Required = true, Aliases = ["name"] };

    public static readonly Member<string> Use = new("use", Names.Id, "The plugin: the folder NAME with NAME.dll under a plugins path.")
    {
        Required = true,
        Aliases = ["plugin", "type"],
    };

    public static readonly Member<TimeSpan> Interval = new(
        "interval", new DurationShape(TimeSpan.FromMilliseconds(50), TimeSpan.FromHours(1)), "Time between two polls of the check, \"50ms\" to \"1h\".")
    {
        Default = "\"1s\"",
    };

    public static readonly Member<TimeSpan> Timeout = new(
        "timeout",
        new DurationShape(TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1)),
        "Longest a single call may take, \"10ms\" to \"1h\"; later is failed. A check: at most its interval; left out \"800ms\", or the interval if that is shorter. A notifier: left out \"10s\".");

    public static readonly Member<long> Rise = new("rise", new IntegerShape(1, 100), "Successes in a row before a failed check counts as healthy.")
    {
        Default = "1",
    };

    public static readonly Member<long> Fall = new("fall", new IntegerShape(1, 100), "Failures in a row before a healthy check counts as failed.")
    {
        Default = "1",
    };

    public static readonly Member<StartAs> Start = new(
        "start",
        new WordShape<StartAs>(("wait", StartAs.Wait), ("failed", StartAs.Failed), ("healthy", StartAs.Healthy)),
        "What the check counts as before its first result. \"wait\": the virtual router waits for it, at most interval plus timeout and the 10 s that the plugin host may take to start; then it failed.")
    {
        Default = "\"wait\"",
        Aliases = ["init_fail"],
    };

    /// <summary>Any key: what the plugin takes is its own schema, checked when its entry is known to use that plugin.</summary>
    public static readonly Member Options = new("options", new ObjectShape { Rest = new AnyShape() }, "The plugin's own options.")
    {
        Default = "{}",
    };

    public static readonly ObjectShape Shape = new(Id, Use, Interval, Timeout, Rise, Fall, Start, Options)
    {
        Elsewhere = new Dictionary<string, string>
        {
            ["onFail"] = "What a failed check does stands in the virtual router's \"track\" list.",
            ["weight"] = "What a failed check does stands in the virtual router's \"track\" list.",
        },
    };
}
