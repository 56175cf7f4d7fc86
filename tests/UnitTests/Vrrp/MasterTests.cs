using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

public class MasterTests
{
    /// <summary>The last advert loses: it tells the winner that there was another, so that it announces again.</summary>
    private static readonly RouterActionKind[] Yields =
        [RouterActionKind.SendAdvertisement, RouterActionKind.ReleaseAddresses, RouterActionKind.Transition];

    [Fact]
    public void C119_priority_zero_is_answered_and_restarts_the_timer()
    {
        Dut dut = Dut.Master();
        dut.HearAt(0.4, 0);
        dut.RunUntil(2.5);
        Assert.Equal([0.4, 1.4, 2.4], dut.Adverts);
    }

    [Fact]
    public void C120_C133_a_stronger_master_is_yielded_to()
    {
        Dut dut = Dut.Master();
        dut.Hear(200, 3);
        Assert.Equal(Yields, dut.Deeds);
        Assert.Equal((RouterState.Backup, TransitionReason.HigherPriority), (dut.State, dut.Router.LastReason));
        Assert.Equal("Heard the stronger master 192.0.2.13 (priority 200 > 100): gave the role up.", dut.Router.Why);
        Assert.Equal(Dut.Seconds(10.828125), dut.Router.NextDeadline - dut.Now);
        Assert.Equal(Dut.Peer, dut.Router.MasterAddress);
        Assert.Equal(MonotonicTime.Never, dut.Router.Deadline(RouterTimer.Adver));
        dut.RunUntil(10.8);
        Assert.Equal([0], dut.Adverts);
        Assert.Equal(100, dut.Last(RouterActionKind.SendAdvertisement).Priority);
    }

