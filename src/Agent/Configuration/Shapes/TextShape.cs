using System.Text.Json;
using System.Text.RegularExpressions;
using HotStandby.Agent.Configuration.Json;

namespace HotStandby.Agent.Configuration.Shapes;

/// <summary>A string.</summary>
internal sealed class TextShape : Shape<string>
{
    public override string Expectation => "a string";

    /// <summary>In characters; 0 allows the empty string.</summary>
    public long Shortest { get; init; }

    public long Longest { get; init; } = long.MaxValue;

    /// <summary>What it must match; null for anything.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>The pattern in words: completes "must be ..."; null shows the pattern.</summary>
    public string? PatternInWords { get; init; }

    public override bool TryRead(Node node, string path, Findings? findings, out string value)
    {
        value = node.Text;
        if (node.Kind == NodeKind.String)
        {
            return CheckText(value, node.At, path, findings);
        }

        if (findings is not null)
        {
            ReportType(node, path, findings, node.Kind == NodeKind.Number ? $"Write it in double quotes: \"{node.Text}\"." : null);
        }

        return false;
    }

    /// <summary>The same for a text that is a key.</summary>
    public bool CheckText(string text, Position at, string path, Findings? findings)
    {
        if (text.Length < Shortest)
        {
            string least = Shortest == 1 ? "must not be empty" : $"must have at least {Shortest} characters, found {text.Length}";
            findings?.Error(at, DiagnosticCodes.WrongForm, $"{path} {least}");
            return false;
        }

        if (text.Length > Longest)
        {
            findings?.Error(at, DiagnosticCodes.WrongForm, $"{path} must have at most {Longest} characters, found {text.Length}");
            return false;
        }

        if (Pattern is not null && !Matches(text))
        {
            findings?.Error(at, DiagnosticCodes.WrongForm, $"{path} must be {PatternInWords ?? $"a text that matches {Pattern}"}, found {Wording.Quote(text)}");
            return false;
        }

        return true;
    }

    public override void WriteKeywords(Utf8JsonWriter writer)
    {
        writer.WriteString("type", "string");
        if (Shortest > 0)
        {
            writer.WriteNumber("minLength", Shortest);
        }

        if (Longest < long.MaxValue)
        {
            writer.WriteNumber("maxLength", Longest);
        }

        if (Pattern is not null)
        {
            // .NET writes the end of the text as \z, since its $ lets a line end through; JSON schema has only $.
            writer.WriteString("pattern", Pattern.ToString().Replace("\\z", "$", StringComparison.Ordinal));
        }
    }

    // A plugin's pattern that takes too long is left to the plugin, which checks its options again.
    private bool Matches(string text)
    {
        try
        {
            return Pattern!.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return true;
        }
    }
}
