using System.Text.Json;
using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration.Shapes;

/// <summary>The destination of a route; null for "default", whose family is that of the route's other addresses.</summary>
internal sealed class DestinationShape : Shape<AddressPrefix?>
{
    private const string Default = "default";
    private static readonly PrefixShape Prefix = new();

    public override string Expectation => $"\"{Default}\" or {Prefix.Expectation}";

    public override bool TryRead(Node node, string path, Findings? findings, out AddressPrefix? value)
    {
        value = null;
        if (node.Kind == NodeKind.String && node.Text == Default)
        {
            return true;
        }

        if (node.Kind == NodeKind.String && AddressText.TryParsePrefix(node.Text, out AddressPrefix prefix))
        {
            value = prefix;
            return true;
        }

        if (findings is not null && node.Kind != NodeKind.String)
        {
            ReportType(node, path, findings);
        }
        else
        {
            string? remedy = node.Text.EndsWith("/0", StringComparison.Ordinal) || Nearest.To(node.Text, [Default]) is not null ? $"Write \"{Default}\"." : null;
            findings?.Error(node.At, DiagnosticCodes.NotAnAddress, $"{path} must be {Expectation}, found {Wording.Quote(node.Text)}", remedy);
        }

        return false;
    }

    public override void WriteKeywords(Utf8JsonWriter writer) => Prefix.WriteKeywords(writer);
}
