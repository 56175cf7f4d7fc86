using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>Who is a foreign owner of a virtual address and when it is defended against (RFC 5227 2.4 (c)), on virtual time.</summary>
public class AddressConflictsTests
{
    private static readonly MacAddress Stranger = Mac(0x77);
    private static readonly MacAddress Peer = Mac(0x02);
    private static readonly Duration Down = Dut.Seconds(3.6);

    private readonly VirtualRouter _router = new(Dut.Settings);
    private readonly AddressConflicts _conflicts;
    private readonly ActionBuffer _actions = new();

    public AddressConflictsTests() => _conflicts = new(new KnownMachines(_router));

    private static MacAddress Mac(byte last) => MacAddress.Read([2, 0, 0, 0, 0, last]);

    private static MonotonicTime At(double seconds) => new(1_000_000_000_000 + Dut.Seconds(seconds).Nanoseconds);

    private bool Claim(double at, MacAddress mac, Address? address = null, Duration? down = null, bool isElsewhere = false)
    {
        _conflicts.Expire(At(at), _actions);
        return _conflicts.Heard(new(address ?? Dut.Vip, mac), isElsewhere, down ?? Down, At(at), _actions);
    }

    private int Alarms(double until)
    {
        _conflicts.Expire(At(until), _actions);
        return _actions.Count;
    }

    [Fact]
    public void A_stranger_s_first_claim_is_defended_at_once_and_told_after_the_grace()
    {
        Assert.True(Claim(0, Stranger));
        Assert.Equal(At(3.6), _conflicts.NextDeadline);
        Assert.Equal(0, Alarms(3.599));
        Assert.Empty(_conflicts.Known);
        Assert.Equal(0, _conflicts.Conflicts);

        Assert.Equal(1, Alarms(3.6));
        Assert.Equal(RouterActionKind.AlarmBegan, _actions[0].Kind);
        Assert.StartsWith("02:00:00:00:00:77 claims 192.0.2.1 (heard once)", _actions[0].Sentence, StringComparison.Ordinal);
        AddressConflict known = Assert.Single(_conflicts.Known);
        Assert.Equal((new AddressClaim(Dut.Vip, Stranger), At(0), At(0), 1), (known.Claim, known.Since, known.LastHeard, known.Claims));
        Assert.Equal((1, 1), (_conflicts.Conflicts, _conflicts.Defences));
        Assert.Equal(MonotonicTime.Never, _conflicts.NextDeadline);
    }

    [Fact]
    public void No_second_defence_within_10_s_whoever_claims()
    {
        Assert.True(Claim(0, Stranger));
        Assert.False(Claim(0.1, Stranger));
        Assert.False(Claim(5, Mac(0x78)));
        Assert.False(Claim(9.999, Stranger));
        Assert.True(Claim(5, Stranger, Address.Parse("192.0.2.9")));
        Assert.True(Claim(10, Stranger));
        Assert.False(Claim(19.999, Stranger));
        Assert.Equal(3, _conflicts.Defences);
    }

    [Fact]
    public void One_alarm_for_each_MAC_address_however_often_and_whatever_it_claims()
    {
        for (double at = 0; at < 63; at += 0.5)
        {
            Claim(at, Stranger);
            Claim(at, Stranger, Address.Parse("192.0.2.9"));
        }

        Assert.Equal(1, Alarms(63));
        Claim(64, Stranger);
        Assert.Equal(1, Alarms(64));
        Claim(64, Mac(0x78));
        Assert.Equal(2, Alarms(68));
        Assert.Equal(126 + 126 + 1 + 1, _conflicts.Conflicts);
    }

    [Fact]
    public void On_an_interface_without_adverts_any_node_s_advert_excuses_a_claim_and_silence_does_not()
    {
        // The peer has another MAC address there.
        _conflicts.AdvertFrom(Peer, At(0));
        Assert.False(Claim(3.6, Mac(0x12), isElsewhere: true));
        Assert.True(Claim(3.7, Mac(0x12), isElsewhere: true));
        _conflicts.AdvertFrom(Peer, At(7));
        Assert.Equal(0, Alarms(20));

        Assert.True(Claim(20, Mac(0x12), isElsewhere: true));
        Assert.Equal(1, Alarms(23.6));
        Assert.Equal(Mac(0x12), Assert.Single(_conflicts.Known).Claim.Mac);

        // What is known does not go by that, and on the interface of the adverts only the sender is excused.
        _conflicts.AdvertFrom(Peer, At(24));
        Assert.Single(_conflicts.Known);
        Assert.True(Claim(31, Stranger));
        _conflicts.AdvertFrom(Peer, At(31));
        Assert.Equal(2, Alarms(35));
    }

