using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>Signed adverts on the wire, in the order of the checks, and the way a running pair is moved to them.</summary>
public class HmacTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    internal static HmacKey Key(byte id) => HmacKey.From(id, Secret);

    internal static HmacKey OtherKey(byte id) => HmacKey.From(id, [.. Secret.Select(one => (byte)(one + id))]);

    internal static HmacSettings Hmac(HmacMode mode = HmacMode.Enforce, params HmacKey[] keys) =>
        new(keys.Length == 0 ? [Key(1)] : keys, keys.Length == 0 ? (byte)1 : keys[0].Id, mode, AntiReplay.Time, Duration.FromSeconds(5));

    internal static VirtualRouterSettings With(VirtualRouterSettings settings, HmacMode mode = HmacMode.Enforce, params HmacKey[] keys) =>
        settings with { Hmac = Hmac(mode, keys) };

    [Theory]
    [InlineData(false, "198.51.100.10", "224.0.0.18", "192.0.2.100", "3133c80100644402 c0000264 010100006800000080000000 1b84bc4e8e43892dc6d98448f8ee2265")]
    [InlineData(true, "fe80::10", "fe80::20", "fe80::100", "3133c8010064a2e9 fe800000000000000000000000000100 010100006800000080000000 c8c56146ebfd66ee10ec4d8186461b78")]
    public void A_signed_advert_is_what_an_independent_implementation_makes(bool isIPv6, string source, string destination, string address, string expected)
    {
        VirtualRouterSettings settings = With(Dut.Settings) with
        {
            IsIPv6 = isIPv6,
            Vrid = 51,
            Priority = 200,
            Addresses = [new(Address.Parse(address), 32)],
            ChecksumForm = ChecksumForm.MessageOnly,
        };
        byte[] message = new byte[AdvertisementCodec.Length(settings)];
        int length = AdvertisementCodec.Write(
            message, settings, 200, Duration.FromSeconds(1), Address.Parse(source), Address.Parse(destination), 0x6800000080000000);
        Assert.Equal(expected.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexStringLower(message));
        Assert.Equal(message.Length, length);
    }

    [Fact]
    public void All_copies_to_unicast_peers_have_one_signature()
    {
        VirtualRouterSettings settings = With(Dut.SettingsIPv6);
        byte[] Copy(string to)
        {
            byte[] message = new byte[AdvertisementCodec.Length(settings)];
            AdvertisementCodec.Write(message, settings, 100, Duration.FromSeconds(1), Address.Parse("fe80::12"), Address.Parse(to), 7);
            return message;
        }

        Assert.Equal(Copy("fe80::13")[^28..], Copy("fe80::14")[^28..]);
        Assert.NotEqual(Copy("fe80::13")[6..8], Copy("fe80::14")[6..8]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_right_signature_is_accepted_and_every_turned_bit_is_not(bool isIPv6)
    {
        VirtualRouterSettings settings = With(isIPv6 ? Dut.SettingsIPv6 : Dut.Settings);
        var peer = Address.Parse(isIPv6 ? "fe80::13" : "192.0.2.13");
        Dut dut = new(settings);
        byte[] good = Packets.Signed(settings, peer, dut.Wall.Value, 200);
        int header = isIPv6 ? 40 : 20;
        object before = dut.Snapshot();
        for (int bit = 8 * header; bit < 8 * good.Length; bit++)
        {
            if (isIPv6 && ((bit / 8) - header) is 6 or 7)
            {
                continue;
            }

            byte[] bad = Packets.Flip(good, bit);
            if (isIPv6)
            {
                // With a right checksum, so that the signature is what finds it.
                bad = Packets.Change(bad, message => message);
            }

            Assert.NotEqual(DropReason.None, dut.Receive(bad));
            Assert.Equal(before, dut.Snapshot());
        }

        Assert.Equal(DropReason.None, dut.Receive(good));
        Assert.Equal(1, dut.Router.Statistics.HmacVerified);
    }

    [Theory]
    [InlineData(HmacMode.Enforce)]
    [InlineData(HmacMode.Permissive)]
    [InlineData(HmacMode.ReceiveOnly)]
    public void Each_fault_has_its_reason_and_only_enforce_drops_it(HmacMode mode)
    {
        VirtualRouterSettings mine = With(Dut.Settings, mode, Key(1), OtherKey(2));
        (DropReason Reason, VirtualRouterSettings? Theirs)[] faults =
        [
            (DropReason.HmacMissing, Dut.Settings),
            (DropReason.HmacKey, With(Dut.Settings, HmacMode.Enforce, Key(3))),
            (DropReason.HmacFailure, With(Dut.Settings, HmacMode.Enforce, Key(2))),
            (DropReason.HmacReplay, null),
        ];
        foreach ((DropReason reason, VirtualRouterSettings? theirs) in faults)
        {
            Dut dut = new(mine);
            if (theirs is null)
            {
                dut.Receive(Packets.Signed(With(Dut.Settings), Dut.Peer, dut.Wall.Value, 200));
            }

            object before = dut.Snapshot();
            DropReason got = dut.Receive(theirs is null
                ? Packets.Signed(With(Dut.Settings), Dut.Peer, dut.Wall.Value, 200)
                : Packets.Signed(theirs, Dut.Peer, dut.Wall.Value, 200));
            string[] alarms = dut.Alarms;
            if (mode == HmacMode.Enforce)
            {
                Assert.Equal(reason, got);
                Assert.Equal(before, dut.Snapshot());
                Assert.Equal(1, dut.Router.Statistics.Dropped(reason));
                Assert.StartsWith("192.0.2.13 ", Assert.Single(alarms), StringComparison.Ordinal);
                continue;
            }

            Assert.Equal(DropReason.None, got);
            Assert.Equal(reason == DropReason.HmacMissing ? (1, 0) : (0, 1), (dut.Router.Statistics.HmacUnsigned, dut.Router.Statistics.HmacTolerated));
            Assert.Equal(reason == DropReason.HmacMissing ? 0 : 1, alarms.Length);
        }
    }

    [Fact]
    public void A_trailer_of_another_type_or_length_or_without_authentication_is_not_read()
    {
        VirtualRouterSettings settings = With(Dut.Settings);
        Dut dut = new(settings);
        byte[] good = Packets.Signed(settings, Dut.Peer, dut.Wall.Value, 200);
        Assert.Equal(DropReason.Length, dut.Receive(Packets.Flip(good, 8 * (good.Length - 28))));
        Assert.Equal(DropReason.Length, dut.Receive(Packets.Ip(good.AsSpan(20, good.Length - 21), Dut.Peer, AdvertisementCodec.IPv4Group)));
        Assert.Equal(DropReason.HmacUnexpected, new Dut().Receive(good));
    }

    [Fact]
    public void A_stolen_signature_is_no_use_to_another_source()
    {
        VirtualRouterSettings settings = With(Dut.Settings);
        Dut dut = new(settings);
        byte[] message = Packets.Signed(settings, Dut.Peer, dut.Wall.Value, 200)[20..];
        byte[] body = Packets.Advert(Dut.Settings, Dut.SmallPeer, 200)[20..32];
        Assert.Equal(DropReason.HmacFailure, dut.Receive(Packets.Ip([.. body, .. message[12..]], Dut.SmallPeer, AdvertisementCodec.IPv4Group)));
    }

    [Fact]
    public void Receive_only_sends_what_it_always_sent()
    {
        Assert.Equal(AdvertisementCodec.Length(Dut.Settings), AdvertisementCodec.Length(With(Dut.Settings, HmacMode.ReceiveOnly)));
    }

    [Fact]
    public void A_pair_moves_to_enforce_and_to_another_key_without_a_transition()
    {
        // One node after the other; after each step both must still hear each other, for three Master_Down_Intervals.
        HmacKey first = Key(1);
        HmacKey second = OtherKey(2);
        HmacSettings?[] steps =
        [
            null,
            Hmac(HmacMode.ReceiveOnly, first),
            Hmac(HmacMode.Permissive, first),
            Hmac(HmacMode.Enforce, first),
            Hmac(HmacMode.Enforce, first, second),
            Hmac(HmacMode.Enforce, second, first),
            Hmac(HmacMode.Enforce, second),
        ];
        Dut master = Dut.Master(Dut.Settings with { Priority = 200 }, Dut.Peer);
        Dut backup = new();
        SequenceSource sequences = new();
        foreach (HmacSettings? step in steps)
        {
            foreach (Dut node in (Dut[])[backup, master])
            {
                node.Do((router, now, actions) => router.Apply(router.Settings with { Hmac = step }, now, actions));
                for (int i = 0; i < 12; i++)
                {
                    master.Log.Clear();
                    master.RunUntil(master.Router.Deadline(RouterTimer.Adver));
                    backup.RunUntil(backup.Now + Duration.FromSeconds(1));
                    RouterAction advert = master.Last(RouterActionKind.SendAdvertisement);
                    byte[] packet = Packets.Signed(master.Router.Settings, Dut.Peer, sequences.Next(backup.Wall, backup.Now), advert.Priority);
                    Assert.Equal(DropReason.None, backup.Receive(packet));
                }
            }
        }

        Assert.Equal(RouterState.Master, master.State);
        Assert.Equal(RouterState.Backup, backup.State);
        Assert.Single(backup.Deeds, RouterActionKind.Transition);
        Assert.Empty(backup.Alarms);
        Assert.Equal(0, backup.Router.Statistics.HmacTolerated);
        Assert.Equal((4 * 24) + 12, backup.Router.Statistics.HmacVerified);
    }

    [Fact]
    public void What_was_heard_of_a_sender_outlives_a_reload_that_turns_signatures_off_and_on()
    {
        VirtualRouterSettings settings = With(Dut.Settings);
        Dut dut = new(settings);
        byte[] heard = Packets.Signed(settings, Dut.Peer, dut.Wall.Value, 200);
        Assert.Equal(DropReason.None, dut.Receive(heard));
        dut.Do((router, now, actions) => router.Apply(Dut.Settings, now, actions));
        dut.Do((router, now, actions) => router.Apply(settings with { Hmac = Hmac(HmacMode.Enforce, Key(1), OtherKey(2)) }, now, actions));
        Assert.Equal(DropReason.HmacReplay, dut.Receive(heard));
    }

    [Fact]
    public void A_key_shows_itself_to_nobody()
    {
        string said = With(Dut.Settings).ToString();
        Assert.DoesNotContain("0001020304", said, StringComparison.Ordinal);
        Assert.DoesNotContain("0001020304", Key(1).ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => HmacKey.From(1, new byte[31]));
        Assert.Throws<ArgumentException>(() => HmacKey.From(1, new byte[65]));
        Assert.Equal(Key(1), HmacKey.From(1, Secret));
        Assert.NotEqual(Key(1), OtherKey(1));
        Assert.NotEqual(Key(1), Key(2));
    }

    [Fact]
    public void Settings_without_a_usable_key_are_refused()
    {
        Assert.NotNull(SettingsRules.FirstProblem(With(Dut.SettingsV2)));
        Assert.NotNull(SettingsRules.FirstProblem(Dut.Settings with { Hmac = Hmac() with { ActiveKey = 9 } }));
        Assert.NotNull(SettingsRules.FirstProblem(With(Dut.Settings, HmacMode.Enforce, Key(1), OtherKey(1))));
        Assert.NotNull(SettingsRules.FirstProblem(Dut.Settings with { Hmac = Hmac() with { Window = Duration.FromSeconds(301) } }));
        Assert.Null(SettingsRules.FirstProblem(With(Dut.Settings)));
    }
}
