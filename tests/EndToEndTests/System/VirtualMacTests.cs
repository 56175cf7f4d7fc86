using System.Buffers.Binary;
using System.Net.NetworkInformation;
using System.Text.RegularExpressions;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;
using PacketDotNet;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>useVmac: what clients and the kernel see of the virtual MAC address.</summary>
public sealed partial class VirtualMacTests
{
    private const string MacText = "00:00:5e:00:01:33";
    private const string MacText6 = "00:00:5e:00:02:33";

    private static readonly Variant V4 = Variant.Named("v3-vmac");
    private static readonly Variant V6 = Variant.Named("v3-ipv6-vmac");
    private static readonly PhysicalAddress Mac = PhysicalAddress.Parse(MacText);

    [Fact]
    public void C011_C111_C112_C141_only_the_virtual_MAC_is_seen_with_the_address_and_failover_keeps_it()
    {
        using var cluster = Cluster.Of(2);
        using var tap = new FrameTap(cluster.Network.Client, "arp or ip proto 112");
        PluginsJson file = PluginsJson.Pair(V4.RouterEntry);
        using AgentInNode web1 = cluster.Start("web1", file);
        AgentInNode web2 = cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, V4.Vip);
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be the backup");

        // Any news of the interface has it know where the macvlan will be: that is not there yet.
        cluster["web2"].RunToEnd("ip", "address", "add", "10.77.0.22/24", "dev", "eth0");
        Assert.Null(web2.Router(Variant.Router).VirtualMac!.Device);
        Assert.Equal(MacText, web1.Router(Variant.Router).VirtualMac!.Mac);
        Assert.StartsWith("hs4.51.", web1.Router(Variant.Router).VirtualMac!.Device, StringComparison.Ordinal);
        for (int i = 0; i < 3; i++)
        {
            PingWithEmptyCaches(cluster, "web1");
        }

        Assert.Equal(0, web1.Stop());
        cluster.Until(() => cluster.Holds("web2", V4.Vip), "web2 to hold the address");
        Assert.Contains(MacText, cluster.Network.Client.RunToEnd("ip", "neighbour", "show", V4.Vip.ToString()), StringComparison.Ordinal);
        PingWithEmptyCaches(cluster, "web2");

