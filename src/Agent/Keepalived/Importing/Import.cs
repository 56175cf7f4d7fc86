using System.Text.Json.Nodes;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>One node's file.</summary>
/// <param name="Node">Its name, which <c>@id</c> asks for.</param>
public sealed record ConfSource(string Node, string Path);

/// <summary>What came of reading keepalived.conf.</summary>
/// <param name="File">plugins.json.</param>
/// <param name="Aside">IPVS blocks, as keepalived reads them; empty for none.</param>
/// <param name="Findings">By file and line.</param>
public sealed record ImportResult(JsonObject File, IReadOnlyList<string> Aside, IReadOnlyList<ConfFinding> Findings)
{
    public string Text => JsonText.Of(File);
}

/// <summary>keepalived.conf of one or several nodes into one plugins.json, with everything that is lost or changed on the way.</summary>
public static class Import
{
    /// <summary>Where IPVS blocks are kept, beside plugins.json.</summary>
    public const string AsideFile = "keepalived-ipvs.conf";

    /// <param name="addresses">The nodes' own addresses, as far as they are known.</param>
    public static ImportResult Run(IReadOnlyList<ConfSource> sources, IReadOnlyDictionary<string, string> addresses, IConfFiles files)
    {
        ConfFindings findings = new();
        NodeConf[] nodes = [.. sources.Select(source => new NodeReader(files, findings).Read(
            source.Node, source.Path, new ConfReader(files, source.Node, findings).Read(source.Path)))];
        JsonObject file = new PairMerge(nodes, addresses, findings).Merge();
        return new(file, nodes[0].Aside, findings.InOrder());
    }
}
