using System.Globalization;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Bench;

/// <summary>Durations on the command line and in plugins.json: a whole number with "ms" or "s".</summary>
internal static class Durations
{
    /// <exception cref="FormatException">Something else; the message says what was expected.</exception>
    public static Duration Parse(string text)
    {
        (string number, long unit) = text.EndsWith("ms", StringComparison.Ordinal) ? (text[..^2], 1L)
            : text.EndsWith('s') ? (text[..^1], 1000L)
            : ("", 0);
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count is > 0 and < 1_000_000
            ? Duration.FromMilliseconds(count * unit)
            : throw new FormatException($"'{text}' is no duration; write for example 1s or 100ms.");
    }

    public static string Text(Duration duration)
    {
        long milliseconds = duration.Nanoseconds / 1_000_000;
        return milliseconds % 1000 == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000}s")
            : string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");
    }
}
