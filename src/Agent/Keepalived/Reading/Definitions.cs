using System.Text.RegularExpressions;
using HotStandby.Agent.Keepalived.Findings;

namespace HotStandby.Agent.Keepalived.Reading;

/// <summary>The <c>$NAME=VALUE</c> definitions of a configuration, put in where <c>$NAME</c> or <c>${NAME}</c> stands.</summary>
internal sealed partial class Definitions
{
    /// <summary>A line may name definitions, and these others: so many are put in one after the other. Beyond it one names itself.</summary>
    private const int Most = 1000;

    private readonly Dictionary<string, (IReadOnlyList<string> Lines, Place At)> _known = new(StringComparer.Ordinal);

    /// <summary>Takes a line that is a definition.</summary>
    /// <param name="line">Without blanks in front.</param>
    /// <param name="more">The next line, where this one ends in a backslash; null at the end of the file.</param>
    public bool TryDefine(string line, Place at, Func<string?> more)
    {
        Match match = Definition().Match(line);
        if (!match.Success)
        {
            return false;
        }

        List<string> lines = [];
        string? text = match.Groups[2].Value;
        while (text is not null)
        {
            bool goesOn = text.EndsWith('\\');
            lines.Add(goesOn ? text[..^1].TrimEnd() : text.TrimEnd());
            text = goesOn ? more() : null;
        }

        // The first line of a definition over several lines is usually empty.
        if (lines.Count > 1 && lines[0].Length == 0)
        {
            lines.RemoveAt(0);
        }

        _known[match.Groups[1].Value] = (lines, at);
        return true;
    }

    /// <summary>Tells of a <c>$NAME</c> that keepalived does not see: before anything but a blank or the end it needs braces.</summary>
    public static void Bare(string name, string rest, Place at, ConfFindings findings)
    {
        if (rest.Length > 0 && !char.IsWhiteSpace(rest[0]))
        {
            findings.Error(
                ConfCodes.Undefined,
                at,
                $"${name} stands before \"{rest[0]}\": keepalived knows a name without braces only before a blank, and leaves it as it stands; here it is put in",
                $"Write ${{{name}}}.");
        }
    }

    /// <summary>The lines that one line stands for, and the first definition it came from; the line itself when it names none.</summary>
    public IReadOnlyList<string> Expand(RepeatedLine line, Place at, string? instance, ReadingBudget budget, ConfFindings findings, out Place? defined)
    {
        defined = null;
        Dictionary<string, string> repeated = new(StringComparer.Ordinal);
        foreach ((string name, string value) in line.Values)
        {
            repeated[name] = value;
        }

        List<string> done = [];
        Stack<(string Text, int Depth)> open = new([(line.Text, 0)]);
        while (open.TryPop(out (string Text, int Depth) next))
        {
            if (!budget.Characters(next.Depth == 0 ? 0 : next.Text.Length, at))
            {
                return [];
            }

            Match match = Use().Match(next.Text);
            while (match.Success && Value(match, instance) is null && !_known.ContainsKey(Name(match)) && !repeated.ContainsKey(Name(match)))
            {
                if (Name(match) is { Length: > 0 } unknown && !unknown.StartsWith('_'))
                {
                    findings.Warning(ConfCodes.Undefined, at, $"${unknown} is not defined: keepalived leaves it as it stands", "Define it before this line.");
                }

                match = match.NextMatch();
            }

            if (!match.Success)
            {
                done.Add(next.Text);
                continue;
            }

            if (next.Depth > Most)
            {
                findings.Error(ConfCodes.TooDeep, at, $"${Name(match)} is defined by itself, or more than {Most} definitions are put into one line");
                done.Add("");
                continue;
            }

            IReadOnlyList<string> lines = [repeated.GetValueOrDefault(Name(match)) ?? Value(match, instance) ?? ""];
            if (!repeated.ContainsKey(Name(match)) && _known.TryGetValue(Name(match), out (IReadOnlyList<string> Lines, Place At) known))
            {
                lines = known.Lines;
                defined ??= known.At;
            }

            string before = next.Text[..match.Index];
            string after = next.Text[(match.Index + match.Length)..];
            if (match.Groups[2].Success)
            {
                Bare(Name(match), after, at, findings);
            }

            for (int i = lines.Count - 1; i >= 0; i--)
            {
                open.Push(($"{(i == 0 ? before : "")}{lines[i]}{(i == lines.Count - 1 ? after : "")}", next.Depth + 1));
            }
        }

        return done;
    }

    private static string Name(Match match) => match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value;

    private static string? Value(Match match, string? instance) => Name(match) switch
    {
        "_HASH" => "#",
        "_BANG" => "!",
        "_INSTANCE" => instance ?? "",
        "_PWD" => "",
        _ => null,
    };

    [GeneratedRegex(@"^\$(\w+)=(.*)$")]
    private static partial Regex Definition();

    [GeneratedRegex(@"\$(?:\{(\w+)[^}]*\}|([A-Za-z_]\w*))")]
    private static partial Regex Use();
}
