using HotStandby.Agent.Configuration;
using HotStandby.Agent.Simulation;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Simulation;

/// <summary>A pair of equal priority: n2 has the greater address, so that it is n2 that RFC 9568 prefers after a split.</summary>
public class StickyTests
{
    /// <summary>n1 comes first in every setup here, since n2 begins with a crash.</summary>
    private static readonly Fault N2ComesLater = new(Duration.FromMilliseconds(1), FaultKind.Kill, 1, Duration.FromSeconds(15));

    private static SimulationRun Run(bool sticky, ulong seed, params Fault[] faults)
    {
        ConfigResult result = ConfigReader.ReadText(
            "pair.json",
            """
            {
              "nodes": { "n1": { "address": "192.0.2.11", "priority": 100 }, "n2": { "address": "192.0.2.12", "priority": 100 } },
              "virtualRouters": [{ "name": "VI_1", "vrid": 51, "interface": "eth0", "addresses": ["192.0.2.100/24"], "sticky": true,
                "track": [{ "check": "app", "weight": -60 }] }],
              "plugins": [{ "id": "app", "use": "Nginx" }]
            }
            """,
            plugins: null);
        HotStandbyConfig file = result.Config!;

        // The file may not say it; what it would mean is the other half of the tests.
        file = file with { VirtualRouters = [file.VirtualRouters[0] with { Sticky = sticky }] };
        SimulationRun run = new(new(file, [N2ComesLater, .. faults], Duration.FromSeconds(400), seed) { Records = true });
        Assert.Null(run.Run());
        return run;
    }

    private static string Master(SimulationRun run) =>
        run.Nodes.Single(node => node.Routers[0].Router.State == Abstractions.RouterState.Master).Name;

    private static Fault At(int seconds, FaultKind kind, int node, int length) => new(Duration.FromSeconds(seconds), kind, node, Duration.FromSeconds(length));

    [Fact]
    public void Who_had_the_role_before_a_split_has_it_after()
    {
        Fault split = At(60, FaultKind.Partition, 0, 60);
        for (ulong seed = 1; seed <= 20; seed++)
        {
            Assert.Equal("n1", Master(Run(sticky: true, seed, split)));
            Assert.Equal("n2", Master(Run(sticky: false, seed, split)));
        }
    }

    [Fact]
    public void Who_took_over_from_a_crash_keeps_the_role_when_the_other_is_back_and_after_a_split()
    {
        SimulationRun run = Run(sticky: true, 1, At(60, FaultKind.Kill, 0, 30), At(150, FaultKind.Partition, 0, 60));
        Assert.Equal("n2", Master(run));
        Assert.Equal(99, run.Nodes[1].Routers[0].Router.AdvertisedPriority);
        Assert.Equal(100, run.Nodes[1].Routers[0].Router.EffectivePriority);

        // The other way round, where the address speaks for the other one.
        run = Run(sticky: true, 1, At(60, FaultKind.Kill, 0, 30), At(120, FaultKind.Kill, 1, 30), At(200, FaultKind.Partition, 0, 60));
        Assert.Equal("n1", Master(run));
        Assert.Equal(98, run.Nodes[0].Routers[0].Router.AdvertisedPriority);
    }

    [Fact]
    public void A_failed_check_moves_the_role_and_it_stays_where_it_went()
    {
        SimulationRun run = Run(sticky: true, 1, At(60, FaultKind.CheckFails, 0, 30));
        Assert.Equal("n2", Master(run));
        Assert.Equal(100, run.Nodes[1].Routers[0].Router.AdvertisedPriority);
        Assert.Equal("n1", Master(Run(sticky: true, 1, At(60, FaultKind.CheckFails, 0, 30), At(150, FaultKind.CheckFails, 1, 30))));
    }
}
