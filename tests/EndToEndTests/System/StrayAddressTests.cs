using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>A virtual address on a machine that is not MASTER, which no agent put there.</summary>
public sealed class StrayAddressTests : IDisposable
{
    private static readonly Address Vip = Address.Parse("10.77.0.100");

    private readonly Cluster _cluster = Cluster.OnTwoWires();

    private LabNode Web2 => _cluster["web2"];

    private static PluginsJson File(string policy, string vip = "10.77.0.100/24") =>
        PluginsJson.Pair(new RouterEntry(Variant.Router, Variant.Vrid, vip)) with { Agent = $$"""{ "realtimePriority": 20, "strayAddresses": "{{policy}}" }""" };

    [Theory]
    [InlineData(true, "10.77.0.100/24", "eth0", "tell")]
    [InlineData(false, "10.77.0.100/24", "eth0", "leftovers")]
    [InlineData(true, "10.77.0.100/16", "eth0", "leftovers")]
    [InlineData(false, "10.77.0.100/32", "eth0", "leftovers")]
    [InlineData(true, "10.77.0.100/24", "eth1", "leftovers")]
    public void It_is_an_alarm_for_as_long_as_it_is_there_and_the_command_of_the_sentence_ends_it(bool before, string address, string device, string policy)
    {
        if (before)
        {
            AddAsFirst(address, device);
        }

        _cluster.Start("web1", File(policy));
        using AgentInNode web2 = _cluster.Start("web2", File(policy));
        _cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to listen");
        if (!before)
        {
            AddAsFirst(address, device);
        }

        AlarmStatus alarm = WaitForAlarm(web2);
        Assert.Contains($"{address} is on {device}", alarm.Sentence, StringComparison.Ordinal);
        _cluster.Until(() => web2.Log.Contains($"{address} is on {device}", StringComparison.Ordinal), "it to be in the log");
        string remedy = alarm.Sentence[(alarm.Sentence.IndexOf("remove it by: ", StringComparison.Ordinal) + "remove it by: ".Length)..];
        Web2.RunToEnd("sh", "-c", remedy);

        _cluster.WaitForMaster("web1", Variant.Router, Vip);
        _cluster.Until(() => web2.Router(Variant.Router).Alarms.Count == 0, "the alarm to end");
        Assert.Contains(Address.Parse("10.77.0.2"), Web2.KernelAddresses());
        Assert.Contains(Address.Parse("10.78.0.2"), Web2.KernelAddresses());
        Assert.Equal("BACKUP", web2.State(Variant.Router));
    }

    /// <summary>The kernel knows an address with a peer by both.</summary>
    [Fact]
    public void The_command_of_the_sentence_ends_one_with_a_peer_too()
    {
        _cluster.Start("web1", File("tell"));
        using AgentInNode web2 = _cluster.Start("web2", File("tell"));
        _cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to listen");
        Web2.RunToEnd("ip", "address", "add", "10.77.0.100", "peer", "10.77.0.9/32", "dev", "eth0");
        string sentence = WaitForAlarm(web2).Sentence;
        Web2.RunToEnd("sh", "-c", sentence[(sentence.IndexOf("remove it by: ", StringComparison.Ordinal) + "remove it by: ".Length)..]);
        _cluster.Until(() => web2.Router(Variant.Router).Alarms.Count == 0, "the alarm to end");
    }

    [Theory]
    [InlineData("10.77.0.100/24")]
    [InlineData("10.77.0.100/32")]
    public void What_has_the_form_of_a_killed_keepaliveds_is_taken_off_at_the_start_and_nothing_with_it(string address)
    {
        AddAsFirst(address, "eth0");
        using AgentInNode web2 = _cluster.Start("web2", File("leftovers", "10.77.0.100/24") with { Routers = [new(Variant.Router, Variant.Vrid, "10.77.0.100/24") { AdvertInterval = "10s" }] });
        _cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to listen");

        Assert.DoesNotContain(Vip, Web2.KernelAddresses());
        Assert.Contains(Address.Parse("10.77.0.2"), Web2.KernelAddresses());
        _cluster.UntilLogged(web2, $"took {address} off eth0");
        Assert.Empty(web2.Router(Variant.Router).Alarms);
    }

