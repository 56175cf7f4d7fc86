using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>
/// render and probe as an operator uses them, on a node: the real keepalived runs what was rendered for it, with no agent of ours running, and
/// asks our checks.
/// </summary>
public sealed class RenderTests
{
    private const string PidFile = "/run/nginx.pid";
    private const string Rendered = "/run/keepalived.conf";

    private static readonly Variant V3 = Variant.Named("v3");

    private static readonly PluginEntry Nginx =
        new("nginx", "Nginx", $$"""{ "pidFile": "{{PidFile}}", "url": "http://127.0.0.1/" }""") { Interval = "1s" };

    private static readonly PluginEntry Generator =
        new("keepalived", "KeepalivedConfig", $$"""{ "hotstandby": "{{AgentBinary.FilePath}}", "pluginsJson": "/run/plugins.json" }""");

    private static readonly PluginsJson Pair = PluginsJson.Pair(V3.RouterEntry with { FaultOn = ["nginx"] }).With(Nginx, Generator);

    [Fact]
    public void Keepalived_with_a_rendered_file_moves_the_address_when_probe_says_that_nginx_is_down()
    {
        using var cluster = Cluster.Of(2);
        using LabService nginx1 = StartNginx(cluster["web1"]);
        using LabService nginx2 = StartNginx(cluster["web2"]);
        using LabProcess web1 = StartKeepalived(cluster["web1"]);
        using LabProcess web2 = StartKeepalived(cluster["web2"]);
        Until(() => cluster.Holds("web1", V3.Vip), "web1 to be the only holder");

        nginx1.Crash();
        Until(() => cluster.Holds("web2", V3.Vip), "web2 to be the only holder without nginx on web1");

        nginx1.Start();
        Until(() => cluster.Holds("web1", V3.Vip), "web1 to be the only holder again");

        void Until(Func<bool> condition, string what)
        {
            cluster.Until(
                () => condition() || web1.HasExited || web2.HasExited, $"{what}; web1: {LabLog.Tail(web1.Output)} web2: {LabLog.Tail(web2.Output)}", TimeSpan.FromSeconds(60));
            Assert.False(web1.HasExited, web1.Output);
            Assert.False(web2.HasExited, web2.Output);
        }
    }

    [Theory]
    [InlineData("v3")]
    [InlineData("v3-ipv6")]
    public void FRR_with_a_rendered_file_and_its_commands_is_the_master_of_the_agent(string variant)
    {
        Variant router = Variant.Named(variant);
        PluginsJson file = PluginsJson.Pair(router.RouterEntry) with { Agent = "{}" };
        using var cluster = Cluster.Of(2);
        LabNode web1 = cluster["web1"];
        using AgentInNode web2 = cluster.Start("web2", file);
        cluster.Until(() => web2.State(Variant.Router) == "MASTER", "web2 to be master alone");

        Assert.Equal((0, ""), Render("frr", web1, file.Text(), "--out", "/run/vrrp.conf", "--verify"));
        using Frr frr = Frr.StartRendered(web1, File.ReadAllText(web1.PathInside("/run/vrrp.conf")));
        MonotonicTime start = LabClock.Now;
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", $"web2 to give way to FRR: {frr.Log}");
        cluster.Until(
            () => cluster.Wire.Since(start).Any(seen => seen.IsAdvertisement && Frr.Sent(seen) && seen.Priority == 150), $"adverts of FRR: {frr.Log}");
    }

