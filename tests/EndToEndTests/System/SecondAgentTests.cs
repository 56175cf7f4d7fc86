using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Two agents on one machine, each with a control socket of its own: neither takes what is the other's.</summary>
public sealed class SecondAgentTests : IDisposable
{
    private static readonly Address First = Address.Parse("10.77.0.100");
    private static readonly Address Second = Address.Parse("10.77.0.101");

    private static readonly RouterEntry FirstRouter = new("FIRST", 51, "10.77.0.100/24")
    {
        // Leases that outlive the test: what is gone was taken.
        AdvertInterval = "2s",
        AcceptMode = false,
        UseVmac = true,
        More = """{ "routes": [{ "to": "10.5.0.0/16", "via": "10.77.0.250" }] }""",
    };

    private static readonly RouterEntry SecondRouter = new("SECOND", 52, "10.77.0.101/24") { UseVmac = true };

    private readonly Cluster _cluster = Cluster.Of(1);

    private LabNode Web1 => _cluster["web1"];

    private string OtherControl => Path.Combine(Web1.Directory, "other.sock");

    private static PluginsJson File(params RouterEntry[] routers) => new() { Nodes = [new(1, 150)], Routers = routers };

    [Fact]
    public void A_living_agents_addresses_routes_tables_and_interfaces_are_no_leftovers()
    {
        using AgentInNode one = _cluster.Start("web1", File(FirstRouter));
        _cluster.Until(() => _cluster.Holds("web1", First), "the first agent to be master");
        _cluster.Until(() => Web1.RunToEnd("ip", "route", "show").Contains("10.5.0.0/16", StringComparison.Ordinal), "its route");
        string before = Kept();

        using AgentInNode two = _cluster.Start("web1", File(SecondRouter), "--control", OtherControl);
        _cluster.Until(() => _cluster.Holds("web1", Second), "the second agent to be master");
        Assert.Equal(before, Kept());

        // Neither does release, for whomever: of the second, killed, goes what is certainly not the first's.
        two.Crash();
        string said = Web1.RunToEnd(AgentBinary.FilePath, "release", "--control", OtherControl);
        Assert.Contains("virtual router 51 (IPv4) on eth0", said, StringComparison.Ordinal);
        Assert.Equal(before, Kept());
        Assert.DoesNotContain("hs4.52.", Web1.RunToEnd("ip", "link", "show"), StringComparison.Ordinal);
        Assert.DoesNotContain("taken off", one.Log, StringComparison.Ordinal);
        Assert.Equal("MASTER", one.State("FIRST"));
    }

    [Fact]
    public void A_virtual_router_that_a_living_agent_runs_is_refused_and_a_dead_ones_is_not()
    {
        using AgentInNode one = _cluster.Start("web1", File(FirstRouter));
        _cluster.Until(() => _cluster.Holds("web1", First), "the first agent to be master");
        one.Freeze();

        using AgentInNode two = _cluster.Start("web1", File(SecondRouter, FirstRouter with { Name = "SAME", Version = 3 }), "--control", OtherControl);
        Assert.Equal(8, two.Process.WaitForExit(TimeSpan.FromSeconds(20)));
        Assert.Matches("another agent(, process [0-9]+,)? runs virtual router 51 \\(IPv4\\) on eth0", two.Log);

        // So does a reload, which changes nothing then; what a reload has given up is free.
        using AgentInNode three = _cluster.Start("web1", File(SecondRouter), "--control", OtherControl);
        _cluster.Until(() => _cluster.Holds("web1", Second) || Web1.KernelAddresses().Contains(Second), "the other agent to be master");
        three.Reload(File(SecondRouter, FirstRouter));
        _cluster.Until(() => three.Log.Contains("reload refused, nothing changed: another agent", StringComparison.Ordinal), "the reload to be refused");

        one.Crash();
        three.Reload(File(FirstRouter));
        _cluster.Until(() => three.Log.Contains("reload: ", StringComparison.Ordinal) && Web1.KernelAddresses().Contains(First), "it to have the first's role");
        using AgentInNode four = _cluster.Start("web1", File(SecondRouter));
        _cluster.Until(() => four.State("SECOND") == "MASTER", "the role that a reload gave up to be taken");
    }

