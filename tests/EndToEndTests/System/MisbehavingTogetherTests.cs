using HotStandby.Agent.Status;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>
/// Every way to misbehave that does not end the plugin host, all at once in one agent: adverts go on, the good check goes on, and status says
/// of each what it did. Those that end the host are <see cref="HostilePluginTests"/>'.
/// </summary>
public sealed class MisbehavingTogetherTests
{
    private const string Good = "good";
    private static readonly Variant V3 = Variant.Named("v3");

    /// <summary>Plugin, options, and the words that status has for it: of the entry, or of its check.</summary>
    private static readonly (string Id, string Use, string Options, string Words)[] Cases =
    [
        ("never-returns", "Misbehaving", """{ "deed": "neverReturn" }""", "no answer"),
        ("deadlock", "Misbehaving", """{ "deed": "deadlock" }""", "no answer"),
        ("ignores-cancel", "Misbehaving", """{ "deed": "ignoreCancellation", "take": "3s" }""", "no answer"),
        ("waits-for-cancel", "Misbehaving", """{ "deed": "cancelled" }""", "no answer"),
        ("throws", "Misbehaving", """{ "deed": "throw" }""", "this check is broken"),
        ("null", "Misbehaving", """{ "deed": "answerNull" }""", "answered null"),
        ("huge-reason", "Misbehaving", """{ "deed": "hugeReason" }""", "xxxx…"),
        ("lines", "Misbehaving", """{ "deed": "reasonWithNewlines" }""", "up: one two  {"),
        ("console", "Misbehaving", """{ "deed": "writeToConsole" }""", "call"),
        ("descriptor-1", "Misbehaving", """{ "deed": "writeToDescriptorOne" }""", "call"),
        ("descriptor-0", "Misbehaving", """{ "deed": "readConsole" }""", "read the end"),
        ("4-gib", "Misbehaving", """{ "deed": "allocate" }""", "OutOfMemoryException"),
        ("threads", "Misbehaving", """{ "deed": "threadStorm" }""", "threads more"),
        ("pool", "Misbehaving", """{ "deed": "fillThreadPool" }""", "the pool is full"),
        ("silent", "Misbehaving", """{ "deed": "pushOnceThenSilent" }""", "silent for"),
        ("ends", "Misbehaving", """{ "deed": "pushAndEnd" }""", "end"),
        ("push-throws", "Misbehaving", """{ "deed": "pushAndThrow" }""", "no pushing today"),
        ("blocks", "Misbehaving", """{ "deed": "pushBlockForever" }""", "silent for"),
        ("version-1", "BringsOne", "{}", "up: it is so, says HotStandby.HostilePlugins.Dispute 1.0.0.0"),
        ("version-2", "BringsTwo", "{}", "up: it is not so, says HotStandby.HostilePlugins.Dispute 2.0.0.0"),
        ("host-version", "BringsDependencyOfHost", "{}", "up: no loader here, says McMaster.NETCore.Plugins 1.0.0.0"),
    ];

    /// <summary>What can be known without asking them: with one of these in the file there is no agent.</summary>
    private static readonly (string Id, string Use, string Options, string Words)[] Refused =
    [
        ("constructor", "Misbehaving", """{ "deed": "throwInConstructor" }""", "no constructing today"),
        ("register", "Misbehaving", """{ "deed": "throwInRegister" }""", "no registering today"),
        ("nothing", "Misbehaving", """{ "deed": "nothingAtAll" }""", "registers no health check"),
        ("both", "Misbehaving", """{ "deed": "checkAndPush" }""", "registers both IHealthCheck and IPushedHealthCheck"),
        ("contract", "FutureContract", "{}", "upgrade HotStandby"),
        ("two", "TwoPlugins", "{}", "exactly one public class"),
    ];