    [Fact]
    public void Probe_says_up_and_down_of_the_real_nginx_without_an_agent()
    {
        using var cluster = Cluster.Of(1);
        LabNode node = cluster["web1"];
        File.WriteAllText(node.PathInside("/run/plugins.json"), Pair.Text());
        using LabService nginx = StartNginx(node);
        (int code, string output) = Run(node, "probe", "nginx", "/run/plugins.json");
        Assert.StartsWith("nginx up: ", output, StringComparison.Ordinal);
        Assert.Equal(0, code);

        nginx.Crash();
        (code, output) = Run(node, "probe", "nginx", "/run/plugins.json", "--node", "web1");
        Assert.StartsWith("nginx down: ", output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
        Assert.Equal(1, code);
    }

    /// <summary>keepalived takes a script for a success that ends with 0 when its time is over and it is told to end.</summary>
    [Fact]
    public void A_probe_that_is_told_to_end_did_not_succeed()
    {
        using var cluster = Cluster.Of(1);
        LabNode node = cluster["web1"];

        // Nobody answers there: the check waits.
        PluginsJson file = Pair with { Plugins = [new("nginx", "TcpPort", """{ "host": "10.77.0.9", "port": 80 }""") { Interval = "1h", Timeout = "1h" }] };
        File.WriteAllText(node.PathInside("/run/plugins.json"), file.Text());
        using LabProcess probe = node.Run(AgentBinary.FilePath, ["probe", "nginx", "/run/plugins.json"]);
        cluster.Until(() => LabProcess.ChildrenOf(probe.Pid).Count > 0 || probe.HasExited, "the plugin host");
        probe.Kill(LinuxSignal.Terminate);
        Assert.NotEqual(0, Assert.NotNull(probe.WaitForExit(TimeSpan.FromSeconds(30))));
    }

    [Theory]
    [InlineData(2, "did you mean \"nginx\"", "probe", "ngin", "/run/plugins.json")]
    [InlineData(2, "web1, web2", "probe", "nginx", "/run/plugins.json", "--node", "web3")]
    [InlineData(2, "1ms to 1h", "probe", "nginx", "/run/plugins.json", "--timeout", "0s")]
    [InlineData(2, "no duration", "probe", "nginx", "/run/plugins.json", "--timeout", "5")]
    [InlineData(5, "there is no such file", "probe", "nginx", "/run/none.json")]
    [InlineData(5, "pidFiel", "probe", "nginx", "/run/wrong.json")]
    [InlineData(1, "no answer within", "probe", "slow", "/run/slow.json", "--timeout", "50ms")]
    public void Probe_tells_misuse_from_a_wrong_file_and_from_down(int expected, string words, params string[] arguments)
    {
        using var cluster = Cluster.Of(1);
        LabNode node = cluster["web1"];
        File.WriteAllText(node.PathInside("/run/plugins.json"), Pair.Text());
        File.WriteAllText(node.PathInside("/run/wrong.json"), Pair.Text().Replace("pidFile", "pidFiel", StringComparison.Ordinal));
        File.WriteAllText(
            node.PathInside("/run/slow.json"), Pair.With(Nginx, new PluginEntry("slow", "TcpPort", """{ "host": "10.77.0.9", "port": 80 }""")).Text());
        (int code, string output) = Run(node, arguments);
        Assert.Contains(words, output, StringComparison.Ordinal);
        Assert.Equal(expected, code);
    }

    [Fact]
    public void Out_replaces_a_file_as_a_whole_and_keeps_its_mode_and_owner()
    {
        using var cluster = Cluster.Of(1);
        LabNode node = cluster["web1"];
        string place = node.PathInside("/run/keepalived.conf");
        Assert.Equal((0, ""), Render(node, Pair.Text(), "--out", Rendered));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(place));
        string first = File.ReadAllText(place);
        Assert.Contains("vrrp_instance VI_1", first, StringComparison.Ordinal);
        Assert.Equal((0, first), Render(node, Pair.Text()));

        File.SetUnixFileMode(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        node.RunToEnd("chown", "daemon:daemon", Rendered);
        node.RunToEnd("sh", "-c", "mkdir /run/link && ln -s ../keepalived.conf /run/link/keepalived.conf");
        Assert.Equal((0, ""), Render(node, Pair.Text().Replace("\"priority\": 150", "\"priority\": 151", StringComparison.Ordinal), "--out", "/run/link/keepalived.conf"));
        Assert.Contains("priority 151", File.ReadAllText(place), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(place));
        Assert.Equal("daemon daemon", node.RunToEnd("stat", "-c", "%U %G", Rendered).Trim());
        Assert.Equal(["keepalived.conf", "link", "lock", "plugins.json"], Files(node));
    }

    [Fact]
    public void A_file_with_a_secret_is_for_its_owner_only()
    {
        using var cluster = Cluster.Of(1);
        LabNode node = cluster["web1"];
        PluginsJson secret = PluginsJson.Pair(V3.RouterEntry with { Version = 2, AdvertInterval = "1s", Password = "s3cr3t" });
        (int code, _) = Render(node, secret.Text(), "--out", Rendered);
        Assert.Equal(0, code);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(node.PathInside(Rendered)));
    }

