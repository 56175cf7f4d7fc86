using System.Text;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;
using HotStandby.HostProtocol;

namespace HotStandby.UnitTests.Configuration;

public sealed class ConfigReaderTests
{
    [Fact]
    public void Fills_in_every_default()
    {
        HotStandbyConfig config = Sample.Config(Sample.With());

        VirtualRouterConfig router = config.VirtualRouters[0];
        Assert.Equal(3, router.Version);
        Assert.Equal(Duration.FromSeconds(1), router.AdvertInterval);
        Assert.True(router.Preempt);
        Assert.Equal(Duration.Zero, router.PreemptDelay);
        Assert.Equal(ChecksumForm.PseudoHeader, router.Checksum);
        Assert.Equal(5, router.AnnounceRepeat);
        Assert.Equal(Duration.FromSeconds(5), router.AnnounceDelay);
        PluginConfig check = config.Plugins[0];
        Assert.Equal(TimeSpan.FromSeconds(1), check.Interval);
        Assert.Equal(TimeSpan.FromMilliseconds(800), check.Timeout);
        Assert.Equal((1, 1, StartAs.Wait), (check.Rise, check.Fall, check.Start));
        Assert.Equal(TimeSpan.FromSeconds(10), config.Plugins[1].Timeout);
        Assert.Empty(config.Agent.PluginPaths);
        Assert.Equal(TimeSpan.FromSeconds(10), config.Agent.HostGrace);
        Assert.Null(config.Agent.RealtimePriority);
        Assert.False(config.Agent.LockMemory);
    }

    [Fact]
    public void Takes_every_key()
    {
        HotStandbyConfig config = Sample.Config(Sample.With(
            node: """, "virtualRouters": { "VI_1": { "priority": 90, "interface": "eno1" } }""",
            router: """
                "version": 3, "advertInterval": "250ms", "preempt": true, "preemptDelay": "1m", "checksum": "messageOnly",
                "announceRepeat": 3, "announceDelay": "0s", "announceRefresh": "90s",
                """,
            track: """{ "check": "nginx", "weight": -60 }""",
            plugin: """ "interval": "500ms", "timeout": "100ms", "rise": 2, "fall": 3, "start": "failed", """,
            end: """, "agent": { "pluginPaths": ["site", "/opt/p"], "hostGrace": "1.5s", "realtimePriority": 20, "lockMemory": true }"""));

        NodeConfig web1 = config.Nodes[0];
        VirtualRouterConfig router = config.VirtualRouters[0];
        Assert.Equal((90, "eno1"), (router.PriorityOn(web1), router.InterfaceOn(web1)));
        Assert.Equal((100, "eth0"), (router.PriorityOn(config.Nodes[1]), router.InterfaceOn(config.Nodes[1])));
        Assert.Equal(Duration.FromMilliseconds(250), router.AdvertInterval);
        Assert.Equal(Duration.FromSeconds(60), router.PreemptDelay);
        Assert.Equal(ChecksumForm.MessageOnly, router.Checksum);
        Assert.Equal((3, Duration.Zero, Duration.FromSeconds(90)), (router.AnnounceRepeat, router.AnnounceDelay, router.AnnounceRefresh));
        Assert.Equal(new TrackConfig("nginx", -60), Assert.Single(router.Tracks));
        Assert.Equal(["tell"], router.Notify);
        PluginConfig check = config.Plugins[0];
        Assert.Equal((TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(100)), (check.Interval, check.Timeout));
        Assert.Equal((2, 3, StartAs.Failed), (check.Rise, check.Fall, check.Start));
        Assert.Equal("""{"pidFile":"/run/nginx.pid"}""", check.Options.GetRawText());
        Assert.Equal([Path.Combine(config.BaseDirectory, "site"), "/opt/p"], config.Agent.PluginPaths);
        Assert.Equal(TimeSpan.FromMilliseconds(1500), config.Agent.HostGrace);
        Assert.Equal((20, true), (config.Agent.RealtimePriority, config.Agent.LockMemory));
    }

    [Fact]
    public void A_check_faster_than_its_default_timeout_gets_its_interval_as_timeout()
    {
        HotStandbyConfig config = Sample.Config(Sample.With(plugin: """ "interval": "50ms", """));
        Assert.Equal(TimeSpan.FromMilliseconds(50), config.Plugins[0].Timeout);
    }

    [Fact]
    public void A_bare_virtual_address_stands_alone()
    {
        Assert.Equal(32, Sample.Config(Sample.With(addresses: "\"10.0.0.9\"")).VirtualRouters[0].Addresses[0].PrefixLength);
        Assert.Equal(128, Sample.Config(Sample.With(addresses: "\"fe80::9\"")).VirtualRouters[0].Addresses[0].PrefixLength);
    }

    [Fact]
    public void Comments_trailing_commas_and_a_byte_order_mark_are_allowed()
    {
        string text = "\ufeff// first\n" + Sample.With(track: """{ "check": "nginx", /* here */ "onFail": "fault", },""");
        Assert.Empty(Sample.Read(text).Diagnostics);
    }

    [Fact]
    public void Options_keep_their_numbers_as_written_and_lose_comments_and_line_ends()
    {
        string text = Sample.With(plugin: "\"start\": \"wait\",").Replace(
            "\"/run/nginx.pid\"", "\"/run/\\u006eginx.pid\", // why\n \"n\": [1e3, 0.10, null, true]", StringComparison.Ordinal);

        HotStandbyConfig? config = ConfigReader.ReadText("plugins.json", text, null).Config;

        Assert.Equal("""{"pidFile":"/run/nginx.pid","n":[1e3,0.10,null,true]}""", config!.Plugins[0].Options.GetRawText());
    }

