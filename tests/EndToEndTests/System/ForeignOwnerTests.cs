using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Another machine has the virtual address, without VRRP.</summary>
public sealed class ForeignOwnerTests
{
    [Theory]
    [InlineData("v3")]
    [InlineData("v3-ipv6")]
    [InlineData("v3-vmac")]
    public void A_machine_that_has_the_address_is_told_and_defended_against_and_the_master_stays(string name)
    {
        var variant = Variant.Named(name);
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(variant.RouterEntry with { AnnounceDelay = "0s" });
        using AgentInNode web1 = cluster.Start("web1", file);
        using AgentInNode web2 = cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);
        Address web1Address = cluster.SourceOf("web1", variant.IsIPv6);
        LabNode stranger = cluster.Network.Client;
        string mac = stranger.RunToEnd("cat", "/sys/class/net/eth0/address").Trim();
        stranger.RunToEnd("ip", ["address", "add", variant.Addresses[^1], "dev", "eth0", .. variant.IsIPv6 ? ["nodad"] : Array.Empty<string>()]);

        // The volley of the take-over may come after the address is bound.
        cluster.WaitForMoreAdverts("web1", 3, variant.IsIPv6);
        MonotonicTime begin = LabClock.Now;
        cluster.Until(
            () =>
            {
                SpeakFrom(stranger, variant.Vip, web1Address);
                return web1.Router(Variant.Router).AddressConflicts.Count > 0;
            },
            "the foreign owner to be known");
        cluster.Until(() => web1.Log.Contains("another machine has this virtual address", StringComparison.Ordinal), "the alarm");

        VirtualRouterStatus status = web1.Router(Variant.Router);
        AddressConflictStatus conflict = Assert.Single(status.AddressConflicts);
        Assert.Equal((variant.Vip.ToString(), mac), (conflict.Address, conflict.Mac));
        cluster.UntilLogged(web1, $"{mac} claims {variant.Vip}");
        Assert.Contains("CONFLICT", web1.Node.RunToEnd(AgentBinary.FilePath, "status"), StringComparison.Ordinal);
        Assert.Equal("MASTER", status.State);
        Assert.True(status.Counters["addressConflicts"] > 0);

        // Each claim at once, and never more than once in 100 ms.
        long most = 1 + ((LabClock.Now - begin).Nanoseconds / 100_000_000);
        Assert.InRange(status.Counters["addressDefences"], 1, most);
        var serving = PhysicalAddress.Parse(variant.UseVmac ? "00-00-5E-00-01-33" : MacOf(web1.Node));
        Assert.InRange(
            cluster.Wire.Since(begin).Count(seen => seen.IsAnnouncement && seen.Target == variant.Vip && seen.SourceMac.Equals(serving)), 1, most);

        // A backup has nothing to defend.
        Assert.Empty(web2.Router(Variant.Router).AddressConflicts);
        Assert.Equal(0, web2.Router(Variant.Router).Counters["addressDefences"]);
        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");
    }

    [Theory]
    [InlineData("v3")]
    [InlineData("v3-ipv6")]
    public void A_peer_that_takes_over_or_was_master_too_is_no_foreign_owner(string name)
    {
        var variant = Variant.Named(name);
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(variant.RouterEntry);
        using AgentInNode web1 = cluster.Start("web1", file);
        using AgentInNode web2 = cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);

        // A split and its end: for a moment both have the address, and web2 still claims it.
        byte[] claim = new byte[UnsolicitedNeighborAdvertisement.Length];
        byte[] mac = PhysicalAddress.Parse(MacOf(web2.Node)).GetAddressBytes();
        int length = variant.IsIPv6
            ? UnsolicitedNeighborAdvertisement.Write(claim, mac, variant.Vip, variant.Vip)
            : GratuitousArp.Write(claim, mac, variant.Vip);
        cluster.Network.CutLink(cluster["web1"], keepCarrier: true);
        cluster.Until(() => web2.State(Variant.Router) == "MASTER" && cluster.Holders(variant.Vip).Count == 2, "both to be master");
        using InterfaceChannel sender = ForgedAdvert.Sender(web2.Node);
        cluster.Network.HealLink(cluster["web1"]);
        cluster.Until(() => sender.Send(claim.AsSpan(0, length)) is null && cluster.Holds("web1", variant.Vip), "web2 to yield");
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);

        // Longer than it waits for adverts of who claims: 3 s.
        cluster.WaitForMoreAdverts("web1", 8, variant.IsIPv6);
        Assert.Equal(0, web1.Router(Variant.Router).Counters["addressConflicts"]);

        Assert.Equal(0, web1.Stop());
        cluster.WaitForMaster("web2", Variant.Router, variant.Vip);
        cluster.WaitForMoreAdverts("web2", 10, variant.IsIPv6);
        using AgentInNode again = cluster.Start("web1", file);
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);
        cluster.WaitForMoreAdverts("web1", 10, variant.IsIPv6);

        foreach (AgentInNode agent in new[] { again, web2 })
        {
            Assert.Equal(0, agent.Router(Variant.Router).Counters["addressConflicts"]);
        }

        Assert.DoesNotContain("another machine has this virtual address", web1.Log + again.Log + web2.Log, StringComparison.Ordinal);
    }

    private static string MacOf(LabNode node) => node.RunToEnd("cat", "/sys/class/net/eth0/address").Trim().ToUpperInvariant().Replace(':', '-');

    /// <summary>One datagram from the address to a neighbour whose MAC address is not known: its kernel has to ask for it, and says who asks.</summary>
    private static void SpeakFrom(LabNode node, Address from, Address to)
    {
        node.RunToEnd("ip", to.IsIPv6 ? "-6" : "-4", "neighbour", "flush", "dev", "eth0");
        string index = node.RunToEnd("cat", "/sys/class/net/eth0/ifindex");
        NetworkNamespace.Run(node.NamespaceName, () =>
        {
            using var socket = new Socket(to.Family, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(from.ToIPAddress(), 0));
            IPAddress target = to.ToIPAddress();
            if (to.IsIPv6)
            {
                target.ScopeId = long.Parse(index, System.Globalization.CultureInfo.InvariantCulture);
            }

            socket.SendTo([1], new IPEndPoint(target, 9));
        });
    }
}