    [Fact]
    public void Verify_lets_keepalived_speak_and_leaves_the_old_file_when_it_refuses()
    {
        using var cluster = Cluster.Of(1);
        LabNode node = cluster["web1"];
        Assert.Equal((0, ""), Render(node, Pair.Text(), "--out", Rendered, "--verify"));
        string old = File.ReadAllText(node.PathInside(Rendered));

        // A script that is not there would be left out by a keepalived that is started, and the check could never fail.
        (int code, string output) = Render(node, Pair.Text().Replace(AgentBinary.FilePath, "/usr/bin/no-hotstandby", StringComparison.Ordinal), "--out", Rendered, "--verify");
        Assert.Contains("track script nginx", output, StringComparison.Ordinal);
        Assert.Contains("keepalived refuses the file", output, StringComparison.Ordinal);
        Assert.Equal(1, code);
        Assert.Equal(old, File.ReadAllText(node.PathInside(Rendered)));
        Assert.Equal(["keepalived.conf", "lock", "plugins.json"], Files(node));

        (code, output) = Render(node, Pair.Text().Replace("\"eth0\"", "\"eth7\"", StringComparison.Ordinal), "--verify");
        Assert.DoesNotContain("virtual_ipaddress", output, StringComparison.Ordinal);
        Assert.Equal(1, code);
    }

    [Fact]
    public void What_keepalived_can_not_say_is_an_error_with_its_path_and_with_lenient_a_comment()
    {
        using var cluster = Cluster.Of(1);
        LabNode node = cluster["web1"];
        string text = (Pair with { Agent = """{ "delayAfterBoot": "30s" }""" }).Text();
        (int code, string output) = Render(node, text);
        Assert.Contains("hotstandby: agent.delayAfterBoot: keepalived has vrrp_delay_after_boot since 2.4.0", output, StringComparison.Ordinal);
        Assert.Equal(1, code);

        (code, output) = Render(node, text, "--lenient");
        Assert.Contains("\n# NOT RENDERED: agent.delayAfterBoot: ", output, StringComparison.Ordinal);
        Assert.Equal(0, code);

        (code, output) = Render(node, text, "--target", "2.4.0");
        Assert.Contains("\n    vrrp_delay_after_boot 30  # agent.delayAfterBoot\n", output, StringComparison.Ordinal);
        Assert.Equal(0, code);
    }

    private static IEnumerable<string> Files(LabNode node) =>
        Directory.EnumerateFileSystemEntries(node.PathInside("/run")).Select(path => Path.GetFileName(path)).Where(name => !name.StartsWith("keepalived_", StringComparison.Ordinal) && name != "keepalived").Order();

    private static (int Code, string Output) Render(LabNode node, string text, params string[] arguments) => Render("keepalived", node, text, arguments);

    private static (int Code, string Output) Render(string target, LabNode node, string text, params string[] arguments)
    {
        File.WriteAllText(node.PathInside("/run/plugins.json"), text);
        return Run(node, ["render", target, "/run/plugins.json", "--node", "web1", .. arguments]);
    }

    private static (int Code, string Output) Run(LabNode node, params string[] arguments)
    {
        using LabProcess process = node.Run(AgentBinary.FilePath, arguments);
        int code = Assert.NotNull(process.WaitForExit(TimeSpan.FromSeconds(60)));
        return (code, process.Output);
    }

    private static LabProcess StartKeepalived(LabNode node)
    {
        File.WriteAllText(node.PathInside("/run/plugins.json"), Pair.Text());
        Assert.Equal((0, ""), Run(node, "render", "keepalived", "/run/plugins.json", "--node", node.Name, "--out", Rendered, "--verify"));
        return node.Run("keepalived", ["-n", "-l", "-D", "-P", "-f", Rendered, "-p", "/run/keepalived_parent.pid", "-r", "/run/keepalived_vrrp.pid"]);
    }

    private static LabService StartNginx(LabNode node)
    {
        LabService nginx = new LabServiceSpec("nginx", [], 80, "/", PidFile).On(node);
        nginx.Start();
        nginx.WaitUntilItAnswers(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        return nginx;
    }
}
