using System.Globalization;
using System.Text;

namespace HotStandby.Agent.Configuration;

/// <summary>How diagnostics quote and list.</summary>
internal static class Wording
{
    private const int LongestQuote = 60;

    /// <summary>In double quotes, on one line, control characters escaped, shortened when long.</summary>
    public static string Quote(string text)
    {
        StringBuilder quoted = new("\"");
        int taken = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (++taken > LongestQuote)
            {
                quoted.Append("...");
                break;
            }

            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            bool hidden = category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
            quoted.Append(hidden ? $"\\u{rune.Value:x4}" : rune.ToString());
        }

        return quoted.Append('"').ToString();
    }

    /// <summary><c>"a", "b" or "c"</c>.</summary>
    public static string OneOf(IEnumerable<string> words) => Join([.. words.Select(Quote)], " or ");

    /// <summary><c>"a", "b" and "c"</c>.</summary>
    public static string AllOf(IEnumerable<string> words) => Join([.. words.Select(Quote)], " and ");

    public static string Join(IReadOnlyList<string> parts, string last) => parts.Count switch
    {
        0 => "",
        1 => parts[0],
        _ => string.Join(", ", parts.Take(parts.Count - 1)) + last + parts[^1],
    };
}