    [Fact]
    public void A_node_that_advertises_before_or_after_its_claim_is_no_conflict()
    {
        _conflicts.AdvertFrom(Peer, At(0));
        Assert.False(Claim(3.6, Peer));
        Assert.Equal(0, _conflicts.Defences);

        // Another master whose first frame after a healed split is no advert: defended against, which loses nothing, but no foreign owner.
        Assert.True(Claim(10, Mac(0x03)));
        _conflicts.AdvertFrom(Mac(0x03), At(13.5));
        Assert.Equal(0, Alarms(20));
        Assert.Empty(_conflicts.Known);
        Assert.Equal(0, _conflicts.Conflicts);
    }

    [Fact]
    public void A_node_that_has_fallen_silent_and_still_claims_is_one()
    {
        _conflicts.AdvertFrom(Peer, At(0));
        Assert.True(Claim(3.601, Peer));
        Assert.Equal(1, Alarms(8));

        // It takes part again: what is between the two is VRRP's affair.
        _conflicts.AdvertFrom(Peer, At(9));
        Assert.Empty(_conflicts.Known);
    }

    [Fact]
    public void With_short_intervals_a_frozen_or_leaving_node_has_3_s()
    {
        Duration down = Duration.FromMilliseconds(360);
        _conflicts.AdvertFrom(Peer, At(0));
        Assert.False(Claim(2.9, Peer, down: down));
        Assert.True(Claim(3.1, Peer, down: down));
        Assert.Equal(0, Alarms(6));
        Assert.Equal(1, Alarms(6.1));
    }

    [Fact]
    public void What_is_not_decided_when_the_role_goes_is_forgotten()
    {
        Claim(0, Stranger);
        Alarms(4);
        Claim(5, Mac(0x78));
        _conflicts.ForgetUndecided();

        Assert.Equal(1, Alarms(30));
        Assert.Equal(Stranger, Assert.Single(_conflicts.Known).Claim.Mac);
        Assert.False(Claim(9, Stranger));
    }

    [Fact]
    public void A_flood_of_forged_MAC_addresses_is_some_alarms_and_one_defence()
    {
        for (int i = 0; i < 200; i++)
        {
            Claim(0.001 * i, Mac((byte)i));
        }

        Assert.Equal(StandingAlarms.MostOfOneCode, Alarms(5));
        Assert.Equal(200, _conflicts.Conflicts);
        Assert.Equal(1, _conflicts.Defences);
        Assert.Equal(16, _conflicts.Known.Count);

        // Who stopped makes room after a minute.
        Claim(70, Stranger);
        Alarms(74);
        Assert.Equal((16, Stranger), (_conflicts.Known.Count, _conflicts.Known[^1].Claim.Mac));
    }

    [Fact]
    public void Many_senders_of_adverts_push_out_the_one_silent_for_longest()
    {
        _conflicts.AdvertFrom(Peer, At(0));
        for (byte i = 0; i < 31; i++)
        {
            _conflicts.AdvertFrom(Mac((byte)(0x80 + i)), At(1));
        }

        Assert.False(Claim(2, Peer));
        _conflicts.AdvertFrom(Mac(0xf0), At(2));
        Assert.False(Claim(2, Mac(0x80)));
        Assert.True(Claim(2, Peer));
    }

    [Fact]
    public void Adverts_and_repeated_claims_allocate_nothing()
    {
        Claim(0, Stranger);
        Alarms(4);
        int i = 0;
        long before = 0;
        for (; i < 1100; i++)
        {
            before = i == 100 ? GC.GetAllocatedBytesForCurrentThread() : before;
            _conflicts.AdvertFrom(Peer, At(5));
            _conflicts.Heard(new(Dut.Vip, Stranger), isElsewhere: false, Down, At(5), _actions);
            _conflicts.Expire(At(5), _actions);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1101, _conflicts.Conflicts);
    }
}
