using System.Net.NetworkInformation;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>The interface and its own address go and come back under a running agent.</summary>
public sealed class LinkTests
{
    private static readonly Variant V3 = Variant.Named("v3");
    private static readonly Variant V6 = Variant.Named("v3-ipv6");

    [Fact]
    public void C152_C153_without_carrier_it_is_in_FAULT_and_with_it_it_returns()
    {
        using var cluster = Cluster.Of(2);
        AgentInNode web1 = StartPair(cluster);

        cluster.Network.CutLink(cluster["web1"]);
        cluster.Until(() => web1.State(Variant.Router) == "FAULT", "FAULT without carrier");
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        string why = web1.Router(Variant.Router).Why;
        Assert.Contains("eth0", why, StringComparison.Ordinal);

        cluster.Network.HealLink(cluster["web1"]);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        AssertWent(web1, Variant.Router, "BACKUP", "MASTER", "FAULT", "BACKUP", "MASTER");
    }

    [Fact]
    public void C154_after_admin_down_and_up_both_families_return_and_the_groups_are_joined_again()
    {
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry, V6.RouterEntry with { Name = "VI_6" });
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.WaitForMaster("web1", "VI_6", V6.Vip);

        cluster["web1"].RunToEnd("ip", "link", "set", "eth0", "down");
        cluster.Until(() => web1.State(Variant.Router) == "FAULT" && web1.State("VI_6") == "FAULT", "FAULT while eth0 is down");
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        cluster.WaitForMaster("web2", "VI_6", V6.Vip);

