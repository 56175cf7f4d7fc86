namespace HotStandby.Agent.Configuration;

/// <summary>Whether the file can be used in spite of a <see cref="Diagnostic"/>.</summary>
public enum Severity
{
    /// <summary>The file can be used, but probably does not say what was meant.</summary>
    Warning,

    /// <summary>The file is refused.</summary>
    Error,
}

/// <summary>One thing wrong with plugins.json, and where.</summary>
/// <param name="Severity">Error or warning.</param>
/// <param name="Code">Stable code, HS1nnn for errors and HS2nnn for warnings; listed in docs/plugins.json.md.</param>
/// <param name="File">The path as the reader was given it.</param>
/// <param name="Line">From 1; 0 when the file as a whole is meant.</param>
/// <param name="Column">From 1, in characters (Unicode code points); 0 when the file as a whole is meant.</param>
/// <param name="Message">One sentence without a full stop: what was found and what was expected.</param>
/// <param name="Remedy">What to do, when that needs a sentence of its own.</param>
public sealed record Diagnostic(
    Severity Severity,
    string Code,
    string File,
    int Line,
    int Column,
    string Message,
    string? Remedy)
{
    /// <summary>
    /// The form that editors and terminals make clickable: <c>file:line:column: error CODE: message</c>. Words of the file can't forge a line, nor be
    /// obeyed by the terminal as an escape sequence.
    /// </summary>
    public override string ToString()
    {
        string place = Line > 0 ? $"{File}:{Line}:{Column}" : File;
        string severity = Severity == Severity.Error ? "error" : "warning";
        string remedy = Remedy is null ? "" : $"\n    {PlainText.OneLine(Remedy)}";
        return $"{PlainText.OneLine($"{place}: {severity} {Code}: {Message}")}{remedy}";
    }
}
