using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HotStandby.Agent.Configuration.Core;
using HotStandby.Agent.Configuration.Shapes;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Configuration;

/// <summary>
/// The JSON schema of plugins.json (draft 2020-12) for editors, from the shapes that the reader checks with. The same plugins give the same
/// text, whatever their order.
/// </summary>
public static class ConfigSchema
{
    private static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the schema; a plugin that is not usable or has no schema takes any options.</summary>
    public static string Write(IReadOnlyList<PluginDescribed> plugins)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Layout))
        {
            writer.WriteStartObject();
            writer.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            writer.WriteString("$id", "plugins.schema.json");
            writer.WriteString("title", "HotStandby: plugins.json");
            writer.WriteString("description", "One file for all nodes: the machines, the virtual routers and the plugins.");

            // Understood by Visual Studio Code only: plugins.json is no JSONC by its name.
            writer.WriteBoolean("allowComments", true);
            writer.WriteBoolean("allowTrailingCommas", true);
            WriteFile(writer, [.. plugins.Where(one => one.Usable).DistinctBy(one => one.Name).OrderBy(one => one.Name, StringComparer.Ordinal)]);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void WriteFile(Utf8JsonWriter writer, PluginDescribed[] plugins)
    {
        ObjectShape file = FileKeys.Shape;
        Member[] members = [.. file.Members.Select(one => one == FileKeys.Plugins ? WithOptions(one, plugins) : one)];
        new ObjectShape(members).WriteKeywords(writer);
    }

    private static Member WithOptions(Member list, PluginDescribed[] plugins) =>
        new(list.Name, new ListShape(new PluginEntryShape(plugins)), list.Description) { Default = list.Default };

    /// <summary>The shape of a plugin entry and, for each known plugin, of its options.</summary>
    private sealed class PluginEntryShape(PluginDescribed[] plugins) : Shape
    {
        public override string Expectation => PluginKeys.Shape.Expectation;

        public override void Check(Json.Node node, string path, Findings findings) => PluginKeys.Shape.Check(node, path, findings);

        public override void WriteKeywords(Utf8JsonWriter writer)
        {
            PluginKeys.Shape.WriteKeywords(writer);
            PluginDescribed[] described = [.. plugins.Where(one => one.OptionsSchema is { ValueKind: JsonValueKind.Object })];
            if (described.Length == 0)
            {
                return;
            }

            writer.WriteStartArray("allOf");
            foreach (PluginDescribed plugin in described)
            {
                WriteCase(writer, plugin, plugin.OptionsSchema!.Value);
            }

            writer.WriteEndArray();
        }

        private static void WriteCase(Utf8JsonWriter writer, PluginDescribed plugin, JsonElement schema)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("if");
            writer.WriteStartObject("properties");
            writer.WriteStartObject("use");
            writer.WriteString("const", plugin.Name);
            writer.WriteEndObject();
            writer.WriteEndObject();
            WriteRequired(writer, "use");
            writer.WriteEndObject();
            writer.WriteStartObject("then");
            writer.WriteStartObject("properties");
            writer.WriteStartObject("use");
            writer.WriteString("description", plugin.Description);
            writer.WriteEndObject();
            writer.WritePropertyName("options");
            EditorSchema.Write(schema, writer);
            writer.WriteEndObject();
            if (schema.TryGetProperty("required", out JsonElement required) && required.ValueKind == JsonValueKind.Array && required.GetArrayLength() > 0)
            {
                WriteRequired(writer, "options");
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        private static void WriteRequired(Utf8JsonWriter writer, string name)
        {
            writer.WriteStartArray("required");
            writer.WriteStringValue(name);
            writer.WriteEndArray();
        }
    }
}
