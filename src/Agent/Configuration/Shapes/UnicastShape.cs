using System.Text.Json;
using HotStandby.Agent.Configuration.Core;
using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration.Shapes;

/// <summary>true, false, or an object that says more.</summary>
internal sealed class UnicastShape : Shape<DraftUnicast>
{
    public override string Expectation => "true, false or an object";

    public override void Check(Node node, string path, Findings findings)
    {
        if (node.Kind == NodeKind.Object)
        {
            UnicastKeys.Shape.Check(node, path, findings);
        }
        else if (node.Kind is not (NodeKind.True or NodeKind.False))
        {
            ReportType(node, path, findings);
        }
    }

    public override bool TryRead(Node node, string path, Findings? findings, out DraftUnicast value)
    {
        List<Node>? peers = node.Kind == NodeKind.Object ? node.Find(UnicastKeys.Peers.Name)?.Value.Items : null;
        value = new(
            node.Kind != NodeKind.False,
            peers?.ConvertAll(one => UnicastKeys.Peer.TryRead(one, "", null, out Address address) ? new Placed<Address>(address, one.At, true) : null),
            UnicastKeys.MinimumTtl.Of(node),
            UnicastKeys.CheckSource.Of(node));
        return node.Kind is NodeKind.True or NodeKind.False or NodeKind.Object;
    }

    public override void WriteKeywords(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("anyOf");
        writer.WriteStartObject();
        writer.WriteString("type", "boolean");
        writer.WriteEndObject();
        writer.WriteStartObject();
        UnicastKeys.Shape.WriteKeywords(writer);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}
