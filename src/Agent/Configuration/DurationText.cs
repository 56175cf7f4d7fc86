using System.Globalization;

namespace HotStandby.Agent.Configuration;

/// <summary>Durations as they are written: a number and a unit, "800ms", "1.5s", "2m", "1h".</summary>
internal static class DurationText
{
    /// <summary>For the JSON schema.</summary>
    public const string Pattern = "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$";

    private const int LongestNumber = 20;

    private static readonly Dictionary<string, string> UnitsPeopleWrite = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ms"] = "ms",
        ["msec"] = "ms",
        ["msecs"] = "ms",
        ["millis"] = "ms",
        ["millisecond"] = "ms",
        ["milliseconds"] = "ms",
        ["s"] = "s",
        ["sec"] = "s",
        ["secs"] = "s",
        ["second"] = "s",
        ["seconds"] = "s",
        ["m"] = "m",
        ["min"] = "m",
        ["mins"] = "m",
        ["minute"] = "m",
        ["minutes"] = "m",
        ["h"] = "h",
        ["hr"] = "h",
        ["hrs"] = "h",
        ["hour"] = "h",
        ["hours"] = "h",
    };

    /// <summary>Reads a duration exactly; false for anything else, also for what TimeSpan (100 ns steps) can't hold.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = default;
        (string number, string unit) = Split(text);
        long ticks = unit switch
        {
            "ms" => TimeSpan.TicksPerMillisecond,
            "s" => TimeSpan.TicksPerSecond,
            "m" => TimeSpan.TicksPerMinute,
            "h" => TimeSpan.TicksPerHour,
            _ => 0,
        };
        if (ticks == 0 || !TryParseNumber(number, out decimal count))
        {
            return false;
        }

        // The first comparison keeps the product within what a decimal holds.
        if (count > TimeSpan.MaxValue.Ticks)
        {
            return false;
        }

        decimal exact = count * ticks;
        if (exact > TimeSpan.MaxValue.Ticks || exact != decimal.Truncate(exact))
        {
            return false;
        }

        value = TimeSpan.FromTicks((long)exact);
        return true;
    }

    /// <summary>A number without any unit.</summary>
    public static bool IsBareNumber(string text) => TryParseNumber(text.Trim(), out _);

    /// <summary>What a text with a space or another name for a unit probably means; null when it is no guess.</summary>
    public static string? Guess(string text)
    {
        (string number, string unit) = Split(text.Trim());
        return UnitsPeopleWrite.TryGetValue(unit.Trim(), out string? known) && TryParse(number + known, out _) ? number + known : null;
    }

    /// <summary>The shortest usual form.</summary>
    public static string Format(TimeSpan value)
    {
        if (value.Ticks == 0)
        {
            return "0s";
        }

        if (value.Ticks % TimeSpan.TicksPerHour == 0)
        {
            return Invariant(value.Ticks / TimeSpan.TicksPerHour) + "h";
        }

        if (value.Ticks % TimeSpan.TicksPerMinute == 0)
        {
            return Invariant(value.Ticks / TimeSpan.TicksPerMinute) + "m";
        }

        return value.Ticks >= TimeSpan.TicksPerSecond
            ? Invariant((decimal)value.Ticks / TimeSpan.TicksPerSecond) + "s"
            : Invariant((decimal)value.Ticks / TimeSpan.TicksPerMillisecond) + "ms";
    }

    private static (string Number, string Unit) Split(string text)
    {
        int end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
        {
            end++;
        }

        return (text[..end], text[end..]);
    }

    private static bool TryParseNumber(string text, out decimal number)
    {
        number = 0;
        return text.Length is > 0 and <= LongestNumber
            && text[0] != '.' && text[^1] != '.'
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    private static string Invariant(decimal number) => number.ToString("0.#######", CultureInfo.InvariantCulture);
}
