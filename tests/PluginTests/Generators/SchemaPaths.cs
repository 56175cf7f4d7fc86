using System.Text.Json;
using HotStandby.Agent.Configuration;

namespace HotStandby.PluginTests.Generators;

/// <summary>
/// Every key that plugins.json can have, from its schema, as <c>virtualRouters[].track[].check</c>; objects and arrays of objects through their
/// keys. An expression is one key, whatever is in it; keys that mean the same in two places are one: those of a group's tracks and of excluded
/// addresses.
/// </summary>
internal static class SchemaPaths
{
    public static IReadOnlySet<string> All { get; } = Walk();

    private static SortedSet<string> Walk()
    {
        using JsonDocument schema = JsonDocument.Parse(ConfigSchema.Write([]));
        SortedSet<string> paths = new(StringComparer.Ordinal);
        Object(schema.RootElement, "", paths);
        return paths;
    }

    private static void Object(JsonElement node, string path, SortedSet<string> paths)
    {
        foreach (JsonProperty property in node.GetProperty("properties").EnumerateObject())
        {
            Value(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", paths);
        }
    }

    private static void Value(JsonElement node, string path, SortedSet<string> paths)
    {
        bool isExpression = path.EndsWith(".anyOf", StringComparison.Ordinal) || path.EndsWith(".allOf", StringComparison.Ordinal);
        if (isExpression)
        {
            paths.Add(path);
            return;
        }

        if (path is "syncGroups[].track" or "virtualRouters[].excludedAddresses")
        {
            paths.Add(path);
            return;
        }

        bool inside = false;
        foreach (JsonElement form in Forms(node))
        {
            if (form.TryGetProperty("properties", out JsonElement properties) && properties.EnumerateObject().Any())
            {
                Object(form, path, paths);
                inside = true;
            }

            if (form.TryGetProperty("items", out JsonElement items) && Forms(items).Any(HasKeys))
            {
                Value(items, path + "[]", paths);
                inside = true;
            }

            if (form.TryGetProperty("additionalProperties", out JsonElement rest) && rest.ValueKind == JsonValueKind.Object)
            {
                Value(rest, path + ".*", paths);
                inside = true;
            }
        }

        if (!inside)
        {
            paths.Add(path);
        }
    }

    private static bool HasKeys(JsonElement form) => form.TryGetProperty("properties", out _);

    private static IEnumerable<JsonElement> Forms(JsonElement node)
    {
        yield return node;
        foreach (string keyword in new[] { "oneOf", "anyOf" })
        {
            if (node.TryGetProperty(keyword, out JsonElement forms))
            {
                foreach (JsonElement form in forms.EnumerateArray())
                {
                    yield return form;
                }
            }
        }
    }
}
