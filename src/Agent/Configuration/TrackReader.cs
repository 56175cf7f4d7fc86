using HotStandby.Agent.Configuration.Core;
using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Configuration.Shapes;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration;

/// <summary>Reads what an entry of <c>track</c> tracks, in silence: the shapes have reported.</summary>
internal static class TrackReader
{
    /// <summary>Null when something in it is wrong.</summary>
    public static Tracked? Read(Node node) => node.Kind switch
    {
        NodeKind.String => new TrackedCheck(node.Text),
        NodeKind.Object when KindOf(node) is NodeMember kind => Read(node, kind),
        _ => null,
    };

    /// <summary>The key that says what is tracked; null when there is none.</summary>
    public static NodeMember? KindOf(Node node) => node.Members.FirstOrDefault(one => TrackKeys.Operand.ExactlyOneKind.Contains(one.Key));

    /// <summary>The entry itself and every object operand in it, with its path.</summary>
    public static IEnumerable<(Node Node, string Path)> Objects(Node node, string path) => node.Kind != NodeKind.Object
        ? []
        : Operands(node, path).SelectMany(one => Objects(one.Node, one.Path)).Prepend((node, path));

    /// <summary>The checks that stand in its expressions, with their paths.</summary>
    public static IEnumerable<(Placed<string> Id, string Path)> OperandChecks(Node node, string path) => node.Kind != NodeKind.Object
        ? []
        : Operands(node, path).SelectMany(one => one.Node.Kind == NodeKind.String
            ? [(new Placed<string>(one.Node.Text, one.Node.At, true), one.Path)]
            : OperandChecks(one.Node, one.Path).Concat(
                one.Node.Kind == NodeKind.Object && TrackKeys.Check.Of(one.Node) is Placed<string> id ? [(id, $"{one.Path}.check")] : []));

    private static IEnumerable<(Node Node, string Path)> Operands(Node node, string path) =>
        node.Members.Where(one => one.Key is "anyOf" or "allOf" && one.Value.Kind == NodeKind.Array).DistinctBy(one => one.Key)
            .SelectMany(one => one.Value.Items.Select((item, i) => (item, KeyPath.Item($"{path}.{one.Key}", i))));

    private static Tracked? Read(Node node, NodeMember kind)
    {
        switch (kind.Key)
        {
            case "check":
                return TrackKeys.Check.Of(node) is { } id ? new TrackedCheck(id.Value) : null;
            case "interface":
                return TrackKeys.Interface.Of(node) is { } device && TrackKeys.NeedsAddress.Of(node) is { } needs && Delays(node) is (Duration up, Duration down)
                    ? new TrackedInterface(device.Value, needs.Value, up, down)
                    : null;
            case "file":
                return TrackKeys.File.Of(node) is { } file ? new TrackedFile(file.Value, (int?)TrackKeys.Missing.Of(node)?.Value) : null;
            case "process":
                return TrackKeys.Process.Of(node) is { } process && TrackKeys.Quorum.Of(node) is { } quorum && Delays(node) is (Duration rise, Duration fall)
                    ? new TrackedProcess(process.Value, (int)quorum.Value, rise, fall)
                    : null;
            default:
                List<Tracked> operands = [.. (kind.Value.Items ?? []).Select(Read).OfType<Tracked>()];
                return kind.Value.Kind == NodeKind.Array && operands.Count > 0 && operands.Count == kind.Value.Items!.Count
                    ? new TrackedExpression(kind.Key == "allOf", operands)
                    : null;
        }
    }

    private static (Duration Up, Duration Down)? Delays(Node node) =>
        TrackKeys.UpDelay.Of(node) is { } up && TrackKeys.DownDelay.Of(node) is { } down
            ? (Duration.From(up.Value), Duration.From(down.Value))
            : null;
}
