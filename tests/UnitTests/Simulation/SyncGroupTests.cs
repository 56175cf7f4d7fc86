using System.Globalization;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Simulation;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Simulation;

/// <summary>A pair with two networks and one sync group: VI_1 on eth0, VI_2 on eth1. n1 has priority 150, n2 100; faults begin at 30 s.</summary>
public class SyncGroupTests
{
    private static HotStandbyConfig File(bool grouped = true, string more = "", string track = "[]", string plugins = "[]") => ConfigReader.ReadText(
        "group.json",
        $$"""
        {
          "nodes": { "n1": { "address": "192.0.2.11", "priority": 150 }, "n2": { "address": "192.0.2.12", "priority": 100 } },
          "virtualRouters": [
            { "name": "VI_1", "vrid": 51, "interface": "eth0", "addresses": ["192.0.2.100/24"]{{more}} },
            { "name": "VI_2", "vrid": 52, "interface": "eth1", "addresses": ["192.0.2.200/24"]{{more}} }
          ],
          {{(grouped ? $$""" "syncGroups": [{ "name": "VG_1", "virtualRouters": ["VI_1", "VI_2"], "track": {{track}} }], """ : "")}}
          "plugins": {{plugins}}
        }
        """,
        plugins: null).Config!;

    private static Duration At(double seconds) => new((long)(seconds * 1e9));

    private static SimulationRun Run(HotStandbyConfig file, double seconds, params Fault[] faults)
    {
        SimulationRun run = new(new(file, faults, At(seconds), 1) { Records = true });
        Assert.Null(run.Run());
        return run;
    }

    private static TimelineEntry[] Transitions(SimulationRun run, double from) =>
        [.. run.Timeline.Where(entry => entry.At >= At(from) && entry.Text.Contains(" -> ", StringComparison.Ordinal))];

    /// <summary>"n1 VI_1 MASTER -> FAULT".</summary>
    private static string Short(TimelineEntry entry) => $"{entry.Node} {entry.Text.Split(':')[0]}";

    private static string States(SimulationRun run) => string.Join("; ", run.Nodes.Select(node =>
        string.Create(CultureInfo.InvariantCulture, $"{node.Name} {string.Join(" ", node.Routers.Select(router => router.Router.State))}")));

    [Fact]
    public void A_cut_cable_of_one_interface_moves_both_within_milliseconds()
    {
        SimulationRun run = Run(File(), 60, new Fault(At(30), FaultKind.LinkDown, 0, null) { Interface = "eth0" });
        TimelineEntry[] moved = Transitions(run, 30);
        Assert.Equal(
            ["n1 VI_1 MASTER -> FAULT", "n1 VI_2 MASTER -> FAULT", "n2 VI_1 BACKUP -> MASTER", "n2 VI_2 BACKUP -> MASTER"],
            moved.Select(Short).Order(StringComparer.Ordinal));

        // VI_2 says priority 0 on its own network; VI_1 of n2 does not wait three intervals for a network that is silent.
        Assert.All(moved, entry => Assert.InRange(entry.At.Milliseconds, 30_000, 30_025));
        Assert.Contains("VI_1 of the sync group VG_1: interface eth0 has no carrier", moved.Single(entry => Short(entry) == "n1 VI_2 MASTER -> FAULT").Text, StringComparison.Ordinal);
        Assert.Contains("VI_2 of the sync group VG_1 takes the role", moved.Single(entry => Short(entry) == "n2 VI_1 BACKUP -> MASTER").Text, StringComparison.Ordinal);

        // Without the group one would be MASTER on each.
        Assert.Equal("n1 Fault Master; n2 Master Backup", States(Run(File(grouped: false), 60, new Fault(At(30), FaultKind.LinkDown, 0, null) { Interface = "eth0" })));
    }

    [Fact]
    public void When_the_cable_is_back_both_come_back_together()
    {
        SimulationRun run = Run(File(), 90, new Fault(At(30), FaultKind.LinkDown, 0, At(20)) { Interface = "eth1" });
        Assert.Equal("n1 Master Master; n2 Backup Backup", States(run));
        TimelineEntry[] taken = [.. Transitions(run, 50).Where(entry => Short(entry).EndsWith("-> MASTER", StringComparison.Ordinal))];
        Assert.Equal(["n1 VI_1 BACKUP -> MASTER", "n1 VI_2 BACKUP -> MASTER"], taken.Select(Short).Order(StringComparer.Ordinal));
        Assert.InRange((taken[1].At - taken[0].At).Milliseconds, 0, 25);
    }

