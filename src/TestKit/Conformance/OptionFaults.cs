using System.Text.Json;
using System.Text.Json.Nodes;

namespace HotStandby.TestKit.Conformance;

/// <summary>Wrong options made from a schema and right ones: each with the key that the refusal must name.</summary>
internal static class OptionFaults
{
    public static IEnumerable<RefusedOptions> WrongTypes(JsonElement schema, string right) =>
        Properties(schema).Where(one => Types(one.Value).Length > 0).Select(one => With(right, one.Name, Types(one.Value).Contains("object") ? "1" : "{}"));

    public static IEnumerable<RefusedOptions> OutOfBounds(JsonElement schema, string right)
    {
        foreach (JsonProperty property in Properties(schema))
        {
            if (property.Value.TryGetProperty("minimum", out JsonElement minimum))
            {
                yield return With(right, property.Name, Beyond(minimum, -1));
            }

            if (property.Value.TryGetProperty("maximum", out JsonElement maximum))
            {
                yield return With(right, property.Name, Beyond(maximum, 1));
            }

            if (property.Value.TryGetProperty("minLength", out JsonElement shortest) && shortest.GetInt32() > 0)
            {
                yield return With(right, property.Name, Text(shortest.GetInt32() - 1));
            }

            if (property.Value.TryGetProperty("maxLength", out JsonElement longest) && longest.GetInt32() < 1_000_000)
            {
                yield return With(right, property.Name, Text(longest.GetInt32() + 1));
            }

            if (property.Value.TryGetProperty("minItems", out JsonElement fewest) && fewest.GetInt32() > 0)
            {
                yield return With(right, property.Name, "[]");
            }
        }
    }

    public static RefusedOptions With(string right, string key, string value)
    {
        JsonObject options = JsonNode.Parse(right)!.AsObject();
        options[key] = JsonNode.Parse(value);
        return new RefusedOptions(options.ToJsonString(), key);
    }

    public static RefusedOptions Without(string right, string key)
    {
        JsonObject options = JsonNode.Parse(right)!.AsObject();
        options.Remove(key);
        return new RefusedOptions(options.ToJsonString(), key);
    }

    public static IEnumerable<JsonProperty> Properties(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out JsonElement properties) ? properties.EnumerateObject() : [];

    public static IReadOnlyList<string> Required(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("required", out JsonElement required)
            ? [.. required.EnumerateArray().Select(one => one.GetString()!)]
            : [];

    public static string[] Types(JsonElement schema) => schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("type", out JsonElement type)
        ? []
        : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(one => one.GetString()!)] : [type.GetString()!];

    private static string Beyond(JsonElement limit, int step) => limit.TryGetInt64(out long whole)
        ? JsonSerializer.Serialize(whole + step)
        : JsonSerializer.Serialize(limit.GetDouble() + step);

    private static string Text(int length) => JsonSerializer.Serialize(new string('x', length));
}
