using System.Buffers;
using System.Text.Json;

namespace HotStandby.Agent.Configuration.Json;

/// <summary>Turns a tree back into JSON: no comments, no line ends, numbers as written.</summary>
internal static class TreeWriter
{
    public static JsonElement ToElement(Node node)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            Write(node, writer);
        }

        using JsonDocument document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    public static void Write(Node node, Utf8JsonWriter writer)
    {
        switch (node.Kind)
        {
            case NodeKind.Object:
                writer.WriteStartObject();
                foreach (NodeMember member in node.Members)
                {
                    writer.WritePropertyName(member.Key);
                    Write(member.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case NodeKind.Array:
                writer.WriteStartArray();
                foreach (Node item in node.Items)
                {
                    Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            case NodeKind.String:
                writer.WriteStringValue(node.Text);
                break;
            case NodeKind.Number:
                writer.WriteRawValue(node.Text);
                break;
            case NodeKind.Null:
                writer.WriteNullValue();
                break;
            default:
                writer.WriteBooleanValue(node.Kind == NodeKind.True);
                break;
        }
    }
}
