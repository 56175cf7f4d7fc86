using System.Text;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Simulation;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Simulation;

/// <summary>Scenario files are read as strictly as plugins.json, and the shipped files live through the built-in one.</summary>
public class ScenarioFileTests
{
    private static HotStandbyConfig Shipped(string path) =>
        ConfigReader.Read(Path.Combine(Repository.Root, path), plugins: null).Config!;

    [Fact]
    public void A_scenario_is_read_in_order_of_time()
    {
        (Scenario? scenario, IReadOnlyList<Diagnostic> diagnostics) = Read("""
            { "length": "2m", "nodes": { "web2": { "drift": 200 } }, "faults": [
              { "at": "50s", "fault": "loss", "percent": 30, "for": "10s" },
              { "at": "20s", "fault": "freeze", "node": "web2", "for": "8s" } ] }
            """);
        Assert.Empty(diagnostics);
        Assert.Equal([0, 200], scenario!.Drift);
        Assert.Equal(Duration.FromSeconds(120), scenario.Length);
        Assert.Equal(
            [new(Duration.FromSeconds(20), FaultKind.Freeze, 1, Duration.FromSeconds(8)) { Percent = 20, Delay = Duration.FromMilliseconds(100) },
             new Fault(Duration.FromSeconds(50), FaultKind.Loss, 0, Duration.FromSeconds(10)) { Percent = 30, Delay = Duration.FromMilliseconds(100) }],
            scenario.Faults);
    }

    [Theory]
    [InlineData("""{ "faults": [{ "at": "1s", "fault": "freze", "node": "web1" }] }""", "1:37", "did you mean \"freeze\"?")]
    [InlineData("""{ "faults": [{ "at": "1s", "fault": "kill", "node": "web3" }] }""", "1:53", "did you mean \"web1\"?")]
    [InlineData("""{ "faults": [{ "at": "1s", "fault": "kill" }] }""", "1:14", "has no \"node\"")]
    [InlineData("""{ "faults": [{ "at": "1s", "fault": "loss", "node": "web1" }] }""", "1:45", "has no \"node\"")]
    [InlineData("""{ "faults": [{ "at": 1, "fault": "loss" }] }""", "1:22", "duration with a unit")]
    [InlineData("""{ "fault": [] }""", "1:3", "did you mean \"faults\"?")]
    public void What_is_wrong_is_said_with_its_place(string text, string place, string words)
    {
        (Scenario? scenario, IReadOnlyList<Diagnostic> diagnostics) = Read(text);
        Assert.Null(scenario);
        Assert.StartsWith($"s.json:{place}: error", diagnostics[0].ToString(), StringComparison.Ordinal);
        Assert.Contains(words, diagnostics[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plugins.json")]
    [InlineData("examples/tomcat-pair/plugins.json")]
    public void The_shipped_files_live_through_the_built_in_scenario(string path)
    {
        HotStandbyConfig file = Shipped(path);
        IReadOnlyList<Fault> faults = BuiltInScenario.For(file);
        Assert.Equal(8, faults.Count);
        Assert.Null(SimulationRun.Check(new(file, faults, BuiltInScenario.Length(faults), 1)));
    }

    /// <summary>A fault of a backup costs nothing, and would tell nobody what his pair does.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Each_fault_of_the_built_in_scenario_hits_the_node_that_has_the_role(bool preempts)
    {
        HotStandbyConfig shipped = Shipped("plugins.json");
        HotStandbyConfig file = shipped with { VirtualRouters = [.. shipped.VirtualRouters.Select(router => router with { Preempt = preempts })] };
        IReadOnlyList<Fault> faults = BuiltInScenario.For(file);
        SimulationSetup setup = new(file, faults, BuiltInScenario.Length(faults), 1) { Records = true };
        SimulationRun run = new(setup);
        Assert.Null(run.Run());
        string[] rows = SimulationReport.Write(setup, run, null).Split('\n');
        foreach (FaultKind kind in new[] { FaultKind.Kill, FaultKind.Freeze, FaultKind.Pause, FaultKind.LinkDown })
        {
            string words = faults.Single(fault => fault.Kind == kind).Describe(setup.NodeNames);
            Assert.EndsWith(" ms", Assert.Single(rows, row => row.StartsWith(words, StringComparison.Ordinal)), StringComparison.Ordinal);
        }
    }

    private static (Scenario? Scenario, IReadOnlyList<Diagnostic> Diagnostics) Read(string text) =>
        ScenarioReader.Read("s.json", Encoding.UTF8.GetBytes(text), Shipped("plugins.json"));
}
