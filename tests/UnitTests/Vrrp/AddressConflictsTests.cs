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

    /// <summary>When a claim that is not decided yet would become a conflict, while no announcement is owed.</summary>
    private MonotonicTime NextAlarm => _conflicts.NextDeadline;

    private static MacAddress Mac(byte last) => MacAddress.Read([2, 0, 0, 0, 0, last]);

    private static MonotonicTime At(double seconds) => new(1_000_000_000_000 + Dut.Seconds(seconds).Nanoseconds);

    private bool Claim(double at, MacAddress mac, Address? address = null, Duration? down = null, bool isElsewhere = false)
    {
        _conflicts.Expire(At(at), _actions);
        return _conflicts.Heard(new(address ?? Dut.Vip, mac), isElsewhere, down ?? Down, At(at), _actions);
    }

    private Address[] Due(double at)
    {
        List<Address> due = [];
        _conflicts.Expire(At(at), _actions);
        while (_conflicts.TryTakeDue(At(at), out Address address))
        {
            due.Add(address);
        }

        return [.. due];
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
        Assert.Equal(At(3.6), NextAlarm);
        Assert.Equal(0, Alarms(3.599));
        Assert.Empty(_conflicts.Known);
        Assert.Equal(0, _conflicts.Conflicts);

        Assert.Equal(1, Alarms(3.6));
        Assert.Equal(RouterActionKind.AlarmBegan, _actions[0].Kind);
        Assert.StartsWith("02:00:00:00:00:77 claims 192.0.2.1 ", _actions[0].Sentence, StringComparison.Ordinal);
        AddressConflict known = Assert.Single(_conflicts.Known);
        Assert.Equal((new AddressClaim(Dut.Vip, Stranger), At(0), At(0), 1), (known.Claim, known.Since, known.LastHeard, known.Claims));
        Assert.Equal((1, 1), (_conflicts.Conflicts, _conflicts.Defences));
        Assert.Equal(MonotonicTime.Never, _conflicts.NextDeadline);
    }

    [Fact]
    public void Each_claim_that_comes_by_itself_is_answered_at_once_and_each_address_for_itself()
    {
        Assert.True(Claim(0, Stranger));
        Assert.True(Claim(2, Stranger));
        Assert.True(Claim(2, Stranger, Address.Parse("192.0.2.9")));
        Assert.True(Claim(2.25, Mac(0x78)));
        Assert.Equal(4, _conflicts.Defences);
        Assert.Empty(Due(30));
    }

    [Fact]
    public void The_rest_of_a_volley_is_answered_once_when_it_is_over()
    {
        Assert.True(Claim(0, Stranger));
        Assert.False(Claim(0.001, Stranger));
        Assert.False(Claim(0.09, Stranger));
        Assert.Equal(At(0.1), _conflicts.NextDeadline);
        Assert.Empty(Due(0.099));
        Assert.Equal([Dut.Vip], Due(0.1));
        Assert.Empty(Due(30));
        Assert.Equal(2, _conflicts.Defences);
    }

    [Fact]
    public void Who_answers_every_announcement_is_answered_ever_more_seldom_down_to_once_in_10_s()
    {
        Assert.True(Claim(0, Stranger));
        Assert.False(Claim(0.0002, Stranger));
        List<double> announced = [0];
        for (double at = 0; at < 120; at = (_conflicts.NextDeadline - At(0)).Nanoseconds / 1e9)
        {
            if (Due(at).Length > 0)
            {
                announced.Add(at);
                Assert.False(Claim(at + 0.0002, Stranger));
            }
        }

        double[] gaps = [.. announced.Skip(1).Zip(announced, (later, earlier) => Math.Round(later - earlier, 1))];
        Assert.Equal([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10], gaps[..9]);
        Assert.All(gaps[9..], gap => Assert.Equal(10, gap));

        // It ceased to: the next one that claims by itself is answered at once.
        Assert.Single(Due(150));
        Assert.True(Claim(200, Stranger));
        Assert.False(Claim(200.01, Stranger));
        Assert.Equal([Dut.Vip], Due(200.1));
    }

    /// <summary>A client follows the last announcement; whoever claims has the answer 0.2 ms later.</summary>
    [Theory]
    [InlineData(2, 0.001)]
    [InlineData(1, 0.001)]
    [InlineData(0.3, 0.002)]
    public void A_stranger_that_repeats_itself_gets_hardly_any_of_the_clients(double every, double most)
    {
        double lost = 0;
        double? since = null;
        int frames = 0;
        double next = 0;
        while (next < 600)
        {
            double due = _conflicts.NextDeadline < At(next) ? (_conflicts.NextDeadline - At(0)).Nanoseconds / 1e9 : next;
            bool announced = due < next ? Due(due).Length > 0 : Claim(next, Stranger);
            since ??= due < next ? null : next;
            if (announced)
            {
                lost += due + 0.0002 - (since ?? due);
                since = null;
                frames++;
            }

            next += due < next ? 0 : every;
        }

        lost += since is double open ? 600 - open : 0;
        TestContext.Current.TestOutputHelper?.WriteLine($"a claim every {every} s: {100 * lost / 600:0.00} % of the time lost, {frames / 600.0:0.00} announcements a second");
        Assert.InRange(lost / 600, 0, most);
        Assert.InRange(frames / 600.0, 0, 1.01 / every);
    }

    [Fact]
    public void A_flood_of_claims_brings_no_flood_of_announcements()
    {
        for (int i = 0; i < 100_000; i++)
        {
            Due(0.001 * i);
            Claim(0.001 * i, Stranger);
        }

        Assert.InRange(_conflicts.Defences, 10, 20);
    }

    [Fact]
    public void A_peer_s_claim_is_no_conflict_but_it_is_answered_after_the_last_one()
    {
        // keepalived with five gratuitous ARPs, which yields without a word: its last one must not be the last.
        _conflicts.AdvertFrom(Peer, At(0));
        Assert.True(Claim(0.0002, Peer));
        for (int i = 1; i < 5; i++)
        {
            Assert.False(Claim(0.0002 + (i * 0.0001), Peer));
        }

        Assert.Equal([Dut.Vip], Due(0.1002));
        Assert.Empty(Due(30));
        Assert.Equal((0, 2), (_conflicts.Conflicts, _conflicts.Defences));
        Assert.Equal(0, Alarms(30));
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
        Claim(3.6, Mac(0x12), isElsewhere: true);
        Assert.Equal(MonotonicTime.Never, NextAlarm);
        Claim(3.7, Mac(0x12), isElsewhere: true);
        Assert.Equal(At(7.3), NextAlarm);
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
        Claim(3.6, Peer);
        Assert.Equal(MonotonicTime.Never, NextAlarm);

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
        Claim(2.9, Peer, down: down);
        Assert.Equal(MonotonicTime.Never, NextAlarm);
        Claim(3.1, Peer, down: down);
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
    }

    [Fact]
    public void When_the_role_goes_nothing_is_announced_any_more()
    {
        Claim(0, Stranger);
        Claim(0.01, Stranger);
        _conflicts.ForgetUndecided();
        Assert.Empty(Due(30));
        Assert.Equal(MonotonicTime.Never, _conflicts.NextDeadline);
    }

    [Fact]
    public void A_flood_of_forged_MAC_addresses_is_some_alarms_and_one_defence_with_its_last_word()
    {
        for (int i = 0; i < 200; i++)
        {
            Claim(0.001 * i, Mac((byte)i));
        }

        Assert.Equal(StandingAlarms.MostOfOneCode, Alarms(5));
        Assert.Equal(200, _conflicts.Conflicts);
        Assert.Equal(1, _conflicts.Defences);
        Assert.Equal([Dut.Vip], Due(0.2));
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

        Claim(2, Peer);
        _conflicts.AdvertFrom(Mac(0xf0), At(2));
        Claim(2, Mac(0x80));
        Due(2.1);
        Assert.Equal(MonotonicTime.Never, NextAlarm);
        Claim(2.3, Peer);
        Due(2.4);
        Assert.Equal(At(5.9), NextAlarm);
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
