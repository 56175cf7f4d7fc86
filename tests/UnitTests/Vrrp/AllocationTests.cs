using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>The protocol thread allocates nothing per packet and per advert.</summary>
public class AllocationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_accepted_advert_allocates_nothing(bool isIPv6)
    {
        Dut dut = new(isIPv6 ? Dut.SettingsIPv6 : Dut.Settings);
        ActionBuffer actions = new();
        byte[] packet = Packets.Advert(dut.Router.Settings, Address.Parse(isIPv6 ? "fe80::13" : "192.0.2.13"), 200);
        long bytes = Allocations.Of(() =>
        {
            dut.Now += Duration.FromMilliseconds(1);
            dut.Receiver.Receive(packet, dut.Now, actions, out _);
            actions.Clear();
        });
        Assert.Equal(0, bytes);
        Assert.Equal(Allocations.Runs, dut.Receiver.Statistics.Accepted);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_signed_advert_allocates_nothing_when_sent_accepted_or_dropped(bool isIPv6, bool isWrong)
    {
        VirtualRouterSettings settings = HmacTests.With(isIPv6 ? Dut.SettingsIPv6 : Dut.Settings);
        VirtualRouterSettings theirs = isWrong ? settings with { Hmac = HmacTests.Hmac(HmacMode.Enforce, HmacTests.OtherKey(1)) } : settings;
        Dut dut = new(settings);
        ActionBuffer actions = new();
        SequenceSource sequences = new();
        var peer = Address.Parse(isIPv6 ? "fe80::13" : "192.0.2.13");
        Address group = AdvertisementCodec.Group(isIPv6);
        byte[] packet = Packets.Signed(theirs, peer, 0, 200);
        int header = isIPv6 ? 40 : 20;
        long bytes = Allocations.Of(() =>
        {
            dut.Now += Duration.FromMilliseconds(1);
            AdvertisementCodec.Write(
                packet.AsSpan(header), theirs, 200, theirs.AdvertisementInterval, peer, group, sequences.Next(dut.Wall, dut.Now));
            dut.Receiver.Receive(packet, dut.Now, dut.Wall, actions, out _);
            actions.Clear();
        });
        Assert.Equal(0, bytes);
        Assert.Equal(isWrong ? 0 : Allocations.Runs, dut.Receiver.Statistics.Accepted);
        Assert.Equal(isWrong ? Allocations.Runs : 0, dut.Receiver.Statistics[DropReason.HmacFailure]);
    }

    [Fact]
    public void A_dropped_packet_allocates_nothing()
    {
        Dut dut = new();
        ActionBuffer actions = new();
        byte[] good = Packets.Advert(Dut.Settings, Dut.Peer, 200);
        byte[][] bad = [Packets.Flip(good, 8 * 22), Packets.Flip(good, 8 * 21), Packets.Advert(Dut.Settings, Dut.Own), good[..10]];
        long bytes = Allocations.Of(() =>
        {
            foreach (byte[] packet in bad)
            {
                dut.Receiver.Receive(packet, dut.Now, actions, out _);
            }

            actions.Clear();
        });
        Assert.Equal(0, bytes);
        Assert.Equal(4 * Allocations.Runs, dut.Receiver.Statistics.Dropped);
    }

    [Fact]
    public void A_sent_advert_allocates_nothing()
    {
        Dut dut = Dut.Master();
        ActionBuffer actions = new();
        byte[] message = new byte[64];
        int sent = 0;
        long bytes = Allocations.Of(() =>
        {
            dut.Now = dut.Router.NextDeadline;
            dut.Router.Expire(dut.Now, actions);
            foreach (ref readonly RouterAction action in actions.AsSpan())
            {
                if (action.Kind == RouterActionKind.SendAdvertisement)
                {
                    AdvertisementCodec.Write(message, dut.Router.Settings, action.Priority, action.Interval, action.Source, AdvertisementCodec.IPv4Group);
                    sent++;
                }
            }

            actions.Clear();
        });
        Assert.Equal(0, bytes);
        Assert.True(sent > 1000);
    }

    [Fact]
    public void The_buffer_grows_and_keeps_its_order()
    {
        ActionBuffer actions = new();
        for (byte i = 0; i < 100; i++)
        {
            actions.Add(new(RouterActionKind.SendAdvertisement, Priority: i));
        }

        Assert.Equal(100, actions.Count);
        Assert.Equal(99, actions[99].Priority);
        Assert.Equal(7, actions.AsSpan()[7].Priority);
        actions.Clear();
        Assert.Equal(0, actions.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => actions[0].Priority);
    }
}
