using System.Globalization;
using System.Text;

namespace HotStandby.Agent.Configuration;

/// <summary>
/// Text of others (a file, a plugin, a peer) as it may go to a terminal or into a log: what a terminal would obey (C0 and C1 control
/// characters, DEL) and what turns the direction of writing is shown as an escape, <c>\x1b</c> or <c>\u202e</c>.
/// </summary>
public static class PlainText
{
    /// <summary>As one line: a line break must not look like the beginning of a line of ours.</summary>
    public static string OneLine(string text) => Lines(text.ReplaceLineEndings(" | ").Replace('\t', ' '));

    /// <summary>Line feeds and tabs stay.</summary>
    public static string Lines(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int first = IndexOfUnprintable(text);
        if (first < 0)
        {
            return text;
        }

        StringBuilder plain = new(text.Length + 16);
        plain.Append(text, 0, first);
        foreach (char c in text.AsSpan(first))
        {
            if (IsPrintable(c))
            {
                plain.Append(c);
            }
            else
            {
                plain.Append(CultureInfo.InvariantCulture, $"\\{(c <= 0xff ? $"x{(int)c:x2}" : $"u{(int)c:x4}")}");
            }
        }

        return plain.ToString();
    }

    private static int IndexOfUnprintable(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!IsPrintable(text[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsPrintable(char c) => c is '\n' or '\t' || (!char.IsControl(c) && c is not ((>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069')));
}