    [Fact]
    public void Without_described_plugins_names_kinds_and_options_are_not_checked()
    {
        string text = Sample.With().Replace("\"Nginx\"", "\"Other\"", StringComparison.Ordinal);
        Assert.Empty(ConfigReader.ReadText("plugins.json", text, null).Diagnostics);
        Assert.Equal(["HS1502"], ConfigReader.ReadText("plugins.json", text, DescribedPlugins.All).Diagnostics.Select(one => one.Code));
    }

    [Fact]
    public void A_generator_needs_no_virtual_router_that_names_it()
    {
        string text = Sample.With().Replace(
            "\"plugins\": [", "\"plugins\": [ { \"id\": \"render\", \"use\": \"KeepalivedConfig\" },", StringComparison.Ordinal);
        Assert.Empty(Sample.Read(text).Diagnostics);
    }

    [Fact]
    public void A_column_counts_characters_not_bytes()
    {
        string text = Sample.With(router: "/* äöü€😀 */ \"vrit\": 1,");
        Diagnostic unknown = Assert.Single(Sample.Read(text).Diagnostics);
        string line = text.Split('\n')[unknown.Line - 1];
        string before = line[..line.IndexOf("\"vrit\"", StringComparison.Ordinal)];
        Assert.Equal(before.EnumerateRunes().Count() + 1, unknown.Column);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_an_error_with_their_place()
    {
        byte[] text = Encoding.Latin1.GetBytes("{\n  \"n\u00f6des\": 1 }");
        Diagnostic only = Assert.Single(ConfigReader.ReadText("plugins.json", text, null).Diagnostics);
        Assert.Equal(("HS1002", 2, 5), (only.Code, only.Line, only.Column));
    }

    [Fact]
    public void Half_a_character_in_an_escape_is_an_error()
    {
        Diagnostic only = Assert.Single(ConfigReader.ReadText("plugins.json", """{ "a": "\ud800" }""", null).Diagnostics);
        Assert.Equal(("HS1003", 1, 8), (only.Code, only.Line, only.Column));
    }

    [Fact]
    public void A_file_that_is_not_there_is_an_error_not_an_exception()
    {
        ConfigResult result = ConfigReader.Read("/nowhere/plugins.json", null);
        Assert.Equal("/nowhere/plugins.json: error HS1001: the file can't be read: there is no such file", Assert.Single(result.Diagnostics).ToString());
        Assert.Equal("HS1001", Assert.Single(ConfigReader.Read(RepositoryFiles.Root, null).Diagnostics).Code);
        Assert.Equal("HS1001", Assert.Single(ConfigReader.Read("", null).Diagnostics).Code);
        Assert.Equal("HS1001", Assert.Single(ConfigReader.Read("/dev/zero", null).Diagnostics).Code);
    }

    [Fact]
    public void Plugin_paths_are_known_before_the_file_is_right()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hotstandby-config-");
        try
        {
            string file = Path.Combine(folder.FullName, "plugins.json");
            File.WriteAllText(file, """{ "nods": 1, "agent": { "pluginPaths": ["site", 5, "/opt/p", "./site"] } }""");
            Assert.Equal([Path.Combine(folder.FullName, "site"), "/opt/p"], ConfigReader.Outline(file).PluginPaths);
            File.WriteAllText(file, "{");
            Assert.Empty(ConfigReader.Outline(file).PluginPaths);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        Assert.Empty(ConfigReader.Outline("/nowhere/plugins.json").PluginPaths);
        Assert.Empty(ConfigReader.Outline("").PluginPaths);
    }

    [Theory]
    [InlineData("plugins.json")]
    [InlineData("examples/tomcat-pair/plugins.json")]
    public void The_samples_are_right(string file)
    {
        string path = Path.Combine(RepositoryFiles.Root, file);
        Assert.Empty(ConfigReader.Read(path, null).Diagnostics);
        Assert.StartsWith("//", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void The_settings_of_a_virtual_router_differ_by_node()
    {
        HotStandbyConfig config = Sample.Config(Sample.With(node: """, "virtualRouters": { "VI_1": { "priority": 200 } }"""));

        VirtualRouterSettings settings = RouterSettings.For(config.VirtualRouters[0], config.Nodes[0]);

        Assert.Equal(("VI_1", 51, 3, false, 200), (settings.Name, settings.Vrid, settings.Version, settings.IsIPv6, settings.Priority));
        Assert.Equal(Duration.FromSeconds(1), settings.AdvertisementInterval);
        Assert.Equal(100, RouterSettings.For(config.VirtualRouters[0], config.Nodes[1]).Priority);
    }

    [Fact]
    public void Generators_see_the_whole_file()
    {
        HotStandbyConfig config = Sample.Config(Sample.With(node: """, "virtualRouters": { "VI_1": { "priority": 200 } }"""));

        Abstractions.ClusterModel model = ClusterModelWriter.From(config);

        Assert.Equal(["web1", "web2"], model.Nodes.Select(one => one.Name));
        Assert.Equal("192.168.56.131", model.Nodes[0].Address);
        Abstractions.VirtualRouterModel router = Assert.Single(model.VirtualRouters);
        Assert.Equal(["192.168.56.188/24"], router.Addresses);
        Assert.Equal((200, 100), (router.Priorities["web1"], router.Priorities["web2"]));
        Assert.True(router.ChecksumWithPseudoHeader);
        Assert.Equal(new Abstractions.TrackModel("nginx", null) { Path = "virtualRouters[0].track[0]" }, Assert.Single(router.Tracks));
        Assert.Equal(["nginx", "tell"], model.Plugins.Select(one => one.Id));
    }
}
