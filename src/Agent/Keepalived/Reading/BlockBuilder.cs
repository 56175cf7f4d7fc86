using HotStandby.Agent.Keepalived.Findings;

namespace HotStandby.Agent.Keepalived.Reading;

/// <summary>Makes statements and blocks of the words. A brace may stand on its own line, and a block on one line.</summary>
internal sealed class BlockBuilder(ConfFindings findings)
{
    /// <param name="words">Of all lines.</param>
    /// <param name="lines">The index at which each line begins.</param>
    public IReadOnlyList<Statement> Build(List<Word> words, List<(int Index, Place At)> lines)
    {
        HashSet<int> starts = [.. lines.Select(line => line.Index)];
        int i = 0;
        List<Statement> all = [];
        while (i < words.Count)
        {
            all.AddRange(Block(words, starts, ref i, depth: 0, opened: null));
            if (i < words.Count)
            {
                findings.Error(ConfCodes.Braces, words[i].At, "this } closes nothing", "Remove it, or put the { it belongs to.");
                i++;
            }
        }

        return all;
    }

    /// <summary>Up to the brace that closes it, or to the end.</summary>
    private List<Statement> Block(List<Word> words, HashSet<int> starts, ref int i, int depth, Place? opened)
    {
        List<Statement> statements = [];
        List<Word> line = [];
        while (i < words.Count)
        {
            Word word = words[i];
            if (starts.Contains(i) && !Is(word, "{"))
            {
                Finish();
            }

            if (Is(word, "}"))
            {
                Finish();
                if (opened is not null)
                {
                    i++;
                }

                return statements;
            }

            i++;
            if (!Is(word, "{"))
            {
                line.Add(word);
                continue;
            }

            Word[] head = line.Count > 0 ? [.. line] : [word];
            line.Clear();
            IReadOnlyList<Statement> body = depth < 32 ? Block(words, starts, ref i, depth + 1, word.At) : [];
            if (Is(head[0], "{"))
            {
                findings.Error(ConfCodes.Braces, word.At, "this { belongs to no keyword");
            }
            else
            {
                statements.Add(new(head, body));
            }
        }

        Finish();
        if (opened is not null)
        {
            findings.Error(ConfCodes.Braces, opened, "this { is never closed: everything after it is taken for a part of the block", "Put the missing }.");
        }

        return statements;

        void Finish()
        {
            if (line.Count > 0)
            {
                statements.Add(new([.. line], null));
                line.Clear();
            }
        }
    }

    private static bool Is(Word word, string brace) => !word.IsQuoted && word.Text == brace;
}
