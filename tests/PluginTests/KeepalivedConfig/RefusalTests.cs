using HotStandby.Abstractions;
using HotStandby.Plugins.KeepalivedConfig;

namespace HotStandby.PluginTests.KeepalivedConfig;

/// <summary>What keepalived can't do is an error that names the part, never a gap in the file.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task A_check_without_an_equivalent_is_named()
    {
        string message = await Refused(Checked(Rendering.Plugin("disk", "DiskSpace", "{}")));
        Assert.Contains("\"disk\"", message, StringComparison.Ordinal);
        Assert.Contains("DiskSpace", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Nginx", """{ "workers": 4 }""", "workers")]
    [InlineData("Tomcat", """{ "url": "http://127.0.0.1:8080/", "expectBody": "UP" }""", "expectBody")]
    [InlineData("Tomcat", "{}", "url")]
    [InlineData("Tomcat", """{ "url": "ftp://127.0.0.1/" }""", "ftp://127.0.0.1/")]
    [InlineData("Tomcat", """{ "url": "http://127.0.0.1/#top" }""", "'#'")]
    [InlineData("Tomcat", """{ "url": "http://127.0.0.1/$HOME" }""", "'$'")]
    [InlineData("Tomcat", """{ "url": "http://127.0.0.1/'" }""", "'''")]
    [InlineData("Tomcat", """{ "url": "http://127.0.0.1/", "expectStatus": 200 }""", "expectStatus")]
    [InlineData("TcpPort", """{ "host": "127.0.0.1" }""", "port")]
    [InlineData("TcpPort", """{ "host": "a b; reboot", "port": 80 }""", "a b; reboot")]
    [InlineData("TcpPort", """{ "port": "80" }""", "whole number")]
    public async Task An_option_keepalived_can_not_follow_is_named(string use, string options, string expected)
    {
        string message = await Refused(Checked(Rendering.Plugin("the-check", use, options)));
        Assert.Contains("the-check", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Webhook", """{ "url": "http://a/" }""", "Webhook")]
    [InlineData("Script", """{ "onMaster": ["/bin/echo", "it's"] }""", "it's")]
    [InlineData("Script", """{ "onMaster": ["/bin/echo", "a\nb"] }""", "control characters")]
    [InlineData("Script", """{ "onMaster": "/bin/echo" }""", "onMaster")]
    [InlineData("Script", """{ "onMaster": ["/bin/echo"], "runAs": "nobody" }""", "runAs")]
    public async Task A_notifier_keepalived_can_not_follow_is_named(string use, string options, string expected)
    {
        string message = await Refused(Notified(Rendering.Plugin("the-notifier", use, options)));
        Assert.Contains("the-notifier", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_with_a_subnet_is_refused()
    {
        string message = await Refused(Rendering.NginxPair.With(router => router with
        {
            AddressAttributes = new Dictionary<string, AddressModel> { ["192.168.56.188/24"] = new("", "", "10.9.5.2", "", false, false) },
        }));
        Assert.Contains("10.9.5.2", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_keepalived_can_not_read_back_is_refused_and_not_shown()
    {
        string message = await Refused(Rendering.NginxPair.With(
            router => router with { Version = 2, Authentication = new AuthenticationModel("pass", "a#b") }));
        Assert.Contains("\"VI_1\"", message, StringComparison.Ordinal);
        Assert.DoesNotContain("a#b", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signed_adverts_need_a_younger_keepalived_and_whole_seconds()
    {
        string key = new('a', 64);
        ClusterModel Signed(double window) => Rendering.NginxPair.With(router => router with
        {
            Authentication = new AuthenticationModel("hmac", "")
            {
                Hmac = new HmacModel(new Dictionary<int, string> { [7] = key }, 7, "enforce", "time", TimeSpan.FromSeconds(window)),
            },
        });
        string message = await Refused(Signed(5));
        Assert.Contains("auth_hmac", message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, message, StringComparison.Ordinal);

        KeepalivedConfigOptions young = new() { Checks = "script", KeepalivedVersion = "2.4.2" };
        string file = await Rendering.Render(Signed(5), "web1", young);
        Assert.Contains(
            $"    auth_hmac {{\n        key 7 hex:{key}\n        active_key 7\n        anti_replay time\n        time_window 5\n        mode enforce\n    }}\n",
            file,
            StringComparison.Ordinal);
        Assert.Contains("chmod 600", file, StringComparison.Ordinal);
        await Assert.ThrowsAsync<GenerationException>(() => Rendering.Render(Signed(5.5), "web1", young));
    }

    [Fact]
    public async Task Two_programs_for_one_event_are_refused()
    {
        string message = await Refused(Notified(
            Rendering.Plugin("one", "Script", """{ "onMaster": ["/bin/echo"] }"""),
            Rendering.Plugin("two", "Script", """{ "onMaster": ["/bin/true"] }""")));
        Assert.Contains("\"one\"", message, StringComparison.Ordinal);
        Assert.Contains("\"two\"", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_checksum_of_RFC_9568_needs_a_younger_keepalived()
    {
        ClusterModel model = Rendering.NginxPair.With(router => router with { ChecksumWithPseudoHeader = false });
        Assert.Contains("v3_checksum_as_v2", await Refused(model), StringComparison.Ordinal);

        string rendered = await Rendering.Render(model, "web1", new KeepalivedConfigOptions { KeepalivedVersion = "2.2.8" });
        Assert.Contains("\n    v3_checksum_as_v2 true\n", rendered, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_would_change_the_file_are_refused()
    {
        Assert.Contains("VI 1", await Refused(Rendering.NginxPair.With(router => router with { Name = "VI 1" })), StringComparison.Ordinal);
        Assert.Contains("eth0}", await Refused(Rendering.NginxPair.With(router => router with { Interfaces = router.Interfaces.ToDictionary(pair => pair.Key, _ => "eth0}") })), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delay_keepalived_would_cut_is_refused()
    {
        ClusterModel model = Rendering.NginxPair.With(router => router with { PreemptDelay = TimeSpan.FromSeconds(1001) });
        Assert.Contains("preemptDelay", await Refused(model), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_node_is_refused_with_the_nodes_there_are()
    {
        GenerationException error = await Assert.ThrowsAsync<GenerationException>(() => Rendering.Render(Rendering.NginxPair, "web3"));
        Assert.Contains("web1, web2", error.Message, StringComparison.Ordinal);
    }

    private static ClusterModel Checked(PluginModel check) => Rendering.NginxPair with
    {
        Plugins = [check],
        VirtualRouters = [Rendering.NginxPair.VirtualRouters[0] with { Tracks = [new TrackModel(check.Id, null)] }],
    };

    private static ClusterModel Notified(params PluginModel[] notifiers) => Rendering.NginxPair with
    {
        Plugins = [.. Rendering.NginxPair.Plugins, .. notifiers],
        VirtualRouters = [Rendering.NginxPair.VirtualRouters[0] with { Notify = [.. notifiers.Select(notifier => notifier.Id)] }],
    };

    private static async Task<string> Refused(ClusterModel model) =>
        (await Assert.ThrowsAsync<GenerationException>(() => Rendering.Render(model, "web1"))).Message;
}
