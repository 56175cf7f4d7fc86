using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>The fields of the message, and the order of all checks.</summary>
public partial class LadderTests
{
    [Fact]
    public void C046_count_0_is_dropped()
    {
        Drops(DropReason.Length, Packets.Change(Good, message =>
        {
            message[3] = 0;
            return message[..8];
        }));
        Drops(DropReason.Length, Packets.Change(GoodV2, message =>
        {
            message[3] = 0;
            return [.. message[..8], .. new byte[8]];
        }), Dut.SettingsV2);
    }

    [Fact]
    public void C047_interval_0_is_dropped_and_promotes_nobody()
    {
        Drops(DropReason.Interval, Set(Good, 5, 0));
        Drops(DropReason.Interval, Set(GoodIPv6, 5, 0), Dut.SettingsIPv6);
    }

    [Fact]
    public void C048_first_IPv6_address_must_be_link_local()
    {
        Drops(DropReason.AddressList, Set(GoodIPv6, 8, 0x20), Dut.SettingsIPv6);
    }

    [Fact]
    public void C049_reserve_bits_are_ignored()
    {
        Dut dut = new();
        Assert.Equal(DropReason.None, dut.Receive(Set(Good, 4, 0xf0)));
        Assert.Equal(Duration.FromSeconds(1), dut.Router.MasterAdverInterval);
    }

    [Fact]
    public void C050_authentication_types_other_than_none_are_dropped()
    {
        Drops(DropReason.AuthType, Set(GoodV2, 4, 1), Dut.SettingsV2);
        Drops(DropReason.AuthType, Set(GoodV2, 4, 2), Dut.SettingsV2);
        Drops(DropReason.AuthTypeUnknown, Set(GoodV2, 4, 7), Dut.SettingsV2);
    }

    [Fact]
    public void C050_with_a_password_every_other_type_is_dropped()
    {
        Drops(DropReason.AuthType, Packets.Advert(Dut.SettingsV2, Dut.Peer, 200), WithPassword("s3cr3t"));
        Drops(DropReason.AuthType, Set(Packets.Advert(WithPassword("s3cr3t"), Dut.Peer, 200), 4, 2), WithPassword("s3cr3t"));
        Drops(DropReason.AuthTypeUnknown, Set(Packets.Advert(WithPassword("s3cr3t"), Dut.Peer, 200), 4, 7), WithPassword("s3cr3t"));
    }

    [Theory]
    [InlineData("s3cr3u")]
    [InlineData("s3cr3")]
    [InlineData("s3cr3tX")]
    [InlineData("s3cr3tXY")]
    [InlineData("x3cr3t")]
    public void C051_another_password_is_dropped_whichever_of_the_8_bytes_differs(string theirs)
    {
        Drops(DropReason.AuthFailure, Packets.Advert(WithPassword(theirs), Dut.Peer, 200), WithPassword("s3cr3t"));
    }

    [Fact]
    public void C051_every_single_bit_of_the_password_counts()
    {
        byte[] good = Packets.Advert(WithPassword("s3cr3t"), Dut.Peer, 200);
        Assert.Equal(DropReason.None, new Dut(WithPassword("s3cr3t")).Receive(good));
        for (int bit = 0; bit < 64; bit++)
        {
            byte[] bad = Set(good, 12 + (bit / 8), (byte)(good[20 + 12 + (bit / 8)] ^ (1 << (bit % 8))));
            Assert.Equal(DropReason.AuthFailure, new Dut(WithPassword("s3cr3t")).Receive(bad));
        }
    }

    [Fact]
    public void C051_golden_frame_B_is_accepted_with_its_password_only()
    {
        byte[] frame = Packets.Hex("45c0002800000000ff701892c0000201e0000012 21339601 01017ab1 c00002fe 7333637233740000");
        VirtualRouterSettings settings = WithPassword("s3cr3t") with { Vrid = 51, Addresses = [new(Address.Parse("192.0.2.254"), 32)] };
        Assert.Equal(DropReason.None, new Dut(settings).Receive(frame));
        Dut other = new(settings with { Password = SimplePassword.From("other") });
        Assert.Equal(DropReason.AuthFailure, other.Receive(frame));
        Assert.Equal(1, other.Router.Statistics.Dropped(DropReason.AuthFailure));
        Assert.DoesNotContain("s3cr3t", Assert.Single(other.Alarms), StringComparison.Ordinal);
    }

    private static VirtualRouterSettings WithPassword(string password) => Dut.SettingsV2 with { Password = SimplePassword.From(password) };

    [Fact]
    public void C052_another_v2_interval_is_dropped()
    {
        Drops(DropReason.Interval, Set(GoodV2, 5, 99), Dut.SettingsV2);
        Drops(DropReason.Interval, Set(GoodV2, 5, 0), Dut.SettingsV2);
    }

