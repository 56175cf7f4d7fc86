using System.Text.Json;
using System.Text.Json.Nodes;
using HotStandby.Agent.Lab;

namespace HotStandby.Bench;

/// <summary>The published agent, native, with its defaults but for what the name says.</summary>
/// <param name="agentSettings">The member "agent" of plugins.json, as JSON; null leaves it out.</param>
/// <param name="withNginx">With the Nginx plugin as a tracked check, so that the plugin host runs too.</param>
/// <param name="withEveryPlugin">With every check and notifier that is shipped, on the first virtual router; what they look at need not be there.</param>
internal sealed class HotStandbyContender(string name, string? agentSettings = null, bool withNginx = false, bool withEveryPlugin = false) : Contender(name)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public bool WithNginx => withNginx;

    public override bool CanSwitchOver => true;

    public override LabProcess Start(Scene scene, LabNode node, IReadOnlyList<string> through)
    {
        string file = Path.Combine(scene.Network.Directory, "plugins.json");
        if (!File.Exists(file))
        {
            // Once for both nodes: the first agent may be reading it already when the second starts.
            File.WriteAllText(file, Configuration(scene).ToJsonString(Indented));
        }

        return Run(node, through, Repository.Agent, ["run", "--config", file, "--node", node.Name]);
    }

    private JsonObject Configuration(Scene scene)
    {
        RouterPlan plan = scene.Plan;
        var nodes = new JsonObject();
        foreach ((LabNode node, byte priority) in scene.Network.Nodes.Zip(plan.Priorities))
        {
            nodes[node.Name] = new JsonObject { ["address"] = Scene.ConfiguredAddressOf(node).ToString(), ["priority"] = priority };
        }

        var router = new JsonObject
        {
            ["name"] = RouterPlan.Name,
            ["vrid"] = RouterPlan.Vrid,
            ["interface"] = RouterPlan.Interface,
            ["version"] = RouterPlan.Version,
            ["advertInterval"] = Durations.Text(plan.Interval),
            ["addresses"] = new JsonArray(plan.Vip.ToString()),
        };
        var configuration = new JsonObject { ["nodes"] = nodes, ["virtualRouters"] = new JsonArray(router) };
        if (withNginx)
        {
            router["track"] = new JsonArray(new JsonObject { ["check"] = "nginx", ["onFail"] = "fault" });
            configuration["plugins"] = new JsonArray(new JsonObject
            {
                ["id"] = "nginx",
                ["use"] = "Nginx",
                ["options"] = new JsonObject { ["pidFile"] = NginxService.DefaultPidFile },
            });
        }

        if (plan.Tracked)
        {
            router["track"] = new JsonArray(new JsonObject { ["check"] = "healthy", ["onFail"] = "fault" });
            configuration["plugins"] = new JsonArray(new JsonObject
            {
                ["id"] = "healthy",
                ["use"] = "TcpPort",
                ["interval"] = "1s",
                ["timeout"] = "500ms",
                ["rise"] = 1,
                ["fall"] = 1,
                ["options"] = new JsonObject { ["host"] = TrackedThing.Host, ["port"] = 80 },
            });
        }

        for (int other = 1; other < plan.Routers; other++)
        {
            configuration["virtualRouters"]!.AsArray().Add((JsonNode)new JsonObject
            {
                ["name"] = RouterPlan.NameOf(other),
                ["vrid"] = RouterPlan.VridOf(other),
                ["interface"] = RouterPlan.Interface,
                ["version"] = RouterPlan.Version,
                ["advertInterval"] = Durations.Text(plan.Interval),
                ["addresses"] = new JsonArray(plan.VipOf(other).ToString()),
            });
        }

        if (withEveryPlugin)
        {
            AddEveryPlugin(router, configuration);
        }

        if (agentSettings is not null)
        {
            configuration["agent"] = JsonNode.Parse(agentSettings);
        }

        return configuration;
    }

    /// <summary>Of the checks none moves a role: what both nodes lack or have, both count.</summary>
    private static void AddEveryPlugin(JsonObject router, JsonObject configuration)
    {
        (string Use, string Options)[] checks =
        [
            ("Nginx", $$"""{ "pidFile": "{{NginxService.DefaultPidFile}}" }"""),
            ("Tomcat", """{ "url": "http://127.0.0.1:80/" }"""),
            ("TcpPort", """{ "host": "127.0.0.1", "port": 80 }"""),
            ("Command", """{ "command": ["/bin/true"] }"""),
        ];
        JsonArray tracks = [];
        JsonArray plugins = [];
        foreach ((string use, string options) in checks)
        {
            tracks.Add((JsonNode)new JsonObject { ["check"] = use.ToLowerInvariant(), ["weight"] = 101 });
            plugins.Add((JsonNode)new JsonObject { ["id"] = use.ToLowerInvariant(), ["use"] = use, ["options"] = JsonNode.Parse(options) });
        }

        plugins.Add((JsonNode)new JsonObject { ["id"] = "script", ["use"] = "Script", ["options"] = JsonNode.Parse("""{ "notify": ["/bin/true"] }""") });
        router["track"] = tracks;
        router["notify"] = new JsonArray("script");
        configuration["plugins"] = plugins;
    }
}
