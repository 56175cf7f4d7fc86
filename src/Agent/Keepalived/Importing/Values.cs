using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>Values as keepalived writes them; a wrong one is a finding and null.</summary>
internal sealed class Values(ConfFindings findings)
{
    public int? Integer(Statement statement, int least, int most, int index = 0)
    {
        Word? word = statement.Argument(index);
        if (word is not null && int.TryParse(word.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
        {
            return number;
        }

        Bad(statement, word, $"a whole number {least}..{most}");
        return null;
    }

    /// <summary>Seconds with a fraction.</summary>
    public TimeSpan? Seconds(Statement statement, double least, double most)
    {
        Word? word = statement.Argument(0);
        if (word is not null && double.TryParse(word.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds >= least && seconds <= most)
        {
            return TimeSpan.FromMicroseconds(Math.Round(seconds * 1e6));
        }

        Bad(statement, word, string.Create(CultureInfo.InvariantCulture, $"seconds, {least}..{most}"));
        return null;
    }

    /// <summary>A keyword alone is true.</summary>
    public bool Boolean(Statement statement)
    {
        switch (statement.Argument(0)?.Text)
        {
            case null or "on" or "true" or "yes":
                return true;
            case "off" or "false" or "no":
                return false;
            default:
                Bad(statement, statement.Argument(0), "on, off, true, false, yes or no");
                return true;
        }
    }

    public Word? Address(Statement statement)
    {
        Word? word = statement.Argument(0);
        if (word is not null && IPAddress.TryParse(word.Text, out _))
        {
            return word;
        }

        Bad(statement, word, "an IPv4 or IPv6 address");
        return null;
    }

    public static JsonNode Duration(TimeSpan span) => JsonValue.Create(DurationText.Format(span))!;

    /// <summary>A command line as keepalived cuts it: at blanks, quotes join.</summary>
    public static IReadOnlyList<string> Command(Statement statement) =>
        statement.Words.Count == 2 && statement.Words[1].IsQuoted ? Cut(statement.Words[1]) : [.. statement.Words.Skip(1).Select(word => word.Text)];

    /// <summary>The same from one word. What has a meaning in the file, such as a brace, has none in a command line.</summary>
    public static IReadOnlyList<string> Cut(Word line)
    {
        const string Special = "#!{}";
        string hidden = string.Concat(line.Text.Select(c => Special.IndexOf(c) is int i and >= 0 ? (char)(i + 1) : c));
        return
        [
            .. Lexer.Words(hidden, line.At, _ => 1, new())
                .Select(word => string.Concat(word.Text.Select(c => c > 0 && c <= Special.Length ? Special[c - 1] : c))),
        ];
    }

    private void Bad(Statement statement, Word? found, string expected) => findings.Error(
        ConfCodes.BadValue, found?.At ?? statement.At, $"{statement.Keyword} must be {expected}, found {(found is null ? "nothing" : $"\"{found.Text}\"")}", $"Write {expected}.");
}