    [Fact]
    public void C053_another_v3_interval_is_counted_alarmed_once_and_learned()
    {
        Dut dut = new();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(DropReason.None, dut.Hear(200, 3));
        }

        Assert.Equal(Duration.FromSeconds(3), dut.Router.MasterAdverInterval);
        Assert.Equal(10, dut.Router.Statistics.IntervalMismatches);
        Assert.Contains("every 3 s", Assert.Single(dut.Alarms), StringComparison.Ordinal);
    }

    [Fact]
    public void C054_another_v3_list_is_counted_and_kept()
    {
        Dut dut = new();
        Assert.Equal(DropReason.None, dut.Receive(Packets.Advert(With(Dut.Settings, Dut.Vip, Other), Dut.Peer, 200)));
        Assert.Equal(1, dut.Router.Statistics.AddressListMismatches);
        Assert.Single(dut.Alarms);
    }

    [Fact]
    public void The_order_of_the_list_does_not_matter()
    {
        AddressPrefix[] list = [new(Dut.Vip, 24), new(Address.Parse("192.0.2.2"), 24)];
        Dut dut = new(Dut.SettingsV2 with { Addresses = list });
        Assert.Equal(DropReason.None, dut.Receive(Packets.Advert(Dut.SettingsV2 with { Addresses = [list[1], list[0]] }, Dut.Peer, 200)));
        Assert.Equal(DropReason.AddressList, dut.Receive(Packets.Advert(Dut.SettingsV2 with { Addresses = [list[0], list[0]] }, Dut.Peer, 200)));
    }

    [Fact]
    public void C055_another_v2_list_is_dropped_unless_it_is_the_owners()
    {
        byte[] more = Packets.Advert(With(Dut.SettingsV2, Other, Dut.Vip), Dut.Peer, 200);
        Drops(DropReason.AddressList, more, Dut.SettingsV2);
        Dut dut = new(Dut.SettingsV2);
        Assert.Equal(DropReason.None, dut.Receive(Set(more, 2, 255)));
    }

    [Theory]
    [InlineData(3, 200)]
    [InlineData(3, 255)]
    [InlineData(3, 0)]
    [InlineData(2, 200)]
    [InlineData(2, 255)]
    public void A_stranger_with_the_same_VRID_and_other_addresses_moves_nothing(byte version, byte priority)
    {
        VirtualRouterSettings settings = Dut.Settings with { Version = version };
        Drops(DropReason.Stranger, Packets.Advert(With(settings, Other, Address.Parse("192.0.2.98")), Dut.Peer, priority), settings);
        Drops(DropReason.Stranger, Packets.Advert(With(Dut.SettingsIPv6, Address.Parse("fe80::99")), Address.Parse("fe80::13"), priority), Dut.SettingsIPv6);
    }

    [Fact]
    public void A_stranger_is_an_alarm_for_as_long_as_it_is_heard_with_its_addresses_and_a_VRID_that_is_free()
    {
        Dut dut = new();
        MacAddress mac = MacAddress.Read([2, 0, 0, 0, 0, 0x77]);
        byte[] stranger = Packets.Advert(With(Dut.Settings, Other, Address.Parse("192.0.2.98")), Dut.Peer, 200);
        byte[] another = Packets.Advert(With(Dut.Settings, Address.Parse("192.0.2.97")) with { Vrid = 11 }, Dut.SmallPeer, 200);
        dut.Receive(another, mac);
        for (int second = 0; second < 100; second++)
        {
            dut.RunUntil(second);
            Assert.Equal(DropReason.Stranger, dut.Receive(stranger, mac));
        }

        StandingAlarm alarm = Assert.Single(dut.Router.Alarms.Standing);
        Assert.Equal((AlarmCode.VridInUse, new AlarmAbout(Dut.Peer, mac), 100), (alarm.Code, alarm.About, alarm.Times));
        foreach (string part in (string[])["192.0.2.13", "02:00:00:00:00:77", "192.0.2.99, 192.0.2.98", "VRID 10", "VI_1", "12 is free"])
        {
            Assert.Contains(part, alarm.Sentence, StringComparison.Ordinal);
        }

        // It had no say in anything.
        Assert.Equal(RouterState.Master, dut.State);
        Assert.Single(dut.Log, entry => entry.Action.Kind == RouterActionKind.AlarmBegan);
        dut.Do((router, now, actions) => router.Alarms.Expire(now + Duration.FromSeconds(9), actions));
        Assert.Empty(dut.Router.Alarms.Standing);
    }

    [Fact]
    public void A_free_VRID_is_one_that_nobody_here_has_nor_was_heard_with_for_10_minutes()
    {
        Dut dut = new();
        Assert.Equal((byte)11, dut.Receiver.FreeVrid(10, dut.Now));
        for (int vrid = 1; vrid <= 255; vrid++)
        {
            dut.Receive(Packets.Advert(Dut.Settings with { Vrid = (byte)vrid }, Dut.SmallPeer, 50));
        }

        Assert.Null(dut.Receiver.FreeVrid(10, dut.Now));
        dut.Now += Duration.FromSeconds(601);
        dut.Receive(Packets.Advert(Dut.SettingsIPv6 with { Vrid = 255 }, Address.Parse("fe80::13"), 50));
        Assert.Equal((byte)1, dut.Receiver.FreeVrid(254, dut.Now));
    }

    private static Address Other => Address.Parse("192.0.2.99");

    private static VirtualRouterSettings With(VirtualRouterSettings settings, params Address[] addresses) =>
        settings with { Addresses = [.. addresses.Select(address => new AddressPrefix(address, 24))] };

    [Fact]
    public void C056_the_owner_listens_in_v3_and_not_in_v2()
    {
        Dut v3 = new(Dut.Settings with { Priority = 255 });
        Assert.Equal(RouterState.Master, v3.State);
        Assert.Equal(DropReason.None, v3.Hear(255));
        Assert.Equal(RouterState.Backup, v3.State);
        Assert.Contains(v3.Alarms, sentence => sentence.Contains("owner", StringComparison.Ordinal));
        Dut v2 = new(Dut.SettingsV2 with { Priority = 255 });
        Assert.Equal(DropReason.Owner, v2.Hear(255));
        Assert.Equal(RouterState.Master, v2.State);
    }

    [Fact]
    public void C056_the_owner_of_v2_announces_again_when_another_node_acts_as_master()
    {
        Dut owner = new(Dut.SettingsV2 with { Priority = 255, AnnounceDelay = Duration.Zero });
        owner.RunUntil(10);
        owner.Log.Clear();

        Assert.Equal(DropReason.Owner, owner.Hear(100));

        Assert.Equal([RouterActionKind.Announce], owner.Deeds);
        Assert.Equal(RouterState.Master, owner.State);
    }

    /// <summary>One way to break each check of v2, in the order of the ladder; each keeps the others whole.</summary>
    private static readonly (DropReason Reason, Func<byte[], byte[]> Break)[] Faults =
    [
        (DropReason.Protocol, packet => Raw(packet, 9, 17)),
        (DropReason.Destination, packet => Raw(packet, 19, 5)),
        (DropReason.Source, packet => Raw(packet, 12, 224)),
        (DropReason.Ttl, packet => Raw(packet, 8, 64)),
        (DropReason.Version, packet => Raw(packet, 20, (byte)(0x30 | (packet[20] & 0xf)))),
        (DropReason.Vrid, packet => Raw(packet, 21, 11)),
        (DropReason.Type, packet => Raw(packet, 20, (byte)((packet[20] & 0xf0) | 2))),
        (DropReason.Length, packet => Raw(packet, 23, 9)),
        (DropReason.Checksum, packet => Raw(packet, 27, (byte)(packet[27] ^ 1))),
        (DropReason.AuthType, packet => Raw(packet, 24, 1)),
        (DropReason.Interval, packet => Raw(packet, 25, 7)),
        (DropReason.Stranger, packet => Raw(packet, 31, 99)),
    ];

    private static byte[] Raw(byte[] packet, int offset, byte value)
    {
        byte[] copy = [.. packet];
        copy[offset] = value;
        return Packets.MendHeader(copy);
    }

    [Fact]
    public void C066_C067_of_two_faults_the_first_check_counts_and_only_it()
    {
        for (int first = 0; first < Faults.Length; first++)
        {
            for (int second = first; second < Faults.Length; second++)
            {
                byte[] packet = Faults[second].Break([.. GoodV2]);
                packet = first == second ? packet : Faults[first].Break(packet);
                if (Faults[first].Reason > DropReason.Checksum || Faults[second].Reason < DropReason.Checksum)
                {
                    // The checksum is right unless it is the fault.
                    packet = MendMessage(packet);
                }

                Drops(Faults[first].Reason, packet, Dut.SettingsV2);
            }
        }
    }

    private static byte[] MendMessage(byte[] packet)
    {
        byte[] copy = [.. packet];
        copy[26] = copy[27] = 0;
        ushort sum = (ushort)~Packets.Sum(copy.AsSpan(20));
        (copy[26], copy[27]) = ((byte)(sum >> 8), (byte)sum);
        return copy;
    }
}
