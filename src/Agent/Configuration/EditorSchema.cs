using System.Text.Json;

namespace HotStandby.Agent.Configuration;

/// <summary>
/// Copies a plugin's schema into the file's. Two things would mislead editors: a second "$schema" in the middle, and "format": "duration",
/// which to them is ISO 8601 ("PT1S").
/// </summary>
internal static class EditorSchema
{
    public static void Write(JsonElement schema, Utf8JsonWriter writer)
    {
        switch (schema.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (JsonProperty property in schema.EnumerateObject())
                {
                    WriteProperty(property, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (JsonElement item in schema.EnumerateArray())
                {
                    Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                schema.WriteTo(writer);
                break;
        }
    }

    private static void WriteProperty(JsonProperty property, Utf8JsonWriter writer)
    {
        bool isText = property.Value.ValueKind == JsonValueKind.String;
        if (isText && property.Name is "$schema" or "$id")
        {
            return;
        }

        if (isText && property.Name == "format" && property.Value.GetString() == "duration")
        {
            writer.WriteString("pattern", DurationText.Pattern);
            return;
        }

        writer.WritePropertyName(property.Name);
        if (property.Name is "default" or "enum" or "const" or "examples")
        {
            property.Value.WriteTo(writer);
        }
        else
        {
            Write(property.Value, writer);
        }
    }
}
