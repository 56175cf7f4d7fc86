using System.Globalization;
using System.Text;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Simulation;

/// <summary>A pair and what happens to it, both from one seed.</summary>
internal static class RandomSetup
{
    /// <summary>The faults that a seed draws from first; later ones are drawn apart, so that what a seed was stays what it was.</summary>
    private const int FirstKinds = (int)FaultKind.BadReload + 1;

    private static readonly Duration ShortestFault = Duration.FromMilliseconds(5);
    private static readonly Duration LongestFault = Duration.FromSeconds(40);

    /// <summary>A run of a pair, now and then of three nodes, with faults after <paramref name="calm"/> on average.</summary>
    public static SimulationSetup Create(ulong seed, Duration length, Duration calm)
    {
        SeededRandom random = new(seed);
        HotStandbyConfig file = File(random);
        IReadOnlyList<Fault> faults = Faults(random, file.Nodes.Count, length, calm);

        // Drawn apart, so that what a seed was before there were sync groups stays what it was.
        SeededRandom apart = new(~seed);
        if (apart.Chance(0.3))
        {
            file = WithGroup(file, apart);
            faults = [.. faults.Select(fault => FaultWords.OfInterface.Contains(fault.Kind) && apart.Chance(0.6)
                ? fault with { Interface = apart.OneOf(file.VirtualRouters[0].Interface, file.VirtualRouters[1].Interface) }
                : fault)];
        }

        if (apart.Chance(0.2))
        {
            int adverts = 1 + apart.Below(5);
            file = file with { VirtualRouters = [.. file.VirtualRouters.Select(router => router with { DownTimerAdverts = adverts })] };
        }

        if (apart.Chance(0.1))
        {
            file = file with { Agent = file.Agent with { StartupDelay = TimeSpan.FromSeconds(5), DelayAfterBoot = TimeSpan.FromSeconds(15) } };
        }

        if (apart.Chance(0.15) && file.SyncGroups.Count == 0 && file.Nodes.All(node => node.Priority is > VirtualRouterSettings.StickyRange and < 255))
        {
            file = WithSticky(file);
        }

        if (apart.Chance(0.25))
        {
            faults = [.. faults.Select(fault => !fault.IsOfLan && apart.Chance(0.2) ? fault with { Kind = FaultKind.BindRefused, LeaseEnds = null } : fault)];
        }

        SimulationSetup setup = new(file, faults, length, random.Next())
        {
            Drift = [.. file.Nodes.Select(_ => random.Below(1001) - 500)],
        };
        return apart.Chance(0.4) && file.VirtualRouters.All(router => router.Version == 3) ? Signed(setup, apart) : setup;
    }

    /// <summary>
    /// The same with signed adverts: with clocks that are in step and somebody without a key who owns the wire most of the time, or with clocks
    /// that are hours apart and nobody else there.
    /// </summary>
    private static SimulationSetup Signed(SimulationSetup setup, SeededRandom random)
    {
        setup = setup with { Signed = true };
        if (random.Chance(0.3))
        {
            return setup with { WallClocks = [.. setup.File.Nodes.Select(_ => random.Between(Duration.FromSeconds(-7200), Duration.FromSeconds(7200)))] };
        }

        List<Attack> attacks = [];
        Duration end = setup.Length - Duration.FromSeconds(120);
        for (Duration at = Duration.FromSeconds(30); at < end; at += random.Between(Duration.FromSeconds(1), Duration.FromSeconds(240)))
        {
            Duration most = random.BetweenByMagnitude(Duration.FromSeconds(2), Duration.FromSeconds(900));
            Duration length = at + most < end ? most : end - at;
            attacks.Add(new(at, length, random.Next()));
            at += length;
        }

        return setup with
        {
            WallClocks = [.. setup.File.Nodes.Select(_ => random.Between(Duration.FromMilliseconds(-500), Duration.FromMilliseconds(500)))],
            Attacks = attacks,
        };
    }

    /// <summary>Faults one after the other and now and then several at a time; the last stretch is quiet, so that the outcome shows.</summary>
    public static IReadOnlyList<Fault> Faults(SeededRandom random, int nodes, Duration length, Duration calm)
    {
        List<Fault> faults = [];
        Duration end = length - Duration.FromSeconds(90);
        for (Duration at = Duration.FromSeconds(20); at < end; at += Gap(random, calm))
        {
            faults.Add(One(random, nodes, at, end));
        }

        return faults;
    }

    private static Duration Gap(SeededRandom random, Duration calm) => random.Below(4) switch
    {
        0 => random.BetweenByMagnitude(ShortestFault, Duration.FromSeconds(5)),
        1 => random.Between(Duration.FromSeconds(5), calm),
        _ => random.Between(calm, 2 * calm),
    };

    private static Fault One(SeededRandom random, int nodes, Duration at, Duration end)
    {
        FaultKind kind = FaultWords.All[random.Below(FirstKinds)].Kind;
        Duration length = random.BetweenByMagnitude(ShortestFault, LongestFault);
        return new(at, kind, random.Below(nodes), at + length < end ? length : Duration.FromMilliseconds(10))
        {
            Percent = random.OneOf(1, 5, 20, 50, 90),
            Delay = random.BetweenByMagnitude(Duration.FromMilliseconds(1), Duration.FromSeconds(2)),
            Priority = random.Chance(0.5) ? (byte)(1 + random.Below(254)) : null,
        };
    }

