using HotStandby.Agent.Configuration.Shapes;

namespace HotStandby.Agent.Simulation;

/// <summary>The keys of a scenario file; docs/simulate.md says what each fault is.</summary>
internal static class ScenarioKeys
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    public static readonly Member<TimeSpan> At = new("at", new DurationShape(TimeSpan.Zero, Longest), "When it begins, from the start of the run.")
    {
        Required = true,
    };

    public static readonly Member<FaultKind> Kind = new("fault", new WordShape<FaultKind>(FaultWords.All), "What happens.")
    {
        Required = true,
    };

    public static readonly Member<string> Node = new("node", Names.Node, "The node of plugins.json it happens to.");

    public static readonly Member<string> Interface = new("interface", Names.Interface, "The one interface of the node it happens to; left out, all of them.");

    public static readonly Member<TimeSpan> Length = new(
        "for", new DurationShape(TimeSpan.FromMilliseconds(1), Longest), "How long; left out, to the end of the run.");

    public static readonly Member<long> Percent = new("percent", new IntegerShape(1, 100), "How many frames it hits, 1..100.")
    {
        Default = "20",
    };

    public static readonly Member<TimeSpan> Delay = new(
        "delay", new DurationShape(TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1)), "How much longer a frame takes at most.")
    {
        Default = "\"100ms\"",
    };

    public static readonly Member<long> Priority = new("priority", new IntegerShape(1, 254), "The node's priority in the file that is read again.");

    public static readonly ObjectShape Fault = new(At, Kind, Node, Interface, Length, Percent, Delay, Priority);

    public static readonly Member Faults = new("faults", new ListShape(Fault, 1, 10_000), "What happens, in any order.") { Required = true };

    public static readonly Member<long> PartsPerMillion = new("drift", new IntegerShape(-10_000, 10_000), "How much faster the node's clock runs, in parts per million.")
    {
        Default = "0",
    };

    public static readonly Member Nodes = new("nodes", new MapShape(Names.Node, new ObjectShape(PartsPerMillion)), "What is special about a node.");

    public static readonly Member<TimeSpan> Run = new("length", new DurationShape(TimeSpan.FromSeconds(1), Longest), "How long the run is; --for goes before it.");

    public static readonly ObjectShape Shape = new(Run, Nodes, Faults);
}
