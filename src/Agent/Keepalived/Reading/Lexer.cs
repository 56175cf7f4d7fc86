using System.Text;
using HotStandby.Agent.Keepalived.Findings;

namespace HotStandby.Agent.Keepalived.Reading;

/// <summary>Cuts a line into words: blanks divide, quotes join, <c>#</c> and <c>!</c> begin a comment, a brace is a word of its own.</summary>
internal static class Lexer
{
    /// <param name="column">Maps the index of a character to its column in the file.</param>
    public static List<Word> Words(string line, Place begin, Func<int, int> column, ConfFindings findings)
    {
        List<Word> words = [];
        int i = 0;
        while (i < line.Length)
        {
            char c = line[i];
            if (char.IsWhiteSpace(c))
            {
                i++;
            }
            else if (c is '#' or '!')
            {
                break;
            }
            else if (c is '{' or '}')
            {
                words.Add(new(c.ToString(), begin with { Column = column(i) }, IsQuoted: false));
                i++;
            }
            else
            {
                words.Add(Next(line, ref i, begin, column, findings));
            }
        }

        return words;
    }

    private static Word Next(string line, ref int i, Place begin, Func<int, int> column, ConfFindings findings)
    {
        Place at = begin with { Column = column(i) };
        if (line[i] is '"' or '\'')
        {
            char quote = line[i++];
            StringBuilder text = new();
            while (i < line.Length && line[i] != quote)
            {
                text.Append(line[i] == '\\' && i + 1 < line.Length && quote == '"' ? Escaped(line, ref i) : line[i]);
                i++;
            }

            if (i >= line.Length)
            {
                findings.Error(ConfCodes.OpenQuote, at, $"the quote {quote} is not closed on this line", $"Put {quote} at its end.");
            }

            i++;
            return new(text.ToString(), at, IsQuoted: true) { IsSingleQuoted = quote == '\'' };
        }

        int start = i;
        while (i < line.Length && !char.IsWhiteSpace(line[i]) && line[i] is not ('#' or '!' or '{' or '}'))
        {
            i++;
        }

        return new(line[start..i], at, IsQuoted: false);
    }

    private static char Escaped(string line, ref int i)
    {
        i++;
        return line[i] switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            char other => other,
        };
    }
}
