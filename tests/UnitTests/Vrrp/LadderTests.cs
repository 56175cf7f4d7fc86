using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>Reception: each check, their order, and that a packet which fails one leaves no trace but a counter.</summary>
public partial class LadderTests
{
    private static readonly byte[] Good = Packets.Advert(Dut.Settings, Dut.Peer, priority: 255);
    private static readonly byte[] GoodV2 = Packets.Advert(Dut.SettingsV2, Dut.Peer, priority: 200);
    private static readonly byte[] GoodIPv6 = Packets.Advert(Dut.SettingsIPv6, Address.Parse("fe80::13"), priority: 255);

    /// <summary>As BACKUP and as MASTER: dropped for this reason, exactly one counter, nothing else.</summary>
    private static void Drops(DropReason reason, byte[] packet, VirtualRouterSettings? settings = null)
    {
        foreach (bool asMaster in new[] { false, true })
        {
            Dut dut = asMaster ? Dut.Master(settings) : new Dut(settings);
            dut.RunUntil(0.4);
            object before = dut.Snapshot();
            Assert.Equal(reason, dut.Receive(packet));
            Assert.Equal(before, dut.Snapshot());
            Assert.Equal(1, dut.Receiver.Statistics[reason]);
            Assert.Equal(1, dut.Receiver.Statistics.Dropped);
            Assert.Equal(0, dut.Receiver.Statistics.Accepted);
        }
    }

    private static byte[] Set(byte[] packet, int offset, byte value) => Packets.Change(packet, message =>
    {
        message[offset] = value;
        return message;
    });

    private static byte[] Ttl(byte[] packet, byte ttl)
    {
        byte[] copy = [.. packet];
        copy[packet[0] >> 4 == 6 ? 7 : 8] = ttl;
        return packet[0] >> 4 == 6 ? copy : Packets.MendHeader(copy);
    }

    [Fact]
    public void Good_packets_are_accepted()
    {
        Assert.Equal(DropReason.None, new Dut().Receive(Good));
        Assert.Equal(DropReason.None, new Dut(Dut.SettingsV2).Receive(GoodV2));
        Assert.Equal(DropReason.None, new Dut(Dut.SettingsIPv6).Receive(GoodIPv6));
    }

    [Theory]
    [InlineData("45c0002800000000ff701892c0000201e0000012 21336401 0001b7cb c00002fe 0000000000000000", 2, 51, "192.0.2.254", DropReason.None)]
    [InlineData("45c0002800000000ff701892c0000201e0000012 21339601 01017ab1 c00002fe 7333637233740000", 2, 51, "192.0.2.254", DropReason.AuthType)]
    [InlineData("45c0002400000000ff70179cc00002fbe0000012 310ac802 0064defb c0000201 c0000202", 3, 10, "192.0.2.1 192.0.2.2", DropReason.None)]
    [InlineData("45c0002400000000ff70179cc00002fbe0000012 310ac802 0064828a c0000201 c0000202", 3, 10, "192.0.2.1 192.0.2.2", DropReason.None)]
    [InlineData("6c000000002870fffe8000000000000000000000000000c8ff020000000000000000000000000012 310a6402 00643f5d fe800000000000000000000000000001 20010db8000000000000000000000001", 3, 10, "fe80::1 2001:db8::1", DropReason.None)]
    public void C001_C005_C006_C007_golden_frames_A_to_D_through_the_receiver(string frame, byte version, byte vrid, string addresses, DropReason outcome)
    {
        Dut dut = new(Dut.Settings with
        {
            Version = version,
            Vrid = vrid,
            IsIPv6 = addresses.Contains(':', StringComparison.Ordinal),
            Addresses = [.. addresses.Split(' ').Select(text => new AddressPrefix(Address.Parse(text), 32))],
        });
        Assert.Equal(outcome, dut.Receive(Packets.Hex(frame)));
        Assert.Equal(0, dut.Router.Statistics.AddressListMismatches);
        Assert.Equal(outcome == DropReason.None ? RouterState.Backup : dut.State, dut.State);
    }

