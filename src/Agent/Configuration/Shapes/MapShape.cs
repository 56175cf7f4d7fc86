using System.Text.Json;
using HotStandby.Agent.Configuration.Json;

namespace HotStandby.Agent.Configuration.Shapes;

/// <summary>An object whose keys are names that the operator chooses.</summary>
internal sealed class MapShape(TextShape key, Shape value, int fewest = 0, int most = int.MaxValue) : Shape
{
    public override string Expectation => "an object";

    public override void Check(Node node, string path, Findings findings)
    {
        if (node.Kind != NodeKind.Object)
        {
            ReportType(node, path, findings);
            return;
        }

        if (node.Members.Count < fewest || node.Members.Count > most)
        {
            findings.Error(node.At, DiagnosticCodes.WrongCount, $"{path} must have {fewest}..{most} keys, found {node.Members.Count}");
        }

        foreach (NodeMember member in node.Members)
        {
            string below = KeyPath.Join(path, member.Key);
            key.CheckText(member.Key, member.At, $"the key {below}", findings);
            value.Check(member.Value, below, findings);
        }
    }

    public override void WriteKeywords(Utf8JsonWriter writer)
    {
        writer.WriteString("type", "object");
        writer.WriteStartObject("propertyNames");
        key.WriteKeywords(writer);
        writer.WriteEndObject();
        writer.WriteStartObject("additionalProperties");
        value.WriteKeywords(writer);
        writer.WriteEndObject();
        if (fewest > 0)
        {
            writer.WriteNumber("minProperties", fewest);
        }

        if (most < int.MaxValue)
        {
            writer.WriteNumber("maxProperties", most);
        }
    }
}
