using System.Text.Json;
using HotStandby.Abstractions;
using HotStandby.Plugins.KeepalivedConfig;
using Microsoft.Extensions.DependencyInjection;

namespace HotStandby.PluginTests.KeepalivedConfig;

/// <summary>Models for the tests, and the generator as the host makes it: through the plugin's own registration.</summary>
internal static class Rendering
{
    public const string BaseDirectory = "/etc/hotstandby";

    public static PluginModel Nginx { get; } = Plugin("nginx", "Nginx", """{ "pidFile": "/run/nginx.pid" }""");

    public static PluginModel Tomcat { get; } =
        Plugin("app", "Tomcat", """{ "url": "http://127.0.0.1:8080/", "expectStatus": [200] }""") with
        {
            Timeout = TimeSpan.FromMilliseconds(800),
            Rise = 2,
            Fall = 2,
        };

    public static PluginModel TcpPort { get; } = Plugin("port", "TcpPort", """{ "host": "127.0.0.1", "port": 8080 }""");

    public static PluginModel Script { get; } = Plugin(
        "tell",
        "Script",
        """{ "onMaster": ["/bin/echo", "is master", "a=1"], "onBackup": ["/bin/echo", "backup"], "onFault": ["fault.sh"], "onStop": ["/bin/echo", "stop"], "notify": ["/bin/echo"] }""");

    /// <summary>The tutorial's pair behind nginx.</summary>
    public static ClusterModel NginxPair { get; } = Pair(
        [new NodeModel("web1", "192.168.56.131", 150), new NodeModel("web2", "192.168.56.132", 100)],
        "VI_1",
        51,
        "192.168.56.188/24",
        [Nginx],
        [new TrackModel("nginx", null)]);

    /// <summary>The tutorial's pair behind tomcat.</summary>
    public static ClusterModel TomcatPair { get; } = Pair(
        [new NodeModel("app1", "192.168.8.4", 150), new NodeModel("app2", "192.168.8.6", 100)],
        "VI_1",
        60,
        "192.168.8.100/24",
        [Tomcat],
        [new TrackModel("app", null)]);

    /// <summary>Everything the generator can say at once.</summary>
    public static ClusterModel Full { get; } = new(
        NginxPair.Nodes,
        [
            NginxPair.VirtualRouters[0] with
            {
                AdvertInterval = TimeSpan.FromMilliseconds(100),
                PreemptDelay = TimeSpan.FromSeconds(2.5),
                PreemptUnhealthy = false,
                Tracks = [new TrackModel("nginx", null), new TrackModel("app", -60), new TrackModel("port", 20)],
                Notify = ["tell"],
            },
            NginxPair.VirtualRouters[0] with
            {
                Name = "VI_old",
                Vrid = 52,
                Version = 2,
                AdvertInterval = TimeSpan.FromSeconds(3),
                Addresses = ["192.168.56.189/24", "192.168.56.190/32"],
                AcceptMode = false,
                Preempt = false,
                PreemptDelay = TimeSpan.FromSeconds(1),
                Priorities = new Dictionary<string, int> { ["web1"] = 90, ["web2"] = 200 },
                Tracks = [],
                Authentication = new AuthenticationModel("pass", "s3cr3t"),
            },
            NginxPair.VirtualRouters[0] with
            {
                Name = "VI_6",
                Addresses = ["fe80::51/64", "fd00::188/64"],
                AcceptMode = false,
                Preempt = false,
                ChecksumWithPseudoHeader = false,
                Priorities = new Dictionary<string, int> { ["web1"] = 255, ["web2"] = 100 },
                PreemptUnhealthy = false,
                Tracks = [new TrackModel("nginx", -50), new TrackModel("port", null), new TrackModel("site", null)],
            },
        ],
        [
            Nginx with { Rise = 3, Fall = 2, Interval = TimeSpan.FromMilliseconds(500) },
            Tomcat with { Interval = TimeSpan.FromSeconds(2.5) },
            TcpPort,
            Plugin("site", "Nginx", """{ "url": "https://127.0.0.1/health?a=1&b=2", "pidFile": null }"""),
            Script,
        ]);

    public static PluginModel Plugin(string id, string use, string options) => new(
        id,
        use,
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(1),
        1,
        1,
        JsonDocument.Parse(options).RootElement);

    /// <summary>The model with its only virtual router changed.</summary>
    public static ClusterModel With(this ClusterModel model, Func<VirtualRouterModel, VirtualRouterModel> change) =>
        model with { VirtualRouters = [change(model.VirtualRouters[0])] };

    /// <summary>With no program of ours on the node, as most tests want it: what keepalived runs is to be seen.</summary>
    public static KeepalivedConfigOptions Scripts { get; } = new() { Checks = "script" };

    public static Task<string> Render(
        ClusterModel model,
        string node,
        KeepalivedConfigOptions? options = null,
        string baseDirectory = BaseDirectory,
        string target = "",
        bool lenient = false)
    {
        ServiceCollection services = [];
        services.AddSingleton(options ?? Scripts);
        services.AddSingleton(new PluginContext("keepalived", "", TimeSpan.Zero, TimeSpan.Zero, baseDirectory, _ => { }));
        new Plugin().Register(services);
        using ServiceProvider provider = services.BuildServiceProvider();
        IConfigGenerator generator = provider.GetRequiredService<IConfigGenerator>();
        Assert.Equal("keepalived", generator.Target);
        return generator.GenerateAsync(
            new GenerationRequest(model, node) { TargetVersion = target, Lenient = lenient }, TestContext.Current.CancellationToken);
    }

    /// <summary>The model as the reader of a file gives it: each thing knows where it stands.</summary>
    public static ClusterModel Placed(ClusterModel model) => model with
    {
        VirtualRouters =
        [
            .. model.VirtualRouters.Select((router, i) => router with
            {
                Path = $"virtualRouters[{i}]",
                Tracks = [.. router.Tracks.Select((track, j) => track with { Path = $"virtualRouters[{i}].track[{j}]" })],
                NodeKeyPaths = router.Priorities.Keys.ToDictionary(
                    node => node, node => new NodeKeyPaths($"nodes.{node}.priority", $"virtualRouters[{i}].interface", $"nodes.{node}.address")),
            }),
        ],
        Plugins = [.. model.Plugins.Select((plugin, i) => plugin with { Path = $"plugins[{i}]" })],
    };

    private static ClusterModel Pair(
        NodeModel[] nodes,
        string name,
        int vrid,
        string address,
        PluginModel[] plugins,
        TrackModel[] tracks) => new(
        nodes,
        [
            new VirtualRouterModel(
                name,
                vrid,
                nodes.ToDictionary(node => node.Name, _ => "eth0"),
                3,
                TimeSpan.FromSeconds(1),
                [address],
                true,
                TimeSpan.Zero,
                true,
                tracks,
                [],
                nodes.ToDictionary(node => node.Name, node => node.Priority)),
        ],
        plugins);
}
