using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>
/// Two nodes of one file that are both MASTER because one does not believe what the other says: each knows why, and it stands for as long as it is so, by the
/// peer's name, with what it sends and the key of the file that is to be changed.
/// </summary>
public sealed class DroppedPeerTests
{
    private static readonly NodeName[] Peers = [new(Dut.Peer, "web2"), new(Address.Parse("fe80::13"), "web2")];

    private static readonly VirtualRouterSettings V2 = Dut.SettingsV2 with { Peers = Peers };
    private static readonly VirtualRouterSettings V3 = Dut.Settings with { Peers = Peers };
    private static readonly VirtualRouterSettings V6 = Dut.SettingsIPv6 with { Peers = Peers };

    /// <summary>The code, this node's settings, the peer's, and words that the sentence must have.</summary>
    public static TheoryData<string, VirtualRouterSettings, VirtualRouterSettings, string[]> Cases => new()
    {
        { "version-differs", V3, V2, ["version 2", "version 3", "'version'"] },
        { "version-differs", V2, V3, ["version 3", "version 2", "'version'"] },
        { "vrid-differs", V3, V3 with { Vrid = 77 }, ["VRID 77", "VRID 10", "192.0.2.1", "'vrid'"] },
        { "vrid-differs", V2, V2 with { Vrid = 77 }, ["VRID 77", "VRID 10", "192.0.2.1", "'vrid'"] },
        { "vrid-differs", V3, V2 with { Vrid = 77 }, ["VRID 77", "VRID 10", "version 2", "'vrid'"] },
        { "vrid-differs", V6, V6 with { Vrid = 77 }, ["VRID 77", "VRID 10", "fe80::1", "'vrid'"] },
        { "interval-differs", V2, V2 with { AdvertisementInterval = Duration.FromSeconds(7) }, ["7 s", "1 s", "'advertInterval'"] },
        { "address-list-differs", V2, V2 with { Addresses = [.. V2.Addresses, new(Address.Parse("192.0.2.9"), 24)] }, ["192.0.2.9", "'addresses'"] },
        { "address-list-differs", V3, V3 with { Addresses = [.. V3.Addresses, new(Address.Parse("192.0.2.9"), 24)] }, ["192.0.2.9", "'addresses'"] },
        { "address-list-differs", V3 with { Addresses = [.. V3.Addresses, new(Address.Parse("192.0.2.9"), 24)] }, V3, ["192.0.2.9", "'addresses'"] },
        { "authentication-differs", V2, V2 with { Password = SimplePassword.From("s3cr3t") }, ["type 1", "'authentication'"] },
        { "authentication-differs", V2 with { Password = SimplePassword.From("s3cr3t") }, V2, ["'authentication'"] },
        { "password-differs", V2 with { Password = SimplePassword.From("s3cr3t") }, V2 with { Password = SimplePassword.From("other") }, ["'authentication'"] },
        { "authentication-differs", Signed(V3, 1), V3, ["not sign", "enforce"] },
        { "authentication-differs", V3, Signed(V3, 1), ["signs", "no keys here", "'authentication'"] },
        { "authentication-differs", V6, Signed(V6, 1), ["signs", "no keys here", "'authentication'"] },
        { "key-unknown", Signed(V3, 1), Signed(V3, 3), ["key 3", "it has 1"] },
        { "signature-wrong", Signed(V3, 1), Signed(V3, 1, secret: 9), ["key 1"] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_alarm_names_the_peer_what_it_sends_and_what_to_change(string code, VirtualRouterSettings mine, VirtualRouterSettings theirs, string[] words)
    {
        Dut dut = new(mine);
        dut.RunUntil(10);
        Assert.Equal(RouterState.Master, dut.State);
        Hear(dut, theirs);
        dut.RunUntil(12);
        Hear(dut, theirs);

        StandingAlarm alarm = Assert.Single(dut.Router.Alarms.Standing);
        Assert.Equal(code, AlarmCodes.Word(alarm.Code));
        Assert.All(words.Append("web2"), word => Assert.Contains(word, alarm.Sentence, StringComparison.Ordinal));
        Assert.Equal(2, alarm.Times);
        Assert.Single(dut.Log, entry => entry.Action.Kind == RouterActionKind.AlarmBegan);
        Assert.Equal(RouterState.Master, dut.State);

        // When nothing of it comes any more, it ends by itself.
        ActionBuffer actions = new();
        dut.Router.Alarms.Expire(dut.Router.Alarms.NextDeadline, actions);
        Assert.Equal(RouterActionKind.AlarmEnded, Assert.Single(actions.AsSpan().ToArray()).Kind);
        Assert.Empty(dut.Router.Alarms.Standing);
    }

    [Fact]
    public void A_foreign_virtual_router_with_other_addresses_and_another_VRID_is_nobody_s_affair()
    {
        Dut dut = new(V3);
        dut.RunUntil(10);
        Hear(dut, V3 with { Vrid = 77, Addresses = [new(Address.Parse("192.0.2.200"), 24)] });
        Assert.Empty(dut.Router.Alarms.Standing);
    }

    [Fact]
    public void In_unicast_mode_another_VRID_is_seen_too()
    {
        VirtualRouterSettings mine = V3 with { Unicast = new([Dut.Peer], 255, CheckSource: true) };
        Dut dut = new(mine);
        dut.RunUntil(10);
        byte[] message = new byte[AdvertisementCodec.Length(mine)];
        AdvertisementCodec.Write(message, mine with { Vrid = 77 }, 100, mine.AdvertisementInterval, Dut.Peer, dut.OwnAddress);
        Assert.Equal(DropReason.Vrid, dut.Receive(Packets.Ip(message, Dut.Peer, dut.OwnAddress)));
        Assert.Equal(AlarmCode.VridDiffers, Assert.Single(dut.Router.Alarms.Standing).Code);
    }

    /// <summary>Adverts of a node of the file that arrive and are sent elsewhere than this node listens; a stranger's are no matter.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_in_unicast_mode_and_one_that_multicasts_know_that_of_each_other(bool isUnicastHere)
    {
        VirtualRouterSettings mine = isUnicastHere ? V3 with { Unicast = new([Dut.Peer], 255, CheckSource: true) } : V3;
        Dut dut = new(mine);
        dut.RunUntil(10);
        byte[] message = new byte[AdvertisementCodec.Length(V3)];
        Address destination = isUnicastHere ? V3.Group : dut.OwnAddress;
        AdvertisementCodec.Write(message, V3, 100, V3.AdvertisementInterval, Dut.SmallPeer, destination);
        Assert.Equal(DropReason.Destination, dut.Receive(Packets.Ip(message, Dut.SmallPeer, destination)));
        Assert.Empty(dut.Router.Alarms.Standing);

        AdvertisementCodec.Write(message, V3, 100, V3.AdvertisementInterval, Dut.Peer, destination);
        Assert.Equal(DropReason.Destination, dut.Receive(Packets.Ip(message, Dut.Peer, destination)));
        StandingAlarm alarm = Assert.Single(dut.Router.Alarms.Standing);
        Assert.Equal(AlarmCode.DestinationDiffers, alarm.Code);
        Assert.Contains("web2", alarm.Sentence, StringComparison.Ordinal);
        Assert.Contains("'unicast'", alarm.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flood_of_other_VRIDs_costs_little_and_hides_nobody()
    {
        Dut dut = new(V3);
        dut.RunUntil(10);
        byte[] packet = Packets.Advert(V3 with { Vrid = 77 }, Dut.Peer);
        ActionBuffer actions = new();
        dut.Receiver.Receive(packet, dut.Now - Duration.FromSeconds(2), actions, out _);
        dut.Receiver.Receive(packet, dut.Now - Duration.FromSeconds(1), actions, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            actions.Clear();
            dut.Receiver.Receive(packet, dut.Now + Duration.FromMilliseconds(10 * i), actions, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.InRange(Assert.Single(dut.Router.Alarms.Standing).Times, 3, 12);
    }

    [Fact]
    public void Whoever_is_not_in_the_file_is_named_by_the_address()
    {
        Dut dut = new(V3);
        dut.RunUntil(10);
        dut.Receive(Packets.Advert(V2, Dut.SmallPeer));
        Assert.StartsWith("192.0.2.5 ", Assert.Single(dut.Router.Alarms.Standing).Sentence, StringComparison.Ordinal);
    }

    private static void Hear(Dut dut, VirtualRouterSettings theirs)
    {
        Address source = theirs.IsIPv6 ? Address.Parse("fe80::13") : Dut.Peer;
        dut.Receive(theirs.Hmac is null ? Packets.Advert(theirs, source, 50) : Packets.Signed(theirs, source, dut.Wall.Value, 50));
    }

    private static VirtualRouterSettings Signed(VirtualRouterSettings settings, byte key, byte secret = 1) => settings with
    {
        Hmac = new([HmacKey.From(key, [.. Enumerable.Repeat(secret, 32)])], key, HmacMode.Enforce, AntiReplay.Time, Duration.FromSeconds(30)),
    };
}
