using System.Text.Json;
using HotStandby.Abstractions;

namespace HotStandby.TestKit;

/// <summary>What the core would hand to a plugin, for tests.</summary>
public static class Samples
{
    /// <summary>Two nodes, web1 and web2, one IPv4 virtual router VI_1 (VRID 51, version 3, 1 s adverts), no tracks, no notifiers.</summary>
    public static ClusterModel Pair { get; } = new(
        [new NodeModel("web1", "192.0.2.11", 150), new NodeModel("web2", "192.0.2.12", 100)],
        [
            new VirtualRouterModel(
                "VI_1",
                51,
                new Dictionary<string, string> { ["web1"] = "eth0", ["web2"] = "eth0" },
                3,
                TimeSpan.FromSeconds(1),
                ["192.0.2.100/24"],
                Preempt: true,
                TimeSpan.Zero,
                ChecksumWithPseudoHeader: true,
                [],
                [],
                new Dictionary<string, int> { ["web1"] = 150, ["web2"] = 100 }),
        ],
        []);

    /// <summary>The pair with one entry of <c>plugins</c>.</summary>
    public static ClusterModel PairWith(string id, string use, string options = "{}")
    {
        using JsonDocument document = JsonDocument.Parse(options);
        var entry = new PluginModel(id, use, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1, 1, document.RootElement.Clone());
        return Pair with { Plugins = [entry] };
    }

    /// <summary>A transition of VI_1 on web1.</summary>
    /// <param name="to">The state it is in now.</param>
    /// <param name="stopping">Whether the agent stops.</param>
    /// <param name="replay">Whether nothing changed and the state is told again.</param>
    public static Transition Transition(RouterState to, bool stopping = false, bool replay = false) => new(
        7,
        "VI_1",
        51,
        "eth0",
        replay ? to : to == RouterState.Master ? RouterState.Backup : RouterState.Master,
        to,
        stopping,
        150,
        ["192.0.2.100/24"],
        to == RouterState.Backup ? "192.0.2.12" : null,
        "no advertisement for 3.6 s",
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        replay);

    /// <summary>An alarm of VI_1 on web1: another machine has its address.</summary>
    /// <param name="began">False: it has ended.</param>
    /// <param name="replay">Whether it is told again.</param>
    public static Alarm Alarm(bool began, bool replay = false) => new(
        3,
        "foreign-owner",
        "VI_1",
        "192.0.2.100",
        began ? "52:54:00:12:34:56 claims 192.0.2.100: another machine has this virtual address" : "192.0.2.100 is claimed no longer",
        began,
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        new DateTimeOffset(2026, 1, 2, 3, 4, began && !replay ? 5 : 35, TimeSpan.Zero),
        replay);
}
