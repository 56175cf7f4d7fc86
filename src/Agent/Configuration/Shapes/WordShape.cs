using System.Text.Json;
using HotStandby.Agent.Configuration.Json;

namespace HotStandby.Agent.Configuration.Shapes;

/// <summary>One of some words, each with what it stands for.</summary>
internal sealed class WordShape<T>(params IReadOnlyList<(string Word, T Meaning)> words) : Shape<T>
{
    public override string Expectation => Wording.OneOf(words.Select(one => one.Word));

    public override bool TryRead(Node node, string path, Findings? findings, out T value)
    {
        foreach ((string word, T meaning) in words)
        {
            if (node.Kind == NodeKind.String && node.Text == word)
            {
                value = meaning;
                return true;
            }
        }

        value = default!;
        if (node.Kind != NodeKind.String)
        {
            if (findings is not null)
            {
                ReportType(node, path, findings);
            }

            return false;
        }

        string message = $"{path} must be {Expectation}, found {Wording.Quote(node.Text)}";
        string? guess = Nearest.To(node.Text, words.Select(one => one.Word));
        findings?.Error(node.At, DiagnosticCodes.UnknownWord, guess is null ? message : $"{message}; did you mean \"{guess}\"?");
        return false;
    }

    public override void WriteKeywords(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("enum");
        foreach ((string word, _) in words)
        {
            writer.WriteStringValue(word);
        }

        writer.WriteEndArray();
    }
}
