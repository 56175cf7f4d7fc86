using System.Globalization;
using System.Text;

namespace HotStandby.Agent.Configuration;

/// <summary>How diagnostics quote and list.</summary>
internal static class Wording
{
    private const int LongestQuote = 60;
    private const int MostListed = 12;

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

    /// <summary>That an interface is not there, and which are: who mistyped one looks for its right name next.</summary>
    /// <param name="name">The one that is missing.</param>
    /// <param name="there">All of this network namespace.</param>
    public static string NoInterface(string name, IEnumerable<string> there)
    {
        string[] names = [.. there.Where(one => one != "lo").Order(StringComparer.Ordinal)];
        string list = names.Length == 0 ? "there is none but lo"
            : $"there {(names.Length == 1 ? "is" : "are")} {string.Join(", ", names.Take(MostListed))}{(names.Length > MostListed ? $" and {names.Length - MostListed} more" : "")}";
        return $"interface {name} does not exist; {(Nearest.To(name, names) is string near && names.Length > 1 ? $"did you mean {near}? " : "")}{list}";
    }

    public static string Join(IReadOnlyList<string> parts, string last) => parts.Count switch
    {
        0 => "",
        1 => parts[0],
        _ => string.Join(", ", parts.Take(parts.Count - 1)) + last + parts[^1],
    };
}
