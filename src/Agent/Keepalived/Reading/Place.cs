namespace HotStandby.Agent.Keepalived.Reading;

/// <summary>Where something stands in a keepalived.conf.</summary>
/// <param name="File">As it was named on the command line or found by an include.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">In characters, from 1; on a line that a <c>$NAME</c>, <c>~SEQ</c> or <c>~LST</c> changed, where the line's text begins.</param>
public sealed record Place(string File, int Line, int Column)
{
    /// <summary>The definition that the line's text came from; null when it stands there as it is.</summary>
    public Place? Defined { get; init; }

    public override string ToString() =>
        Defined is null ? $"{File}:{Line}:{Column}" : $"{File}:{Line}:{Column} (from {Defined.File}:{Defined.Line})";
}

/// <summary>One word of a line, without its quotes.</summary>
public sealed record Word(string Text, Place At, bool IsQuoted)
{
    /// <summary>Whether the quotes were single ones, which keepalived 2.2 knows in commands only.</summary>
    public bool IsSingleQuoted { get; init; }

    public override string ToString() => Text;
}

/// <summary>A line, or a line with the block it opens.</summary>
/// <param name="Words">The keyword and its arguments; never empty.</param>
/// <param name="Body">The statements between the braces; null when there are none.</param>
public sealed record Statement(IReadOnlyList<Word> Words, IReadOnlyList<Statement>? Body)
{
    public string Keyword => Words[0].Text;

    public Place At => Words[0].At;

    public IReadOnlyList<Statement> Children => Body ?? [];

    /// <summary>The argument of that number, from 0; null when there is none.</summary>
    public Word? Argument(int index) => index + 1 < Words.Count ? Words[index + 1] : null;

    /// <summary>As keepalived reads it, with every definition and condition resolved.</summary>
    public IEnumerable<string> Lines(int depth = 0)
    {
        string indent = new(' ', 4 * depth);
        string words = string.Join(' ', Words.Select(word => word.IsQuoted ? $"\"{word.Text}\"" : word.Text));
        return Body is null
            ? [indent + words]
            : [$"{indent}{words} {{", .. Body.SelectMany(child => child.Lines(depth + 1)), indent + "}"];
    }
}
