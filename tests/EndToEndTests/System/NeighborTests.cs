using System.Net.NetworkInformation;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Who answers for the virtual address and who does not, and what the address does to its node.</summary>
public sealed class NeighborTests
{
    private static readonly Variant V3 = Variant.Named("v3");
    private static readonly Variant V6 = Variant.Named("v3-ipv6");

    [Fact]
    public void C081_C085_a_backup_answers_no_ARP_and_takes_no_packets_for_the_address()
    {
        using var cluster = Cluster.Of(2);
        (PhysicalAddress master, PhysicalAddress backup) = StartPair(cluster, V3);
        LabNode client = cluster.Network.Client;
        using var tap = new FrameTap(client, "arp");

        Assert.True(cluster.ClientPings(V3.Vip), "The client does not reach the master.");
        byte[] vip = V3.Vip.ToIPAddress().GetAddressBytes();

        // ARP replies (RFC 826, operation 2) whose sender is the virtual address.
        byte[][] replies = [];
        cluster.Until(
            () => (replies = [.. tap.Raw.Where(frame => frame[21] == 2 && frame.AsSpan(28, 4).SequenceEqual(vip))]).Length > 0, "an ARP reply");
        Assert.All(replies, frame => Assert.Equal(master.GetAddressBytes(), frame[6..12]));

        client.RunToEnd("ip", "neigh", "replace", $"{V3.Vip}", "lladdr", Colons(backup), "dev", "eth0", "nud", "permanent");
        Assert.False(cluster.ClientPings(V3.Vip), "The backup answers for the virtual address.");
    }

    [Fact]
    public void C082_C114_only_the_master_answers_for_the_IPv6_address_and_is_in_its_solicited_node_group()
    {
        using var cluster = Cluster.Of(2);
        (PhysicalAddress master, _) = StartPair(cluster, V6);
        LabNode client = cluster.Network.Client;
        client.RunToEnd("ip", "address", "add", "fd77::fe/64", "dev", "eth0", "nodad");
        using var tap = new FrameTap(client, "icmp6");

        Assert.True(cluster.ClientPings(V6.Vip), "The client does not reach the master.");

        byte[] vip = V6.Vip.ToIPAddress().GetAddressBytes();
        const int Solicited = 0x40;
        byte[][] replies = [];
        cluster.Until(() => (replies = [.. tap.Raw.Where(Answers)]).Length > 0, "a solicited neighbour advertisement");
        Assert.All(replies, frame => Assert.Equal(master.GetAddressBytes(), frame[6..12]));
        Assert.Contains("ff02::1:ff00:100", Groups("web1"), StringComparison.Ordinal);
        Assert.DoesNotContain("ff02::1:ff00:100", Groups("web2"), StringComparison.Ordinal);

        bool Answers(byte[] frame) =>
            frame.Length >= 78 && frame[54] == 136 && (frame[58] & Solicited) != 0 && frame.AsSpan(62, 16).SequenceEqual(vip);

        string Groups(string node) => cluster[node].RunToEnd("ip", "maddress", "show", "dev", "eth0");
    }

    [Fact]
    public void C147_the_kernel_of_a_client_takes_the_new_master_s_unsolicited_neighbour_advertisement()
    {
        using var cluster = Cluster.Of(2);
        LabNode client = cluster.Network.Client;
        client.RunToEnd("ip", "address", "add", "fd77::fe/64", "dev", "eth0", "nodad");
        (PhysicalAddress web1, PhysicalAddress web2) = StartPair(cluster, V6);

        // It knows the old master and sends nothing to the address: only the advertisement can teach it the new one.
        client.RunToEnd("ip", "neigh", "replace", $"{V6.Vip}", "lladdr", Colons(web1), "dev", "eth0", "nud", "stale");
        cluster.Network.CutLink(cluster["web1"]);

        cluster.Until(() => Known().Contains(Colons(web2), StringComparison.Ordinal), "the client to know the new master's MAC");
        Assert.DoesNotContain(Colons(web1), Known(), StringComparison.Ordinal);

        string Known() => client.RunToEnd("ip", "-6", "neigh", "show", $"{V6.Vip}", "dev", "eth0");
    }

