using System.Globalization;
using System.Text.Json;
using HotStandby.Agent.Configuration.Json;

namespace HotStandby.Agent.Configuration.Shapes;

/// <summary>A whole number in a range.</summary>
internal sealed class IntegerShape(long least = long.MinValue, long greatest = long.MaxValue) : Shape<long>
{
    public override string Expectation => Range(least, greatest) is string range ? $"a whole number {range}{NotZero()}" : "a whole number";

    /// <summary>Zero is in the range, but means nothing.</summary>
    public bool ExceptZero { get; init; }

    public override bool TryRead(Node node, string path, Findings? findings, out long value)
    {
        value = 0;
        if (node.Kind != NodeKind.Number)
        {
            bool quoted = node.Kind == NodeKind.String && long.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
            if (findings is not null)
            {
                ReportType(node, path, findings, quoted ? $"Write it without quotes: {node.Text}." : null);
            }

            return false;
        }

        if (!long.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
        {
            bool fraction = node.Text.AsSpan().IndexOfAny(".eE") >= 0;
            findings?.Error(
                node.At,
                fraction ? DiagnosticCodes.WrongType : DiagnosticCodes.OutOfRange,
                $"{path} must be {Expectation}, found {node.Describe()}");
            return false;
        }

        if (value < least || value > greatest || (ExceptZero && value == 0))
        {
            findings?.Error(node.At, DiagnosticCodes.OutOfRange, $"{path} must be {Expectation}, found {node.Text}");
            return false;
        }

        return true;
    }

    public override void WriteKeywords(Utf8JsonWriter writer)
    {
        writer.WriteString("type", "integer");
        if (least != long.MinValue)
        {
            writer.WriteNumber("minimum", least);
        }

        if (greatest != long.MaxValue)
        {
            writer.WriteNumber("maximum", greatest);
        }

        if (ExceptZero)
        {
            writer.WriteStartObject("not");
            writer.WriteNumber("const", 0);
            writer.WriteEndObject();
        }
    }

    private static string? Range(long least, long greatest) => (least, greatest) switch
    {
        (long.MinValue, long.MaxValue) => null,
        (_, long.MaxValue) => string.Create(CultureInfo.InvariantCulture, $"of at least {least}"),
        (long.MinValue, _) => string.Create(CultureInfo.InvariantCulture, $"of at most {greatest}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{least}..{greatest}"),
    };

    private string NotZero() => ExceptZero ? ", not 0" : "";
}

/// <summary>A number, with or without a fraction, in a range.</summary>
internal sealed class NumberShape(double least = double.NegativeInfinity, double greatest = double.PositiveInfinity) : Shape<double>
{
    public override string Expectation => (double.IsFinite(least), double.IsFinite(greatest)) switch
    {
        (false, false) => "a number",
        (true, false) => string.Create(CultureInfo.InvariantCulture, $"a number of at least {least}"),
        (false, true) => string.Create(CultureInfo.InvariantCulture, $"a number of at most {greatest}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"a number {least}..{greatest}"),
    };

    public override bool TryRead(Node node, string path, Findings? findings, out double value)
    {
        value = 0;
        if (node.Kind != NodeKind.Number)
        {
            if (findings is not null)
            {
                ReportType(node, path, findings);
            }

            return false;
        }

        value = double.Parse(node.Text, CultureInfo.InvariantCulture);
        if (value < least || value > greatest)
        {
            findings?.Error(node.At, DiagnosticCodes.OutOfRange, $"{path} must be {Expectation}, found {node.Text}");
            return false;
        }

        return true;
    }

    public override void WriteKeywords(Utf8JsonWriter writer)
    {
        writer.WriteString("type", "number");
        if (double.IsFinite(least))
        {
            writer.WriteNumber("minimum", least);
        }

        if (double.IsFinite(greatest))
        {
            writer.WriteNumber("maximum", greatest);
        }
    }
}

/// <summary>true or false.</summary>
internal sealed class BooleanShape : Shape<bool>
{
    public override string Expectation => "true or false";

    public override bool TryRead(Node node, string path, Findings? findings, out bool value)
    {
        value = node.Kind == NodeKind.True;
        if (node.Kind is NodeKind.True or NodeKind.False)
        {
            return true;
        }

        if (findings is not null)
        {
            bool quoted = node.Kind == NodeKind.String && node.Text is "true" or "false";
            ReportType(node, path, findings, quoted ? $"Write it without quotes: {node.Text}." : null);
        }

        return false;
    }

    public override void WriteKeywords(Utf8JsonWriter writer) => writer.WriteString("type", "boolean");
}
