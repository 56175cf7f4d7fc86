using System.Text.Json;
using HotStandby.Agent.Configuration.Core;
using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration.Shapes;

/// <summary>A virtual address: its text, or an object that says more.</summary>
internal sealed class VirtualAddressShape : Shape<DraftAddress>
{
    private static readonly PrefixShape Text = new();

    public override string Expectation => $"{Text.Expectation} or an object";

    public override void Check(Node node, string path, Findings findings)
    {
        switch (node.Kind)
        {
            case NodeKind.String:
                Text.Check(node, path, findings);
                break;
            case NodeKind.Object:
                AddressKeys.Shape.Check(node, path, findings);
                break;
            default:
                ReportType(node, path, findings);
                break;
        }
    }

    public override bool TryRead(Node node, string path, Findings? findings, out DraftAddress value)
    {
        Placed<AddressPrefix>? prefix = node.Kind == NodeKind.Object ? AddressKeys.Address.Of(node)
            : Text.TryRead(node, path, null, out AddressPrefix written) ? new(written, node.At, true)
            : null;
        value = new(prefix!, path)
        {
            Device = AddressKeys.Device.Of(node),
            Label = AddressKeys.Label.Of(node),
            Scope = AddressKeys.Scope.Of(node),
            Peer = AddressKeys.Peer.Of(node),
            Broadcast = AddressKeys.Broadcast.Of(node),
            NoPrefixRoute = AddressKeys.NoPrefixRoute.Of(node),
            PreferredSource = AddressKeys.PreferredSource.Of(node),
        };
        return prefix is not null;
    }

    public override void WriteKeywords(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("anyOf");
        writer.WriteStartObject();
        Text.WriteKeywords(writer);
        writer.WriteEndObject();
        writer.WriteStartObject();
        AddressKeys.Shape.WriteKeywords(writer);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}
