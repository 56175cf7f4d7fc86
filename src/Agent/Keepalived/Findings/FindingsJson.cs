using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace HotStandby.Agent.Keepalived.Findings;

/// <summary>Findings as JSON: an array, in order.</summary>
public static class FindingsJson
{
    public static string Of(IReadOnlyList<ConfFinding> findings) => JsonSerializer.Serialize(
        new JsonArray([.. findings.Select(finding => (JsonNode)new JsonObject
        {
            ["code"] = finding.Code,
            ["severity"] = finding.Weight.ToString().ToLowerInvariant(),
            ["file"] = finding.At.File,
            ["line"] = finding.At.Line,
            ["column"] = finding.At.Column,
            ["text"] = finding.Text,
            ["remedy"] = finding.Remedy,
        })]),
        IndentedNode.Default.JsonNode);
}

/// <summary>JSON nodes over several lines.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class IndentedNode : JsonSerializerContext;
