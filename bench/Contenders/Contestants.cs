using HotStandby.Agent.Lab;

namespace HotStandby.Bench;

/// <summary>The agents by name, as --agents takes them.</summary>
internal static class Contestants
{
    private static readonly Contender[] All =
    [
        new HotStandbyContender("hotstandby"),
        new HotStandbyContender("hotstandby:rt", agentSettings: """{ "realtimePriority": 50, "lockMemory": true }"""),
        new HotStandbyContender("hotstandby:nginx", withNginx: true),
        new HotStandbyContender("hotstandby:plugins", withEveryPlugin: true),
        new KeepalivedContender("keepalived"),
        new KeepalivedContender("keepalived:rt", "vrrp_rt_priority 50"),
        new PairContender(new HotStandbyContender("hotstandby"), new KeepalivedContender("keepalived")),
        new PairContender(new KeepalivedContender("keepalived"), new HotStandbyContender("hotstandby")),
        new FloorContender("floor", realtime: false),
        new FloorContender("floor:rt", realtime: true),
    ];

    /// <summary>The named ones; each is there and can be started.</summary>
    /// <exception cref="FormatException">An unknown name; the message lists the known ones.</exception>
    /// <exception cref="LabException">An agent that takes part is not there.</exception>
    public static IReadOnlyList<Contender> Present(string list)
    {
        Contender[] contenders =
        [
            .. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name =>
                Array.Find(All, contender => contender.Name == name)
                ?? throw new FormatException($"'{name}' is no agent; there are {string.Join(", ", All.Select(contender => contender.Name))}.")),
        ];
        Contender[] single = [.. contenders.SelectMany(contender => contender is PairContender pair ? pair.Members : [contender])];
        if (single.OfType<HotStandbyContender>().Any())
        {
            _ = Repository.Agent;
        }

        if (single.OfType<KeepalivedContender>().Any() && !Keepalived.IsInstalled)
        {
            throw new LabException("keepalived is not installed (Debian package keepalived); bench/run installs it, --agents leaves it out.");
        }

        return contenders;
    }
}