        cluster["web1"].RunToEnd("ip", "link", "set", "eth0", "up");
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.WaitForMaster("web1", "VI_6", V6.Vip);
        string groups = cluster["web1"].RunToEnd("ip", "maddress", "show", "dev", "eth0");
        Assert.Contains("inet  224.0.0.18", groups, StringComparison.Ordinal);
        Assert.Contains("inet6 ff02::12", groups, StringComparison.Ordinal);
    }

    [Fact]
    public void C155_without_an_address_of_its_own_it_resigns_and_takes_the_role_back_with_it()
    {
        using var cluster = Cluster.Of(2);
        AgentInNode web1 = StartPair(cluster);

        MonotonicTime removal = LabClock.Now;
        cluster["web1"].RunToEnd("ip", "address", "del", "10.77.0.1/24", "dev", "eth0");
        cluster.Until(() => web1.State(Variant.Router) == "FAULT", "FAULT without an own address");
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        Assert.Contains(cluster.Adverts("web1", removal), advert => advert.Priority == 0);

        cluster["web1"].RunToEnd("ip", "address", "add", "10.77.0.1/24", "dev", "eth0");
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
    }

    [Fact]
    public void C155_an_own_address_that_was_replaced_is_the_source_of_the_next_adverts()
    {
        var replacement = Address.Parse("10.77.0.9");
        using var cluster = Cluster.Of(1);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        // With promote_secondaries the kernel keeps the other addresses of the subnet when the first one goes.
        cluster["web1"].RunToEnd("sysctl", "-q", "-w", "net.ipv4.conf.eth0.promote_secondaries=1");
        cluster["web1"].RunToEnd("ip", "address", "add", "10.77.0.9/24", "dev", "eth0");
        cluster["web1"].RunToEnd("ip", "address", "del", "10.77.0.1/24", "dev", "eth0");
        MonotonicTime replaced = LabClock.Now;

        Assert.NotNull(cluster.Wire.WaitFor(
            seen => seen.IsAdvertisement && seen.Source == replacement && seen.Priority == 150, replaced, TimeSpan.FromSeconds(10)));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        Assert.DoesNotContain(cluster.Wire.Since(replaced + Duration.FromSeconds(1)), seen => seen.IsAdvertisement && seen.Source != replacement);
    }

    [Fact]
    public void C156_an_interface_that_was_deleted_and_created_anew_is_used_again()
    {
        using var cluster = Cluster.Of(2);
        AgentInNode web1 = StartPair(cluster);
        LabNode node = cluster["web1"];
        string port = cluster.Network.SwitchPort(node);

        node.RunToEnd("ip", "link", "del", "eth0");
        cluster.Until(() => web1.State(Variant.Router) == "FAULT", "FAULT without the interface");
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        Assert.Contains("does not exist", web1.Router(Variant.Router).Why, StringComparison.Ordinal);

        SystemCommand.IpBatch(cluster.Network.SwitchNamespace,
        [
            $"link add {port} type veth peer name eth0 netns {node.NamespaceName}",
            $"link set {port} master br0 up",
        ]);
        node.RunToEnd("ip", "address", "add", "10.77.0.1/24", "dev", "eth0");
        node.RunToEnd("ip", "link", "set", "eth0", "up");
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
    }

    [Fact]
    public void Another_MAC_address_of_the_interface_is_announced_at_once()
    {
        using var cluster = Cluster.Of(2);

        // Without the second volley of the take-over, which would come with the new MAC address as it is.
        AgentInNode web1 = StartPair(cluster, V3.RouterEntry with { AnnounceDelay = "0s" });
        Assert.True(cluster.ClientPings(V3.Vip), cluster.Describe());

        MonotonicTime changed = LabClock.Now;
        cluster["web1"].RunToEnd("ip", "link", "set", "eth0", "address", "02:00:00:00:77:01");

        Assert.NotNull(cluster.Wire.WaitFor(
            seen => seen.IsAnnouncement && seen.Target == V3.Vip && seen.SourceMac.Equals(PhysicalAddress.Parse("02-00-00-00-77-01")), changed, TimeSpan.FromSeconds(10)));
        cluster.Until(
            () => cluster.Network.Client.RunToEnd("ip", "neighbour", "show", V3.Vip.ToString()).Contains("02:00:00:00:77:01", StringComparison.Ordinal),
            "the client to know the new MAC address");
        Assert.Equal("MASTER", web1.State(Variant.Router));
        cluster.UntilLogged(web1, "has another MAC address now (02:00:00:00:77:01");
        Assert.DoesNotContain(cluster.Wire.Since(changed), seen => seen.IsAdvertisement && seen.Priority == 0);
    }

    [Fact]
    public void An_interface_that_becomes_a_port_of_a_bridge_is_named_with_the_bridge()
    {
        using var cluster = Cluster.Of(1);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        LabNode node = cluster["web1"];
        node.RunToEnd("ip", "link", "add", "br0", "type", "bridge");
        node.RunToEnd("ip", "link", "set", "br0", "up");
        node.RunToEnd("ip", "link", "set", "eth0", "master", "br0");
        cluster.Until(() => web1.Router(Variant.Router).Alarms.Any(alarm => alarm.Code == "interface-is-port"), "the alarm");
        node.RunToEnd("ip", "address", "del", "10.77.0.1/24", "dev", "eth0");
        cluster.Until(() => web1.Router(Variant.Router).Why.Contains("port of the bridge br0", StringComparison.Ordinal), "the bridge to be named");
    }

    /// <summary>Spanning tree: the carrier is there at once, frames come three seconds of listening and three of learning later.</summary>
    [Fact]
    public void A_switch_port_that_lets_nothing_through_at_first_is_named_as_the_reason_of_a_needless_take_over()
    {
        using var cluster = Cluster.Of(2);
        SystemCommand.Run("ip", "-n", cluster.Network.SwitchNamespace, "link", "set", "br0", "type", "bridge", "stp_state", "1", "forward_delay", "300");
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.WaitForMoreAdverts("web1", 4);
        AgentInNode web2 = cluster.Start("web2", PluginsJson.Pair(V3.RouterEntry));
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");
        Assert.DoesNotContain("spanning tree", web2.Log, StringComparison.Ordinal);

        cluster.Network.CutLink(cluster["web2"]);
        cluster.Until(() => web2.State(Variant.Router) == "FAULT", "FAULT without carrier");
        cluster.Network.HealLink(cluster["web2"]);
        cluster.Until(() => web2.Log.Contains("spanning tree", StringComparison.Ordinal), "the switch to be named");
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
    }

    [Fact]
    public void An_interface_may_be_named_by_an_alternative_name()
    {
        using var cluster = Cluster.Of(2);
        foreach (LabNode node in cluster.Network.Nodes)
        {
            node.RunToEnd("ip", "link", "property", "add", "dev", "eth0", "altname", "enp0s3");
        }

        // The second one needs the kernel's name for its firewall and its macvlan.
        PluginsJson file = PluginsJson.Pair(
            V3.RouterEntry with { Interface = "enp0s3" },
            new("VI_2", 52, "10.77.0.102/24") { Interface = "enp0s3", UseVmac = true, AcceptMode = false });
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.WaitForMaster("web1", "VI_2", Address.Parse("10.77.0.102"));
        Assert.True(cluster.ClientPings(V3.Vip), cluster.Describe());

        cluster["web1"].RunToEnd("ip", "link", "property", "del", "dev", "eth0", "altname", "enp0s3");
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        cluster["web1"].RunToEnd("ip", "link", "property", "add", "dev", "eth0", "altname", "enp0s3");
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
    }

    [Fact]
    public void The_IPv6_group_is_joined_again_after_the_kernel_has_left_it_without_a_word()
    {
        using var cluster = Cluster.Of(1);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V6.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, V6.Vip);

        // Below 1280 there is no IPv6 on an interface, and nothing of what sockets had joined comes back with it.
        cluster["web1"].RunToEnd("ip", "link", "set", "eth0", "mtu", "1200");
        cluster.Until(() => web1.State(Variant.Router) == "FAULT", "FAULT without IPv6");
        cluster["web1"].RunToEnd("ip", "link", "set", "eth0", "mtu", "1500");
        cluster.WaitForMaster("web1", Variant.Router, V6.Vip);
        cluster.Until(
            () => cluster["web1"].RunToEnd("ip", "maddress", "show", "dev", "eth0").Contains("inet6 ff02::12", StringComparison.Ordinal),
            "the group to be joined again");
    }

    /// <summary>100 addresses have 1648 bytes; the peer hears them as soon as both interfaces carry them.</summary>
    [Fact]
    public void A_role_whose_adverts_the_MTU_does_not_carry_is_not_taken()
    {
        using var cluster = Cluster.Of(2);
        string[] addresses = ["fe80::77:1/64", .. Enumerable.Range(1, 129).Select(i => $"fd77::{i:x}/64")];
        PluginsJson file = PluginsJson.Pair(V6.RouterEntry with { Addresses = addresses });
        using AgentInNode web1 = cluster.Start("web1", file);
        using AgentInNode web2 = cluster.Start("web2", file);
        cluster.Until(() => web1.State(Variant.Router) == "FAULT" && web2.State(Variant.Router) == "FAULT", "FAULT on both");
        Assert.Contains("MTU of interface eth0 is 1500", web1.Router(Variant.Router).Why, StringComparison.Ordinal);

        // One after the other: who listens first takes the role first.
        CarryMore(cluster, "web1");
        cluster.Until(() => web1.State(Variant.Router) == "MASTER", "web1 to take the role");
        CarryMore(cluster, "web2");
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");

        // The client's own MTU lets it see none of them; the peer says what it hears, whole.
        cluster.Until(() => web2.Router(Variant.Router).Counters["advertisementsReceived"] >= 20, "20 adverts of web1 at web2");
        cluster.WaitForMaster("web1", Variant.Router, Address.Parse("fd77::1"));
        Assert.Equal(["FAULT", "BACKUP", "MASTER"], web1.Status().Transitions.Select(one => one.To));
        Assert.Equal(["FAULT", "BACKUP"], web2.Status().Transitions.Select(one => one.To));
    }

    private static void CarryMore(Cluster cluster, string node)
    {
        SystemCommand.Run("ip", "-n", cluster.Network.SwitchNamespace, "link", "set", cluster.Network.SwitchPort(cluster[node]), "mtu", "4000");
        cluster[node].RunToEnd("ip", "link", "set", "eth0", "mtu", "4000");
    }

    private static AgentInNode StartPair(Cluster cluster, RouterEntry? entry = null)
    {
        PluginsJson file = PluginsJson.Pair(entry ?? V3.RouterEntry);
        AgentInNode web1 = cluster.Start("web1", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        AgentInNode web2 = cluster.Start("web2", file);
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");
        return web1;
    }

    private static void AssertWent(AgentInNode agent, string router, params IReadOnlyList<string> states) =>
        Assert.Equal(states, agent.Status().Transitions.Where(one => one.VirtualRouter == router).Select(one => one.To));
}