    [Theory]
    [InlineData(0, "eth0")]
    [InlineData(0, "eth1")]
    [InlineData(1, "eth0")]
    public void A_network_that_is_cut_for_one_member_moves_nobody_and_is_said(int node, string device)
    {
        SimulationRun run = Run(File(), 120, new Fault(At(30), FaultKind.Partition, node, null) { Interface = device });
        Assert.Empty(Transitions(run, 30));
        TimelineEntry[] alarms = [.. run.Timeline.Where(entry => entry.Text.Contains("Hears no master, but", StringComparison.Ordinal))];
        Assert.Equal(2, alarms.Length);
        Assert.All(alarms, entry => Assert.Equal("n2", entry.Node));
        Assert.InRange(alarms[0].At.Milliseconds, 36_000, 38_500);

        SimulationRun alone = Run(File(grouped: false), 120, new Fault(At(30), FaultKind.Partition, node, null) { Interface = device });
        Assert.Contains(Transitions(alone, 30), entry => entry.Node == "n2" && entry.Text.Contains("-> MASTER", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kill")]
    [InlineData("stop")]
    [InlineData("freeze")]
    [InlineData("drain")]
    [InlineData("partition")]
    public void What_happens_to_the_node_moves_both_as_one(string fault)
    {
        SimulationRun run = Run(File(), 120, new Fault(At(30), FaultWords.All.Single(one => one.Word == fault).Kind, 0, At(20)));
        TimelineEntry[] taken = [.. Transitions(run, 30).Where(entry => entry.Node == "n2" && Short(entry).EndsWith("-> MASTER", StringComparison.Ordinal))];
        Assert.Equal(2, taken.Length);
        Assert.InRange((taken[1].At - taken[0].At).Milliseconds, 0, 0.001);
        Assert.Equal("n1 Master Master; n2 Backup Backup", States(run));
    }

    [Theory]
    [InlineData("linkDown", "n1 MASTER FAULT; n2 BACKUP MASTER; n1 FAULT BACKUP; n2 MASTER BACKUP; n1 BACKUP MASTER")]
    [InlineData("stop", "n1 MASTER INITIALIZE; n2 BACKUP MASTER; n1 INITIALIZE BACKUP; n2 MASTER BACKUP; n1 BACKUP MASTER")]
    [InlineData("drain", "n1 MASTER BACKUP; n2 BACKUP MASTER; n2 MASTER BACKUP; n1 BACKUP MASTER")]
    public void The_group_as_a_whole_moves_once_for_both_and_after_them(string fault, string expected)
    {
        FaultKind kind = FaultWords.All.Single(one => one.Word == fault).Kind;
        SimulationRun run = Run(File(), 120, new Fault(At(30), kind, 0, At(20)) { Interface = kind == FaultKind.LinkDown ? "eth1" : null });
        List<(string Node, string Move)> moves = [];
        Dictionary<string, int> members = [];
        foreach (TimelineEntry entry in run.Timeline.Where(entry => entry.At >= At(30)))
        {
            if (entry.Text.StartsWith("the group VG_1 has left ", StringComparison.Ordinal))
            {
                string[] words = entry.Text.Split(' ');
                moves.Add((entry.Node, $"{entry.Node} {words[5]} {words[7]}"));
                Assert.Equal(2, members[entry.Node]);
                members[entry.Node] = 0;
            }
            else if (entry.Text.Contains(" -> ", StringComparison.Ordinal))
            {
                members[entry.Node] = members.GetValueOrDefault(entry.Node) + 1;
            }
        }

        // Of one node in order; between nodes a turn may come first or last.
        Assert.Equal(Of("n1"), moves.Where(one => one.Node == "n1").Select(one => one.Move));
        Assert.Equal(Of("n2"), moves.Where(one => one.Node == "n2").Select(one => one.Move));
        Assert.All(members.Values, left => Assert.Equal(0, left));

        IEnumerable<string> Of(string node) => expected.Split("; ").Where(one => one.StartsWith(node, StringComparison.Ordinal));
    }

    [Fact]
    public void A_check_of_the_group_and_one_of_a_member_count_for_all()
    {
        const string Plugins = """[{ "id": "app", "use": "Nginx" }]""";
        HotStandbyConfig group = File(track: """[{ "check": "app", "onFail": "fault" }]""", plugins: Plugins);
        Assert.Equal("n1 Fault Fault; n2 Master Master", States(Run(group, 60, new Fault(At(30), FaultKind.CheckFails, 0, null))));

        // The same weight on both: one priority.
        HotStandbyConfig weighted = File(track: """[{ "check": "app", "weight": -60 }]""", plugins: Plugins);
        SimulationRun run = Run(weighted, 60, new Fault(At(30), FaultKind.CheckFails, 0, null));
        Assert.Equal("n1 Backup Backup; n2 Master Master", States(run));
        Assert.All(run.Nodes[0].Routers, router => Assert.Equal(90, router.Router.EffectivePriority));
    }

    [Fact]
    public void Without_preempt_the_group_stays_where_it_is()
    {
        SimulationRun run = Run(File(more: """, "preempt": false"""), 120, new Fault(At(30), FaultKind.LinkDown, 0, At(10)) { Interface = "eth0" });
        Assert.Equal("n1 Backup Backup; n2 Master Master", States(run));
    }

    [Fact]
    public void No_seed_of_a_group_breaks_an_invariant()
    {
        int groups = 0;
        for (ulong seed = 1; groups < 25; seed++)
        {
            SimulationSetup setup = RandomSetup.Create(seed, Duration.FromSeconds(3600), Duration.FromSeconds(60));
            if (setup.File.SyncGroups.Count > 0)
            {
                groups++;
                RandomTesting.Outcome outcome = RandomTesting.Try(seed, Duration.FromSeconds(3600));
                Assert.True(outcome.Report is null, outcome.Report);
            }
        }
    }
}
