using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

public class TimerTests
{
    /// <summary>Nanoseconds, worked out by hand; the halves below one are cut.</summary>
    public static TheoryData<byte, byte, int, long, long> Table => new()
    {
        { 3, 255, 1000, 3_906_250, 3_003_906_250 },
        { 3, 254, 1000, 7_812_500, 3_007_812_500 },
        { 3, 150, 1000, 414_062_500, 3_414_062_500 },
        { 3, 100, 1000, 609_375_000, 3_609_375_000 },
        { 3, 1, 1000, 996_093_750, 3_996_093_750 },
        { 3, 255, 100, 390_625, 300_390_625 },
        { 3, 254, 100, 781_250, 300_781_250 },
        { 3, 150, 100, 41_406_250, 341_406_250 },
        { 3, 100, 100, 60_937_500, 360_937_500 },
        { 3, 1, 100, 99_609_375, 399_609_375 },
        { 3, 255, 10, 39_062, 30_039_062 },
        { 3, 254, 10, 78_125, 30_078_125 },
        { 3, 150, 10, 4_140_625, 34_140_625 },
        { 3, 100, 10, 6_093_750, 36_093_750 },
        { 3, 1, 10, 9_960_937, 39_960_937 },
        { 2, 255, 1000, 3_906_250, 3_003_906_250 },
        { 2, 150, 1000, 414_062_500, 3_414_062_500 },
        { 2, 100, 5000, 609_375_000, 15_609_375_000 },
        { 2, 1, 5000, 996_093_750, 15_996_093_750 },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void C093_C094_C096_skew_and_down_to_the_nanosecond(byte version, byte priority, int milliseconds, long skew, long down)
    {
        VirtualRouterSettings settings = Dut.Settings with
        {
            Version = version,
            Priority = priority,
            AdvertisementInterval = Duration.FromMilliseconds(milliseconds),
        };
        VirtualRouter router = new(settings);
        Assert.Equal(new Duration(skew), router.SkewTime);
        Assert.Equal(new Duration(down), router.MasterDownInterval);
        if (priority != 255)
        {
            Dut dut = new(settings);
            dut.RunUntil(new MonotonicTime(down - 1));
            Assert.Equal(RouterState.Backup, dut.State);
            dut.RunUntil(new MonotonicTime(down));
            Assert.Equal(RouterState.Master, dut.State);
            Assert.Equal(new MonotonicTime(down), dut.Router.Since);
        }
    }

    [Theory]
    [InlineData(1, 1.609375)]
    [InlineData(2, 2.609375)]
    [InlineData(100, 100.609375)]
    public void The_adverts_that_must_be_missing_are_a_setting(int adverts, double down)
    {
        Dut dut = new(Dut.Settings with { DownTimerAdverts = adverts });
        dut.HearAt(1, 200);
        dut.RunUntil(new MonotonicTime((long)((1 + down) * 1e9) - 1));
        Assert.Equal(RouterState.Backup, dut.State);
        dut.RunUntil(new MonotonicTime((long)((1 + down) * 1e9)));
        Assert.Equal(RouterState.Master, dut.State);
        Assert.Contains($"({adverts} x 1 s + skew", dut.Router.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void C095_version_2_never_learns_an_interval()
    {
        Dut dut = new(Dut.SettingsV2 with { AdvertisementInterval = Duration.FromSeconds(5) });
        dut.HearAt(1, 200, 5);
        Assert.Equal(Duration.FromSeconds(5), dut.Router.MasterAdverInterval);
        Assert.Equal(16.609375, (dut.Router.NextDeadline - default(MonotonicTime)).Nanoseconds / 1e9);
    }

    [Fact]
    public void C098_a_wake_up_for_a_timer_that_was_armed_again_does_nothing()
    {
        Dut dut = new();
        dut.HearAt(3.6, 200);
        dut.SleepUntil(3.609375);
        Assert.Equal(RouterState.Backup, dut.State);
        Assert.Empty(dut.Adverts);
    }

    [Fact]
    public void C110_adverts_do_not_drift_when_each_wake_up_is_late()
    {
        Dut dut = Dut.Master();
        Random random = new(1);
        for (int i = 1; i <= 1000; i++)
        {
            dut.SleepUntil(i + (random.NextDouble() * 0.4));
        }

        Assert.Equal(1000, dut.Adverts.Length);
        Assert.Equal(1001, dut.Router.NextDeadline.Nanoseconds / 1e9 - 3.609375, 9);
    }

    [Fact]
    public void C110_C195_a_late_master_sends_one_advert_and_no_burst()
    {
        Dut dut = Dut.Master();
        dut.SleepUntil(2.5);
        Assert.Equal([2.5], dut.Adverts);
        dut.RunUntil(5);
        // On the grid of before: what was missed is left out, the period stays.
        Assert.Equal([2.5, 3, 4, 5], dut.Adverts);
        Assert.Equal(RouterState.Master, dut.State);
    }

    [Fact]
    public void C194_a_pause_of_two_intervals_changes_no_state()
    {
        VirtualRouterSettings fast = Dut.Settings with { AdvertisementInterval = Duration.FromMilliseconds(100) };
        Dut master = Dut.Master(fast);
        master.SleepUntil(0.2);
        Assert.Equal(RouterState.Master, master.State);
        Dut backup = new(fast);
        backup.Hear(200, 0.1);
        backup.SleepUntil(0.2);
        backup.Hear(200, 0.1);
        backup.RunUntil(0.5);
        Assert.Equal(RouterState.Backup, backup.State);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(255)]
    public void A_master_that_slept_longer_than_its_peers_wait_yields_and_listens(byte priority)
    {
        Dut dut = priority == 255 ? new Dut(Dut.Settings with { Priority = 255 }) : Dut.Master();
        dut.Restart();
        dut.SleepUntil(10);
        Assert.Equal(RouterState.Backup, dut.State);
        Assert.Equal([RouterActionKind.ReleaseAddresses, RouterActionKind.Transition], dut.Deeds);
        Assert.Equal(TransitionReason.Asleep, dut.Router.LastReason);
        Assert.Contains("for 10 s", dut.Router.Why, StringComparison.Ordinal);
        Assert.Equal(dut.Now + dut.Router.MasterDownInterval, dut.Router.NextDeadline);
        dut.RunUntil(14);
        Assert.Equal(RouterState.Master, dut.State);
    }

    [Fact]
    public void C191_after_a_freeze_queued_adverts_are_answered_by_nothing()
    {
        Dut dut = Dut.Master();
        dut.Now += Duration.FromSeconds(10);
        for (int i = 0; i < 6; i++)
        {
            dut.Hear(50);
        }

        dut.SleepUntil(10);
        Assert.Empty(dut.Adverts);
        Assert.DoesNotContain(RouterActionKind.Announce, dut.Kinds);
        Assert.Equal(RouterState.Backup, dut.State);
        dut.RunUntil(13.609375);
        Assert.Equal(RouterState.Master, dut.State);
    }

    [Fact]
    public void A_stop_after_a_freeze_sends_no_priority_0()
    {
        Dut dut = Dut.Master();
        dut.Now += Duration.FromSeconds(10);
        dut.Do((r, now, actions) => r.Stop("Stopped.", now, actions));
        Assert.Equal([RouterActionKind.ReleaseAddresses, RouterActionKind.Transition], dut.Deeds);
    }

    [Fact]
    public void C192_a_late_backup_that_finds_a_fresh_advert_stays()
    {
        Dut dut = new();
        dut.HearAt(1, 200);
        dut.Now = new MonotonicTime(6_000_000_000);
        dut.Hear(200);
        dut.SleepUntil(6);
        Assert.Equal(RouterState.Backup, dut.State);
    }

    [Fact]
    public void C192_a_late_backup_listens_once_more_and_only_once()
    {
        Dut dut = new();
        dut.HearAt(1, 200);
        dut.SleepUntil(8);
        Assert.Equal(RouterState.Backup, dut.State);
        Assert.Contains("listens once more", Assert.Single(dut.Alarms), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(9.609375, dut.Router.NextDeadline.Nanoseconds / 1e9);
        dut.SleepUntil(20);
        Assert.Equal(RouterState.Master, dut.State);
    }
}
