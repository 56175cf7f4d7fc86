using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>JSON for people: what fits on a line stands on one.</summary>
internal static class JsonText
{
    private const int Width = 120;

    public static string Of(JsonNode node)
    {
        StringBuilder text = new();
        Write(text, node, 0, 0);
        return text.Append('\n').ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node, int indent, int before)
    {
        string flat = Flat(node);
        bool isTop = indent == 0;
        if (node is not (JsonObject or JsonArray) || (!isTop && indent > 2 && indent + before + flat.Length <= Width))
        {
            text.Append(flat);
            return;
        }

        (char open, char close) = node is JsonObject ? ('{', '}') : ('[', ']');
        IReadOnlyList<(string Key, JsonNode? Value)> items = node is JsonObject members
            ? [.. members.Select(pair => (Quote(pair.Key) + ": ", pair.Value))]
            : [.. ((JsonArray)node).Select(value => ("", value))];
        text.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            text.Append(i == 0 ? "\n" : ",\n").Append(' ', indent + 2).Append(items[i].Key);
            Write(text, items[i].Value, indent + 2, items[i].Key.Length + 1);
        }

        text.Append('\n').Append(' ', indent).Append(close);
    }

    private static string Flat(JsonNode? node) => node switch
    {
        JsonObject { Count: 0 } => "{}",
        JsonObject members => $"{{ {string.Join(", ", members.Select(pair => $"{Quote(pair.Key)}: {Flat(pair.Value)}"))} }}",
        JsonArray items => $"[{string.Join(", ", items.Select(Flat))}]",
        null => "null",
        JsonValue value when value.TryGetValue(out string? text) => Quote(text),
        _ => node.ToJsonString(),
    };

    private static string Quote(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";
}
