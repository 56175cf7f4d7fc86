using System.Text;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Simulation;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Simulation;

/// <summary>One virtual router with adverts on eth0 and an address on eth1. n1 has priority 150, n2 100; faults begin at 30 s.</summary>
public class SecondInterfaceTests
{
    private static readonly HotStandbyConfig File = ConfigReader.ReadText(
        "device.json",
        """
        {
          "nodes": { "n1": { "address": "192.0.2.11", "priority": 150 }, "n2": { "address": "192.0.2.12", "priority": 100 } },
          "virtualRouters": [
            { "name": "VI_1", "vrid": 51, "interface": "eth0", "addresses": ["192.0.2.100/24", { "address": "198.51.100.1/24", "device": "eth1" }] }
          ]
        }
        """,
        plugins: null).Config!;

    private static SimulationRun Run(Fault fault)
    {
        SimulationRun run = new(new(File, [fault], Duration.FromSeconds(60), 1) { Records = true });
        Assert.Null(run.Run());
        return run;
    }

    private static string States(SimulationRun run) => string.Join(" ", run.Nodes.Select(node => node.Routers[0].Router.State));

    [Fact]
    public void The_cable_of_the_other_interface_moves_the_role_within_milliseconds_and_brings_it_back()
    {
        Fault cut = new(Duration.FromSeconds(30), FaultKind.LinkDown, 0, null) { Interface = "eth1" };
        SimulationRun run = Run(cut);
        Assert.Equal("Fault Master", States(run));
        TimelineEntry[] moved = [.. run.Timeline.Where(entry => entry.At >= cut.At && entry.Text.Contains(" -> ", StringComparison.Ordinal))];
        Assert.Equal(["n1", "n2"], moved.Select(entry => entry.Node));
        Assert.All(moved, entry => Assert.InRange(entry.At.Milliseconds, 30_000, 30_025));
        Assert.Contains("interface eth1 has no carrier", moved[0].Text, StringComparison.Ordinal);

        Assert.Equal("Master Backup", States(Run(cut with { Length = Duration.FromSeconds(10) })));
    }

    [Fact]
    public void Without_a_wire_there_the_election_goes_on_and_the_address_is_not_reached()
    {
        SimulationRun run = Run(new(Duration.FromSeconds(30), FaultKind.Partition, 0, Duration.FromSeconds(10)) { Interface = "eth1" });
        Assert.Equal("Master Backup", States(run));
        Assert.DoesNotContain(run.Timeline, entry => entry.At >= Duration.FromSeconds(30) && entry.Text.Contains(" -> ", StringComparison.Ordinal));
        Assert.Equal(Duration.FromSeconds(10), run.Watches[0].Figures.Between(default(MonotonicTime) + Duration.FromSeconds(29), run.Now).Outage);
    }

    [Theory]
    [InlineData("eth1", null)]
    [InlineData("eth2", "no virtual router uses \"eth2\"")]
    public void A_scenario_may_name_either_interface(string device, string? words)
    {
        (Scenario? scenario, IReadOnlyList<Diagnostic> diagnostics) = ScenarioReader.Read(
            "s.json", Encoding.UTF8.GetBytes($$"""{ "faults": [{ "at": "1s", "fault": "linkDown", "node": "n1", "interface": "{{device}}" }] }"""), File);
        Assert.Equal(words is null, scenario is not null);
        Assert.Equal(words is null ? [] : [true], diagnostics.Select(one => one.Message.Contains(words!, StringComparison.Ordinal)));
    }
}
