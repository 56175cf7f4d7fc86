extern alias command;

using System.Text.Json;
using HotStandby.Abstractions;
using HotStandby.Agent.Configuration;
using HotStandby.Authoring;
using HotStandby.HostProtocol;
using HotStandby.TestKit;

namespace HotStandby.PluginTests.Documentation;

/// <summary>docs/plugins: a page of one shape for every plugin we ship, which names its options as they are.</summary>
public sealed class PluginPageTests
{
    private static readonly Dictionary<string, IPlugin> Shipped = new()
    {
        ["Command"] = new command::HotStandby.Plugins.Command.Plugin(),
        ["FrrConfig"] = new HotStandby.Plugins.FrrConfig.Plugin(),
        ["KeepalivedConfig"] = new HotStandby.Plugins.KeepalivedConfig.Plugin(),
        ["Nginx"] = new HotStandby.Plugins.Nginx.Plugin(),
        ["Script"] = new HotStandby.Plugins.Script.Plugin(),
        ["TcpPort"] = new HotStandby.Plugins.TcpPort.Plugin(),
        ["Tomcat"] = new HotStandby.Plugins.Tomcat.Plugin(),
    };

    public static IEnumerable<TheoryDataRow<string>> Names => Shipped.Keys.Select(name => new TheoryDataRow<string>(name));

    [Fact]
    public void Every_shipped_plugin_has_a_page_and_no_page_is_left_over()
    {
        string[] folders = [.. Directory.GetFiles(Path.Combine(AuthorsFolder.Repository, "plugins"), "*.csproj", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!];

        Assert.Equal(folders, Shipped.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            folders.Select(name => name.ToLowerInvariant() + ".md"),
            Directory.GetFiles(Path.Combine(AuthorsFolder.Repository, "docs/plugins")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_has_the_plugin_s_name_and_the_five_sections(string name)
    {
        PluginPage page = Page(name);

        Assert.Equal(name, page.Title);
        Assert.Equal(["What", "Options", "Example", "Results", "Metrics"], page.Sections.Select(section => section.Heading));
        Assert.All(page.Sections, section => Assert.False(string.IsNullOrWhiteSpace(section.Text), $"{section.Heading} is empty"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_options_are_those_of_the_plugin_with_their_defaults(string name)
    {
        JsonElement schema = SchemaOf(name);
        HashSet<string> required = schema.TryGetProperty("required", out JsonElement listed) ? [.. listed.EnumerateArray().Select(one => one.GetString()!)] : [];
        IEnumerable<(string, string)> expected = schema.GetProperty("properties").EnumerateObject().Select(option => (
            option.Name,
            required.Contains(option.Name) ? "required" : option.Value.TryGetProperty("default", out JsonElement value) ? value.GetRawText() : "null"));
        IReadOnlyList<OptionRow> rows = Page(name).Options;

        Assert.Equal(expected, rows.Select(row => (row.Key, row.Default)));
        Assert.All(rows, row => Assert.NotEqual("", row.Meaning));
    }

    /// <summary>By the reader of plugins.json, with the plugin's schema, and by the rules of the plugin that no schema can say.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_example_is_accepted(string name)
    {
        string example = Page(name).Example;
        using JsonDocument document = JsonDocument.Parse(example);
        JsonElement entry = document.RootElement;
        string id = entry.GetProperty("id").GetString()!;
        Assert.Equal(name, entry.GetProperty("use").GetString());

        using FakeHost host = FakeHost.Load(Shipped[name], entry.GetProperty("options").GetRawText());
        string kind = host.IsCheck ? "check" : host.IsNotifier ? "notifier" : "generator";
        string use = kind switch
        {
            "check" => $$""", "track": [{ "check": "{{id}}", "onFail": "fault" }]""",
            "notifier" => $$""", "notify": ["{{id}}"]""",
            _ => "",
        };
        ConfigResult read = ConfigReader.ReadText(
            "/etc/hotstandby/plugins.json",
            $$"""
            {
              "nodes": { "web1": { "address": "192.0.2.11", "priority": 150 }, "web2": { "address": "192.0.2.12", "priority": 100 } },
              "virtualRouters": [{ "name": "VI_1", "vrid": 51, "interface": "eth0", "addresses": ["192.0.2.100/24"]{{use}} }],
              "plugins": [{{example}}]
            }
            """,
            [new PluginDescribed(name, $"/usr/lib/hotstandby/plugins/{name}/{name}.dll", "1.0.0.0", "1.0.0.0", true, "", "", [kind], SchemaOf(name))]);

        Assert.Empty(read.Diagnostics.Select(diagnostic => diagnostic.ToString()));
        Assert.NotNull(read.Config);
    }

    private static PluginPage Page(string name) =>
        PluginPage.Read(Path.Combine(AuthorsFolder.Repository, "docs/plugins", name.ToLowerInvariant() + ".md"));

    private static JsonElement SchemaOf(string name) => FakeHost.SchemaOf(Shipped[name].OptionsType);
}
