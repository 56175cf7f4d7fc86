using System.Text.RegularExpressions;

namespace HotStandby.PluginTests.Documentation;

/// <summary>A page of docs/plugins, as far as its shape is fixed: a title, sections, in Options a table, in Example a block of JSON.</summary>
/// <param name="Title">What stands after <c># </c>.</param>
/// <param name="Sections">Heading and text of each <c>## </c>, in order.</param>
internal sealed partial record PluginPage(string Title, IReadOnlyList<(string Heading, string Text)> Sections)
{
    public string this[string heading] => Sections.Single(section => section.Heading == heading).Text;

    /// <summary>The rows of the Options table, without its head.</summary>
    public IReadOnlyList<OptionRow> Options
    {
        get
        {
            string[] lines = [.. this["Options"].Split('\n').SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|'))];
            Assert.Equal(["| Option | Type | Default | Meaning |", "|---|---|---|---|"], lines.Take(2));
            return [.. lines.Skip(2).Select(RowOf)];
        }
    }

    /// <summary>The first block of JSON under Example.</summary>
    public string Example
    {
        get
        {
            Match block = Json().Match(this["Example"]);
            Assert.True(block.Success, $"{Title}: there is no ```json block under Example");
            return block.Groups[1].Value;
        }
    }

    public static PluginPage Read(string path)
    {
        var sections = new List<(string Heading, string Text)>();
        string title = "";
        bool inCode = false;
        foreach (string line in File.ReadLines(path))
        {
            inCode ^= line.StartsWith("```", StringComparison.Ordinal);
            if (!inCode && line.StartsWith("# ", StringComparison.Ordinal))
            {
                title = line[2..];
            }
            else if (!inCode && line.StartsWith("## ", StringComparison.Ordinal))
            {
                sections.Add((line[3..], ""));
            }
            else if (sections.Count > 0)
            {
                sections[^1] = (sections[^1].Heading, sections[^1].Text + line + "\n");
            }
        }

        return new PluginPage(title, sections);
    }

    private static OptionRow RowOf(string line)
    {
        string[] cells = [.. line.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim())];
        Assert.True(cells.Length == 4, $"a row of the Options table has {cells.Length} cells: {line}");
        return new OptionRow(cells[0].Trim('`'), cells[2].Trim('`'), cells[3]);
    }

    [GeneratedRegex("^```json\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Json();
}

/// <summary>One option.</summary>
/// <param name="Key">As in plugins.json.</param>
/// <param name="Default">JSON, or "required".</param>
/// <param name="Meaning">In words.</param>
internal sealed record OptionRow(string Key, string Default, string Meaning);
