using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HotStandby.PluginHost.Options;

/// <summary>Reads a <see cref="TimeSpan"/> as a number with a unit: "800ms", "1.5s", "2m", "1h". A number without a unit is refused.</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    /// <summary>The accepted form as a regular expression, for the JSON schema.</summary>
    public const string Pattern = @"^[0-9]+(\.[0-9]+)?(ms|s|m|h)$";

    private const string Expected = "expected a duration with a unit, such as \"800ms\", \"1.5s\" or \"2m\"";

    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException(Expected);
        }

        string text = reader.GetString()!;
        return TryParse(text, out TimeSpan value) ? value : throw new JsonException($"{Expected}, found \"{text}\"");
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Ticks % TimeSpan.TicksPerSecond == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds:0}s")
            : string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds:0.####}ms"));

    public static bool TryParse(string text, out TimeSpan value)
    {
        value = default;
        int digits = text.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        double unit = text[digits..] switch { "ms" => 1, "s" => 1000, "m" => 60_000, "h" => 3_600_000, _ => 0 };
        if (digits == 0
            || unit == 0
            || !char.IsAsciiDigit(text[0])
            || !double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            || number * unit > TimeSpan.FromDays(365).TotalMilliseconds)
        {
            return false;
        }

        value = TimeSpan.FromTicks((long)Math.Round(number * unit * TimeSpan.TicksPerMillisecond));
        return true;
    }
}
