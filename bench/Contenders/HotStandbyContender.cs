using System.Text.Json;
using System.Text.Json.Nodes;
using HotStandby.Agent.Lab;

namespace HotStandby.Bench;

/// <summary>The published agent, native, with its defaults but for what the name says.</summary>
/// <param name="agentSettings">The member "agent" of plugins.json, as JSON; null leaves it out.</param>
/// <param name="withNginx">With the Nginx plugin as a tracked check, so that the plugin host runs too.</param>
internal sealed class HotStandbyContender(string name, string? agentSettings = null, bool withNginx = false) : Contender(name)
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

        if (agentSettings is not null)
        {
            configuration["agent"] = JsonNode.Parse(agentSettings);
        }

        return configuration;
    }
}
