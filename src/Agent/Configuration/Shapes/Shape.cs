using System.Text.Json;
using HotStandby.Agent.Configuration.Json;

namespace HotStandby.Agent.Configuration.Shapes;

/// <summary>
/// What a value must look like. The one source of both faces of plugins.json: the diagnostics of the reader and the JSON schema for editors.
/// </summary>
internal abstract class Shape
{
    /// <summary>Completes "must be ...".</summary>
    public abstract string Expectation { get; }

    /// <summary>Reports everything wrong with the value and what is in it.</summary>
    public abstract void Check(Node node, string path, Findings findings);

    /// <summary>Writes the keywords of the JSON schema (draft 2020-12) into an object that is open.</summary>
    public abstract void WriteKeywords(Utf8JsonWriter writer);

    protected void ReportType(Node node, string path, Findings findings, string? remedy = null) =>
        findings.Error(node.At, DiagnosticCodes.WrongType, $"{Named(path)} must be {Expectation}, found {node.Describe()}", remedy);

    protected static string Named(string path) => path.Length == 0 ? "the file" : path;
}

/// <summary>The shape of a single value that reads as a <typeparamref name="T"/>.</summary>
internal abstract class Shape<T> : Shape
{
    /// <summary>Reads the value; reports why not when there is somewhere to report to.</summary>
    public abstract bool TryRead(Node node, string path, Findings? findings, out T value);

    public override void Check(Node node, string path, Findings findings) => TryRead(node, path, findings, out _);
}

/// <summary>Anything: for what only the plugin itself can judge.</summary>
internal sealed class AnyShape : Shape
{
    public override string Expectation => "any value";

    public override void Check(Node node, string path, Findings findings)
    {
    }

    public override void WriteKeywords(Utf8JsonWriter writer)
    {
    }
}

/// <summary>The inner shape or null.</summary>
internal sealed class NullableShape(Shape inner) : Shape
{
    public override string Expectation => $"{inner.Expectation} or null";

    public override void Check(Node node, string path, Findings findings)
    {
        if (node.Kind != NodeKind.Null)
        {
            inner.Check(node, path, findings);
        }
    }

    public override void WriteKeywords(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("anyOf");
        writer.WriteStartObject();
        inner.WriteKeywords(writer);
        writer.WriteEndObject();
        writer.WriteStartObject();
        writer.WriteString("type", "null");
        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}