    [Fact]
    public void C025_C059_own_adverts_never_reach_the_state_machine()
    {
        Drops(DropReason.OwnSource, Packets.Advert(Dut.Settings, Dut.Own, 200));
        Drops(DropReason.OwnSource, Packets.Advert(Dut.SettingsIPv6, Address.Parse("fe80::12"), 200), Dut.SettingsIPv6);
        Dut dut = new();
        Address other = Address.Parse("192.0.2.77");
        dut.Receiver.SetOwnAddresses([other]);
        Assert.Equal(DropReason.OwnSource, dut.Hear(200, from: other));
    }

    [Fact]
    public void C059_somebody_else_with_our_address_is_an_alarm()
    {
        Dut dut = new();
        Assert.Equal(DropReason.OwnSource, dut.HearAt(1.5, 100, from: Dut.Own));
        Assert.Contains("own address 192.0.2.12", Assert.Single(dut.Alarms), StringComparison.Ordinal);
        Assert.Equal(1, dut.Router.Statistics.Dropped(DropReason.OwnSource));
        Dut master = Dut.Master();
        master.RunUntil(1);
        Assert.Equal(DropReason.OwnSource, master.Hear(100, from: Dut.Own));
        Assert.Empty(master.Alarms);
        master.HearAt(1.5, 100, from: Dut.Own);
        Assert.Single(master.Alarms);
    }

    [Fact]
    public void C069_a_peer_that_sends_from_our_virtual_address_is_heard()
    {
        Dut dut = Dut.Master();
        dut.Receiver.SetOwnAddresses([Dut.Own, Dut.Vip]);
        Assert.Equal(DropReason.None, dut.Hear(255, from: Dut.Vip));
        Assert.Equal(RouterState.Backup, dut.State);
    }