    /// <summary>The first agent's file, copied, with another VRID in it.</summary>
    [Fact]
    public void An_address_that_a_living_agent_has_under_another_VRID_is_refused_and_stays_where_it_is()
    {
        using AgentInNode one = _cluster.Start("web1", File(FirstRouter));
        _cluster.Until(() => _cluster.Holds("web1", First), "the first agent to be master");
        string before = Kept();

        using AgentInNode two = _cluster.Start("web1", File(FirstRouter with { Name = "COPY", Vrid = 77 }), "--control", OtherControl);
        Assert.Equal(8, two.Process.WaitForExit(TimeSpan.FromSeconds(20)));
        Assert.Matches("another agent(, process [0-9]+,)? has the virtual address 10.77.0.100 on eth0", two.Log);
        Assert.Equal(before, Kept());
        Assert.DoesNotContain("taken off", one.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" and listen(S, 1)")]
    public void An_address_that_a_user_without_rights_has_taken_keeps_no_agent_from_its_work(string more)
    {
        using LabProcess squatter = Web1.Run(
            "setpriv",
            [
                "--reuid", "65534", "--clear-groups", "--", "perl", "-MSocket", "-e",
                $@"$| = 1; socket(S, AF_UNIX, SOCK_STREAM, 0) and bind(S, pack_sockaddr_un(qq(\0hotstandby/4/51/eth0))){more} and print qq(taken\n); sleep",
            ]);
        _cluster.Until(() => squatter.Output.Contains("taken", StringComparison.Ordinal), "the address to be taken");

        // As the unit starts it: without the capabilities to look into other users' processes.
        string file = Path.Combine(Web1.Directory, "plugins.json");
        System.IO.File.WriteAllText(file, File(FirstRouter).Text());
        using UnitFile unit = new(Web1, file);
        using LabProcess agent = unit.Run("ExecStart");
        _cluster.Until(() => _cluster.Holds("web1", First), "the agent to be master");
        Assert.Null(squatter.ExitCode);
        agent.Kill(LinuxSignal.Kill);
        agent.WaitForExit(TimeSpan.FromSeconds(15));
        Assert.DoesNotContain("an agent lives here", Web1.RunToEnd(AgentBinary.FilePath, "release", "--control", OtherControl), StringComparison.Ordinal);
        Assert.DoesNotContain(First, Web1.KernelAddresses());
    }

    [Fact]
    public void An_interface_is_the_same_by_its_alternative_name()
    {
        Web1.RunToEnd("ip", "link", "property", "add", "dev", "eth0", "altname", "enp0s3");
        using AgentInNode one = _cluster.Start("web1", File(FirstRouter with { Interface = "enp0s3" }));
        _cluster.Until(() => _cluster.Holds("web1", First), "the first agent to be master");
        string before = Kept();
        Assert.Contains("hs4.51.", before, StringComparison.Ordinal);
        Assert.Contains("hotstandby_4_51_eth0", before, StringComparison.Ordinal);

        using AgentInNode two = _cluster.Start("web1", File(FirstRouter with { Name = "SAME" }), "--control", OtherControl);
        Assert.Equal(8, two.Process.WaitForExit(TimeSpan.FromSeconds(20)));
        Web1.RunToEnd(AgentBinary.FilePath, "release", "--control", OtherControl);
        using AgentInNode three = _cluster.Start("web1", File(SecondRouter), "--control", OtherControl);
        _cluster.Until(() => _cluster.Holds("web1", Second), "the other agent to be master");
        Assert.Equal(before, Kept());
    }

    /// <summary>Nobody could know before it came that it has both names.</summary>
    [Fact]
    public void Of_two_agents_that_name_an_interface_differently_one_leaves_when_it_comes()
    {
        using AgentInNode one = _cluster.Start("web1", File(FirstRouter with { Interface = "late0" }));
        using AgentInNode two = _cluster.Start("web1", File(FirstRouter with { Name = "SAME", Interface = "late1" }), "--control", OtherControl);
        _cluster.Until(() => one.State("FIRST") == "INITIALIZE" && two.Log.Contains("late1", StringComparison.Ordinal), "both to wait");
        Assert.Null(two.Process.ExitCode);

        Web1.RunToEnd("ip", "link", "add", "late0", "type", "veth", "peer", "name", "late9");
        Web1.RunToEnd("ip", "link", "property", "add", "dev", "late0", "altname", "late1");
        Web1.RunToEnd("ip", "address", "add", "10.77.0.1/24", "dev", "late0");
        Web1.RunToEnd("ip", "link", "set", "late9", "up");
        Web1.RunToEnd("ip", "link", "set", "late0", "up");
        Assert.Equal(8, two.Process.WaitForExit(TimeSpan.FromSeconds(20)));
        Assert.Matches("another agent(, process [0-9]+,)? runs virtual router 51 \\(IPv4\\) on late0", two.Log);
        _cluster.Until(() => one.State("FIRST") == "MASTER", "the other to have the role");
    }

    /// <summary>What the first agent has in the kernel; the state of an interface is UNKNOWN for a moment after it was made.</summary>
    private string Kept() => string.Join(
        '\n',
        string.Join(' ', Web1.KernelAddresses().Where(address => address == First)),
        Web1.RunToEnd("ip", "route", "show", "10.5.0.0/16"),
        string.Join('\n', Web1.RunToEnd("ip", "-o", "link", "show").Split('\n').Where(line => line.Contains("hs4.51.", StringComparison.Ordinal))
            .Select(line => line.Split('\\')[0].Replace("state UNKNOWN", "state UP", StringComparison.Ordinal))),
        string.Join('\n', Web1.RunToEnd("nft", "list", "tables").Split('\n').Where(line => line.Contains("_51_", StringComparison.Ordinal))));

    public void Dispose() => _cluster.Dispose();
}
