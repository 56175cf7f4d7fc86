using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>Reception in unicast mode: from the peers, to this node, from the same network, unless the file says otherwise.</summary>
public sealed class UnicastTests
{
    private static readonly Address Stranger = Address.Parse("192.0.2.66");
    private static readonly VirtualRouterSettings Unicast = Dut.Settings with { Unicast = new([Dut.Peer], 255, true) };

    [Fact]
    public void C182_a_peers_advert_to_an_own_address_is_accepted()
    {
        Dut dut = new(Unicast);
        Assert.Equal(DropReason.None, dut.Receive(Advert(Dut.Peer, Dut.Own)));
        Assert.Equal(RouterState.Backup, dut.State);
        Assert.Equal(Dut.Peer, dut.Router.MasterAddress);
    }

    [Fact]
    public void C182_IPv6_peers_are_link_local()
    {
        Address peer = Address.Parse("fe80::13");
        Dut dut = new(Dut.SettingsIPv6 with { Unicast = new([peer], 255, true) });
        Assert.Equal(DropReason.None, dut.Receive(Advert(peer, dut.OwnAddress, settings: Dut.SettingsIPv6)));
        Assert.Equal(DropReason.Peer, dut.Receive(Advert(Address.Parse("fe80::66"), dut.OwnAddress, settings: Dut.SettingsIPv6)));
        Assert.Equal(DropReason.Source, dut.Receive(Advert(Address.Parse("2001:db8::13"), dut.OwnAddress, settings: Dut.SettingsIPv6)));
    }

    [Theory]
    [InlineData("224.0.0.18")]
    [InlineData("192.0.2.1")]
    [InlineData("192.0.2.77")]
    [InlineData("255.255.255.255")]
    public void C182_what_is_not_sent_to_an_own_address_is_dropped(string destination)
    {
        // The virtual address is bound here as MASTER, but adverts are never for it.
        Dut dut = Dut.Master(Unicast);
        dut.Receiver.SetOwnAddresses([Dut.Own, Dut.Vip]);
        Drops(dut, DropReason.Destination, Advert(Dut.Peer, Address.Parse(destination)));
        Assert.Empty(dut.Alarms);
    }

    [Fact]
    public void C182_strangers_are_dropped_counted_and_reported_once()
    {
        Dut dut = new(Unicast);
        for (int second = 0; second < 119; second++)
        {
            dut.Now += Dut.Seconds(1);
            dut.Hear(150, from: Dut.Peer);
            Assert.Equal(DropReason.Peer, dut.Receive(Advert(Stranger, Dut.Own, priority: 255)));
        }

        Assert.Equal(119, dut.Receiver.Statistics[DropReason.Peer]);
        Assert.Equal(1, dut.Alarms.Count(alarm => alarm.Contains("192.0.2.66", StringComparison.Ordinal)));
        Assert.All(dut.Alarms, alarm => Assert.Contains("unicast peers", alarm, StringComparison.Ordinal));
    }

    [Fact]
    public void C182_without_the_source_check_a_stranger_is_heard()
    {
        Dut dut = new(Dut.Settings with { Unicast = new([Dut.Peer], 255, false) });
        Assert.Equal(DropReason.None, dut.Receive(Advert(Stranger, Dut.Own)));
    }

    [Theory]
    [InlineData(255, 254, DropReason.Ttl)]
    [InlineData(254, 254, DropReason.None)]
    [InlineData(254, 253, DropReason.Ttl)]
    [InlineData(1, 1, DropReason.None)]
    public void C182_the_least_TTL_is_255_unless_routers_on_the_way_are_allowed_for(byte least, byte ttl, DropReason outcome)
    {
        Dut dut = new(Dut.Settings with { Unicast = new([Dut.Peer], least, true) });
        Assert.Equal(outcome, dut.Receive(Advert(Dut.Peer, Dut.Own, ttl)));
        Assert.Equal(outcome == DropReason.None ? 0 : 1, dut.Alarms.Length);
    }

    [Fact]
    public void C182_a_strangers_source_is_judged_before_its_TTL_and_its_message()
    {
        byte[] packet = Advert(Stranger, Dut.Own, ttl: 3);
        packet[^1] ^= 1;
        Drops(new Dut(Unicast), DropReason.Peer, packet);
    }

    [Fact]
    public void C182_the_checksum_covers_the_real_destination()
    {
        // As an old keepalived computes it: over the group although it is sent to a peer.
        byte[] message = Packets.Advert(Dut.Settings, Dut.Peer, priority: 200)[20..];
        Drops(new Dut(Unicast with { StrictChecksum = true }), DropReason.Checksum, Packets.Ip(message, Dut.Peer, Dut.Own));
    }

    [Fact]
    public void C061_C182_beside_it_a_virtual_router_in_multicast_mode_stays_so()
    {
        Dut dut = new(Unicast);
        VirtualRouter other = new(Dut.Settings with { Name = "VI_2", Vrid = 11, Addresses = [new(Address.Parse("192.0.2.2"), 24)] });
        dut.Receiver.Add(other);
        Assert.Equal(DropReason.Destination, dut.Receive(Advert(Dut.Peer, Dut.Own, settings: other.Settings)));
        Assert.Equal(DropReason.NotRunning, dut.Receive(Packets.Advert(other.Settings, Dut.Peer)));
    }

    private static void Drops(Dut dut, DropReason reason, byte[] packet)
    {
        object before = dut.Snapshot();
        Assert.Equal(reason, dut.Receive(packet));
        Assert.Equal(before, dut.Snapshot());
        Assert.Equal(1, dut.Receiver.Statistics[reason]);
        Assert.Equal(1, dut.Receiver.Statistics.Dropped);
    }

    private static byte[] Advert(
        Address source, Address destination, byte ttl = 255, byte priority = 200, VirtualRouterSettings? settings = null)
    {
        settings ??= Dut.Settings;
        byte[] message = new byte[AdvertisementCodec.Length(settings)];
        AdvertisementCodec.Write(message, settings, priority, settings.AdvertisementInterval, source, destination);
        return Packets.Ip(message, source, destination, ttl);
    }
}
