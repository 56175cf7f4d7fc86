using System.Text.Json;
using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration.Shapes;

/// <summary>An IPv4 or IPv6 address without a prefix length.</summary>
internal sealed class AddressShape : Shape<Address>
{
    public override string Expectation => "an IPv4 or IPv6 address such as \"192.0.2.1\"";

    public override bool TryRead(Node node, string path, Findings? findings, out Address value)
    {
        value = default;
        if (node.Kind != NodeKind.String)
        {
            if (findings is not null)
            {
                ReportType(node, path, findings);
            }

            return false;
        }

        if (AddressText.TryParse(node.Text, out value))
        {
            return true;
        }

        string? remedy = AddressText.TryParsePrefix(node.Text, out AddressPrefix prefix)
            ? $"Leave the prefix length out: \"{prefix.Address}\"."
            : null;
        findings?.Error(node.At, DiagnosticCodes.NotAnAddress, $"{path} must be {Expectation}, found {Wording.Quote(node.Text)}", remedy);
        return false;
    }

    public override void WriteKeywords(Utf8JsonWriter writer) => writer.WriteString("type", "string");
}

/// <summary>An address with the prefix length of its subnet.</summary>
internal sealed class PrefixShape : Shape<AddressPrefix>
{
    public override string Expectation => "an address with a prefix length such as \"192.0.2.1/24\"";

    public override bool TryRead(Node node, string path, Findings? findings, out AddressPrefix value)
    {
        value = default;
        if (node.Kind != NodeKind.String)
        {
            if (findings is not null)
            {
                ReportType(node, path, findings);
            }

            return false;
        }

        if (AddressText.TryParsePrefix(node.Text, out value))
        {
            return true;
        }

        string? remedy = AddressText.TryParse(node.Text.Split('/')[0], out Address address)
            ? $"The prefix length is a whole number 1..{address.Length * 8}."
            : null;
        findings?.Error(node.At, DiagnosticCodes.NotAnAddress, $"{path} must be {Expectation}, found {Wording.Quote(node.Text)}", remedy);
        return false;
    }

    public override void WriteKeywords(Utf8JsonWriter writer) => writer.WriteString("type", "string");
}
