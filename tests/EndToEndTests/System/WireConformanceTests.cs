using System.Net;
using System.Net.NetworkInformation;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;
using PacketDotNet;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>What the real agent puts on the wire, header by header, and what it makes of frames that others put there.</summary>
public sealed class WireConformanceTests
{
    private const int Vrrp = 112;

    private static readonly Variant V3 = Variant.Named("v3");
    private static readonly Variant V6 = Variant.Named("v3-ipv6");

    [Fact]
    public void C008_C009_C010_C012_C026_IPv4_adverts_carry_the_right_headers_priority_0_too()
    {
        using var cluster = Cluster.Of(1);
        using var tap = new FrameTap(cluster.Network.Client, "ip proto 112");
        cluster["web1"].RunToEnd("ip", "address", "add", "10.77.0.9/24", "dev", "eth0");
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.WaitForMoreAdverts("web1", 5);
        Assert.Equal(0, web1.Stop());
        cluster.WaitForAdvert("web1", cluster.Begin, advert => advert.Priority == 0);
        cluster.Until(() => tap.Frames.Count >= cluster.Adverts("web1", cluster.Begin).Count, "the tap to have them all");

        Assert.True(tap.Frames.Count >= 6);
        Assert.All(tap.Frames, frame =>
        {
            Assert.Equal(PhysicalAddress.Parse("01-00-5E-00-00-12"), frame.DestinationHardwareAddress);
            IPv4Packet ip = Assert.IsType<IPv4Packet>(frame.PayloadPacket);
            Assert.Equal(255, ip.TimeToLive);
            Assert.Equal(Vrrp, (int)ip.Protocol);
            Assert.Equal(0xc0, ip.TypeOfService);
            Assert.Equal(IPAddress.Parse("224.0.0.18"), ip.DestinationAddress);
            Assert.Equal(IPAddress.Parse("10.77.0.1"), ip.SourceAddress);
            Assert.True(ip.ValidIPChecksum);
            Assert.Equal(20, ip.HeaderLength * 4);
        });
    }

    [Fact]
    public void C008_C009_C010_C013_IPv6_adverts_carry_the_right_headers_priority_0_too()
    {
        using var cluster = Cluster.Of(1);
        using var tap = new FrameTap(cluster.Network.Client, "ip6 proto 112");
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V6.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, V6.Vip);
        cluster.WaitForMoreAdverts("web1", 5, ipv6: true);
        Assert.Equal(0, web1.Stop());
        cluster.WaitForAdvert("web1", cluster.Begin, advert => advert.Priority == 0, ipv6: true);
        cluster.Until(() => tap.Frames.Count >= cluster.Adverts("web1", cluster.Begin, ipv6: true).Count, "the tap to have them all");