    [Fact]
    public void C083_neither_master_nor_backup_sends_Router_Advertisements()
    {
        using var cluster = Cluster.Of(2);
        using var tap = new FrameTap(cluster.Network.Client, "icmp6");
        StartPair(cluster, V6);
        cluster.WaitForMoreAdverts("web1", 10, ipv6: true);

        // ICMPv6 types: 134 Router Advertisement, 136 neighbour advertisement, which shows that the tap hears.
        Assert.Contains(tap.Raw, frame => frame[54] == 136);
        Assert.DoesNotContain(tap.Raw, frame => frame[54] == 134);
    }

    [Fact]
    public void C159_the_virtual_address_is_no_source_of_the_node_s_own_packets()
    {
        using var cluster = Cluster.Of(1);
        cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry with { Addresses = ["10.77.0.100/24", "10.78.0.1/32"] }));
        cluster.WaitForMaster("web1", Variant.Router, Address.Parse("10.78.0.1"));

        Assert.Contains("src 10.77.0.1 ", cluster["web1"].RunToEnd("ip", "route", "get", "10.77.0.254"), StringComparison.Ordinal);
    }

    [Fact]
    public void C162_a_pair_works_under_strict_reverse_path_filtering()
    {
        using var cluster = Cluster.Of(2);
        foreach (LabNode node in cluster.Network.Nodes)
        {
            node.RunToEnd("sysctl", "-q", "-w", "net.ipv4.conf.all.rp_filter=1", "net.ipv4.conf.eth0.rp_filter=1");
        }

        StartPair(cluster, V3);
        MonotonicTime decided = LabClock.Now;
        cluster.WaitForMoreAdverts("web1", 10);

        cluster.AssertSilent("web2", decided);
        Assert.True(cluster.ClientPings(V3.Vip), "The client does not reach the master.");
    }

    [Fact]
    public void C024_adverts_are_not_forwarded_to_another_interface()
    {
        using var cluster = Cluster.Of(1);
        LabNode node = cluster["web1"];
        node.RunToEnd("ip", "link", "add", "eth1", "type", "veth", "peer", "name", "eth2");
        node.RunToEnd("ip", "address", "add", "10.99.0.1/24", "dev", "eth1");
        node.RunToEnd("ip", "link", "set", "eth1", "up");
        node.RunToEnd("ip", "link", "set", "eth2", "up");
        node.RunToEnd("sysctl", "-q", "-w", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        using var behind = WireTap.Open(node.NamespaceName, "eth2");
        cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        byte[] foreign = new ForgedAdvert { Source = "10.77.0.200", Priority = 50 }.Frame();

        using Agent.Wire.InterfaceChannel sender = ForgedAdvert.Sender(cluster.Network.Client);
        for (int sent = 0; sent < 5; sent++)
        {
            Assert.Null(sender.Send(foreign));
            cluster.WaitForMoreAdverts("web1", 1);
        }

        Assert.DoesNotContain(behind.Events, seen => seen.IsAdvertisement);
    }

    private static (PhysicalAddress Master, PhysicalAddress Backup) StartPair(Cluster cluster, Variant variant)
    {
        AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(variant.RouterEntry));
        AgentInNode web2 = cluster.Start("web2", PluginsJson.Pair(variant.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");
        Assert.Equal("MASTER", web1.State(Variant.Router));
        return (MacOf(cluster["web1"]), MacOf(cluster["web2"]));
    }

    private static PhysicalAddress MacOf(LabNode node) =>
        PhysicalAddress.Parse(node.RunToEnd("cat", "/sys/class/net/eth0/address").Trim().ToUpperInvariant().Replace(':', '-'));

    private static string Colons(PhysicalAddress mac) => string.Join(':', mac.GetAddressBytes().Select(part => part.ToString("x2", null)));
}
