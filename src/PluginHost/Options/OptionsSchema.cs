using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace HotStandby.PluginHost.Options;

/// <summary>The JSON schema of a plugin's options, from the same record and annotations that the binder obeys.</summary>
internal static class OptionsSchema
{
    private static readonly JsonSchemaExporterOptions Exporter = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };

    public static JsonElement Of(Type optionsType)
    {
        JsonNode schema = OptionsJson.Strict.GetJsonSchemaAsNode(optionsType, Exporter);
        if (schema is JsonObject root)
        {
            root["additionalProperties"] = false;
            AddDefaults(root, optionsType);
        }

        return JsonSerializer.SerializeToElement(schema);
    }

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode node)
    {
        Type type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        JsonObject schema = node as JsonObject ?? [];
        if (type == typeof(TimeSpan))
        {
            // Not "format": "duration": that is ISO 8601 ("PT0.8S") to a validator.
            bool nullable = Nullable.GetUnderlyingType(context.TypeInfo.Type) is not null;
            schema["type"] = nullable ? new JsonArray("string", "null") : "string";
            schema["pattern"] = DurationConverter.Pattern;
        }

        ICustomAttributeProvider? member = context.PropertyInfo?.AttributeProvider;
        Annotate(schema, member, type);
        object[] descriptions = (member ?? type).GetCustomAttributes(typeof(DescriptionAttribute), inherit: true);
        if (descriptions.FirstOrDefault() is DescriptionAttribute description)
        {
            schema.Insert(0, "description", description.Description);
        }

        return schema.Count == 0 ? node : schema;
    }

    private static void Annotate(JsonObject schema, ICustomAttributeProvider? member, Type type)
    {
        bool list = type != typeof(string) && type.IsAssignableTo(typeof(System.Collections.IEnumerable));
        foreach (object attribute in member?.GetCustomAttributes(typeof(ValidationAttribute), inherit: true) ?? [])
        {
            switch (attribute)
            {
                case RangeAttribute { Minimum: int or double } range:
                    schema[range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum"] = Number(range.Minimum);
                    schema[range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum"] = Number(range.Maximum);
                    break;
                case StringLengthAttribute length:
                    schema["minLength"] = length.MinimumLength;
                    schema["maxLength"] = length.MaximumLength;
                    break;
                case MinLengthAttribute least:
                    schema[list ? "minItems" : "minLength"] = least.Length;
                    break;
                case MaxLengthAttribute most:
                    schema[list ? "maxItems" : "maxLength"] = most.Length;
                    break;
                case RegularExpressionAttribute expression:
                    // The attribute asks for the whole string; a schema pattern is searched for.
                    schema["pattern"] = $"^(?:{expression.Pattern})$";
                    break;
                case AllowedValuesAttribute allowed:
                    schema["enum"] = new JsonArray([.. allowed.Values.Select(value => JsonSerializer.SerializeToNode(value))]);
                    break;
            }
        }
    }

    private static JsonValue? Number(object limit) => limit is int whole
        ? JsonValue.Create(whole)
        : JsonValue.Create(Convert.ToDouble(limit, CultureInfo.InvariantCulture));

    /// <summary>The exporter does not know what a property holds when it is left out; a fresh record does.</summary>
    private static void AddDefaults(JsonObject root, Type optionsType)
    {
        if (root["properties"] is not JsonObject properties || optionsType.GetConstructor(Type.EmptyTypes) is null)
        {
            return;
        }

        object fresh = Activator.CreateInstance(optionsType)!;
        foreach (JsonPropertyInfo property in OptionsJson.Strict.GetTypeInfo(optionsType).Properties)
        {
            if (!property.IsRequired && properties[property.Name] is JsonObject schema && property.Get?.Invoke(fresh) is { } value)
            {
                schema["default"] = JsonSerializer.SerializeToNode(value, property.PropertyType, OptionsJson.Strict);
            }
        }
    }
}