        Assert.All(tap.Frames.Where(frame => frame.PayloadPacket is IPv4Packet), advert => Assert.Equal(Mac, advert.SourceHardwareAddress));
        var vip = V4.Vip.ToIPAddress();
        (EthernetPacket Frame, ArpPacket Arp)[] named = [.. tap.Frames
            .Where(frame => frame.PayloadPacket is ArpPacket arp && arp.SenderProtocolAddress.Equals(vip))
            .Select(frame => (frame, (ArpPacket)frame.PayloadPacket))];
        Assert.Contains(named, one => one.Arp.Operation == ArpOperation.Response);
        Assert.All(named, one => Assert.Equal((Mac, Mac), (one.Arp.SenderHardwareAddress, one.Frame.SourceHardwareAddress)));
    }

    [Fact]
    public void C113_neighbour_solicitations_are_answered_with_the_virtual_MAC_and_the_router_flag()
    {
        using var cluster = Cluster.Of(2);
        using var tap = new FrameTap(cluster.Network.Client, "icmp6");
        cluster.Network.Client.RunToEnd("ip", "address", "add", "fd77::fe/64", "dev", "eth0", "nodad");
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V6.RouterEntry with { AnnounceDelay = "0s" }));
        cluster.Start("web2", PluginsJson.Pair(V6.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, V6.Vip);
        cluster.Network.Client.RunToEnd("ip", "-6", "neighbour", "flush", "dev", "eth0");
        Assert.True(cluster.ClientPings(V6.Vip), cluster.Describe());

        byte[] target = V6.Vip.ToIPAddress().GetAddressBytes();
        byte[] mac = PhysicalAddress.Parse(MacText6).GetAddressBytes();
        byte[][] said = [.. tap.Raw.Where(frame => frame.Length >= 78 && frame[54] == 136 && frame.AsSpan(62, 16).SequenceEqual(target))];
        Assert.Contains(said, frame => (frame[58] & 0xc0) == 0xc0);
        Assert.All(said, frame => Assert.Equal((0x80, Convert.ToHexString(mac)), (frame[58] & 0x80, Convert.ToHexString(frame[6..12]))));

        Assert.Equal(0, web1.Stop());
        cluster.Until(() => cluster.Holds("web2", V6.Vip), "web2 to hold the address");
        Assert.True(cluster.ClientPings(V6.Vip), cluster.Describe());
        Assert.Contains(MacText6, cluster.Network.Client.RunToEnd("ip", "neighbour", "show", V6.Vip.ToString()), StringComparison.Ordinal);
    }

    [Fact]
    public void C160_settings_of_the_interface_are_kept_in_force_and_put_back_after_a_stop_and_after_SIGKILL()
    {
        using var cluster = Cluster.Of(1);
        cluster["web1"].RunToEnd("sysctl", "-q", "-w", "net.ipv4.conf.eth0.arp_announce=1");
        PluginsJson file = PluginsJson.Pair(V4.RouterEntry, V4.RouterEntry with { Name = "VI_2", Vrid = 52, Addresses = ["10.77.0.102/32"] });
        using AgentInNode crashed = cluster.Start("web1", file);
        WaitForBoth();
        cluster["web1"].RunToEnd("sysctl", "-q", "-w", "net.ipv4.conf.eth0.arp_ignore=0");
        cluster.Until(() => Settings(cluster) == (1, 2), "the changed setting to be set again");

        crashed.Crash();
        Assert.Equal((1, 2), Settings(cluster));
        using AgentInNode web1 = cluster.Start("web1", file);
        WaitForBoth();
        cluster.UntilLogged(web1, "removed 2 interface(s) with a virtual MAC address");
        Assert.Equal((1, 2), Settings(cluster));

        Assert.Equal(0, web1.Stop());
        Assert.Equal((0, 1), Settings(cluster));
        Assert.DoesNotContain("hs4.", cluster["web1"].RunToEnd("ip", "link"), StringComparison.Ordinal);

        void WaitForBoth()
        {
            cluster.WaitForMaster("web1", Variant.Router, V4.Vip);
            cluster.WaitForMaster("web1", "VI_2", Address.Parse("10.77.0.102"));
        }
    }

    [Fact]
    public void C084_C116_frames_to_the_virtual_MAC_are_forwarded_by_the_master_and_dropped_by_a_backup()
    {
        using var cluster = Cluster.Of(2);
        using var tap = new FrameTap(cluster["web2"], "icmp[0] = 8 and ip[8] = 63");
        cluster["web2"].RunToEnd("ip", "address", "add", "10.88.0.2/24", "dev", "eth0");
        cluster["web1"].RunToEnd("sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
        cluster["web1"].RunToEnd("ip", "route", "add", "10.88.0.0/24", "dev", "eth0");
        PhysicalAddress own = PhysicalAddress.Parse(Ethernet().Match(cluster["web1"].RunToEnd("ip", "link", "show", "eth0")).Groups[1].Value);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V4.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, V4.Vip);
        using InterfaceChannel sender = ForgedAdvert.Sender(cluster.Network.Client);
        cluster.Until(() => Forwarded(1, Mac), "the master to forward");

        byte[] stronger = new ForgedAdvert { Source = "10.77.0.200", Priority = 200, SourceMac = [2, 0, 0, 0, 0, 0x77] }.Frame();
        cluster.Until(
            () => sender.Send(stronger) is null && web1.State(Variant.Router) == "BACKUP"
                && !cluster["web1"].RunToEnd("ip", "link").Contains("hs4.", StringComparison.Ordinal),
            "the macvlan to go");
        for (ushort i = 0; i < 20; i++)
        {
            Assert.Null(sender.Send(stronger));
            Assert.Null(sender.Send(Transit(2, Mac)));
        }

        cluster.Until(() => Forwarded(3, own), "a frame to its own MAC address to be forwarded");
        Assert.DoesNotContain(tap.Raw, frame => frame[39] == 2);

        bool Forwarded(byte id, PhysicalAddress to)
        {
            Assert.Null(sender.Send(Transit(id, to)));
            return tap.Raw.Any(frame => frame[39] == id);
        }
    }

    [Fact]
    public void On_an_interface_that_is_a_macvlan_itself_it_says_so_and_never_takes_the_role()
    {
        using var cluster = Cluster.Of(1);
        LabNode node = cluster["web1"];
        node.RunToEnd("ip", "link", "add", "mv0", "link", "eth0", "type", "macvlan", "mode", "bridge");
        node.RunToEnd("ip", "link", "set", "mv0", "up");
        node.RunToEnd("ip", "address", "add", "10.77.0.11/24", "dev", "mv0");
        PluginsJson file = PluginsJson.Pair(V4.RouterEntry with { Interface = "mv0" }, V4.RouterEntry with { Name = "VI_2", Vrid = 52, Addresses = ["10.77.0.102/24"] });
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.WaitForMaster("web1", "VI_2", Address.Parse("10.77.0.102"));
        cluster.Until(() => web1.State(Variant.Router) == "FAULT", "FAULT on a macvlan");

        Assert.Contains("mv0 is a macvlan itself", web1.Router(Variant.Router).Why, StringComparison.Ordinal);
        Assert.Equal(["FAULT"], web1.Status().Transitions.Where(one => one.VirtualRouter == Variant.Router).Select(one => one.To));
        Assert.Equal(0, web1.Stop());
        Assert.DoesNotContain("hs4.", node.RunToEnd("ip", "link"), StringComparison.Ordinal);
    }

    /// <summary>Whatever the kernel's reason: one try over a living master, and no more until something has changed.</summary>
    [Fact]
    public void A_stronger_node_whose_macvlan_can_t_be_made_takes_the_role_once_and_then_leaves_its_peer_in_peace()
    {
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(V4.RouterEntry);
        using AgentInNode web2 = cluster.Start("web2", file);
        cluster.WaitForMaster("web2", Variant.Router, V4.Vip);

        LabNode node = cluster["web1"];
        string index = node.RunToEnd("cat", "/sys/class/net/eth0/ifindex").Trim();
        string device = $"hs4.51.{int.Parse(index, System.Globalization.CultureInfo.InvariantCulture):x}";
        node.RunToEnd("ip", "link", "add", device, "type", "veth", "peer", "name", "far");
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Until(() => web1.State(Variant.Router) == "BACKUP" && Went().Contains("MASTER"), "web1 to have tried");
        cluster.WaitForMaster("web2", Variant.Router, V4.Vip);
        Assert.Contains(web1.Router(Variant.Router).Alarms, alarm => alarm.Code == "failed-in-role");

        // Three Master_Down_Intervals and the pause after a refusal.
        cluster.WaitForMoreAdverts("web2", 40);
        cluster.WaitForMaster("web2", Variant.Router, V4.Vip);
        Assert.Single(Went(), to => to == "MASTER");

        node.RunToEnd("ip", "link", "del", device);
        web1.Reload(file);
        cluster.WaitForMaster("web1", Variant.Router, V4.Vip);

        string[] Went() => [.. web1.Status().Transitions.Select(one => one.To)];
    }

    /// <summary>An echo request that somebody wants forwarded to 10.88.0.2.</summary>
    private static byte[] Transit(byte id, PhysicalAddress to)
    {
        byte[] frame = new byte[60];
        byte[] ethernet = [.. to.GetAddressBytes(), 2, 0, 0, 0, 0, 0x77, 0x08, 0x00];
        ethernet.CopyTo(frame, 0);
        byte[] ip = [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 1, 0, 0, 10, 77, 0, 250, 10, 88, 0, 2];
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(10), ForgedAdvert.Checksum(ip));
        ip.CopyTo(frame, 14);
        byte[] echo = [8, 0, 0, 0, 0, id, 0, 1];
        BinaryPrimitives.WriteUInt16BigEndian(echo.AsSpan(2), ForgedAdvert.Checksum(echo));
        echo.CopyTo(frame, 34);
        return frame;
    }

    private static (int Ignore, int Announce) Settings(Cluster cluster)
    {
        string[] said = cluster["web1"].RunToEnd("sysctl", "-n", "net.ipv4.conf.eth0.arp_ignore", "net.ipv4.conf.eth0.arp_announce").Split('\n');
        return (int.Parse(said[0], System.Globalization.CultureInfo.InvariantCulture), int.Parse(said[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Both sides have to ask: where the node's own request names the virtual address, it overwrites what the client knows.</summary>
    private static void PingWithEmptyCaches(Cluster cluster, string node)
    {
        cluster.Network.Client.RunToEnd("ip", "neighbour", "flush", "dev", "eth0");
        cluster[node].RunToEnd("ip", "neighbour", "flush", "all");
        Assert.True(cluster.ClientPings(V4.Vip), cluster.Describe());
        Assert.Contains(MacText, cluster.Network.Client.RunToEnd("ip", "neighbour", "show", V4.Vip.ToString()), StringComparison.Ordinal);
    }

    [GeneratedRegex("link/ether ([0-9a-f:]{17})")]
    private static partial Regex Ethernet();
}
