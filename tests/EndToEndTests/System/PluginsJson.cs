using System.Text.Json;
using System.Text.Json.Nodes;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>A plugins.json in the making. What a test does not say is what an operator would leave out, except for short intervals.</summary>
internal sealed record PluginsJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public required IReadOnlyList<NodeEntry> Nodes { get; init; }

    public required IReadOnlyList<RouterEntry> Routers { get; init; }

    public IReadOnlyList<PluginEntry> Plugins { get; init; } = [];

    /// <summary>As JSON; null leaves it out.</summary>
    public string? SyncGroups { get; init; }

    /// <summary>Keys of <c>agent</c>, as JSON. The protocol thread is real-time by default: the tests share a busy machine.</summary>
    public string Agent { get; init; } = """{ "realtimePriority": 20 }""";

    /// <summary>The usual pair web1 150, web2 100 with one virtual router.</summary>
    public static PluginsJson Pair(params IReadOnlyList<RouterEntry> routers) => new() { Nodes = [new(1, 150), new(2, 100)], Routers = routers };

    /// <summary>The same file with another list of plugins.</summary>
    public PluginsJson With(params IReadOnlyList<PluginEntry> plugins) => this with { Plugins = plugins };

    public string Text() => new JsonObject
    {
        ["nodes"] = new JsonObject(Nodes.Select(node => KeyValuePair.Create(node.Name, node.Json()))),
        ["virtualRouters"] = new JsonArray([.. Routers.Select(router => router.Json())]),
        ["syncGroups"] = JsonNode.Parse(SyncGroups ?? "[]"),
        ["plugins"] = new JsonArray([.. Plugins.Select(plugin => plugin.Json())]),
        ["agent"] = JsonNode.Parse(Agent),
    }.ToJsonString(Indented);
}

/// <summary>One node, <c>webN</c> at 10.77.0.N.</summary>
internal sealed record NodeEntry(int Number, int Priority)
{
    public string Name => $"web{Number}";

    public IReadOnlyDictionary<string, int> PriorityOf { get; init; } = new Dictionary<string, int>();

    /// <summary>sourceAddress of one virtual router; not together with <see cref="PriorityOf"/>.</summary>
    public (string Router, string Address)? SourceOf { get; init; }

    /// <summary>devices of one virtual router, as JSON; not together with the others.</summary>
    public (string Router, string Devices)? DevicesOf { get; init; }

    public JsonNode? Json()
    {
        var json = new JsonObject { ["address"] = $"10.77.0.{Number}", ["priority"] = Priority };
        if (SourceOf is (string router, string address))
        {
            json["virtualRouters"] = new JsonObject { [router] = new JsonObject { ["sourceAddress"] = address } };
        }

        if (DevicesOf is (string holder, string devices))
        {
            json["virtualRouters"] = new JsonObject { [holder] = new JsonObject { ["devices"] = JsonNode.Parse(devices) } };
        }

        if (PriorityOf.Count > 0)
        {
            json["virtualRouters"] = new JsonObject(
                PriorityOf.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)new JsonObject { ["priority"] = entry.Value })));
        }

        return json;
    }
}

/// <summary>One virtual router; version 3 at 200 ms unless said otherwise.</summary>
internal sealed record RouterEntry(string Name, int Vrid, params IReadOnlyList<string> Addresses)
{
    public int Version { get; init; } = 3;

    public string Interface { get; init; } = "eth0";

    /// <summary>Short, but long enough that a stall of a busy machine is no silent master.</summary>
    public string AdvertInterval { get; init; } = "200ms";

    public bool Preempt { get; init; } = true;

    public string? Checksum { get; init; }

    public string? AnnounceDelay { get; init; }

    /// <summary>As JSON: true or an object; null leaves it out.</summary>
    public string? Unicast { get; init; }

    public bool UseVmac { get; init; }

    public bool AcceptMode { get; init; } = true;

    /// <summary>The simple password of version 2, written into the file.</summary>
    public string? Password { get; init; }

    /// <summary>authentication, as JSON; null leaves it out.</summary>
    public string? Authentication { get; init; }

    /// <summary>Ids of checks whose failure is FAULT.</summary>
    public IReadOnlyList<string> FaultOn { get; init; } = [];

    public IReadOnlyList<(string Check, int Weight)> Weights { get; init; } = [];

    /// <summary>The whole of <c>track</c> as JSON, in the place of <see cref="FaultOn"/> and <see cref="Weights"/>.</summary>
    public string? Track { get; init; }

    public IReadOnlyList<string> Notify { get; init; } = [];

    /// <summary>Further keys as a JSON object; null for none.</summary>
    public string? More { get; init; }

    public JsonNode Json()
    {
        var json = new JsonObject
        {
            ["name"] = Name,
            ["vrid"] = Vrid,
            ["interface"] = Interface,
            ["version"] = Version,
            ["advertInterval"] = AdvertInterval,
            ["addresses"] = new JsonArray([.. Addresses.Select(address => JsonValue.Create(address))]),
            ["preempt"] = Preempt,
            ["track"] = Track is not null ? JsonNode.Parse(Track) : new JsonArray(
            [
                .. FaultOn.Select(check => new JsonObject { ["check"] = check, ["onFail"] = "fault" }),
                .. Weights.Select(track => new JsonObject { ["check"] = track.Check, ["weight"] = track.Weight }),
            ]),
            ["notify"] = new JsonArray([.. Notify.Select(id => JsonValue.Create(id))]),
        };
        if (Checksum is not null)
        {
            json["checksum"] = Checksum;
        }

        if (UseVmac)
        {
            json["useVmac"] = true;
        }

        if (!AcceptMode)
        {
            json["acceptMode"] = false;
        }

        if (Unicast is not null)
        {
            json["unicast"] = JsonNode.Parse(Unicast);
        }

        if (Password is not null)
        {
            json["authentication"] = new JsonObject { ["type"] = "pass", ["password"] = Password };
        }

        if (Authentication is not null)
        {
            json["authentication"] = JsonNode.Parse(Authentication);
        }

        if (AnnounceDelay is not null)
        {
            json["announceDelay"] = AnnounceDelay;
        }

        foreach ((string key, JsonNode? value) in More is null ? [] : JsonNode.Parse(More)!.AsObject())
        {
            json[key] = value?.DeepClone();
        }

        return json;
    }
}

/// <summary>One plugin.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Use">The plugin's name.</param>
/// <param name="Options">As JSON.</param>
internal sealed record PluginEntry(string Id, string Use, string Options = "{}")
{
    public string? Interval { get; init; }

    public string? Timeout { get; init; }

    public JsonNode Json()
    {
        var json = new JsonObject { ["id"] = Id, ["use"] = Use, ["options"] = JsonNode.Parse(Options) };
        if (Interval is not null)
        {
            json["interval"] = Interval;
        }

        if (Timeout is not null)
        {
            json["timeout"] = Timeout;
        }

        return json;
    }
}
