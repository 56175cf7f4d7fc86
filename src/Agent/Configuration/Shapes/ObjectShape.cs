using System.Text.Json;
using HotStandby.Agent.Configuration.Json;

namespace HotStandby.Agent.Configuration.Shapes;

/// <summary>An object with known keys; any other key is an error.</summary>
internal sealed class ObjectShape(params IReadOnlyList<Member> members) : Shape
{
    private const int MostListed = 20;

    public override string Expectation => "an object";

    public IReadOnlyList<Member> Members { get; } = members;

    /// <summary>Keys of which exactly one must be written; empty for no such rule.</summary>
    public IReadOnlyList<string> ExactlyOne { get; init; } = [];

    /// <summary>How to choose among <see cref="ExactlyOne"/>; a sentence.</summary>
    public string? HowToChoose { get; init; }

    /// <summary>A second set of keys of which exactly one must be written: what kind of thing it is; empty for no such rule.</summary>
    public IReadOnlyList<string> ExactlyOneKind { get; init; } = [];

    /// <summary>How to choose among <see cref="ExactlyOneKind"/>; a sentence.</summary>
    public string? HowToChooseKind { get; init; }

    /// <summary>What to say about keys that people look for here but that stand elsewhere.</summary>
    public IReadOnlyDictionary<string, string> Elsewhere { get; init; } = new Dictionary<string, string>();

    /// <summary>What keys beyond <see cref="Members"/> may hold; null when there may be none.</summary>
    public Shape? Rest { get; init; }

    public override void Check(Node node, string path, Findings findings)
    {
        if (node.Kind != NodeKind.Object)
        {
            ReportType(node, path, findings);
            return;
        }

        HashSet<string> meant = [];
        foreach (NodeMember written in node.Members)
        {
            string below = KeyPath.Join(path, written.Key);
            Shape? shape = Members.FirstOrDefault(one => one.Name == written.Key)?.Shape ?? Rest;
            if (shape is not null)
            {
                shape.Check(written.Value, below, findings);
            }
            else if (ReportUnknown(written, node, path, findings) is string guess)
            {
                meant.Add(guess);
            }
        }

        // A key that is there under a wrong name was already said to be that key.
        foreach (Member missing in Members.Where(one => one.Required && node.Find(one.Name) is null && !meant.Contains(one.Name)))
        {
            findings.Error(
                node.At,
                DiagnosticCodes.MissingKey,
                $"{Named(path)} has no \"{missing.Name}\"; expected {missing.Shape.Expectation}",
                missing.Description.Length > 0 ? missing.Description : null);
        }

        CheckExactlyOne(ExactlyOneKind, HowToChooseKind, node, path, meant, findings);
        CheckExactlyOne(ExactlyOne, HowToChoose, node, path, meant, findings);
    }

    public override void WriteKeywords(Utf8JsonWriter writer)
    {
        writer.WriteString("type", "object");
        writer.WriteStartObject("properties");
        foreach (Member member in Members)
        {
            writer.WriteStartObject(member.Name);
            writer.WriteString("description", member.Description);
            member.Shape.WriteKeywords(writer);
            if (member.Default is string standard)
            {
                writer.WritePropertyName("default");
                writer.WriteRawValue(standard);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        string[] required = [.. Members.Where(one => one.Required).Select(one => one.Name)];
        if (required.Length > 0)
        {
            writer.WriteStartArray("required");
            foreach (string name in required)
            {
                writer.WriteStringValue(name);
            }

            writer.WriteEndArray();
        }

        if (ExactlyOne.Count > 0 && ExactlyOneKind.Count > 0)
        {
            writer.WriteStartArray("allOf");
            writer.WriteStartObject();
            WriteOneOf(ExactlyOneKind, writer);
            writer.WriteEndObject();
            writer.WriteStartObject();
            WriteOneOf(ExactlyOne, writer);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }
        else
        {
            WriteOneOf(ExactlyOne.Count > 0 ? ExactlyOne : ExactlyOneKind, writer);
        }

        if (Rest is null)
        {
            writer.WriteBoolean("additionalProperties", false);
        }
    }

    private string? ReportUnknown(NodeMember written, Node node, string path, Findings findings)
    {
        string message = $"unknown key {Wording.Quote(written.Key)} {KeyPath.Place(path)}";
        string? remedy = Elsewhere.GetValueOrDefault(written.Key);
        string? guess = null;
        if (remedy is null)
        {
            // What is already written was not meant again, unless nothing else comes near.
            string[] free = [.. Members.Where(one => node.Find(one.Name) is null).SelectMany(Names)];
            guess = Nearest.To(written.Key, free) ?? Nearest.To(written.Key, Members.SelectMany(Names));
            guess = Members.FirstOrDefault(one => Names(one).Contains(guess))?.Name;
        }

        if (guess is not null)
        {
            message += $"; did you mean \"{guess}\"?";
        }
        else if (remedy is null)
        {
            message += Members.Count switch
            {
                0 => "; it takes no keys",
                <= MostListed => $"; expected {Wording.OneOf(Members.Select(one => one.Name))}",
                _ => "",
            };
        }

        findings.Error(written.At, DiagnosticCodes.UnknownKey, message, remedy);
        return guess;
    }

    private static void WriteOneOf(IReadOnlyList<string> names, Utf8JsonWriter writer)
    {
        if (names.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("oneOf");
        foreach (string name in names)
        {
            writer.WriteStartObject();
            writer.WriteStartArray("required");
            writer.WriteStringValue(name);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void CheckExactlyOne(
        IReadOnlyList<string> names, string? howToChoose, Node node, string path, HashSet<string> meant, Findings findings)
    {
        if (names.Count == 0 || names.Any(meant.Contains))
        {
            return;
        }

        NodeMember[] there = [.. node.Members.Where(one => names.Contains(one.Key)).DistinctBy(one => one.Key)];
        if (there.Length != 1)
        {
            bool few = names.Count <= 3;
            string found = there.Length == 0 ? (few ? "found neither" : "found none of them")
                : few ? "found both" : $"found {Wording.AllOf(there.Select(one => one.Key))}";
            Position at = there.Length == 0 ? node.At : there[^1].At;
            findings.Error(
                at,
                DiagnosticCodes.NotExactlyOne,
                $"{Named(path)} must have {(few ? "either" : "exactly one of")} {Wording.OneOf(names)}, {found}",
                howToChoose);
        }
    }

    private static IEnumerable<string> Names(Member member) => member.Aliases.Prepend(member.Name);
}