        IPAddress source = cluster.SourceOf("web1", ipv6: true).ToIPAddress();
        Assert.True(tap.Frames.Count >= 6);
        Assert.All(tap.Frames, frame =>
        {
            Assert.Equal(PhysicalAddress.Parse("33-33-00-00-00-12"), frame.DestinationHardwareAddress);
            IPv6Packet ip = Assert.IsType<IPv6Packet>(frame.PayloadPacket);
            Assert.Equal(255, ip.HopLimit);
            Assert.Equal(Vrrp, (int)ip.NextHeader);
            Assert.Equal(0xc0, ip.TrafficClass);
            Assert.Equal(IPAddress.Parse("ff02::12"), ip.DestinationAddress);
            Assert.Equal(source, ip.SourceAddress);
        });
    }

    [Fact]
    public void C073_the_groups_are_reported_before_the_first_advert()
    {
        using var cluster = Cluster.Of(1);
        using var tap = new FrameTap(cluster.Network.Client, "igmp or ip proto 112 or ip6");
        cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry, V6.RouterEntry with { Name = "VI_6" }));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.WaitForMaster("web1", "VI_6", V6.Vip);
        cluster.WaitForMoreAdverts("web1", 1);

        byte[][] frames = [.. tap.Raw];
        AssertReportedBefore(frames, frame => Protocol(frame) == 2, [224, 0, 0, 18], frame => Protocol(frame) == Vrrp);
        byte[] group = IPAddress.Parse("ff02::12").GetAddressBytes();
        AssertReportedBefore(frames, IsListenerReport, group, frame => frame[12] == 0x86 && frame[20] == Vrrp);

        static int Protocol(byte[] frame) => frame[12] == 0x08 && frame[13] == 0x00 ? frame[23] : -1;

        // MLDv2 report (RFC 3810 5.2): ICMPv6 type 143 behind a hop-by-hop header of 8 bytes.
        static bool IsListenerReport(byte[] frame) => frame[12] == 0x86 && frame[20] == 0 && frame.Length > 62 && frame[62] == 143;
    }

    [Fact]
    public void C140_every_IPv4_address_is_announced_by_gratuitous_ARP()
    {
        string[] addresses = ["10.77.0.100/24", "10.77.0.101/24", "10.77.0.102/24"];
        using var cluster = Cluster.Of(1);
        using var tap = new FrameTap(cluster.Network.Client, "arp");
        cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry with { Addresses = addresses, AnnounceDelay = "0s" }));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        PhysicalAddress mac = cluster.WaitForAdvert("web1", cluster.Begin).SourceMac;
        cluster.WaitForMoreAdverts("web1", 3);

        foreach (IPAddress address in addresses.Select(text => IPAddress.Parse(text.Split('/')[0])))
        {
            EthernetPacket[] announced =
                [.. tap.From(mac).Where(frame => frame.PayloadPacket is ArpPacket arp && arp.SenderProtocolAddress.Equals(address))];
            Assert.NotEmpty(announced);
            Assert.All(announced, frame =>
            {
                var arp = (ArpPacket)frame.PayloadPacket;
                Assert.Equal(PhysicalAddress.Parse("FF-FF-FF-FF-FF-FF"), frame.DestinationHardwareAddress);
                Assert.Equal(ArpOperation.Request, arp.Operation);
                Assert.Equal(address, arp.TargetProtocolAddress);
                Assert.Equal(mac, arp.SenderHardwareAddress);
            });
        }
    }

    [Fact]
    public void C140_C142_C143_every_IPv6_address_is_announced_by_an_unsolicited_neighbour_advertisement()
    {
        using var cluster = Cluster.Of(1);
        using var tap = new FrameTap(cluster.Network.Client, "icmp6");
        cluster["web1"].RunToEnd("sysctl", "-q", "-w", "net.ipv6.conf.all.forwarding=0");
        cluster.Start("web1", PluginsJson.Pair(V6.RouterEntry with { AnnounceDelay = "0s" }));
        cluster.WaitForMaster("web1", Variant.Router, V6.Vip);
        PhysicalAddress mac = cluster.WaitForAdvert("web1", cluster.Begin, ipv6: true).SourceMac;
        cluster.WaitForMoreAdverts("web1", 3, ipv6: true);

        foreach (IPAddress address in V6.Addresses.Select(text => IPAddress.Parse(text.Split('/')[0])))
        {
            byte[][] announced = [.. tap.Raw
                .Where(frame => frame.Length >= 86 && frame.AsSpan(6, 6).SequenceEqual(mac.GetAddressBytes()) && frame[54] == 136 && frame.AsSpan(62, 16).SequenceEqual(address.GetAddressBytes()))];
            Assert.NotEmpty(announced);
            Assert.All(announced, frame =>
            {
                Assert.Equal(IPAddress.Parse("ff02::1"), new IPAddress(frame.AsSpan(38, 16)));
                Assert.Equal(255, frame[21]);

                // Router and override, not solicited (RFC 4861 4.4); then option 2 with the MAC.
                Assert.Equal(0xa0, frame[58] & 0xe0);
                Assert.Equal([2, 1, .. mac.GetAddressBytes()], frame[78..86]);
            });
        }
    }

    [Fact]
    public void C110_adverts_do_not_drift()
    {
        const int Count = 100;
        using var cluster = Cluster.Of(1);
        cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry with { AdvertInterval = "100ms" }));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        MonotonicTime since = LabClock.Now;
        cluster.WaitForMoreAdverts("web1", Count);

        // The slope of time over number, by least squares: a late frame moves it little, a drift moves it whole.
        double[] at = [.. cluster.Adverts("web1", since).Take(Count).Select(advert => (advert.At - since).Milliseconds)];
        double middle = (Count - 1) / 2.0;
        double mean = at.Average();
        double slope = at.Select((time, number) => (number - middle) * (time - mean)).Sum()
            / at.Select((_, number) => (number - middle) * (number - middle)).Sum();
        Assert.InRange(slope, 99.9, 100.1);
    }

    [Fact]
    public void C068_a_flood_of_adverts_for_other_VRIDs_does_not_stop_the_own_ones()
    {
        using var cluster = Cluster.Of(2);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        using AgentInNode web2 = cluster.Start("web2", PluginsJson.Pair(V3.RouterEntry));
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");
        byte[] foreign = new ForgedAdvert { Source = "10.77.0.200", Vrid = 99, Priority = 254 }.Frame();

        MonotonicTime begin = LabClock.Now;
        MonotonicTime end = begin + Duration.FromSeconds(3);
        long sent = 0;
        using (InterfaceChannel sender = ForgedAdvert.Sender(cluster.Network.Client))
        {
            while (LabClock.Now < end)
            {
                // Bursts of 100 every 5 ms: 20 000 a second.
                for (int i = 0; i < 100; i++)
                {
                    sent += sender.Send(foreign) is null ? 1 : 0;
                }

                Thread.Sleep(5);
            }
        }

        Assert.True(sent > 5000, $"Only {sent} frames were sent.");
        int own = cluster.Adverts("web1", begin).Count(advert => advert.At < end);
        long due = Duration.FromSeconds(3).Nanoseconds / V3.Interval.Nanoseconds;
        Assert.True(own >= 2 * due / 3, $"Only {own} of {due} adverts were sent during the flood.");
        cluster.AssertSilent("web2", cluster.Begin);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        Assert.True(web1.Router(Variant.Router).Counters["droppedVrid"] > 1000);
    }

    [Fact]
    public void C065_C066_bad_packets_are_all_counted_and_logged_sparingly()
    {
        using var cluster = Cluster.Of(1);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        byte[] bad = new ForgedAdvert { Source = "10.77.0.200", Priority = 254, Broken = true }.Frame();

        using InterfaceChannel sender = ForgedAdvert.Sender(cluster.Network.Client);
        for (int sent = 1; sent <= 200; sent++)
        {
            Assert.Null(sender.Send(bad));
            if (sent % 20 == 0)
            {
                // The capture's ring holds 32: wait until these were read.
                cluster.Until(() => web1.Router(Variant.Router).Counters.GetValueOrDefault("droppedChecksum") == sent, $"{sent} bad packets to be counted");
            }
        }

        Assert.InRange(web1.Log.Split('\n').Count(line => line.Contains("10.77.0.200", StringComparison.Ordinal)), 1, 3);
        Assert.Equal("MASTER", web1.State(Variant.Router));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void C042_C161_a_stronger_master_with_a_virtual_MAC_is_heard_in_either_checksum_form(bool pseudoHeader)
    {
        using var cluster = Cluster.Of(1);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        byte[] stronger = new ForgedAdvert { Source = "10.77.0.200", Priority = 200, PseudoHeader = pseudoHeader }.Frame();

        using InterfaceChannel sender = ForgedAdvert.Sender(cluster.Network.Client);
        cluster.Until(
            () =>
            {
                Assert.Null(sender.Send(stronger));
                return web1.State(Variant.Router) == "BACKUP" && cluster.Holders(V3.Vip).Count == 0;
            },
            "the agent to give way");
        Assert.Contains("stronger master 10.77.0.200", web1.Router(Variant.Router).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void C030_C040_a_stronger_advert_that_was_routed_or_damaged_moves_nobody()
    {
        using var cluster = Cluster.Of(1);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        byte[] routed = new ForgedAdvert { Source = "10.77.0.200", Priority = 200, TimeToLive = 254 }.Frame();
        byte[] damaged = new ForgedAdvert { Source = "10.77.0.200", Priority = 200, Broken = true }.Frame();

        using InterfaceChannel sender = ForgedAdvert.Sender(cluster.Network.Client);
        for (int sent = 1; sent <= 10; sent++)
        {
            Assert.Null(sender.Send(routed));
            Assert.Null(sender.Send(damaged));
            cluster.WaitForMoreAdverts("web1", 1);
        }

        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        IReadOnlyDictionary<string, long> counters = web1.Router(Variant.Router).Counters;
        Assert.Equal(10, counters["droppedTtl"]);
        Assert.Equal(10, counters["droppedChecksum"]);
        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");
    }

    private static void AssertReportedBefore(byte[][] frames, Predicate<byte[]> isReport, byte[] group, Predicate<byte[]> isAdvert)
    {
        int report = Array.FindIndex(frames, frame => isReport(frame) && frame.AsSpan().IndexOf(group) > 0);
        int advert = Array.FindIndex(frames, isAdvert);
        Assert.True(report >= 0, "No report of the group was seen.");
        Assert.True(advert > report, "The first advert came before the report of the group.");
    }
}
