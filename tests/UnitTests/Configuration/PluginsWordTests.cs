using System.Text;
using HotStandby.Agent.Configuration;
using HotStandby.HostProtocol;

namespace HotStandby.UnitTests.Configuration;

/// <summary>What a plugin says of its own entry is a finding like any other: with line, column and key.</summary>
public sealed class PluginsWordTests
{
    private const string Text = """
        {
          "nodes": { "n1": { "address": "192.0.2.11", "priority": 150 }, "n2": { "address": "192.0.2.12", "priority": 100 } },
          "virtualRouters": [{
            "name": "VI_1", "vrid": 51, "interface": "eth0", "addresses": ["192.0.2.100/24"],
            "track": [{ "check": "app", "onFail": "fault" }], "notify": ["tell"]
          }],
          "plugins": [
            { "id": "app", "use": "Tomcat",
              "options": { "url": "127.0.0.1",
                           "expectStatus": [200, 600],
                           "expectJson": { "path": "$.a" } } },
            { "id": "tell", "use": "Script" }
          ]
        }
        """;

    private static readonly IReadOnlyList<PluginDescribed> Plugins =
    [
        new("Tomcat", "/p/Tomcat/Tomcat.dll", "1", "1", true, "", "", ["check"], null),
        new("Script", "/p/Script/Script.dll", "1", "1", true, "", "", ["notifier"], null),
    ];

    private static readonly EntryJudged Content = new(1, [], ["notifier"], false);

    private static Diagnostic[] Read(params EntryJudged[] entries) =>
        [.. ConfigReader.ReadText("plugins.json", Encoding.UTF8.GetBytes(Text), Plugins, entries).Diagnostics];

    [Theory]
    [InlineData("url", 9, 27)]
    [InlineData("expectStatus", 10, 36)]
    [InlineData("expectStatus[1]", 10, 42)]
    [InlineData("expectJson.path", 11, 44)]
    [InlineData("expectJson.equals", 11, 34)]
    [InlineData("", 9, 18)]
    public void A_refusal_stands_where_the_value_stands(string path, int line, int column)
    {
        Diagnostic found = Assert.Single(Read(new EntryJudged(0, [new(path, "is not to its taste.")], [], false), Content));
        Assert.Equal((Severity.Error, "HS1506", line, column), (found.Severity, found.Code, found.Line, found.Column));
        Assert.Contains(path.Length == 0 ? "plugins[0]: plugin \"Tomcat\"" : $"plugins[0].options.{path}: ", found.Message, StringComparison.Ordinal);
        Assert.EndsWith("is not to its taste", found.Message, StringComparison.Ordinal);
    }

    /// <summary>The plugin can check and tell; whether this entry does is decided by its options, so the entry's own word counts.</summary>
    [Fact]
    public void What_an_entry_offers_is_what_it_offers_with_these_options()
    {
        Diagnostic found = Assert.Single(Read(new EntryJudged(0, [], ["notifier"], false), Content));
        Assert.Equal("HS1504", found.Code);
        Assert.Empty(Read(new EntryJudged(0, [], ["check"], false), Content));
    }

    [Fact]
    public void Every_entry_of_the_file_is_outlined_for_the_plugins_also_a_broken_one()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(file, Text.Replace("\"id\": \"tell\", ", "", StringComparison.Ordinal));
        try
        {
            ConfigOutline outline = ConfigReader.Outline(file);
            Assert.Equal(["Tomcat", "Script"], outline.Entries.Select(entry => entry.Use));
            Assert.Equal("127.0.0.1", outline.Entries[0].Options.GetProperty("url").GetString());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
