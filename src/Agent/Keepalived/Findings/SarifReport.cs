using System.Text.Json;
using System.Text.Json.Nodes;

namespace HotStandby.Agent.Keepalived.Findings;

/// <summary>Findings as SARIF 2.1.0 (OASIS), which code hosts show beside the lines.</summary>
public static class SarifReport
{
    public static string Of(IReadOnlyList<ConfFinding> findings)
    {
        string[] rules = [.. findings.Select(finding => finding.Code).Distinct().Order(StringComparer.Ordinal)];
        JsonObject run = new()
        {
            ["tool"] = new JsonObject
            {
                ["driver"] = new JsonObject
                {
                    ["name"] = "hotstandby lint",
                    ["rules"] = new JsonArray([.. rules.Select(rule => (JsonNode)new JsonObject { ["id"] = rule })]),
                },
            },
            ["results"] = new JsonArray([.. findings.Select(finding => (JsonNode)Result(finding, rules))]),
        };
        JsonObject log = new()
        {
            ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(run),
        };
        return JsonSerializer.Serialize(log, IndentedNode.Default.JsonNode);
    }

    private static JsonObject Result(ConfFinding finding, string[] rules) => new()
    {
        ["ruleId"] = finding.Code,
        ["ruleIndex"] = Array.IndexOf(rules, finding.Code),
        ["level"] = finding.Weight.ToString().ToLowerInvariant(),
        ["message"] = new JsonObject { ["text"] = finding.Remedy is null ? finding.Text : $"{finding.Text}. {finding.Remedy}" },
        ["locations"] = new JsonArray(new JsonObject
        {
            ["physicalLocation"] = new JsonObject
            {
                ["artifactLocation"] = new JsonObject { ["uri"] = finding.At.File.TrimStart('/') },
                ["region"] = new JsonObject { ["startLine"] = finding.At.Line, ["startColumn"] = finding.At.Column },
            },
        }),
    };
}
