using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

public class BackupTests
{
    private static readonly VirtualRouterSettings NoPreempt = Dut.Settings with { Preempt = false };

    /// <summary>Seconds until it promotes when nothing more is heard.</summary>
    private static double Promotion(Dut dut) => dut.Router.Deadline(RouterTimer.MasterDown).Nanoseconds / 1e9;

    [Fact]
    public void C080_silent_while_an_acceptable_master_advertises()
    {
        Dut dut = new();
        for (int at = 1; at < 9; at++)
        {
            dut.HearAt(at, 110);
        }

        Assert.Empty(dut.Adverts);
        Assert.Equal(Dut.Peer, dut.Router.MasterAddress);
        Assert.Equal(110, dut.Router.MasterPriority);
        Assert.Equal(8, dut.Router.Statistics.AdvertisementsReceived);
        Assert.Equal(dut.Now, dut.Router.LastAdvertisement);
    }

    [Fact]
    public void C086_priority_zero_shortens_the_timer_to_skew()
    {
        Dut dut = new();
        dut.HearAt(1, 200);
        dut.HearAt(1.5, 0);
        Assert.Equal(2.109375, Promotion(dut));
        dut.RunUntil(3);
        Assert.Equal([2.109375], dut.Adverts);
        Assert.Equal(TransitionReason.PriorityZero, dut.Router.LastReason);
        Assert.Equal("192.0.2.13 left on purpose (priority 0) and nobody came for 0.609 s: took the role.", dut.Router.Why);
    }

    [Fact]
    public void C087_priority_zero_teaches_no_interval()
    {
        Dut dut = new();
        dut.HearAt(1, 0, 40);
        Assert.Equal(1.609375, Promotion(dut));
        Assert.Equal(Duration.FromSeconds(1), dut.Router.MasterAdverInterval);
    }

    [Fact]
    public void C088_a_stronger_master_teaches_its_interval()
    {
        Dut dut = new();
        dut.HearAt(1, 200, 4);
        Assert.Equal(15.4375, Promotion(dut));
        Assert.Equal(Duration.FromSeconds(4), dut.Router.MasterAdverInterval);
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("192.0.2.250")]
    public void C089_equal_priority_is_accepted_whatever_the_address(string from)
    {
        Dut dut = new();
        dut.HearAt(1, 100, from: Address.Parse(from));
        Assert.Equal(4.609375, Promotion(dut));
    }

    [Fact]
    public void C090_preempt_off_accepts_a_weaker_master()
    {
        Dut dut = new(NoPreempt);
        dut.HearAt(1, 50, 4);
        Assert.Equal(15.4375, Promotion(dut));
    }

    [Fact]
    public void C091_preempt_on_lets_the_timer_run_out_on_a_weaker_master()
    {
        Dut dut = new();
        for (int at = 1; at <= 3; at++)
        {
            dut.HearAt(at, 50, 4);
        }

        dut.RunUntil(3.7);
        Assert.Equal([3.609375], dut.Adverts);
        Assert.Equal(TransitionReason.Preempted, dut.Router.LastReason);
        Assert.Equal("192.0.2.13 is weaker (priority 50 < 100) and preempt is on: took the role.", dut.Router.Why);
    }

    [Fact]
    public void C092_C140_promotion_does_everything_in_order()
    {
        Dut dut = new();
        dut.HearAt(0.5, 200, 2);
        dut.Log.Clear();
        dut.RunUntil(8);
        Assert.Equal(
            [
                RouterActionKind.SendAdvertisement,
                RouterActionKind.BindAddresses,
                RouterActionKind.Announce,
                RouterActionKind.ArmTimer,
                RouterActionKind.ArmTimer,
                RouterActionKind.ArmTimer,
                RouterActionKind.Transition,
            ],
            dut.Kinds.Take(7));
        RouterAction armed = dut.Log[4].Action;
        Assert.Equal((RouterTimer.Adver, dut.Router.Since + Duration.FromSeconds(1)), (armed.Timer, armed.Deadline));
        Assert.Equal(Duration.FromSeconds(1), dut.Log[0].Action.Interval);
        Assert.Equal("No advertisement from 192.0.2.13 for 7.218 s (3 x 2 s + skew 1.218 s): took the role.", dut.Router.Why);
        Assert.Equal((RouterState.Backup, RouterState.Master), (dut.Log[6].Action.From, dut.Log[6].Action.To));
        Assert.Equal(Dut.Own, dut.Router.MasterAddress);
    }

    [Fact]
    public void C099_a_changed_priority_counts_from_the_next_advert_on()
    {
        Dut dut = new();
        dut.HearAt(1, 150);
        dut.Do((r, now, actions) => r.SetPriority(200, now, actions));
        Assert.Equal(4.609375, Promotion(dut));
        dut.HearAt(2, 150);
        Assert.Equal(4.609375, Promotion(dut));
        dut.Do((r, now, actions) => r.SetPriority(100, now, actions));
        dut.HearAt(3, 150);
        Assert.Equal(6.609375, Promotion(dut));
        dut.Do((r, now, actions) => r.SetPriority(200, now, actions));
        dut.HearAt(4, 150);
        dut.RunUntil(6.7);
        Assert.Equal((RouterState.Master, TransitionReason.Preempted), (dut.State, dut.Router.LastReason));
    }

