using System.Globalization;
using System.Text.Json;

namespace HotStandby.Plugins.Tomcat;

/// <summary>Looks up one value in a JSON body.</summary>
internal static class JsonProbe
{
    /// <returns>What is wrong, or null when the value is there and equal.</returns>
    public static string? Fault(JsonExpectation expected, byte[] body, bool cut)
    {
        if (cut)
        {
            return "the body is larger than 64 KiB, too large to be looked at as JSON";
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement value = document.RootElement;
            foreach (string step in expected.Path[1..].Replace("[", ".[").Split('.', StringSplitOptions.RemoveEmptyEntries))
            {
                if (Step(value, step) is not { } next)
                {
                    return $"its JSON has no {expected.Path}";
                }

                value = next;
            }

            string found = value.GetRawText();
            return JsonElement.DeepEquals(value, expected.Value)
                ? null
                : $"{expected.Path} is {(found.Length > 80 ? found[..80] + "…" : found)}, expected {expected.Value.GetRawText()}";
        }
        catch (JsonException)
        {
            return "the body is not JSON";
        }
    }

    private static JsonElement? Step(JsonElement value, string step)
    {
        if (step[0] == '[')
        {
            return value.ValueKind == JsonValueKind.Array
                && int.TryParse(step[1..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
                && index < value.GetArrayLength()
                ? value[index]
                : null;
        }

        return value.ValueKind == JsonValueKind.Object && value.TryGetProperty(step, out JsonElement member) ? member : null;
    }
}