    [Theory]
    [InlineData(254)]
    [InlineData(64)]
    [InlineData(1)]
    [InlineData(0)]
    public void C030_C031_TTL_and_hop_limit_must_be_255(byte ttl)
    {
        Drops(DropReason.Ttl, Ttl(Good, ttl));
        Drops(DropReason.Ttl, Ttl(GoodV2, ttl), Dut.SettingsV2);
        Drops(DropReason.Ttl, Ttl(GoodIPv6, ttl), Dut.SettingsIPv6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(15)]
    public void C032_C033_version_must_be_the_routers(byte version)
    {
        Drops(DropReason.Version, Set(Good, 0, (byte)((version << 4) | 1)));
        Drops(DropReason.Version, Set(GoodIPv6, 0, (byte)((version << 4) | 1)), Dut.SettingsIPv6);
        Drops(DropReason.Version, Set(GoodV2, 0, (byte)(((version == 2 ? 3 : version) << 4) | 1)), Dut.SettingsV2);
        Drops(DropReason.Version, Good, Dut.SettingsV2);
    }

    [Fact]
    public void C034_type_must_be_1()
    {
        for (int type = 0; type < 16; type++)
        {
            if (type != 1)
            {
                Drops(DropReason.Type, Set(Good, 0, (byte)(0x30 | type)));
                Drops(DropReason.Type, Set(GoodV2, 0, (byte)(0x20 | type)), Dut.SettingsV2);
            }
        }
    }

    [Fact]
    public void C035_less_than_the_fixed_fields_is_dropped()
    {
        for (int length = 0; length < 8; length++)
        {
            Drops(DropReason.Length, Packets.Change(Good, message => message[..length]));
            Drops(DropReason.Length, Packets.Change(GoodIPv6, message => message[..length]), Dut.SettingsIPv6);
        }
    }

    [Fact]
    public void C036_a_count_that_lies_high_is_dropped()
    {
        Drops(DropReason.Length, Set(Good, 3, 2));
        Drops(DropReason.Length, Set(Good, 3, 255));
        Drops(DropReason.Length, Set(GoodIPv6, 3, 3), Dut.SettingsIPv6);
    }

    [Fact]
    public void C037_trailing_bytes_are_dropped()
    {
        Drops(DropReason.Length, Packets.Change(Good, message => [.. message, 0]));
        Drops(DropReason.Length, Packets.Change(Good, message => [.. message, 0, 0, 0, 0, 0, 0, 0, 0]));
        Drops(DropReason.Length, Packets.Change(GoodV2, message => [.. message, 0, 0, 0, 0]), Dut.SettingsV2);
        Drops(DropReason.Length, Packets.Change(GoodV2, message => message[..^8]), Dut.SettingsV2);
        Drops(DropReason.Length, Packets.Change(GoodIPv6, message => [.. message, .. new byte[8]]), Dut.SettingsIPv6);
    }

    [Fact]
    public void C038_padding_after_the_packet_is_not_part_of_it()
    {
        Assert.Equal(DropReason.None, new Dut().Receive([.. Good, .. new byte[14]]));
        Assert.Equal(DropReason.None, new Dut().Receive([.. Good, .. Enumerable.Repeat((byte)0xff, 14)]));
        Assert.Equal(DropReason.None, new Dut(Dut.SettingsIPv6).Receive([.. GoodIPv6, 1, 2, 3]));
    }

    [Fact]
    public void C039_C040_any_bit_flip_of_an_IPv4_packet_is_dropped()
    {
        Dut v2 = new(Dut.SettingsV2);
        Dut v3 = new();
        Dut strict = new(Dut.Settings with { StrictChecksum = true, ChecksumForm = ChecksumForm.MessageOnly });
        byte[] bare = Packets.Advert(strict.Router.Settings, Dut.Peer, 255);
        Assert.Equal(DropReason.None, strict.Receive(bare));
        for (int bit = 0; bit < 8 * Good.Length; bit++)
        {
            Assert.NotEqual(DropReason.None, v3.Receive(Packets.Flip(Good, bit)));
            Assert.NotEqual(DropReason.None, strict.Receive(Packets.Flip(bare, bit)));
        }

        for (int bit = 0; bit < 8 * GoodV2.Length; bit++)
        {
            Assert.NotEqual(DropReason.None, v2.Receive(Packets.Flip(GoodV2, bit)));
        }

        Drops(DropReason.Checksum, Packets.Flip(GoodV2, 8 * 22), Dut.SettingsV2);
        Drops(DropReason.Checksum, Packets.Flip(GoodV2, 8 * 39), Dut.SettingsV2);
        Drops(DropReason.Checksum, Packets.Flip(Good, 8 * 22));
    }

    [Fact]
    public void C041_any_bit_flip_of_an_IPv6_message_or_address_is_dropped()
    {
        Dut dut = new(Dut.SettingsIPv6);

        // Traffic class and flow label, the first 32 bits after the version, have no checksum.
        for (int bit = 32; bit < 8 * GoodIPv6.Length; bit++)
        {
            Assert.NotEqual(DropReason.None, dut.Receive(Packets.Flip(GoodIPv6, bit)));
        }

        Drops(DropReason.Checksum, Packets.Flip(GoodIPv6, 8 * 42), Dut.SettingsIPv6);
    }

    [Theory]
    [InlineData(ChecksumForm.PseudoHeader)]
    [InlineData(ChecksumForm.MessageOnly)]
    public void C042_C043_both_forms_are_accepted_and_counted_unless_strict(ChecksumForm own)
    {
        VirtualRouterSettings settings = Dut.Settings with { ChecksumForm = own };
        Dut dut = new(settings);
        byte[] pseudo = Packets.Advert(Dut.Settings, Dut.Peer, 200);
        byte[] bare = Packets.Advert(Dut.Settings with { ChecksumForm = ChecksumForm.MessageOnly }, Dut.Peer, 200);
        Assert.Equal(DropReason.None, dut.Receive(pseudo));
        Assert.Equal(DropReason.None, dut.Receive(bare));
        Assert.Equal(DropReason.None, dut.Receive(bare));
        Assert.Equal(1, dut.Router.Statistics.PseudoHeaderChecksums);
        Assert.Equal(2, dut.Router.Statistics.MessageOnlyChecksums);
        Drops(DropReason.Checksum, own == ChecksumForm.PseudoHeader ? bare : pseudo, settings with { StrictChecksum = true });
        Assert.Equal(DropReason.None, new Dut(settings with { StrictChecksum = true }).Receive(own == ChecksumForm.PseudoHeader ? pseudo : bare));
    }

    [Fact]
    public void C044_unknown_VRID_counts_for_no_router()
    {
        Drops(DropReason.Vrid, Set(Good, 1, 11));
        Dut dut = new();
        dut.Receive(Set(Good, 1, 11));
        Assert.All(Enum.GetValues<DropReason>(), reason => Assert.Equal(0, dut.Router.Statistics.Dropped(reason)));
    }

    [Fact]
    public void C021_C045_VRIDs_are_per_interface_and_family()
    {
        VirtualRouter v4 = new(Dut.Settings);
        VirtualRouter v6 = new(Dut.SettingsIPv6);
        AdvertisementReceiver both = new();
        AdvertisementReceiver onlyIPv6 = new();
        ActionBuffer actions = new();
        both.Add(v4);
        both.Add(v6);
        onlyIPv6.Add(v6);
        v4.SetSource(Dut.Own, default, actions);
        v6.SetSource(Address.Parse("fe80::12"), default, actions);
        foreach (VirtualRouter router in new[] { v4, v6 })
        {
            router.SetReadiness(Readiness.Ready, "", default, actions);
            router.Start(default, actions);
        }

        Assert.Equal(DropReason.None, both.Receive(GoodIPv6, default, actions, out VirtualRouter? found));
        Assert.Same(v6, found);
        Assert.Equal(0, v4.Statistics.AdvertisementsReceived);
        Assert.Equal(DropReason.Vrid, onlyIPv6.Receive(Good, default, actions, out found));
        Assert.Null(found);
        v6.Stop("Stopped.", default, actions);
        Assert.Equal(DropReason.None, both.Receive(Good, default, actions, out found));
        Assert.Same(v4, found);
    }

    [Fact]
    public void C057_invalid_packets_do_not_move_the_adverts()
    {
        Dut dut = Dut.Master();
        for (double at = 0.4; at < 5; at += 0.4)
        {
            dut.RunUntil(at);
            dut.Receive(Packets.Flip(Good, 8 * 22));
        }

        dut.RunUntil(5.0);
        Assert.Equal([1, 2, 3, 4, 5], dut.Adverts);
    }

    [Fact]
    public void C058_an_invalid_packet_changes_neither_master_nor_interval()
    {
        Dut dut = new();
        dut.Hear(200, 2);
        object before = dut.Snapshot();
        dut.Receive(Packets.Flip(Packets.Advert(Dut.Settings, Dut.SmallPeer, 250, Duration.FromSeconds(9)), 8 * 24));
        Assert.Equal(before, dut.Snapshot());
        Assert.Equal(Dut.Peer, dut.Router.MasterAddress);
    }

    [Theory]
    [InlineData("224.1.1.1")]
    [InlineData("0.0.0.0")]
    [InlineData("2001:db8::9")]
    [InlineData("ff02::5")]
    [InlineData("::")]
    public void C060_the_source_must_be_unicast_and_link_local_in_IPv6(string source)
    {
        Address from = Address.Parse(source);
        VirtualRouterSettings settings = from.IsIPv6 ? Dut.SettingsIPv6 : Dut.Settings;
        Drops(DropReason.Source, Packets.Advert(settings, from, 255), settings);
    }

    [Fact]
    public void C061_packets_to_another_destination_are_dropped()
    {
        ReadOnlySpan<byte> message = Good.AsSpan(20);
        Drops(DropReason.Destination, Packets.Ip(message, Dut.Peer, Dut.Own));
        Drops(DropReason.Destination, Packets.Ip(message, Dut.Peer, Address.Parse("224.0.0.5")));
        Drops(DropReason.Destination, Packets.Ip(GoodIPv6.AsSpan(40), Address.Parse("fe80::13"), Address.Parse("ff02::1")), Dut.SettingsIPv6);
    }

    [Fact]
    public void C061_with_a_group_of_its_own_only_packets_to_that_one_are_for_a_virtual_router()
    {
        Address group = Address.Parse("224.0.0.81");
        VirtualRouterSettings settings = Dut.Settings with { MulticastGroup = group };
        Drops(DropReason.Destination, Good, settings);
        byte[] message = new byte[AdvertisementCodec.Length(settings)];
        AdvertisementCodec.Write(message, settings, 200, settings.AdvertisementInterval, Dut.Peer, group);
        Dut dut = new(settings);
        Assert.Equal(DropReason.None, dut.Receiver.Receive(Packets.Ip(message, Dut.Peer, group), dut.Now, new ActionBuffer(), out _));
        Assert.Equal(200, dut.Router.MasterPriority);
    }

    [Fact]
    public void C062_packets_in_INITIALIZE_and_FAULT_are_ignored()
    {
        foreach (byte priority in new byte[] { 0, 100, 255 })
        {
            Dut dut = new(start: false);
            object before = dut.Snapshot();
            Assert.Equal(DropReason.NotRunning, dut.Hear(priority));
            dut.Do((r, now, actions) => r.Receive(new(3, 10, priority, Duration.FromSeconds(1), 1), Dut.Peer, now, actions));
            Assert.Equal(before, dut.Snapshot());
            dut.Do((r, now, actions) => r.Start(now, actions));
            dut.Do((r, now, actions) => r.SetReadiness(Readiness.Fault, "nginx is down.", now, actions));
            Assert.Equal(RouterState.Fault, dut.State);
            Assert.Equal(DropReason.NotRunning, dut.Hear(priority));
        }
    }

    [Fact]
    public void C063_IPv4_options_are_skipped()
    {
        for (int words = 1; words <= 10; words++)
        {
            Assert.Equal(DropReason.None, new Dut().Receive(Packets.Ip(Good.AsSpan(20), Dut.Peer, AdvertisementCodec.IPv4Group, optionWords: words)));
        }
    }

    [Fact]
    public void Unsound_IP_headers_are_dropped()
    {
        byte[] Spoil(int offset, byte value)
        {
            byte[] copy = [.. Good];
            copy[offset] = value;
            return Packets.MendHeader(copy);
        }

        Drops(DropReason.NotIp, []);
        Drops(DropReason.NotIp, Good[..19]);
        Drops(DropReason.NotIp, [0x50, .. Good[1..]]);
        Drops(DropReason.NotIp, GoodIPv6[..39], Dut.SettingsIPv6);
        Drops(DropReason.IpHeader, Spoil(0, 0x44));
        Drops(DropReason.IpHeader, Spoil(3, 19));
        Drops(DropReason.IpHeader, Spoil(3, 33));
        Drops(DropReason.IpHeader, Spoil(6, 0x20));
        Drops(DropReason.IpHeader, Spoil(7, 1));
        Drops(DropReason.IpHeader, Packets.Flip(Good, 8));
        Drops(DropReason.IpHeader, GoodIPv6[..^1], Dut.SettingsIPv6);
        Drops(DropReason.Protocol, Packets.Ip(Good.AsSpan(20), Dut.Peer, AdvertisementCodec.IPv4Group, protocol: 17));
        Drops(DropReason.Protocol, Packets.Ip(GoodIPv6.AsSpan(40), Address.Parse("fe80::13"), AdvertisementCodec.IPv6Group, protocol: 0), Dut.SettingsIPv6);
    }

    [Fact]
    public void C065_alarms_are_rate_limited_and_counters_are_not()
    {
        Dut dut = Dut.Master();
        byte[] bad = Packets.Flip(Good, 8 * 22);
        for (int i = 0; i < 10_000; i++)
        {
            dut.Now += Duration.FromMilliseconds(1);
            dut.Receive(bad);
        }

        Assert.Equal(10_000, dut.Receiver.Statistics[DropReason.Checksum]);
        Assert.Equal(10_000, dut.Router.Statistics.Dropped(DropReason.Checksum));
        Assert.Single(dut.Alarms);
        Assert.Equal(10_000, Assert.Single(dut.Router.Alarms.Standing).Times);
        dut.Now += Duration.FromSeconds(60);
        dut.Do((router, now, actions) => router.Alarms.Expire(now, actions));
        dut.Receive(bad);
        Assert.Equal(2, dut.Alarms.Length);
    }
}