    [Fact]
    public void C101_an_owner_preempts_even_with_preempt_off()
    {
        Dut dut = new(NoPreempt);
        dut.HearAt(1, 200);
        dut.Do((r, now, actions) => r.Apply(NoPreempt with { Priority = 255 }, now, actions));
        dut.HearAt(2, 200);
        dut.HearAt(4, 200);
        dut.RunUntil(4.7);
        Assert.Equal(RouterState.Master, dut.State);
        Assert.Contains("owner", dut.Router.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void C102_preempt_delay_is_armed_once_and_then_the_timer_runs_out()
    {
        Dut dut = new(Dut.Settings with { PreemptDelay = Duration.FromSeconds(10) });
        for (int at = 1; at <= 13; at++)
        {
            dut.HearAt(at, 50);
        }

        Assert.Equal(RouterState.Backup, dut.State);
        Assert.Single(dut.Log, entry => entry.Action is { Kind: RouterActionKind.ArmTimer, Timer: RouterTimer.Preempt });

        // Over at 11, before the advert of that time: the timer last restarted at 10.
        dut.RunUntil(13.7);
        Assert.Equal((RouterState.Master, TransitionReason.Preempted), (dut.State, dut.Router.LastReason));
        Assert.Contains("preempt delay of 10 s is over", dut.Router.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(100)]
    [InlineData(0)]
    public void C102_preempt_delay_is_cancelled_by_a_stronger_advert_or_priority_0(byte priority)
    {
        Dut dut = new(Dut.Settings with { PreemptDelay = Duration.FromSeconds(2) });
        dut.HearAt(1, 50);
        Assert.Equal(3, dut.Router.Deadline(RouterTimer.Preempt).Nanoseconds / 1e9);
        dut.HearAt(1.5, priority);
        Assert.Equal(MonotonicTime.Never, dut.Router.Deadline(RouterTimer.Preempt));
        dut.HearAt(2, 50);
        Assert.Equal(4, dut.Router.Deadline(RouterTimer.Preempt).Nanoseconds / 1e9);
    }

    /// <summary>The timer was armed with the priority of that time; what a drain or a check made of it since is not what was waited for.</summary>
    [Fact]
    public void The_reason_of_a_take_over_has_the_sum_that_was_waited_for()
    {
        Dut dut = new();
        dut.HearAt(1, 150);
        dut.Do((r, now, actions) => r.SetPriority(1, now, actions));
        dut.RunUntil(5);
        Assert.Equal(RouterState.Master, dut.State);
        Assert.Equal($"No advertisement from {Dut.Peer} for 3.609 s (3 x 1 s + skew 0.609 s): took the role.", dut.Router.Why);
    }

    [Fact]
    public void C102_a_silent_master_is_replaced_although_the_preempt_delay_runs()
    {
        Dut dut = new(Dut.Settings with { PreemptDelay = Duration.FromSeconds(100) });
        dut.HearAt(1, 50);
        dut.RunUntil(4.7);
        Assert.Equal((RouterState.Master, TransitionReason.NoResponse), (dut.State, dut.Router.LastReason));
        Assert.Equal(MonotonicTime.Never, dut.Router.Deadline(RouterTimer.Preempt));
    }

    [Fact]
    public void C103_two_stronger_senders_each_restart_the_timer_and_the_last_interval_wins()
    {
        Dut dut = new();
        dut.HearAt(1, 200, 1);
        dut.HearAt(1.5, 150, 3, Dut.SmallPeer);
        Assert.Equal(1.5 + 10.828125, Promotion(dut));
        dut.HearAt(2, 200, 1);
        Assert.Equal(5.609375, Promotion(dut));
    }

    [Fact]
    public void C104_a_stream_of_priority_zero_can_t_hold_a_backup()
    {
        Dut dut = new();
        dut.HearAt(1, 200);
        for (double at = 2; at < 12; at += 0.3)
        {
            dut.HearAt(at, 0);
        }

        Assert.Equal(2.609375, dut.Adverts[0]);
        Dut late = new();
        late.HearAt(3.5, 0);
        Assert.Equal(3.609375, Promotion(late));
    }

    [Fact]
    public void C105_a_learned_interval_is_capped_and_an_absurd_one_is_an_alarm()
    {
        Dut capped = new(Dut.Settings with { LearnedIntervalCap = Duration.FromSeconds(3) });
        capped.HearAt(1, 254, 40.95);
        Assert.Equal(Duration.FromSeconds(3), capped.Router.MasterAdverInterval);
        Assert.Equal(11.828125, Promotion(capped));
        Assert.Contains(capped.Alarms, sentence => sentence.Contains("40.95 s", StringComparison.Ordinal));
        Dut dut = new();
        dut.HearAt(1, 254, 40.95);
        Assert.Equal(Duration.FromCentiseconds(4095), dut.Router.MasterAdverInterval);
        Assert.Contains("40.95 s", Assert.Single(dut.Alarms), StringComparison.Ordinal);
    }

    [Fact]
    public void C137_the_reason_of_a_promotion_follows_what_was_heard_last()
    {
        (TransitionReason Reason, byte[] Heard)[] table =
        [
            (TransitionReason.NoResponse, []),
            (TransitionReason.NoResponse, [200]),
            (TransitionReason.NoResponse, [50, 200]),
            (TransitionReason.PriorityZero, [0]),
            (TransitionReason.PriorityZero, [200, 0]),
            (TransitionReason.NoResponse, [0, 200]),
            (TransitionReason.Preempted, [50]),
            (TransitionReason.Preempted, [200, 50]),
        ];
        foreach ((TransitionReason reason, byte[] heard) in table)
        {
            Dut dut = new();
            foreach (byte priority in heard)
            {
                dut.HearAt((dut.Now.Nanoseconds / 1e9) + 0.25, priority);
            }

            dut.RunUntil(10);
            Assert.Equal(reason, dut.Router.LastReason);
            Assert.Equal(1, dut.Router.Statistics.BecameMaster);
        }
    }
}
