using System.Text.Json;
using HotStandby.Agent.Configuration.Json;

namespace HotStandby.Agent.Configuration.Shapes;

/// <summary>A duration with a unit in a range; no bounds for a plugin's option, whose range the plugin knows.</summary>
/// <param name="orZero">Whether "0s" is right too, although it is shorter.</param>
internal sealed class DurationShape(TimeSpan? shortest = null, TimeSpan? longest = null, bool orZero = false) : Shape<TimeSpan>
{
    public override string Expectation => shortest is TimeSpan least && longest is TimeSpan most
        ? $"{(orZero ? "\"0s\" or " : "")}a duration from \"{DurationText.Format(least)}\" to \"{DurationText.Format(most)}\""
        : "a duration such as \"800ms\" or \"2s\"";

    public override bool TryRead(Node node, string path, Findings? findings, out TimeSpan value)
    {
        value = default;
        if (node.Kind == NodeKind.Number || (node.Kind == NodeKind.String && DurationText.IsBareNumber(node.Text)))
        {
            ReportBareNumber(node, path, findings);
            return false;
        }

        if (node.Kind != NodeKind.String)
        {
            if (findings is not null)
            {
                ReportType(node, path, findings);
            }

            return false;
        }

        if (!DurationText.TryParse(node.Text, out value))
        {
            ReportForm(node, path, findings);
            return false;
        }

        if ((value < shortest && !(orZero && value == TimeSpan.Zero)) || value > longest)
        {
            findings?.Error(node.At, DiagnosticCodes.OutOfRange, $"{path} must be {Expectation}, found {Wording.Quote(node.Text)}");
            return false;
        }

        return true;
    }

    public override void WriteKeywords(Utf8JsonWriter writer)
    {
        writer.WriteString("type", "string");
        writer.WriteString("pattern", DurationText.Pattern);
    }

    private static void ReportBareNumber(Node node, string path, Findings? findings)
    {
        string number = node.Text.Trim();
        bool usable = DurationText.TryParse(number + "s", out _);
        string how = usable ? $"write \"{number}s\" or \"{number}ms\"" : "write a unit: ms, s, m or h";
        findings?.Error(node.At, DiagnosticCodes.BareNumber, $"{path} must be a duration with a unit, found {node.Describe()}; {how}");
    }

    private static void ReportForm(Node node, string path, Findings? findings)
    {
        string message = $"{path} must be a duration such as \"800ms\" or \"2s\", found {Wording.Quote(node.Text)}";
        if (DurationText.Guess(node.Text) is string meant)
        {
            message += $"; did you mean \"{meant}\"?";
        }

        findings?.Error(node.At, DiagnosticCodes.NotADuration, message, "A duration is a number and one of the units ms, s, m and h, without a space.");
    }
}
