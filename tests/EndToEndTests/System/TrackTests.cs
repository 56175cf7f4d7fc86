using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>What the virtual router tracks beside checks: other interfaces, files and processes, alone and in expressions.</summary>
public sealed class TrackTests
{
    private static readonly Variant V3 = Variant.Named("v3");

    [Fact]
    public void A_tracked_interface_that_goes_down_moves_the_role_and_status_says_why()
    {
        using var cluster = Cluster.Of(2);
        AgentInNode web1 = StartPair(cluster, """[{ "interface": "eth1", "weight": -60 }]""");

        cluster["web1"].RunToEnd("ip", "link", "set", "eth1", "down");
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        PriorityTerm term = Assert.Single(web1.Router(Variant.Router).Priority.Terms);
        Assert.Equal(("interface eth1", "down", -60), (term.Check, term.State, term.Applied));
        Assert.Contains("administratively down", term.LastWords, StringComparison.Ordinal);

        cluster["web1"].RunToEnd("ip", "link", "set", "eth1", "up");
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
    }

    [Fact]
    public void A_number_in_a_file_drains_the_node_and_taking_it_away_brings_it_back()
    {
        string folder = Directory.CreateTempSubdirectory("hs-drain-").FullName;
        try
        {
            string drain = Path.Combine(folder, "web1");
            using var cluster = Cluster.Of(2);
            PluginsJson Track(string file) => File($$"""[{ "file": "{{file}}", "missing": 0, "weight": -1 }]""");
            AgentInNode web1 = cluster.Start("web1", Track(drain));
            cluster.Start("web2", Track(Path.Combine(folder, "web2")));
            cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

            System.IO.File.WriteAllText(drain, "100\n");
            cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
            Assert.Equal(50, web1.Router(Variant.Router).Priority.Effective);

            System.IO.File.Delete(drain);
            cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Too_few_processes_are_FAULT_but_not_while_the_other_operand_is_up()
    {
        using var cluster = Cluster.Of(2);
        string name = $"hs{Guid.NewGuid():N}"[..12];
        string program = Path.Combine(cluster["web1"].Directory, name);
        System.IO.File.Copy("/bin/sleep", program);
        LabProcess first = cluster["web1"].Run(program, ["600"]);
        LabProcess second = cluster["web1"].Run(program, ["600"]);
        try
        {
            AgentInNode web1 = StartPair(
                cluster, $$"""[{ "anyOf": [{ "process": "{{name}}", "quorum": 2 }, { "interface": "eth1" }], "onFail": "fault" }]""");

            cluster["web1"].RunToEnd("ip", "link", "set", "eth1", "down");
            cluster.Until(() => web1.Router(Variant.Router).Priority.Terms[0].LastWords.StartsWith("1 of 2", StringComparison.Ordinal), "eth1 seen down");
            cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

            second.Kill(LinuxSignal.Kill);
            cluster.Until(() => web1.State(Variant.Router) == "FAULT", "FAULT with one process");
            Assert.Contains("1 live, 2 must", web1.Router(Variant.Router).Why, StringComparison.Ordinal);
            cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        }
        finally
        {
            first.Dispose();
            second.Dispose();
        }
    }

    private static AgentInNode StartPair(Cluster cluster, string track)
    {
        foreach (string node in (string[])["web1", "web2"])
        {
            cluster[node].RunToEnd("ip", "link", "add", "eth1", "type", "veth", "peer", "name", "eth1p");
            cluster[node].RunToEnd("ip", "link", "set", "eth1p", "up");
            cluster[node].RunToEnd("ip", "link", "set", "eth1", "up");
        }

        AgentInNode web1 = cluster.Start("web1", File(track));
        cluster.Start("web2", File(track));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        return web1;
    }

    private static PluginsJson File(string track) => PluginsJson.Pair(V3.RouterEntry with { Track = track });
}
