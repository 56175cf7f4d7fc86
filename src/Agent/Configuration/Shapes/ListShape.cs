using System.Text.Json;
using HotStandby.Agent.Configuration.Json;

namespace HotStandby.Agent.Configuration.Shapes;

/// <summary>An array whose items all have one shape.</summary>
internal sealed class ListShape(Shape item, long fewest = 0, long most = long.MaxValue) : Shape
{
    public override string Expectation => "an array";

    /// <summary>Where items beyond the limit belong; a sentence.</summary>
    public string? MoreElsewhere { get; init; }

    public override void Check(Node node, string path, Findings findings)
    {
        if (node.Kind != NodeKind.Array)
        {
            ReportType(node, path, findings, node.Kind == NodeKind.Null ? null : "Put it in square brackets: [ ... ].");
            return;
        }

        if (node.Items.Count < fewest || node.Items.Count > most)
        {
            findings.Error(node.At, DiagnosticCodes.WrongCount, $"{path} must have {Count()}, found {node.Items.Count}", node.Items.Count > most ? MoreElsewhere : null);
        }

        for (int i = 0; i < node.Items.Count; i++)
        {
            item.Check(node.Items[i], KeyPath.Item(path, i), findings);
        }
    }

    public override void WriteKeywords(Utf8JsonWriter writer)
    {
        writer.WriteString("type", "array");
        writer.WriteStartObject("items");
        item.WriteKeywords(writer);
        writer.WriteEndObject();
        if (fewest > 0)
        {
            writer.WriteNumber("minItems", fewest);
        }

        if (most < long.MaxValue)
        {
            writer.WriteNumber("maxItems", most);
        }
    }

    private string Count() => most == long.MaxValue ? $"at least {fewest} item{(fewest == 1 ? "" : "s")}" : $"{fewest}..{most} items";
}
