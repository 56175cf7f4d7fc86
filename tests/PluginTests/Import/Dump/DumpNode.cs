namespace HotStandby.PluginTests.Import.Dump;

/// <summary>A line of keepalived's dump with the lines that are indented below it.</summary>
internal sealed record DumpNode(string Text, List<DumpNode> Below)
{
    /// <summary>The part before " = " or " :".</summary>
    public string Key => Text.Split(" = ")[0].TrimEnd(':', ' ');

    /// <summary>The part after " = "; empty for none.</summary>
    public string Value => Text.Contains(" = ", StringComparison.Ordinal) ? Text[(Text.IndexOf(" = ", StringComparison.Ordinal) + 3)..] : "";

    /// <summary>The sections by title.</summary>
    public static IReadOnlyDictionary<string, DumpNode> Sections(IReadOnlyList<string> lines)
    {
        Dictionary<string, DumpNode> sections = [];
        Stack<(int Indent, DumpNode Node)> open = [];
        foreach (string line in lines)
        {
            string text = line.Trim();
            if (text.StartsWith("------<", StringComparison.Ordinal))
            {
                DumpNode section = new(text.Trim('-', '<', '>', ' '), []);
                sections[section.Text] = section;
                open = new([(0, section)]);
            }
            else if (open.Count > 0)
            {
                int indent = line.Length - line.TrimStart().Length;
                while (open.Peek().Indent >= indent)
                {
                    open.Pop();
                }

                DumpNode node = new(text, []);
                open.Peek().Node.Below.Add(node);
                open.Push((indent, node));
            }
        }

        return sections;
    }

    public string Find(string key, string otherwise = "") => Below.Find(one => one.Key == key)?.Value ?? otherwise;

    /// <summary>The lines below a title such as "Tracked scripts".</summary>
    public IEnumerable<string> List(string title) =>
        Below.Where(one => one.Key == title || one.Key.StartsWith(title + " (", StringComparison.Ordinal)).SelectMany(one => one.Below).Select(one => one.Text);
}
