using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using HotStandby.Agent.Keepalived.Findings;

namespace HotStandby.Agent.Keepalived.Reading;

/// <summary>One of the lines that a repetition makes.</summary>
/// <param name="Values">Of its variables: a definition that the line names may name them.</param>
internal sealed record RepeatedLine(string Text, IReadOnlyList<(string Name, string Value)> Values);

/// <summary><c>~SEQ(var, start, step, end)</c> and <c>~LST(var, a, b)</c>: the line once for each value.</summary>
internal static partial class Repeats
{
    /// <summary>What one line may become: 65,536 addresses are more than any file has.</summary>
    private const int MostLines = 65_536;

    public static IReadOnlyList<RepeatedLine> Expand(string line, Place at, ReadingBudget budget, ConfFindings findings)
    {
        List<RepeatedLine> lines = [new(line, [])];
        for (int round = 0; round < 8 && lines.Exists(one => Start().IsMatch(one.Text)); round++)
        {
            List<RepeatedLine> next = [];
            foreach (RepeatedLine one in lines)
            {
                next.AddRange(Once(one, at, budget, findings));
                if (next.Count > MostLines)
                {
                    findings.Error(ConfCodes.BadRepeat, at, $"the line stands for more than {MostLines} lines");
                    return [];
                }
            }

            lines = next;
        }

        return lines;
    }

    private static IEnumerable<RepeatedLine> Once(RepeatedLine repeated, Place at, ReadingBudget budget, ConfFindings findings)
    {
        string line = repeated.Text;
        Match match = Start().Match(line);
        if (!match.Success)
        {
            return [repeated];
        }

        int end = Close(line, match.Index + match.Length);
        if (end < 0)
        {
            findings.Error(ConfCodes.BadRepeat, at, $"{match.Value.TrimEnd('(')} has no closing bracket");
            return [];
        }

        List<string> arguments = Arguments(line[(match.Index + match.Length)..end]);
        string text = line[..match.Index] + line[(end + 1)..].TrimStart();
        IReadOnlyList<(string[] Names, string[][] Values)> table = match.Groups[1].Value == "LST" ? List(arguments) : Sequence(arguments, match.Groups[1].Value == "SEQx");
        if (table.Count == 0)
        {
            findings.Error(ConfCodes.BadRepeat, at, $"~{match.Groups[1].Value}({string.Join(", ", arguments)}) can't be read", "It is ~SEQ(var, start, step, end) or ~LST(var, value, value).");
            return [];
        }

        (string[] names, string[][] rows) = table[0];
        if (rows.Length > MostLines)
        {
            findings.Error(ConfCodes.BadRepeat, at, $"the line stands for more than {MostLines} lines");
            return [];
        }

        if (!budget.Characters((long)rows.Length * names.Length * text.Length, at))
        {
            return [];
        }

        foreach (string name in names)
        {
            foreach (Match use in Regex.Matches(text, $@"\${Regex.Escape(name)}(?!\w)"))
            {
                Definitions.Bare(name, text[(use.Index + use.Length)..], at, findings);
            }
        }

        return rows.Select(row => new RepeatedLine(
            names.Zip(row).Aggregate(text, (so, one) => Replace(so, one.First, one.Second)), [.. repeated.Values, .. names.Zip(row)]));
    }

    private static string Replace(string text, string name, string value) =>
        Regex.Replace(text, $@"\$\{{{Regex.Escape(name)}\}}|\${Regex.Escape(name)}(?!\w)", value.Replace("$", "$$", StringComparison.Ordinal));

    private static IReadOnlyList<(string[], string[][])> Sequence(List<string> arguments, bool isHex)
    {
        NumberStyles style = isHex ? NumberStyles.HexNumber : NumberStyles.AllowLeadingSign;
        long[] numbers = [.. arguments.Skip(1).Select(one => long.TryParse(one, style, CultureInfo.InvariantCulture, out long number) ? number : long.MinValue)];
        if (numbers.Length is < 1 or > 3 || numbers.Contains(long.MinValue))
        {
            return [];
        }

        long end = numbers[^1];
        long start = numbers.Length == 1 ? (end < 0 ? -1 : 1) : numbers[0];
        long step = numbers.Length == 3 ? numbers[1] : end < start ? -1 : 1;
        if (step == 0 || (end - start) / step is < 0 or > MostLines)
        {
            return [];
        }

        string[][] rows = [.. Enumerable.Range(0, (int)((end - start) / step) + 1)
            .Select(i => new[] { (start + (i * step)).ToString(isHex ? "x" : "d", CultureInfo.InvariantCulture) })];
        return [([arguments[0]], rows)];
    }

    /// <summary><c>var, a, b</c> or <c>{a, b}, {1, 2}, {3, 4}</c>.</summary>
    private static IReadOnlyList<(string[], string[][])> List(List<string> arguments)
    {
        if (arguments.Count < 2)
        {
            return [];
        }

        string[] names = Tuple(arguments[0]);
        string[][] rows = [.. arguments.Skip(1).Select(Tuple)];
        return rows.Any(row => row.Length != names.Length) ? [] : [(names, rows)];
    }

    private static string[] Tuple(string text) => [.. text.Trim('{', '}').Split(',').Select(one => one.Trim())];

    /// <summary>At commas outside of braces.</summary>
    private static List<string> Arguments(string text)
    {
        List<string> arguments = [];
        StringBuilder argument = new();
        int depth = 0;
        foreach (char c in text)
        {
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (c == ',' && depth == 0)
            {
                arguments.Add(argument.ToString().Trim());
                argument.Clear();
            }
            else
            {
                argument.Append(c);
            }
        }

        return [.. arguments, argument.ToString().Trim()];
    }

    private static int Close(string line, int from)
    {
        int depth = 1;
        for (int i = from; i < line.Length; i++)
        {
            depth += line[i] == '(' ? 1 : line[i] == ')' ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        return -1;
    }

    [GeneratedRegex(@"~(SEQx?|LST)\s*\(")]
    private static partial Regex Start();
}