    [Fact]
    public void An_agent_does_not_start_with_plugins_that_can_not_be_set_up_and_each_is_named_with_line_and_column()
    {
        using var cluster = Cluster.Of(1);
        string plugins = Path.Combine(cluster.Network.Directory, "plugins");
        foreach (string name in Refused.Select(one => one.Use).Distinct())
        {
            HostilePlugin.Copy(name, plugins);
        }

        PluginsJson file = PluginsJson.Pair(V3.RouterEntry with { FaultOn = [.. Refused.Select(one => one.Id)] }) with
        {
            Agent = $$"""{ "pluginPaths": ["{{plugins}}"] }""",
            Plugins = [.. Refused.Select(one => new PluginEntry(one.Id, one.Use, one.Options))],
        };
        AgentInNode web1 = cluster.Start("web1", file);
        Assert.Equal(5, web1.Process.WaitForExit(TimeSpan.FromSeconds(60)));
        string[] errors = [.. web1.Log.Split('\n').Where(line => line.Contains(": error HS15", StringComparison.Ordinal))];
        Assert.All(Refused, one => Assert.Contains(errors, line => line.Contains(one.Words, StringComparison.Ordinal)));
    }

    [Fact]
    public void Hostile_plugins_at_once_move_nothing_and_each_is_named()
    {
        using var cluster = Cluster.Of(2);
        string plugins = Path.Combine(cluster.Network.Directory, "plugins");
        foreach (string name in Cases.Select(one => one.Use).Distinct())
        {
            HostilePlugin.Copy(name, plugins);
        }

        RouterEntry kept = V3.RouterEntry with { FaultOn = [Good] };
        var good = new PluginEntry(Good, "Misbehaving", """{ "deed": "nothing" }""") { Interval = "1s", Timeout = "1s" };
        // Status tells of checks that are tracked; the other virtual router is to suffer from all of them.
        RouterEntry other = new("OTHER", 52, "10.77.0.102/24") { FaultOn = [.. Cases.Select(one => one.Id)] };
        PluginsJson file = PluginsJson.Pair(kept, other) with
        {
            Agent = $$"""{ "realtimePriority": 20, "pluginPaths": ["{{plugins}}"] }""",
            Plugins = [good, .. Cases.Select(one => new PluginEntry(one.Id, one.Use, one.Options) { Interval = "500ms", Timeout = "400ms" })],
        };
        AgentInNode web1 = cluster.Start("web1", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.Start("web2", file with { Plugins = [good], Routers = [kept] });

        try
        {
            cluster.Until(() => Untold(web1).Length == 0, "each to be told", TimeSpan.FromSeconds(60));
        }
        catch (Exception late)
        {
            Assert.Fail($"{string.Join('\n', Untold(web1))}\n{late.Message}");
        }

        cluster.WaitForMoreAdverts("web1", 10);
        cluster.Until(() => web1.Status().Checks.Single(check => check.Id == Good) is { State: "up", AgeSeconds: < 3 }, "the good check to go on");
        Assert.Equal(0, web1.Status().Host.Restarts);
        cluster.AssertSilent("web2", cluster.Begin);
        Assert.Equal(["web1"], cluster.Holders(V3.Vip));
        Assert.Equal("FAULT", web1.State("OTHER"));
        Assert.Single(web1.Status().Transitions, one => one.To == "MASTER");
    }

    /// <summary>Those of whom status does not say what it should, and what it says.</summary>
    private static string[] Untold(AgentInNode agent) =>
    [
        .. Cases.Select(one => (one.Id, Said: Said(agent, one.Id), one.Words))
            .Where(one => !one.Said.Contains(one.Words, StringComparison.Ordinal))
            .Select(one => $"{one.Id}: \"{one.Words}\" is not in: {one.Said}"),
    ];

    private static string Said(AgentInNode agent, string id)
    {
        StatusReport status = agent.Status();
        PluginStatus entry = status.Plugins.Single(plugin => plugin.Id == id);
        CheckStatus? check = status.Checks.FirstOrDefault(one => one.Id == id);
        return $"{entry.State}: {entry.Why} / {check?.State}: {check?.LastWords}";
    }
}
