using System.Text.Json;
using HotStandby.Agent.Configuration.Core;
using HotStandby.Agent.Configuration.Json;

namespace HotStandby.Agent.Configuration.Shapes;

/// <summary>An operand of <c>anyOf</c> and <c>allOf</c>: the id of a check, or an object that says what else.</summary>
/// <param name="isReference">The schema writes it once and points there from everywhere else, since it contains itself.</param>
internal sealed class OperandShape(bool isReference) : Shape
{
    private const string WrittenAt = "#/properties/virtualRouters/items/properties/track/items/properties/anyOf/items";

    public override string Expectation => "the id of a check or an object";

    public override void Check(Node node, string path, Findings findings)
    {
        switch (node.Kind)
        {
            case NodeKind.String:
                Names.Id.CheckText(node.Text, node.At, path, findings);
                break;
            case NodeKind.Object:
                TrackKeys.Operand.Check(node, path, findings);
                break;
            default:
                ReportType(node, path, findings);
                break;
        }
    }

    public override void WriteKeywords(Utf8JsonWriter writer)
    {
        if (isReference || writer.CurrentDepth > Deepest)
        {
            writer.WriteString("$ref", WrittenAt);
            return;
        }

        writer.WriteStartArray("anyOf");
        writer.WriteStartObject();
        Names.Id.WriteKeywords(writer);
        writer.WriteEndObject();
        writer.WriteStartObject();
        TrackKeys.Operand.WriteKeywords(writer);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    /// <summary>Of the place it is written at; an operand within an operand is deeper.</summary>
    private const int Deepest = 10;
}
