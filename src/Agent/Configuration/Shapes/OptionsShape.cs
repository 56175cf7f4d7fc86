using System.Text.Json;
using System.Text.RegularExpressions;

namespace HotStandby.Agent.Configuration.Shapes;

/// <summary>
/// Builds a shape from the JSON schema of a plugin's options. Knows the part of draft 2020-12 that describes plain options; what it does
/// not know (<c>$ref</c>, <c>oneOf</c>, mixed types) is taken as any value here, since the plugin host binds the options strictly again.
/// </summary>
internal static class OptionsShape
{
    private static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(100);

    public static Shape From(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return new AnyShape();
        }

        string[] types = Types(schema);
        string[] others = [.. types.Where(one => one != "null")];
        Shape shape = others.Length == 1 ? OfType(others[0], schema) : WithoutType(schema);
        return others.Length < types.Length ? new NullableShape(shape) : shape;
    }

    private static Shape OfType(string type, JsonElement schema) => type switch
    {
        "string" when Words(schema) is { Count: > 0 } words => new WordShape<string>(words),
        "string" when Text(schema, "format") == "duration" => new DurationShape(),
        "string" => new TextShape
        {
            Shortest = Whole(schema, "minLength") ?? 0,
            Longest = Whole(schema, "maxLength") ?? long.MaxValue,
            Pattern = Pattern(schema),
        },
        "integer" => new IntegerShape(Whole(schema, "minimum") ?? long.MinValue, Whole(schema, "maximum") ?? long.MaxValue),
        "number" => new NumberShape(
            Number(schema, "minimum") ?? double.NegativeInfinity, Number(schema, "maximum") ?? double.PositiveInfinity),
        "boolean" => new BooleanShape(),
        "array" => new ListShape(
            schema.TryGetProperty("items", out JsonElement items) ? From(items) : new AnyShape(),
            Whole(schema, "minItems") ?? 0,
            Whole(schema, "maxItems") ?? long.MaxValue),
        "object" => OfObject(schema),
        _ => new AnyShape(),
    };

    private static Shape WithoutType(JsonElement schema) =>
        Words(schema) is { Count: > 0 } words ? new WordShape<string>(words)
        : schema.TryGetProperty("properties", out _) ? OfObject(schema)
        : new AnyShape();

    private static ObjectShape OfObject(JsonElement schema)
    {
        HashSet<string> required = [.. Strings(schema, "required")];
        List<Member> members = [];
        if (schema.TryGetProperty("properties", out JsonElement properties) && properties.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in properties.EnumerateObject())
            {
                string description = Text(property.Value, "description") ?? "";
                members.Add(new(property.Name, From(property.Value), description) { Required = required.Contains(property.Name) });
            }
        }

        bool more = schema.TryGetProperty("additionalProperties", out JsonElement rest);
        Shape? open = more ? (rest.ValueKind == JsonValueKind.False ? null : From(rest)) : new AnyShape();
        return new ObjectShape(members) { Rest = open };
    }

    private static string[] Types(JsonElement schema) =>
        Text(schema, "type") is string single ? [single] : [.. Strings(schema, "type")];

    private static List<(string Word, string Meaning)>? Words(JsonElement schema)
    {
        if (!schema.TryGetProperty("enum", out JsonElement values) || values.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        // An enum that allows null says so in "type" as well.
        JsonElement[] words = [.. values.EnumerateArray().Where(one => one.ValueKind != JsonValueKind.Null)];
        return words.All(one => one.ValueKind == JsonValueKind.String) ? [.. words.Select(one => (one.GetString()!, one.GetString()!))] : null;
    }

    private static Regex? Pattern(JsonElement schema)
    {
        try
        {
            return Text(schema, "pattern") is string pattern ? new Regex(pattern, RegexOptions.CultureInvariant, LongestMatch) : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement schema, string key) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static IEnumerable<string> Strings(JsonElement schema, string key) =>
        schema.TryGetProperty(key, out JsonElement values) && values.ValueKind == JsonValueKind.Array
            ? values.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)
            : [];

    private static long? Whole(JsonElement schema, string key) =>
        schema.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            ? number
            : null;

    private static double? Number(JsonElement schema, string key) =>
        schema.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number)
            ? number
            : null;
}
