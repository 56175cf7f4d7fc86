using System.Net.NetworkInformation;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>A master whose kernel refuses what the role needs: the address, or every frame it sends.</summary>
public sealed class UnusableMasterTests
{
    private static readonly Variant V3 = Variant.Named("v3");

    [Fact]
    public void C138_C076_an_address_that_the_kernel_refuses_is_never_announced_and_costs_the_role_for_a_while()
    {
        Address vip = V3.Vip;
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry with { More = """{ "excludedAddresses": ["fd77::100/64"] }""" });
        using var cluster = Cluster.Of(2);
        LabNode node = cluster["web1"];

        // Where IPv6 is disabled Linux refuses an IPv6 address with EACCES.
        node.RunToEnd("sysctl", "-qw", "net.ipv6.conf.eth0.disable_ipv6=1");
        AgentInNode web2 = cluster.Start("web2", file);
        cluster.WaitForMaster("web2", Variant.Router, vip);
        AgentInNode web1 = cluster.Start("web1", file);

        WireEvent resigned = cluster.WaitForAdvert("web1", cluster.Begin, advert => advert.Priority == 0);
        cluster.Until(() => web1.State(Variant.Router) == "FAULT", "web1 to be in FAULT");
        cluster.WaitForMaster("web2", Variant.Router, vip);
        Assert.Contains("the kernel refused fd77::100/64", web1.Router(Variant.Router).Why, StringComparison.Ordinal);
        cluster.UntilLogged(web1, "the kernel refused fd77::100/64");

        // It does not try again at every turn: 5 s.
        cluster.WaitForMoreAdverts("web2", 10);
        cluster.AssertSilent("web1", resigned.At + new Duration(1));
        PhysicalAddress mac = MacOf(node);
        Assert.DoesNotContain(cluster.Wire.Events, seen => seen.IsAnnouncement && seen.Target == vip && seen.SourceMac.Equals(mac));
        Assert.Contains(cluster.Wire.Events, seen => seen.IsAnnouncement && seen.Target == vip);

        node.RunToEnd("sysctl", "-qw", "net.ipv6.conf.eth0.disable_ipv6=0");
        cluster.WaitForMaster("web1", Variant.Router, vip);
        Assert.NotNull(cluster.Wire.WaitFor(
            seen => seen.IsAnnouncement && seen.Target == vip && seen.SourceMac.Equals(mac), resigned.At, TimeSpan.FromSeconds(10)));
        Assert.Equal("BACKUP", web2.State(Variant.Router));
    }

    [Fact]
    public void C197_a_master_whose_adverts_the_kernel_does_not_take_gives_the_address_up()
    {
        using var cluster = Cluster.Of(2);
        AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        AgentInNode web2 = cluster.Start("web2", PluginsJson.Pair(V3.RouterEntry));
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");

        // Unlike one in the output chain, a rule at the interface's egress is below the agent's socket: send(2) fails with ENOBUFS.
        LabNode node = cluster["web1"];
        node.RunToEnd("nft", "add table netdev mute; add chain netdev mute out { type filter hook egress device \"eth0\" priority 0; }; "
            + "add rule netdev mute out ip protocol 112 drop");
        cluster.Until(() => web1.State(Variant.Router) == "FAULT", "web1 to be in FAULT");
        Assert.Contains("could not be sent", web1.Router(Variant.Router).Why, StringComparison.Ordinal);
        cluster.Until(() => cluster.Holds("web2", V3.Vip), "web2 to be the only holder");

        // Nothing here tells that it would be heard again: it tries when its patience is over.
        node.RunToEnd("nft", "delete table netdev mute");
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.Until(() => web1.Router(Variant.Router).Alarms.Count == 0, "its alarms to end");
    }

    private static PhysicalAddress MacOf(LabNode node) =>
        PhysicalAddress.Parse(node.RunToEnd("cat", "/sys/class/net/eth0/address").Trim().ToUpperInvariant().Replace(':', '-'));
}
