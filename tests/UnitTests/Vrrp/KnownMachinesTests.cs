using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>Whoever has a virtual address beside this master is called what it is: a peer that is not heard, a peer that is not believed, or a stranger.</summary>
public sealed class KnownMachinesTests
{
    private static readonly Address PeerAddress = Address.Parse("192.0.2.13");
    private static readonly MacAddress Peer = Mac(0x02);
    private static readonly MacAddress Stranger = Mac(0x77);

    private readonly VirtualRouter _router = new(Dut.Settings with { Peers = [new(PeerAddress, "web2")] });
    private readonly KnownMachines _machines;
    private readonly ActionBuffer _actions = new();

    public KnownMachinesTests() => _machines = new(_router);

    [Fact]
    public void A_stranger_is_a_foreign_owner()
    {
        Tell(0, Stranger);
        StandingAlarm alarm = Assert.Single(_router.Alarms.Standing);
        Assert.Equal((AlarmCode.ForeignOwner, new AlarmAbout(Mac: Stranger)), (alarm.Code, alarm.About));
        Assert.Contains("192.0.2.1", alarm.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_peer_that_was_heard_before_is_named_and_said_to_be_unheard_since()
    {
        _machines.Accepted(Peer, PeerAddress, At(0), _actions);
        Tell(12, Peer);
        StandingAlarm alarm = Assert.Single(_router.Alarms.Standing);
        Assert.Equal(AlarmCode.SecondMaster, alarm.Code);
        Assert.All(["web2 (192.0.2.13)", "192.0.2.1", "12 s before", "protocol 112", "224.0.0.18"], (string word) => Assert.Contains(word, alarm.Sentence, StringComparison.Ordinal));

        // Its adverts come through again.
        _machines.Accepted(Peer, PeerAddress, At(13), _actions);
        Assert.Empty(_router.Alarms.Standing);
        Assert.Equal([RouterActionKind.AlarmBegan, RouterActionKind.AlarmEnded], _actions.AsSpan().ToArray().Select(action => action.Kind));
    }

    [Fact]
    public void A_peer_that_was_never_heard_is_known_by_what_it_says_of_its_own_address()
    {
        // It was BACKUP, and silent, until the switch began to drop adverts.
        _machines.Claimed(new(PeerAddress, Peer), At(0));
        _machines.Claimed(new(Address.Parse("192.0.2.99"), Stranger), At(0));
        Tell(1, Peer);
        Tell(1, Stranger);
        Assert.Equal([AlarmCode.SecondMaster, AlarmCode.ForeignOwner], _router.Alarms.Standing.Select(alarm => alarm.Code));
        Assert.Contains("web2 (192.0.2.13)", _router.Alarms.Standing[0].Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DropReason.HmacReplay, "adverts-not-fresh")]
    [InlineData(DropReason.HmacKey, "key-unknown")]
    [InlineData(DropReason.Vrid, "vrid-differs")]
    [InlineData(DropReason.Version, "version-differs")]
    public void A_peer_whose_adverts_are_dropped_is_said_to_be_that(DropReason reason, string code)
    {
        _machines.Accepted(Peer, PeerAddress, At(0), _actions);
        _machines.Dropped(Peer, PeerAddress, reason, At(10));
        Tell(12, Peer);
        StandingAlarm alarm = Assert.Single(_router.Alarms.Standing);
        Assert.Equal(AlarmCode.SecondMaster, alarm.Code);
        Assert.Contains(code, alarm.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("ago", alarm.Sentence, StringComparison.Ordinal);
    }

    /// <summary>The fault of yesterday is mended, and there is another one: the sentence follows, and is told.</summary>
    [Fact]
    public void Another_reason_why_a_peer_does_not_count_is_told()
    {
        _machines.Dropped(Peer, PeerAddress, DropReason.Vrid, At(10));
        Tell(12, Peer);
        Tell(13, Peer);
        _machines.Dropped(Peer, PeerAddress, DropReason.HmacFailure, At(20));
        Tell(22, Peer);
        Tell(23, Peer);
        StandingAlarm alarm = Assert.Single(_router.Alarms.Standing);
        Assert.Contains("signature-wrong", alarm.Sentence, StringComparison.Ordinal);
        Assert.Equal((At(12), At(23), 4L), (alarm.Since, alarm.LastSeen, alarm.Times));
        Assert.Equal(["vrid-differs", "signature-wrong"], Began().Select(began => began.Contains("vrid-differs", StringComparison.Ordinal) ? "vrid-differs" : "signature-wrong"));
    }

    private IEnumerable<string> Began()
    {
        for (int i = 0; i < _actions.Count; i++)
        {
            if (_actions[i].Kind == RouterActionKind.AlarmBegan)
            {
                yield return _actions[i].Sentence;
            }
        }
    }

    [Fact]
    public void Who_was_a_stranger_and_becomes_known_is_one_alarm_and_not_two()
    {
        Tell(0, Peer);
        _machines.Claimed(new(PeerAddress, Peer), At(1));
        Tell(2, Peer);
        Assert.Equal(AlarmCode.SecondMaster, Assert.Single(_router.Alarms.Standing).Code);
    }

    [Fact]
    public void Adverts_and_claims_forged_ones_too_push_no_node_out_and_cost_nothing()
    {
        _machines.Accepted(Peer, PeerAddress, At(0), _actions);
        _machines.Dropped(Stranger, PeerAddress, DropReason.Checksum, At(0));
        Address other = Address.Parse("192.0.2.99");
        long before = 0;
        for (int i = 0; i < 1000; i++)
        {
            before = i == 100 ? GC.GetAllocatedBytesForCurrentThread() : before;
            _machines.Dropped(MacAddress.Read([2, 0, 0, 1, (byte)(i >> 8), (byte)i]), PeerAddress, DropReason.Checksum, At(1));
            _machines.Claimed(new(other, Stranger), At(1));
            _machines.Accepted(Peer, PeerAddress, At(1), _actions);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(_machines.Knows(Peer));
        Assert.False(_machines.Knows(Stranger));
    }

    private static MacAddress Mac(byte last) => MacAddress.Read([2, 0, 0, 0, 0, last]);

    private static MonotonicTime At(double seconds) => new(1_000_000_000_000 + Dut.Seconds(seconds).Nanoseconds);

    private void Tell(double at, MacAddress mac) => _machines.Tell(new(Dut.Vip, mac), At(at), _actions);
}