    [Fact]
    public void With_remove_each_goes_at_once_whenever_it_comes_and_a_master_puts_its_own_there()
    {
        using AgentInNode web1 = _cluster.Start("web1", File("remove"));
        using AgentInNode web2 = _cluster.Start("web2", File("remove"));
        _cluster.WaitForMaster("web1", Variant.Router, Vip);
        AddAsFirst("10.77.0.100/24", "eth0");
        AddAsFirst("10.77.0.100/24", "eth1");
        _cluster["web1"].RunToEnd("ip", "address", "add", "10.77.0.100/24", "dev", "eth0");

        _cluster.WaitForMaster("web1", Variant.Router, Vip);
        _cluster.Until(() => !Shown("web1").Contains("10.77.0.100/24", StringComparison.Ordinal), "the stranger's on web1 to be gone");
        _cluster.Until(() => Shown("web1").Contains("10.77.0.100/32", StringComparison.Ordinal), "web1's own to be there");
        _cluster.Until(() => web1.Router(Variant.Router).Alarms.Count + web2.Router(Variant.Router).Alarms.Count == 0, "the alarms to end");
        Assert.Contains(Address.Parse("10.77.0.2"), Web2.KernelAddresses());
        Assert.Contains(Address.Parse("10.78.0.2"), Web2.KernelAddresses());
    }

    [Fact]
    public void The_owners_and_a_quiet_loopbacks_are_none()
    {
        // As on a real server behind IPVS.
        Web2.RunToEnd("sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=1");
        Web2.RunToEnd("ip", "address", "add", "10.77.0.1/32", "dev", "lo");
        PluginsJson file = new() { Nodes = [new(1, 255), new(2, 100)], Routers = [new("OWNED", 51, "10.77.0.1/24")] };
        using AgentInNode web1 = _cluster.Start("web1", file);
        using AgentInNode web2 = _cluster.Start("web2", file);
        _cluster.Until(() => web1.State("OWNED") == "MASTER" && web2.State("OWNED") == "BACKUP", "the roles to settle");
        _cluster.WaitForMoreAdverts("web1", 5);

        Assert.Empty(web1.Router("OWNED").Alarms);
        Assert.Empty(web2.Router("OWNED").Alarms);

        Web2.RunToEnd("sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=0");
        Web2.RunToEnd("ip", "address", "add", "127.0.0.9/32", "dev", "lo");
        Assert.Contains("10.77.0.1/32 is on lo", WaitForAlarm(web2).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_masters_own_with_a_virtual_MAC_is_none()
    {
        PluginsJson file = PluginsJson.Pair(new RouterEntry(Variant.Router, Variant.Vrid, "10.77.0.100/24") { UseVmac = true });
        using AgentInNode web1 = _cluster.Start("web1", file);
        using AgentInNode web2 = _cluster.Start("web2", file);
        _cluster.WaitForMaster("web1", Variant.Router, Vip);
        _cluster.WaitForMoreAdverts("web1", 5);

        Assert.Empty(web1.Router(Variant.Router).Alarms);
        Assert.Empty(web2.Router(Variant.Router).Alarms);
    }

    /// <summary>As netplan may leave it: the stranger's is the first of the subnet, and the host's own goes with it if nobody takes care.</summary>
    private void AddAsFirst(string address, string device)
    {
        string own = device == "eth0" ? "10.77.0.2/24" : "10.78.0.2/24";
        bool sameSubnet = address == "10.77.0.100/24" && device == "eth0";
        SystemCommand.IpBatch(
            Web2.NamespaceName,
            sameSubnet
                ? [$"address del {own} dev {device}", $"address add {address} dev {device}", $"address add {own} dev {device}"]
                : [$"address add {address} dev {device}"]);
    }

    private AlarmStatus WaitForAlarm(AgentInNode agent)
    {
        AlarmStatus? alarm = null;
        _cluster.Until(
            () => (alarm = agent.TryStatus()?.VirtualRouters[0].Alarms.FirstOrDefault(one => one.Code == "stray-address")) is not null, "the alarm");
        return alarm!;
    }

    private string Shown(string node) => _cluster[node].RunToEnd("ip", "address", "show", "dev", "eth0");

    public void Dispose() => _cluster.Dispose();
}
