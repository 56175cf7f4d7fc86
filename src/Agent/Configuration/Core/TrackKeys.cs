using System.Text.RegularExpressions;
using HotStandby.Agent.Configuration.Shapes;

namespace HotStandby.Agent.Configuration.Core;

/// <summary>The keys of one entry of <c>track</c>, and of the operands of its expressions.</summary>
internal static partial class TrackKeys
{
    private static readonly DurationShape Delay = new(TimeSpan.Zero, TimeSpan.FromHours(1));

    public static readonly Member<string> Check = new("check", Names.Id, "Id of a plugin entry that offers a check.")
    {
        Aliases = ["script", "id", "track_script"],
    };

    public static readonly Member AnyOf = new(
        "anyOf", new ListShape(new OperandShape(isReference: false), 1, 16), "Up while at least one of these is: check ids, or objects as here. Fails when all of them fail.")
    {
        Aliases = ["any", "or"],
    };

    public static readonly Member AllOf = new(
        "allOf", new ListShape(new OperandShape(isReference: true), 1, 16), "Up while all of these are: check ids, or objects as here. Fails when one of them fails.")
    {
        Aliases = ["all", "and"],
    };

    public static readonly Member<string> Interface = new(
        "interface", Names.Interface, "Another interface: up while it exists, is set up and has a carrier. The virtual router's own is always watched.")
    {
        Aliases = ["dev", "device", "track_interface"],
    };

    public static readonly Member<string> File = new(
        "file",
        new TextShape { Shortest = 2, Longest = 4095, Pattern = Absolute(), PatternInWords = "an absolute path" },
        "A file with a whole number in it: the number times the weight is added to the priority; with onFail any number but 0 is a failure.")
    {
        Aliases = ["path", "track_file"],
    };

    public static readonly Member<string> Process = new(
        "process",
        new TextShape { Shortest = 1, Longest = 255, Pattern = ProcessName(), PatternInWords = "the name of a process, without its path" },
        "Processes of this name, as ps -e shows it: up while at least quorum of them live. Zombies do not count.")
    {
        Aliases = ["command", "track_process"],
    };

    public static readonly Member<bool> NeedsAddress = new(
        "needsAddress", new BooleanShape(), "Interface: whether it must also have an address of its own (not link-local, not virtual).")
    {
        Default = "false",
    };

    public static readonly Member<long> Missing = new(
        "missing", new IntegerShape(-254, 254), "File: the number that a missing file stands for; left out, a missing file is a failure.");

    public static readonly Member<long> Quorum = new("quorum", new IntegerShape(1, 65535), "Process: how many must live.") { Default = "1" };

    public static readonly Member<TimeSpan> UpDelay = new(
        "upDelay", Delay, "Interface, process: how long it must be up without a break before that counts, \"0s\" to \"1h\".")
    {
        Default = "\"0s\"",
        Aliases = ["fork_delay"],
    };

    public static readonly Member<TimeSpan> DownDelay = new(
        "downDelay", Delay, "Interface, process: how long it must be down without a break before that counts, \"0s\" to \"1h\".")
    {
        Default = "\"0s\"",
        Aliases = ["terminate_delay", "delay"],
    };

    public static readonly Member<bool> OnFail = new(
        "onFail", new WordShape<bool>(("fault", true)), "\"fault\": while it fails, the node can't serve and leaves the virtual router to its peers.");

    public static readonly Member<long> Weight = new(
        "weight",
        new IntegerShape(-253, 253) { ExceptZero = true },
        "Changes the priority: a negative weight is added while it fails, a positive one while it succeeds. File: the number in it times this.");

    public static readonly Member<bool> Reverse = new(
        "reverse", new BooleanShape(), "Whether the weight counts with the other sign, as keepalived's reverse: a positive one is taken off while it succeeds, a negative one raises while it fails.")
    {
        Default = "false",
        Aliases = ["inverse"],
    };

    private static readonly string[] Kinds = ["check", "anyOf", "allOf", "interface", "file", "process"];

    private const string HowToChooseKind = "Write \"check\" for a plugin's check, \"anyOf\" or \"allOf\" for several, or \"interface\", \"file\" or \"process\".";

    public static readonly ObjectShape Operand = new(Check, AnyOf, AllOf, Interface, File, Process, NeedsAddress, Missing, Quorum, UpDelay, DownDelay)
    {
        ExactlyOneKind = Kinds,
        HowToChooseKind = HowToChooseKind,
        Elsewhere = new Dictionary<string, string>
        {
            ["weight"] = "The weight stands beside the outermost anyOf or allOf.",
            ["onFail"] = "onFail stands beside the outermost anyOf or allOf.",
            ["reverse"] = "reverse stands beside the outermost anyOf or allOf.",
        },
    };

    public static readonly ObjectShape Shape = new(
        Check, AnyOf, AllOf, Interface, File, Process, OnFail, Weight, Reverse, NeedsAddress, Missing, Quorum, UpDelay, DownDelay)
    {
        ExactlyOne = ["onFail", "weight"],
        HowToChoose = "Write \"onFail\": \"fault\" if the node can't serve while the check fails, \"weight\": -60 if it is only less fit.",
        ExactlyOneKind = Kinds,
        HowToChooseKind = HowToChooseKind,
    };

    /// <summary>Which kinds a key belongs to; a key that is not here belongs to all.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Owners = new Dictionary<string, string[]>
    {
        [NeedsAddress.Name] = [Interface.Name],
        [Missing.Name] = [File.Name],
        [Quorum.Name] = [Process.Name],
        [UpDelay.Name] = [Interface.Name, Process.Name],
        [DownDelay.Name] = [Interface.Name, Process.Name],
    };

    [GeneratedRegex("^/[^\\x00-\\x1f]*\\z")]
    private static partial Regex Absolute();

    [GeneratedRegex("^[^/\\x00-\\x1f]+\\z")]
    private static partial Regex ProcessName();
}
