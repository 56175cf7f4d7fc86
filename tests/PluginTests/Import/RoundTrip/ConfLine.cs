namespace HotStandby.PluginTests.Import.RoundTrip;

/// <summary>A line of a generated keepalived.conf, with the block it opens.</summary>
/// <param name="Body">Null for no block.</param>
internal sealed record ConfLine(string Text, IReadOnlyList<ConfLine>? Body = null)
{
    public static string Write(IEnumerable<ConfLine> lines) => string.Concat(lines.Select(line => line.Write(0)));

    /// <summary>The same file with one line, or one block, less: every way to do that, the greatest blocks first.</summary>
    public static IEnumerable<IReadOnlyList<ConfLine>> WithoutOne(IReadOnlyList<ConfLine> lines)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            yield return [.. lines.Take(i), .. lines.Skip(i + 1)];
        }

        for (int i = 0; i < lines.Count; i++)
        {
            foreach (IReadOnlyList<ConfLine> body in WithoutOne(lines[i].Body ?? []))
            {
                yield return [.. lines.Take(i), lines[i] with { Body = body }, .. lines.Skip(i + 1)];
            }
        }
    }

    private string Write(int depth)
    {
        string indent = new(' ', 4 * depth);
        return Body is null ? $"{indent}{Text}\n" : $"{indent}{Text} {{\n{string.Concat(Body.Select(line => line.Write(depth + 1)))}{indent}}}\n";
    }
}
