using System.Reflection;
using System.Text.RegularExpressions;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Configuration.Core;
using HotStandby.Agent.Configuration.Shapes;

namespace HotStandby.UnitTests.Configuration;

/// <summary>docs/plugins.json.md names every key, every default and every code, and no code that does not exist.</summary>
public sealed partial class ReferenceTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "plugins.json.md"));

    private static readonly string[] Codes = [.. typeof(DiagnosticCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(one => (string)one.GetRawConstantValue()!)];

    [Fact]
    public void Every_key_is_in_the_reference_with_its_default()
    {
        ObjectShape[] shapes =
        [
            FileKeys.Shape, NodeKeys.Shape, NodeKeys.Override, VirtualRouterKeys.Shape, TrackKeys.Shape, SyncGroupKeys.Shape, UnicastKeys.Shape, HmacKeys.Key,
            AddressKeys.Shape, RouteKeys.Route, RouteKeys.Rule, PluginKeys.Shape,
            AgentKeys.Shape,
        ];
        foreach (Member member in shapes.SelectMany(one => one.Members))
        {
            string[] rows = [.. Page.Split('\n').Where(one => one.StartsWith($"| `{member.Name}` |", StringComparison.Ordinal))];
            Assert.True(rows.Length > 0, $"{member.Name} is not in the reference");
            Assert.True(
                member.Default is null || rows.Any(one => one.Contains($"| `{member.Default}` |", StringComparison.Ordinal)),
                $"the default of {member.Name}, {member.Default}, is not in the reference");
        }
    }

    [Fact]
    public void Every_code_is_in_the_reference_and_no_other()
    {
        Assert.Equal(Codes.Length, Codes.Distinct().Count());
        string[] documented = [.. Code().Matches(Page).Select(one => one.Groups[1].Value)];
        Assert.Equal(Codes.Order(), documented.Order());
    }

    /// <summary>HS1001 and HS1002 are about files and bytes that a golden file can't hold, HS1005 and HS2013 about who can change one, HS1506 is what a plugin says, HS1312 and HS2007 what the machine has: their own tests have them.</summary>
    [Fact]
    public void Every_code_is_in_a_golden_file()
    {
        string golden = string.Concat(Directory.GetFiles(RepositoryFiles.Broken, "*.golden").Select(File.ReadAllText));
        Assert.Equal(["HS1001", "HS1002", "HS1005", "HS1312", "HS1506", "HS2003", "HS2007", "HS2013"], Codes.Where(one => !golden.Contains(one, StringComparison.Ordinal)).Order());
    }

    [GeneratedRegex("^\\| (HS[0-9]{4}) \\|", RegexOptions.Multiline)]
    private static partial Regex Code();
}
