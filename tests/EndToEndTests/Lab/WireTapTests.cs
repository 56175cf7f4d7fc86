using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.Lab;

public sealed class WireTapTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private static readonly LabTopology Pair = LabTopology.OneWire("eth0", 24, [("web1", "10.77.0.1"), ("web2", "10.77.0.2")]);
    private static readonly Address Vip = Address.Parse("10.77.0.100");

    [Theory]
    [InlineData((byte)2, "10.77.0.100/24", 1000)]
    [InlineData((byte)3, "10.77.0.100/24", 100)]
    [InlineData((byte)3, "fd00:77::100/64", 100)]
    public void A_tap_reads_what_keepalived_sends(byte version, string virtualAddress, int milliseconds)
    {
        using LabNetwork network = LabNetwork.Create(Pair);
        using WireTap tap = WireTap.Open(network.Client.NamespaceName, "eth0");
        AddressPrefix vip = Prefix(virtualAddress);
        MonotonicTime before = LabClock.Now;

        using Keepalived keepalived = Keepalived.Start(network["web1"], Instance(255, vip, version, milliseconds));

        WireEvent advert = Demand(tap.WaitFor(found => found.IsAdvertisement, before, Bound), keepalived);
        Assert.Equal((version, (byte)51, (byte)255), (advert.Version, advert.Vrid, advert.Priority));
        Assert.Equal(Duration.FromMilliseconds(milliseconds), advert.Interval);
        Assert.Equal(vip.Address, advert.Target);
        Assert.True(vip.Address.IsIPv6 ? advert.Source.IsLinkLocalIPv6 : advert.Source == Address.Parse("10.77.0.1"));
        WireEvent announcement = Demand(tap.WaitFor(found => found.IsAnnouncement && found.Target == vip.Address, before, Bound), keepalived);
        Assert.Equal(vip.Address.IsIPv6 ? WireEventKind.NeighborAdvertisement : WireEventKind.GratuitousArp, announcement.Kind);
        Assert.Equal(advert.SourceMac, announcement.SourceMac);

        // The kernel's time lies between the start and now on the lab's own clock: both clocks are one.
        Assert.InRange(advert.At.Nanoseconds, before.Nanoseconds, LabClock.Now.Nanoseconds);
        Assert.Empty(tap.Since(LabClock.Now + Duration.FromSeconds(60)));
    }

    [Fact]
    public void Two_keepalived_hand_over_and_a_silent_cut_hides_the_master()
    {
        using LabNetwork network = LabNetwork.Create(Pair);
        using WireTap tap = WireTap.Open(network.Client.NamespaceName, "eth0");
        var vip = new AddressPrefix(Vip, 24);
        using Keepalived first = Keepalived.Start(network["web1"], Instance(200, vip, 3, 100));
        using Keepalived second = Keepalived.Start(network["web2"], Instance(100, vip, 3, 100));
        MonotonicTime start = LabClock.Now;
        Demand(tap.WaitFor(found => found is { IsAdvertisement: true, Priority: 200 }, start, Bound), first);
        Wait.Until(() => network.AddressesOf(network["web1"]).Contains(Vip), "the VIP on web1");

        MonotonicTime cut = LabClock.Now;
        network.CutLink(network["web1"], keepCarrier: true);
        WireEvent takeOver = Demand(tap.WaitFor(found => found is { IsAdvertisement: true, Priority: 100 }, cut, Bound), second);
        Assert.DoesNotContain(tap.Since(takeOver.At), found => found.Priority == 200);

        network.HealLink(network["web1"]);
        Demand(tap.WaitFor(found => found is { IsAdvertisement: true, Priority: 200 }, takeOver.At, Bound), first);
        MonotonicTime term = LabClock.Now;
        first.Terminate();
        WireEvent farewell = Demand(tap.WaitFor(found => found is { IsAdvertisement: true, Priority: 0 }, term, Bound), first);
        Demand(tap.WaitFor(found => found is { IsAdvertisement: true, Priority: 100 }, farewell.At, Bound), second);
        Assert.Equal(0, first.WaitForExit(Bound));

        // It advertises before it binds.
        Wait.Until(() => network.AddressesOf(network["web2"]).Contains(Vip), "the second to have the address");
        second.Kill();
        Assert.NotNull(second.WaitForExit(Bound));
        Assert.All(second.Pids, pid => Assert.False(Directory.Exists($"/proc/{pid}")));
        Assert.Contains(Vip, network.AddressesOf(network["web2"]));
    }

    [Fact]
    public void An_unknown_interface_is_named()
    {
        using LabNetwork network = LabNetwork.Create(Pair);

        LabException exception = Assert.Throws<LabException>(() => WireTap.Open(network.Client.NamespaceName, "eth9"));

        Assert.Contains("eth9", exception.Message, StringComparison.Ordinal);
    }

    private static KeepalivedInstance Instance(byte priority, AddressPrefix vip, byte version, int milliseconds) =>
        new("VI_1", 51, "eth0", priority, [vip], version, Duration.FromMilliseconds(milliseconds));

    private static AddressPrefix Prefix(string text) =>
        new(Address.Parse(text.Split('/')[0]), byte.Parse(text.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture));

    private static WireEvent Demand(WireEvent? found, Keepalived keepalived)
    {
        Assert.True(found is not null, $"Nothing came on the wire; keepalived says: {keepalived.Log}");
        return found.Value;
    }
}
