using System.Text.Json.Nodes;
using HotStandby.Agent.Lab;

namespace HotStandby.Bench;

/// <summary>
/// The published agent with two entries of the plugin Misbehaving (tests/HostilePlugins): "good", which behaves and whose failure is FAULT, and on
/// node A "bad", which does what the deed says and which nothing depends on.
/// </summary>
/// <param name="deed">A deed of Misbehaving's; null for no bad entry.</param>
/// <param name="after">Calls that behave first.</param>
internal sealed class WithPluginsContender(string? deed, int after) : Contender("hotstandby")
{
    public const string Good = "good";

    /// <summary>Of both checks.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(200);

    private const string Plugin = "Misbehaving";

    /// <summary>Where the scene's copy of the plugin is.</summary>
    public static string LibraryOf(Scene scene) => Path.Combine(scene.Network.Directory, "plugins", Plugin, Plugin + ".dll");

    public override LabProcess Start(Scene scene, LabNode node, IReadOnlyList<string> through)
    {
        if (!File.Exists(LibraryOf(scene)))
        {
            Install(scene);
        }

        string file = Path.Combine(node.Directory, "plugins.json");
        File.WriteAllText(file, Configuration(scene, withBad: node == scene.A && deed is not null).ToJsonString());
        return Run(node, through, Repository.Agent, ["run", "--config", file, "--node", node.Name]);
    }

    private static void Install(Scene scene)
    {
        string folder = Directory.CreateDirectory(Path.GetDirectoryName(LibraryOf(scene))!).FullName;
        foreach (string file in Directory.GetFiles(Repository.HostilePlugin(Plugin)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    private JsonObject Configuration(Scene scene, bool withBad)
    {
        RouterPlan plan = scene.Plan;
        var plugins = new JsonArray(Entry(Good, "nothing", 0));
        if (withBad)
        {
            plugins.Add((JsonNode)Entry("bad", deed!, after));
        }

        return new JsonObject
        {
            ["nodes"] = new JsonObject(scene.Network.Nodes.Zip(plan.Priorities).Select(one => KeyValuePair.Create(
                one.First.Name,
                (JsonNode?)new JsonObject { ["address"] = Scene.ConfiguredAddressOf(one.First).ToString(), ["priority"] = one.Second }))),
            ["virtualRouters"] = new JsonArray(new JsonObject
            {
                ["name"] = RouterPlan.Name,
                ["vrid"] = RouterPlan.Vrid,
                ["interface"] = RouterPlan.Interface,
                ["advertInterval"] = Durations.Text(plan.Interval),
                ["addresses"] = new JsonArray(plan.Vip.ToString()),
                ["track"] = new JsonArray(new JsonObject { ["check"] = Good, ["onFail"] = "fault" }),
            }),
            ["plugins"] = plugins,
            ["agent"] = new JsonObject { ["pluginPaths"] = new JsonArray(Path.Combine(scene.Network.Directory, "plugins")) },
        };
    }

    private static JsonObject Entry(string id, string does, int behavesFirst) => new()
    {
        ["id"] = id,
        ["use"] = Plugin,
        ["interval"] = Durations.Text(Agent.Vrrp.Duration.From(CheckInterval)),
        ["timeout"] = Durations.Text(Agent.Vrrp.Duration.From(CheckInterval)),
        ["options"] = new JsonObject { ["deed"] = does, ["after"] = behavesFirst },
    };
}
