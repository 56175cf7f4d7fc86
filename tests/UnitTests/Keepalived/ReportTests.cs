using System.Text.Json;
using HotStandby.Agent.Keepalived.Findings;

namespace HotStandby.UnitTests.Keepalived;

/// <summary>The findings for programs.</summary>
public class ReportTests
{
    private static readonly ConfFinding[] Findings =
    [
        new("KA3001", Weight.Warning, new("/etc/k.conf", 3, 4), "a \"quoted\" text", "a remedy"),
        new("KA2001", Weight.Error, new("k2.conf", 1, 1), "unknown", null),
    ];

    [Fact]
    public void Json_has_every_part()
    {
        JsonElement all = JsonDocument.Parse(FindingsJson.Of(Findings)).RootElement;
        Assert.Equal(2, all.GetArrayLength());
        Assert.Equal("a \"quoted\" text", all[0].GetProperty("text").GetString());
        Assert.Equal((3, 4), (all[0].GetProperty("line").GetInt32(), all[0].GetProperty("column").GetInt32()));
        Assert.Equal("error", all[1].GetProperty("severity").GetString());
        Assert.Equal(JsonValueKind.Null, all[1].GetProperty("remedy").ValueKind);
    }

    [Fact]
    public void Sarif_is_version_2_1_0_with_rules_levels_and_places()
    {
        JsonElement log = JsonDocument.Parse(SarifReport.Of(Findings)).RootElement;
        Assert.Equal("2.1.0", log.GetProperty("version").GetString());
        JsonElement run = log.GetProperty("runs")[0];
        Assert.Equal(["KA2001", "KA3001"], run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("id").GetString()));
        JsonElement first = run.GetProperty("results")[0];
        Assert.Equal(("KA3001", 1, "warning"), (first.GetProperty("ruleId").GetString(), first.GetProperty("ruleIndex").GetInt32(), first.GetProperty("level").GetString()));
        JsonElement place = first.GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal("etc/k.conf", place.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal(3, place.GetProperty("region").GetProperty("startLine").GetInt32());
    }

    [Fact]
    public void Every_code_is_in_the_page_about_import()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs/import.md"));
        string[] codes = [.. typeof(ConfCodes).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];
        Assert.Equal(codes.Length, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Contains($"| {code} |", page, StringComparison.Ordinal));
    }
}