    [Fact]
    public void C121_an_equal_master_with_a_greater_address_is_yielded_to()
    {
        Dut dut = Dut.Master();
        dut.Hear(100);
        Assert.Equal(Yields, dut.Deeds);
        Assert.Equal((RouterState.Backup, TransitionReason.GreaterAddress), (dut.State, dut.Router.LastReason));
        Assert.Contains("greater address than 192.0.2.12", dut.Router.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void C122_an_equal_master_with_a_smaller_address_is_answered()
    {
        Dut dut = Dut.Master();
        dut.HearAt(0.4, 100, from: Dut.SmallPeer);
        Assert.Equal((RouterState.Master, 0.4), (dut.State, Assert.Single(dut.Adverts)));
    }

    [Theory]
    [InlineData("10.0.0.1", "200.0.0.1")]
    [InlineData("127.0.0.1", "128.0.0.1")]
    [InlineData("192.0.2.99", "192.0.2.100")]
    [InlineData("fe80::ff", "fe80::1:0")]
    [InlineData("fe80::7fff:0:0:1", "fe80::8000:0:0:1")]
    [InlineData("fe80::1", "fe80:0:0:1::")]
    public void C123_addresses_compare_unsigned_in_network_order(string smaller, string greater)
    {
        Address low = Address.Parse(smaller);
        Address high = Address.Parse(greater);
        VirtualRouterSettings settings = low.IsIPv6 ? Dut.SettingsIPv6 : Dut.Settings;
        Dut weak = Dut.Master(settings, low);
        weak.Hear(100, from: high);
        Assert.Equal(RouterState.Backup, weak.State);
        Dut strong = Dut.Master(settings, high);
        strong.Hear(100, from: low);
        Assert.Equal(RouterState.Master, strong.State);
    }

    [Fact]
    public void C124_a_losing_advert_is_answered_and_moves_no_timer()
    {
        Dut dut = Dut.Master();
        dut.HearAt(0.4, 50);
        dut.RunUntil(2.5);
        Assert.Equal([0.4, 1.0, 2.0], dut.Adverts);
        Assert.Equal(1, dut.Router.Statistics.LosingReceived);
    }

    [Fact]
    public void C125_version_2_does_not_answer_a_losing_advert()
    {
        Dut dut = Dut.Master(Dut.SettingsV2);
        dut.HearAt(0.4, 50);
        dut.RunUntil(2.5);
        Assert.Equal([1, 2], dut.Adverts);
    }

    [Fact]
    public void C126_an_equal_advert_from_the_own_address_is_never_answered()
    {
        Dut dut = Dut.Master();
        for (int i = 0; i < 100; i++)
        {
            dut.Do((r, now, actions) => r.Receive(new(3, 10, 100, Duration.FromSeconds(1), 1), Dut.Own, now, actions));
        }

        Assert.Empty(dut.Adverts);
        Assert.Equal(100, dut.Router.Statistics.EqualAddressReceived);
        Assert.Single(dut.Alarms);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(0)]
    public void C127_immediate_adverts_are_limited_and_the_periodic_ones_come(byte priority)
    {
        Dut dut = Dut.Master();
        for (int i = 1; i <= 10_000; i++)
        {
            dut.HearAt(i / 1000.0, priority);
        }

        // Twenty at once and then 50 a second, beside ten periodic ones.
        Assert.InRange(dut.Adverts.Length, 500, 531);
        Assert.True(dut.Router.Statistics.AnswersHeldBack > 9_400);
        double[] gaps = [.. dut.Adverts.Zip(dut.Adverts.Skip(1), (left, right) => right - left)];
        Assert.All(gaps, gap => Assert.InRange(gap, 0, 1.000001));
        if (priority != 0)
        {
            Assert.All(Enumerable.Range(1, 10), at => Assert.Contains((double)at, dut.Adverts));
        }
    }

    [Fact]
    public void C145_losing_adverts_bring_a_volley_a_second_at_most_and_single_announcements_at_once()
    {
        Dut dut = Dut.Master(Dut.Settings with { AnnounceDelay = Duration.Zero });
        for (int i = 0; i < 5_000; i++)
        {
            dut.HearAt(2 + (i / 1000.0), 50);
        }

        dut.RunUntil(20);
        Assert.Equal([2, 3, 4, 5, 6, 7], dut.Announcements.Where(one => one.Count == 5).Select(one => one.At));
        Assert.Equal(Enumerable.Range(1, 20).Select(i => 2 + (i / 1000.0)), dut.Announcements.Where(one => one.At > 2 && one.Count == 1).Take(20).Select(one => one.At));
        Assert.InRange(dut.Announcements.Count(one => one.At > 2 && one.Count == 1), 250, 271);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1000)]
    public void C145_what_is_provoked_does_not_depend_on_the_own_interval(int milliseconds)
    {
        VirtualRouterSettings settings = Dut.Settings with { AdvertisementInterval = Duration.FromMilliseconds(milliseconds), AnnounceDelay = Duration.Zero };
        Dut few = Dut.Master(settings);
        few.HearAt(2, 50, 0.01);
        few.HearAt(2.01, 50, 0.01);
        few.RunUntil(20);
        Assert.Equal([(2, 5), (2.01, 1), (3, 5)], few.Announcements.Where(one => one.At >= 2));

        // 20 addresses, 100 forged adverts a second.
        Dut dut = Dut.Master(settings with { Addresses = [.. Enumerable.Range(1, 20).Select(i => new AddressPrefix(Address.Read([192, 0, 2, (byte)(100 + i)]), 24))] });
        dut.RunUntil(2);
        int before = dut.Adverts.Length;
        for (int i = 0; i < 1000; i++)
        {
            dut.HearAt(2 + (i / 100.0), 1, 0.01);
        }

        int frames = 20 * dut.Announcements.Where(one => one.At >= 2).Sum(one => one.Count);
        Assert.InRange(frames / 10, 1000, 1200);
        Assert.InRange(dut.Adverts.Length - before, 500, 530 + (10_000 / milliseconds));
    }

    [Fact]
    public void C145_another_master_that_resigns_had_announced_the_addresses_too()
    {
        Dut dut = Dut.Master(Dut.Settings with { AnnounceDelay = Duration.Zero });
        dut.HearAt(2, 0);
        dut.HearAt(2.1, 0);
        dut.RunUntil(20);
        Assert.Equal([(2, 5), (2.1, 1), (3, 5)], dut.Announcements.Where(one => one.At >= 2));
    }

    [Fact]
    public void C144_a_refresh_announces_each_address_once_over_and_over_until_the_role_is_left()
    {
        VirtualRouterSettings settings = Dut.Settings with { AnnounceDelay = Duration.Zero, AnnounceRefresh = Duration.FromSeconds(30) };
        Dut dut = Dut.Master(settings);
        dut.RunUntil(65);
        Assert.Equal([(0.1, 4), (30, 1), (60, 1)], dut.Announcements);

        // It holds no provoked volley back.
        dut.HearAt(90.2, 50);
        Assert.Equal([(90, 1), (90.2, 5)], dut.Announcements[3..]);

        // A reload: sooner, never, and again.
        dut.Do((router, now, actions) => router.Apply(settings with { AnnounceRefresh = Duration.FromSeconds(5) }, now, actions));
        dut.RunUntil(96);
        dut.Do((router, now, actions) => router.Apply(settings with { AnnounceRefresh = Duration.Zero }, now, actions));
        dut.RunUntil(200);
        Assert.Equal([(95.2, 1)], dut.Announcements[5..]);
        dut.Do((router, now, actions) => router.Apply(settings, now, actions));
        dut.HearAt(210, 250);
        dut.RunUntil(213);
        Assert.Equal(RouterState.Backup, dut.Router.State);
        Assert.Equal(6, dut.Announcements.Length);
        Assert.Equal(MonotonicTime.Never, dut.Router.Deadline(RouterTimer.AnnounceRefresh));
    }

    [Fact]
    public void C140_the_rest_of_a_takeovers_volley_is_the_last_word_to_clients_of_the_one_who_yields()
    {
        Dut dut = Dut.Master(Dut.Settings with { AnnounceDelay = Duration.Zero });
        dut.HearAt(0.002, 50);
        dut.RunUntil(20);
        Assert.Equal([(0.1, 4)], dut.Announcements);

        // The other has until 50 ms after its last advert to let go.
        Dut late = Dut.Master(Dut.Settings with { AnnounceDelay = Duration.Zero });
        late.HearAt(0.06, 50);
        late.HearAt(0.1, 50);
        late.RunUntil(20);
        Assert.Equal([(0.15, 4)], late.Announcements);

        Dut after = Dut.Master(Dut.Settings with { AnnounceDelay = Duration.Zero });
        after.HearAt(0.16, 50);
        after.RunUntil(20);
        Assert.Equal([(0.1, 4), (0.16, 1), (1.1, 5)], after.Announcements);

        Dut single = Dut.Master(Dut.Settings with { AnnounceDelay = Duration.Zero, AnnounceRepeat = 1 });
        single.HearAt(0.002, 50);
        single.RunUntil(20);
        Assert.Equal([(0.002, 1), (1, 1)], single.Announcements);
    }

    [Fact]
    public void C140_the_rest_of_a_takeovers_volley_is_put_off_by_an_interval_at_most()
    {
        Dut deaf = Dut.Master(Dut.Settings with { AnnounceDelay = Duration.Zero });
        for (int advert = 1; advert < 98; advert++)
        {
            deaf.HearAt(advert * 0.01, 50);
        }

        // From 0.95 s on the other has less than 50 ms to let go until the rest comes: once more for it, after the pause.
        deaf.RunUntil(20);
        Assert.Equal([(1, 4), (2, 5)], deaf.Announcements);
        Dut fast = Dut.Master(Dut.Settings with { AdvertisementInterval = Duration.FromMilliseconds(10), AnnounceDelay = Duration.Zero });
        fast.HearAt(0.006, 50);
        fast.RunUntil(1);
        Assert.Equal([(0.01, 4), (0.02, 5)], fast.Announcements);
    }

    [Fact]
    public void C140_a_takeovers_volley_has_as_many_announcements_as_settings_say()
    {
        Dut dut = new();
        dut.RunUntil(10);
        double taken = dut.Announcements[0].At;
        Assert.Equal([(0, 1), (0.1, 4), (5, 5)], dut.Announcements.Select(one => (Math.Round(one.At - taken, 6), one.Count)));
        Dut fast = Dut.Master(Dut.Settings with { AdvertisementInterval = Duration.FromMilliseconds(10), AnnounceDelay = Duration.Zero });
        fast.RunUntil(1);
        Assert.Equal([(0.01, 4)], fast.Announcements);
        Dut left = Dut.Master();
        left.HearAt(0.01, 200);
        left.RunUntil(1);
        Assert.Empty(left.Announcements);
    }

    [Fact]
    public void C144_a_provoked_volley_does_not_replace_the_second_one()
    {
        Dut dut = Dut.Master();
        dut.HearAt(0.4, 50);
        dut.RunUntil(20);
        Assert.Equal([(0.1, 4), (0.4, 1), (1.1, 5), (5, 5)], dut.Announcements);
    }

    [Fact]
    public void C144_the_second_volley_comes_after_the_delay_and_not_after_leaving()
    {
        Dut dut = Dut.Master();
        dut.RunUntil(20);
        Assert.Equal([5], dut.Volleys);
        Dut left = Dut.Master();
        left.HearAt(1.5, 200);
        left.Log.Clear();
        left.RunUntil(4.9);
        Assert.Empty(left.Volleys);
        Assert.Equal(MonotonicTime.Never, left.Router.Deadline(RouterTimer.Announce));
        Dut once = Dut.Master(Dut.Settings with { AnnounceDelay = Duration.Zero });
        once.RunUntil(20);
        Assert.Empty(once.Volleys);
    }

    [Fact]
    public void C130_preempt_off_does_not_keep_a_master_from_yielding()
    {
        Dut dut = Dut.Master(Dut.Settings with { Preempt = false });
        dut.Hear(200);
        Assert.Equal(RouterState.Backup, dut.State);
        Dut strong = Dut.Master(Dut.Settings with { Preempt = false });
        strong.Hear(50);
        Assert.Equal((RouterState.Master, 1), (strong.State, strong.Adverts.Length));
    }

    [Fact]
    public void C134_C135_of_two_owners_the_lower_address_yields_and_both_say_so()
    {
        VirtualRouterSettings owner = Dut.Settings with { Priority = 255 };
        Dut low = new(owner, Dut.SmallPeer);
        Dut high = new(owner, Dut.Peer);
        high.Hear(255, from: Dut.SmallPeer);
        low.Hear(255, from: Dut.Peer);
        Assert.Equal((RouterState.Backup, RouterState.Master), (low.State, high.State));
        Assert.Contains("owner", Assert.Single(low.Alarms), StringComparison.Ordinal);
        Assert.Contains("owner", Assert.Single(high.Alarms), StringComparison.Ordinal);
    }

    [Fact]
    public void C136_after_yielding_the_own_interval_counts_again_when_promoted()
    {
        Dut dut = Dut.Master();
        dut.Hear(200, 3);
        dut.RunUntil(13);
        Assert.Equal([0, 10.828125, 11.828125, 12.828125], dut.Adverts);
        Assert.Equal(Duration.FromSeconds(1), dut.Last(RouterActionKind.SendAdvertisement).Interval);
        Assert.Equal(Duration.FromSeconds(1), dut.Router.MasterAdverInterval);
    }

    [Fact]
    public void C027_C180_each_advert_carries_the_current_priority()
    {
        Dut dut = Dut.Master();
        dut.Do((r, now, actions) => r.SetPriority(40, now, actions));
        Assert.Empty(dut.Log);
        dut.RunUntil(1);
        Assert.Equal(40, dut.Last(RouterActionKind.SendAdvertisement).Priority);
        dut.Do((r, now, actions) => r.SetPriority(0, now, actions));
        dut.RunUntil(2);
        Assert.Equal(1, dut.Last(RouterActionKind.SendAdvertisement).Priority);
        dut.Hear(50);
        Assert.Equal(RouterState.Backup, dut.State);
    }

    [Fact]
    public void C198_a_peer_that_goes_on_losing_does_not_hear_us_and_that_is_an_alarm()
    {
        Dut dut = Dut.Master();
        for (int at = 1; at <= 3; at++)
        {
            dut.HearAt(at + 0.5, 50);
        }

        Assert.Empty(dut.Alarms);
        dut.HearAt(4.5, 50);
        dut.HearAt(5.5, 50);
        Assert.Contains("does not hear this node", Assert.Single(dut.Alarms), StringComparison.Ordinal);
    }
}
