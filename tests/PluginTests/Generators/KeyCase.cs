using System.Text.Json.Nodes;
using HotStandby.Abstractions;
using HotStandby.Agent.Configuration;

namespace HotStandby.PluginTests.Generators;

/// <summary>What a generator does with one key: a change of the sample file, and what must come of it.</summary>
/// <param name="Key">As <see cref="SchemaPaths"/> writes it.</param>
/// <param name="At">The object that is changed: <c>virtualRouters[0]</c>; empty for the file.</param>
/// <param name="Change">Keys of it, as JSON; null takes a key away.</param>
/// <param name="Expected">What is in the file with the change and not without; of a gap, the path that is named.</param>
/// <param name="IsGap">Whether it is an error, and leniently a comment.</param>
public sealed record KeyCase(string Key, string At, string Change, string Expected, bool IsGap)
{
    public const string Sample = """
        {
          "nodes": { "web1": { "address": "192.168.56.131", "priority": 150 }, "web2": { "address": "192.168.56.132", "priority": 100 } },
          "virtualRouters": [
            { "name": "VI_1", "vrid": 51, "interface": "eth0", "addresses": ["192.168.56.188/24"], "track": [], "notify": [], "routes": [], "rules": [] }
          ],
          "syncGroups": [],
          "plugins": [
            { "id": "app", "use": "TcpPort", "interval": "2s", "timeout": "1s", "options": { "port": 8080 } },
            { "id": "tell", "use": "Script", "options": { "onMaster": ["/bin/echo"] } }
          ],
          "agent": {}
        }
        """;

    /// <summary>What is said of a virtual router.</summary>
    public static KeyCase Line(string key, string at, string change, string expected) => new(key, at, change, expected, false);

    /// <summary>What the target can't say.</summary>
    public static KeyCase Gap(string key, string at, string change, string path) => new(key, at, change, path, true);

    public override string ToString() => Key;

    /// <summary>The model of the sample file with the change, or without.</summary>
    public ClusterModel Model(string folder, bool changed = true)
    {
        JsonObject file = JsonNode.Parse(Sample)!.AsObject();
        if (changed)
        {
            Merge(Find(file, At), JsonNode.Parse(Change)!.AsObject());
        }

        ConfigResult result = ConfigReader.ReadText(Path.Combine(folder, "plugins.json"), file.ToJsonString(), plugins: null);
        Assert.True(result.Config is not null, string.Join('\n', result.Diagnostics));
        return ClusterModelWriter.From(result.Config);
    }

    private static JsonObject Find(JsonNode node, string path)
    {
        foreach (string step in path.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            node = (int.TryParse(step, out int index) ? node[index] : node[step])!;
        }

        return node.AsObject();
    }

    /// <summary>Objects are merged, everything else is replaced.</summary>
    private static void Merge(JsonObject target, JsonObject change)
    {
        foreach ((string key, JsonNode? value) in change)
        {
            if (value is JsonObject inner && target[key] is JsonObject there)
            {
                Merge(there, inner);
            }
            else if (value is null)
            {
                target.Remove(key);
            }
            else
            {
                target[key] = value.DeepClone();
            }
        }
    }
}
