using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>A node that took the role and could not serve.</summary>
public class DoubtTests
{
    /// <summary>MASTER at 3.609375 s, refused at once, in FAULT for five seconds, and BACKUP again at 8.7 s.</summary>
    private static Dut Failed(VirtualRouterSettings? settings = null, Address? own = null)
    {
        Dut dut = new(settings, own);
        dut.RunUntil(3.7);
        Assert.Equal(RouterState.Master, dut.State);
        Fail(dut);
        dut.RunUntil(8.7);
        dut.Do((router, now, actions) => router.SetReadiness(Readiness.Ready, "All is well.", now, actions));
        Assert.Equal(RouterState.Backup, dut.State);
        return dut;
    }

    private static void Fail(Dut dut)
    {
        dut.Do((router, now, actions) => router.FailedInRole("refused", curesUnseen: false, now, actions));
        dut.Do((router, now, actions) => router.SetReadiness(Readiness.Fault, "the kernel refused it", now, actions));
    }

    /// <summary>A weaker master advertises once a second until a time.</summary>
    private static void HearWeakerUntil(Dut dut, double until)
    {
        for (double at = Math.Ceiling((dut.Now - default(MonotonicTime)).Nanoseconds / 1e9) + 0.5; at < until && dut.State == RouterState.Backup; at++)
        {
            dut.HearAt(at, 50);
        }
    }

    [Fact]
    public void Who_failed_in_the_role_leaves_a_weaker_master_that_lives_in_peace()
    {
        Dut dut = Failed();
        HearWeakerUntil(dut, 600);
        Assert.Equal(RouterState.Backup, dut.State);
        Assert.Equal(50, dut.Router.MasterPriority);
    }

    [Fact]
    public void Where_a_cure_leaves_no_trace_patience_alone_lets_it_try_again()
    {
        Dut dut = new();
        dut.RunUntil(3.7);
        Assert.Equal(RouterState.Master, dut.State);
        double failedAt = (dut.Now - default(MonotonicTime)).Nanoseconds / 1e9;
        dut.Do((router, now, actions) => router.FailedInRole("the queue is full", curesUnseen: true, now, actions));
        dut.Do((router, now, actions) => router.SetReadiness(Readiness.Fault, "the queue is full", now, actions));
        dut.Do((router, now, actions) => router.SetReadiness(Readiness.Ready, "All is well.", now, actions));
        HearWeakerUntil(dut, 60);
        Assert.Equal((RouterState.Master, TransitionReason.Preempted), (dut.State, dut.Router.LastReason));
        Assert.InRange((dut.Now - default(MonotonicTime)).Nanoseconds / 1e9, failedAt + 5, failedAt + 11);
    }

    [Fact]
    public void What_may_be_mended_is_no_alarm_any_more()
    {
        Dut dut = Failed();
        Assert.True(dut.Router.Alarms.Stands(AlarmCode.FailedInRole));
        dut.Do((router, now, actions) => router.SomethingChanged(now, actions));
        Assert.False(dut.Router.Alarms.Stands(AlarmCode.FailedInRole));
    }

    [Fact]
    public void It_takes_the_role_of_a_master_that_dies_or_leaves()
    {
        Dut dies = Failed();
        HearWeakerUntil(dies, 20);
        dies.RunUntil(25);
        Assert.Equal((RouterState.Master, TransitionReason.NoResponse), (dies.State, dies.Router.LastReason));

        Dut leaves = Failed();
        HearWeakerUntil(leaves, 20);
        leaves.HearAt(20, 0);
        leaves.RunUntil(20.7);
        Assert.Equal((RouterState.Master, TransitionReason.PriorityZero), (leaves.State, leaves.Router.LastReason));
    }

    [Fact]
    public void After_a_change_it_tries_once_at_once_and_then_with_growing_patience()
    {
        Dut dut = Failed();
        HearWeakerUntil(dut, 20);
        double patience = 0;
        for (int failures = 1; failures < 6; failures++)
        {
            MonotonicTime failedAt = dut.Now;
            dut.Do((router, now, actions) => router.SomethingChanged(now, actions));
            HearWeakerUntil(dut, 2000);
            Assert.Equal((RouterState.Master, TransitionReason.Preempted), (dut.State, dut.Router.LastReason));
            Assert.InRange((dut.Now - failedAt).Nanoseconds / 1e9, patience, patience + 6);
            Fail(dut);
            dut.Do((router, now, actions) => router.SetReadiness(Readiness.Ready, "All is well.", now, actions));
            patience = failures == 1 ? 5 : 2 * patience;
        }
    }

    [Fact]
    public void A_change_before_the_failure_is_no_change_after_it()
    {
        Dut dut = new();
        dut.RunUntil(3.7);
        dut.Do((router, now, actions) => router.SomethingChanged(now, actions));
        Fail(dut);
        dut.Do((router, now, actions) => router.SetReadiness(Readiness.Ready, "All is well.", now, actions));
        HearWeakerUntil(dut, 100);
        Assert.Equal(RouterState.Backup, dut.State);
    }

    [Fact]
    public void Once_it_has_served_it_takes_the_role_from_a_weaker_master_as_before()
    {
        Dut dut = Failed();
        dut.RunUntil(13);
        Assert.Equal(RouterState.Master, dut.State);
        Assert.True(dut.Router.Alarms.Stands(AlarmCode.FailedInRole));
        dut.Do((router, now, actions) => router.ServesInRole(actions));
        Assert.False(dut.Router.Alarms.Stands(AlarmCode.FailedInRole));
        dut.HearAt(14, 200);
        Assert.Equal(RouterState.Backup, dut.State);
        HearWeakerUntil(dut, 30);
        Assert.Equal((RouterState.Master, TransitionReason.Preempted), (dut.State, dut.Router.LastReason));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void An_owner_that_failed_listens_first_too(int version)
    {
        VirtualRouterSettings owner = Dut.Settings with { Version = (byte)version, Priority = 255, Addresses = [new(Dut.Own, 24)] };
        Dut dut = new(owner);
        Assert.Equal(RouterState.Master, dut.State);
        Fail(dut);
        dut.RunUntil(5);
        dut.Do((router, now, actions) => router.SetReadiness(Readiness.Ready, "All is well.", now, actions));
        Assert.Equal(RouterState.Backup, dut.State);
        HearWeakerUntil(dut, 30);
        Assert.Equal(RouterState.Backup, dut.State);
        dut.RunUntil(40);
        Assert.Equal(RouterState.Master, dut.State);
    }

    [Fact]
    public void A_changed_file_is_a_change()
    {
        Dut dut = Failed();
        HearWeakerUntil(dut, 20);
        dut.Do((router, now, actions) => router.Apply(router.Settings with { AnnounceRepeat = 3 }, now, actions));
        HearWeakerUntil(dut, 30);
        Assert.Equal(RouterState.Master, dut.State);
    }
}
