using HotStandby.Agent.Control;
using HotStandby.Agent.Hosting;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>A file has one judgement, whoever asks for it: the core's rules and the plugins' own word.</summary>
public sealed class JudgementTests
{
    private static readonly Variant V3 = Variant.Named("v3");
    private static readonly PluginsJson Good = PluginsJson.Pair(V3.RouterEntry with { FaultOn = ["app"], Notify = ["tell"] })
        .With(new("app", "TcpPort", """{ "port": 80 }"""), new("tell", "Script", """{ "onMaster": ["/bin/true"] }"""));

    private static readonly (string What, string Code, PluginsJson File)[] Bad =
    [
        ("a URL without a scheme", "HS1506", WithApp("Tomcat", """{ "url": "127.0.0.1" }""")),
        ("a URL of another scheme", "HS1506", WithApp("Tomcat", """{ "url": "ftp://127.0.0.1/" }""")),
        ("a status that is none", "HS1506", WithApp("Tomcat", """{ "url": "http://127.0.0.1/", "expectStatus": [600] }""")),
        ("an option inside an option", "HS1210", WithApp("Tomcat", """{ "url": "http://127.0.0.1/", "expectJson": { "path": "status", "equals": 1 } }""")),
        ("no command", "HS1506", WithApp("Command", """{ "command": [] }""")),
        ("a relative script", "HS1506", Good with { Plugins = [Good.Plugins[0], new("tell", "Script", """{ "onMaster": ["master.sh"] }""")] }),
        ("no script at all", "HS1506", Good with { Plugins = [Good.Plugins[0], new("tell", "Script")] }),
        ("an option that there is not", "HS1203", WithApp("TcpPort", """{ "prot": 80 }""")),
        ("a plugin that there is not", "HS1502", WithApp("TcpProt", """{ "port": 80 }""")),
        ("a notifier as a check", "HS1504", PluginsJson.Pair(V3.RouterEntry with { FaultOn = ["tell"] }).With(Good.Plugins[1])),
        ("a check as a notifier", "HS1504", PluginsJson.Pair(V3.RouterEntry with { Notify = ["app"] }).With(Good.Plugins[0])),
        ("a notifier's name with a typo", "HS1502", Good with { Plugins = [Good.Plugins[0], new("tell", "Scirpt", """{ "onMaster": ["/bin/true"] }""")] }),
    ];

    private static VirtualRouterStatus Checked(LabNode node) => ControlClient.ReadStatusAsync(node.ControlSocketPath, ControlClient.DefaultTimeout)
        .GetAwaiter().GetResult().VirtualRouters.Single(router => router.Name == "CHECKED");

    private static PluginsJson WithApp(string plugin, string options) => Good with { Plugins = [new("app", plugin, options), Good.Plugins[1]] };

    [Fact]
    public void What_is_refused_is_refused_by_every_verb_with_file_line_and_column_and_changes_nothing()
    {
        using var cluster = Cluster.Of(2);
        PluginsJson running = PluginsJson.Pair(V3.RouterEntry with { Notify = ["tell"] }).With(Good.Plugins[1]);
        AgentInNode web1 = cluster.Start("web1", running);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        foreach ((string what, string code, PluginsJson file) in Bad)
        {
            File.WriteAllText(web1.ConfigFile, file.Text());
            string[][] verbs =
            [
                ["check", web1.ConfigFile],
                ["simulate", web1.ConfigFile],
                ["render", "keepalived", "--node", "web1", web1.ConfigFile],
                ["reload", "--dry-run", "--control", web1.Node.ControlSocketPath],
                ["reload", "--control", web1.Node.ControlSocketPath],
            ];
            foreach (string[] verb in verbs)
            {
                (int exit, _, string errors) = AgentBinary.Run(verb);
                Assert.True(exit == 5, $"{verb[0]} of {what}: exit status {exit}, {errors}");
                Assert.Matches($@"plugins\.\d+\.json:[1-9]\d*:[1-9]\d*: error {code}: ", errors);
            }
        }

        // A cold start is judged no milder: no agent.
        foreach ((string what, string code, PluginsJson file) in Bad)
        {
            AgentInNode web2 = cluster.Start("web2", file);
            Assert.True(web2.Process.WaitForExit(TimeSpan.FromSeconds(30)) == 5, $"run of {what}: {web2.Log}");
            cluster.UntilLogged(web2, $"error {code}");
        }

        Assert.Equal("MASTER", web1.State(Variant.Router));
        Assert.Equal("tell", Assert.Single(web1.Status().Plugins).Id);
        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");
    }

    /// <summary>The file is not to blame, and a node without plugins may still be the better one: it starts, says so, and what can't be checked has failed.</summary>
    [Fact]
    public void A_plugin_host_that_does_not_start_keeps_no_agent_from_starting()
    {
        using var cluster = Cluster.Of(1);
        LabNode node = cluster["web1"];
        string file = Path.Combine(node.Directory, "plugins.json");
        File.WriteAllText(file, PluginsJson.Pair(
            V3.RouterEntry with { Notify = ["tell"] },
            new RouterEntry("CHECKED", 52, "10.77.0.102/24") { FaultOn = ["app"] }).With(Good.Plugins[0] with { Interval = "100ms", Timeout = "100ms" }, Good.Plugins[1]).Text());
        LabProcess agent = node.Run(
            AgentBinary.FilePath,
            ["run", "--config", file, "--node", "web1"],
            new Dictionary<string, string> { [HostLocation.HostVariable] = "/nonexistent/host" });

        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.Until(() => agent.Output.Contains("WARN   plugin options are not checked", StringComparison.Ordinal), "the warning");
        Assert.Empty(cluster.Holders(HotStandby.Agent.Vrrp.Address.Parse("10.77.0.102")));

        // INITIALIZE while the host may still come, with the reason; FAULT when its time is over.
        cluster.Until(() => Checked(node).State == "FAULT", "FAULT", TimeSpan.FromSeconds(60));
        Assert.Contains("/nonexistent/host", Checked(node).Why, StringComparison.Ordinal);
        Assert.Contains("ALARM cannot-serve: can't serve: waiting for the first result of check app; the plugin host does not run", agent.Output, StringComparison.Ordinal);
    }
}