    /// <summary>The same with a second virtual router on another interface, in one sync group with the first.</summary>
    private static HotStandbyConfig WithGroup(HotStandbyConfig file, SeededRandom random)
    {
        VirtualRouterConfig first = file.VirtualRouters[0] with { SyncGroup = "VG_1" };
        bool ipv6 = random.Chance(0.3);
        VirtualRouterConfig second = first with
        {
            Name = "VI_2",
            Vrid = 52,
            Interface = "eth1",
            Version = ipv6 ? (byte)3 : first.Version,
            AdvertInterval = random.Chance(0.7) ? first.AdvertInterval : Duration.FromSeconds(1 + random.Below(2)),
            Addresses = [ipv6 ? new(Address.Parse("fe80::1:52"), 64) : new(Address.Parse("192.0.2.200"), 24)],
            HealthyPriorities = [],
        };

        // An owner can't be in a group.
        return file with
        {
            Nodes = [.. file.Nodes.Select((node, i) => node.Priority == 255 ? node with { Priority = (byte)(200 - (20 * i)) } : node)],
            VirtualRouters = [first, second],
            SyncGroups = [new("VG_1", ["VI_1", "VI_2"])],
        };
    }

    /// <summary>The same with one priority for all nodes, whoever has the role keeps it.</summary>
    private static HotStandbyConfig WithSticky(HotStandbyConfig file) => file with
    {
        Nodes = [.. file.Nodes.Select(node => node with { Priority = file.Nodes[0].Priority })],
        VirtualRouters = [.. file.VirtualRouters.Select(router => router with { Sticky = true, HealthyPriorities = [] })],
    };

    private static HotStandbyConfig File(SeededRandom random)
    {
        int nodes = random.Chance(0.1) ? 3 : 2;
        bool ipv6 = random.Chance(0.2);
        int version = !ipv6 && random.Chance(0.2) ? 2 : 3;
        string interval = version == 2 ? random.OneOf("1s", "2s") : random.OneOf("1s", "1s", "1s", "500ms", "2s", "1s", "3s");
        string track = random.OneOf(
            """[{ "check": "app", "onFail": "fault" }]""",
            """[{ "check": "app", "onFail": "fault" }]""",
            """[{ "check": "app", "weight": -200 }]""",
            """[{ "anyOf": ["app", { "interface": "eth1" }], "onFail": "fault" }, { "process": "app", "weight": 200 }]""",
            """[{ "allOf": ["app", { "process": "app", "quorum": 2 }], "onFail": "fault" }, { "file": "/run/drain", "weight": -1 }]""",
            "[]");
        string plugins = track == "[]" ? "[]" : string.Create(CultureInfo.InvariantCulture, $$"""
            [{ "id": "app", "use": "{{random.OneOf("Nginx", "Tomcat")}}", "interval": "1s", "timeout": "800ms", "rise": {{1 + random.Below(3)}}, "fall": {{1 + random.Below(3)}} }]
            """);
        string text = string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "nodes": { {{string.Join(", ", Enumerable.Range(1, nodes).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""
                "n{{i}}": { "address": "192.0.2.{{10 + i}}", "priority": {{200 - (50 * i) + random.Below(40)}} }
                """)))}} },
              "virtualRouters": [{
                "name": "VI_1", "vrid": 51, "interface": "eth0", "version": {{version}}, "advertInterval": "{{interval}}",
                "addresses": [{{(ipv6 ? "\"fe80::1:51/64\"" : "\"192.0.2.100/24\"")}}],
                "preempt": {{(random.Chance(0.75) ? "true" : "false")}}, "track": {{track}} }],
              "plugins": {{plugins}}
            }
            """);
        EntryJudged[] entries = track == "[]" ? [] : [new(0, [], ["check"], Pushes: plugins.Contains("Nginx", StringComparison.Ordinal))];
        ConfigResult result = ConfigReader.ReadText("random.json", Encoding.UTF8.GetBytes(text), plugins: null, entries);
        HotStandbyConfig file = result.Config
            ?? throw new InvalidOperationException($"The random file is refused: {string.Join("\n", result.Diagnostics)}\n{text}");

        // What the file may not say, or says only in one way: an owner, equal priorities, a delay before preemption.
        if (random.Chance(0.15))
        {
            byte same = random.Chance(0.5) ? (byte)255 : file.Nodes[1].Priority;
            file = file with { Nodes = [file.Nodes[0] with { Priority = same }, .. file.Nodes.Skip(1)] };
        }

        VirtualRouterConfig router = file.VirtualRouters[0];
        return router.Preempt && random.Chance(0.2)
            ? file with { VirtualRouters = [router with { PreemptDelay = Duration.FromSeconds(1 + random.Below(8)) }] }
            : file;
    }
}
