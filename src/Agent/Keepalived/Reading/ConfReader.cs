using HotStandby.Agent.Keepalived.Findings;

namespace HotStandby.Agent.Keepalived.Reading;

/// <summary>
/// Reads a keepalived.conf as keepalived does (man page keepalived.conf(5)): includes, <c>@id</c> conditions, definitions, <c>~SEQ</c> and
/// <c>~LST</c>, then blocks. What can't be read is a finding, and the rest is read all the same.
/// </summary>
/// <param name="files">Where the files come from.</param>
/// <param name="id">The node's name, which <c>@id</c> and <c>@^id</c> ask for (<c>keepalived -i</c>); null: no conditional line is kept out.</param>
/// <param name="findings">Gets what is wrong.</param>
public sealed class ConfReader(IConfFiles files, string? id, ConfFindings findings)
{
    private const int DeepestInclude = 16;

    private readonly ReadingBudget _budget = new(findings);
    private readonly Definitions _definitions = new();
    private readonly List<string> _open = [];
    private readonly List<Word> _words = [];
    private readonly List<(int Index, Place At)> _lineStarts = [];

    /// <summary>The statements of the file and of all that it includes.</summary>
    public IReadOnlyList<Statement> Read(string path)
    {
        if (files.Read(path, out string problem) is not string text)
        {
            findings.Error(ConfCodes.Unreadable, new(path, 1, 1), $"{path} can't be read: {problem}");
            return [];
        }

        ReadText(path, text);
        return new BlockBuilder(findings).Build(_words, _lineStarts);
    }

    private void ReadText(string path, string text)
    {
        Place begin = new(path, 1, 1);
        if (!_budget.File(begin) || !_budget.Characters(text.Length, begin))
        {
            return;
        }

        _open.Add(Path.GetFullPath(path));
        string[] lines = text.Split('\n');
        int skipTo = 0;
        for (int i = 0; i < lines.Length && !_budget.IsSpent; i++)
        {
            string line = lines[i].TrimEnd('\r', ' ', '\t');
            string trimmed = line.TrimStart();
            Place at = new(path, i + 1, line.Length - trimmed.Length + 1);
            if (trimmed.Length == 0 || trimmed[0] is '#' or '!')
            {
                continue;
            }

            // Found before conditions and definitions are looked at, as keepalived does.
            if (Include(trimmed) is string pattern)
            {
                IncludeFiles(pattern, at, Path.GetDirectoryName(path) ?? "");
                continue;
            }

            if (trimmed[0] == '@' && !Kept(ref trimmed))
            {
                int last = SkipBlock(lines, i);
                if (last > i)
                {
                    findings.Error(
                        ConfCodes.Braces,
                        at,
                        "the condition is before a block: keepalived leaves out this line only, and takes the rest of the block for unknown keywords; here the whole block is left out",
                        "Put the condition before each line of the block, or the block into a file of its own with the condition before its lines.");
                }

                i = last;
                continue;
            }

            int next = i;
            if (_definitions.TryDefine(trimmed, at, () => ++next < lines.Length ? lines[next].TrimEnd('\r', ' ', '\t').TrimStart() : null))
            {
                i = next;
                continue;
            }

            skipTo = line.IndexOf(trimmed, StringComparison.Ordinal);
            Add(trimmed, at, skipTo);
        }

        _open.RemoveAt(_open.Count - 1);
    }

    private void Add(string line, Place at, int offset)
    {
        IReadOnlyList<RepeatedLine> repeated = Repeats.Expand(line, at, _budget, findings);
        bool isChanged = repeated.Count != 1 || repeated[0].Text != line;
        foreach (RepeatedLine one in repeated)
        {
            IReadOnlyList<string> expanded = _definitions.Expand(one, at, null, _budget, findings, out Place? defined);
            foreach (string text in expanded)
            {
                bool isAsWritten = !isChanged && defined is null;
                Place begin = at with { Defined = defined };

                // A definition may hold a repetition, and what that makes definitions again; one more round is what templates need.
                foreach (string final in defined is null ? [text] : Repeats.Expand(text, at, _budget, findings).Select(line => line.Text))
                {
                    List<Word> words = Lexer.Words(final, begin, index => isAsWritten ? offset + index + 1 : at.Column, findings);
                    if (words.Count > 0 && _budget.Words(words.Count, at))
                    {
                        _lineStarts.Add((_words.Count, begin));
                        _words.AddRange(words);
                    }
                }
            }
        }
    }

    private static string? Include(string line)
    {
        string[] parts = line.Split((char[])[' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts is [string word, string rest] && word is "include" or "includer" or "includem" or "includew" or "includeb" or "includea" ? parts[1].Trim('"') : null;
    }

    private void IncludeFiles(string pattern, Place at, string folder)
    {
        if (_open.Count > DeepestInclude)
        {
            findings.Error(ConfCodes.TooDeep, at, $"include {pattern}: more than {DeepestInclude} files include each other");
            return;
        }

        IReadOnlyList<string> found = files.Match(pattern, folder, out IReadOnlyList<string> problems);
        foreach (string problem in problems)
        {
            findings.Error(ConfCodes.Unreadable, at, $"include {pattern}: {problem}");
        }

        if (found.Count == 0 && problems.Count == 0)
        {
            findings.Warning(ConfCodes.IncludeOfNothing, at, $"include {pattern}: there is no such file; keepalived goes on without it and says nothing", "Give import the file too, or remove the line.");
        }

        foreach (string path in found)
        {
            if (_budget.IsSpent)
            {
                return;
            }

            if (_open.Contains(Path.GetFullPath(path)))
            {
                findings.Error(ConfCodes.TooDeep, at, $"include {pattern}: {path} includes itself by this", "Exclude it from the pattern, or move it.");
            }
            else if (files.Read(path, out string problem) is string text)
            {
                ReadText(path, text);
            }
            else
            {
                findings.Error(ConfCodes.Unreadable, at, $"include {pattern}: {path} can't be read: {problem}");
            }
        }
    }

    /// <summary>Takes the condition off a line; false when the line is for other nodes.</summary>
    private bool Kept(ref string line)
    {
        string[] parts = line.Split((char[])[' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string condition = parts[0][1..];
        bool isNot = condition.StartsWith('^');
        line = parts.Length > 1 ? parts[1] : "#";
        return id is null || (condition[(isNot ? 1 : 0)..] == id) != isNot;
    }

    /// <summary>A block whose first line is for other nodes is for other nodes as a whole.</summary>
    private static int SkipBlock(string[] lines, int first)
    {
        int depth = 0;
        for (int i = first; i < lines.Length; i++)
        {
            string code = lines[i].Split('#', '!')[0];
            depth += code.Count(c => c == '{') - code.Count(c => c == '}');
            bool opensOnNext = i == first && depth == 0 && i + 1 < lines.Length && lines[i + 1].TrimStart().StartsWith('{');
            if (depth <= 0 && !opensOnNext)
            {
                return i;
            }
        }

        return lines.Length;
    }
}
