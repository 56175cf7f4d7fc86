using System.Text.Json;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;
using HotStandby.HostProtocol;

namespace HotStandby.EndToEndTests.Lab;

/// <summary>Hand-built configurations, as the reader of plugins.json would make them.</summary>
internal static class LabConfigs
{
    public static HotStandbyConfig Pair(
        bool preempt = true,
        IReadOnlyList<TrackConfig>? tracks = null,
        IReadOnlyList<PluginConfig>? plugins = null,
        params IReadOnlyList<VirtualRouterConfig> routers) =>
        new(
            [Node("web1", "10.78.0.1", 150), Node("web2", "10.78.0.2", 100)],
            routers.Count > 0 ? routers : [Router("VI_1", ["10.78.0.100/24"], preempt: preempt, tracks: tracks)],
            plugins ?? [],
            new AgentConfig([], TimeSpan.FromSeconds(10), null, false),
            "/etc/hotstandby");

    public static NodeConfig Node(string name, string address, byte priority, params IReadOnlyList<(string Router, NodeOverride Own)> overrides) =>
        new(name, Address.Parse(address), priority, overrides.ToDictionary(one => one.Router, one => one.Own));

    public static VirtualRouterConfig Router(
        string name,
        IReadOnlyList<string> addresses,
        string interfaceName = "eth0",
        bool preempt = true,
        IReadOnlyList<TrackConfig>? tracks = null) =>
        new(
            name,
            51,
            interfaceName,
            3,
            Duration.FromMilliseconds(100),
            [.. addresses.Select(Parse)],
            preempt,
            Duration.Zero,
            ChecksumForm.PseudoHeader,
            1,
            Duration.Zero,
            tracks ?? [],
            []);

    public static PluginConfig Plugin(string id, string use, string options = "{}") =>
        new(
            id,
            use,
            TimeSpan.FromSeconds(1),
            TimeSpan.FromMilliseconds(500),
            1,
            1,
            StartAs.Wait,
            JsonDocument.Parse(options).RootElement);

    private static AddressPrefix Parse(string text)
    {
        string[] parts = text.Split('/');
        return new AddressPrefix(Address.Parse(parts[0]), byte.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
