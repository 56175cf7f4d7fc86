using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

public class ReloadTests
{
    private static readonly VirtualRouterSettings Slow = Dut.Settings with { AdvertisementInterval = Duration.FromSeconds(2) };
    private static readonly VirtualRouterSettings OtherList = Dut.Settings with { Addresses = [new(Address.Parse("192.0.2.2"), 24)] };

    private static void Apply(Dut dut, VirtualRouterSettings settings) => dut.Do((r, now, actions) => r.Apply(settings, now, actions));

    [Fact]
    public void C100_a_learned_interval_stays_and_without_one_the_new_counts()
    {
        Dut learned = new();
        learned.HearAt(1, 200, 4);
        Apply(learned, Slow);
        Assert.Equal(Duration.FromSeconds(4), learned.Router.MasterAdverInterval);
        Assert.Equal(15.4375, learned.Router.NextDeadline.Nanoseconds / 1e9);
        Dut alone = new();
        alone.RunUntil(1);
        Apply(alone, Slow);
        Assert.Equal(Duration.FromSeconds(2), alone.Router.MasterAdverInterval);
        Assert.Equal(7.21875, alone.Router.NextDeadline.Nanoseconds / 1e9);
    }

    [Fact]
    public void C100_after_priority_0_the_short_timer_stands()
    {
        Dut dut = new();
        dut.HearAt(1, 0);
        Apply(dut, Slow);
        Assert.Equal(1.609375, dut.Router.NextDeadline.Nanoseconds / 1e9);
    }

    [Fact]
    public void C100_a_master_advertises_its_new_interval_at_once()
    {
        Dut dut = Dut.Master();
        dut.RunUntil(0.5);
        Apply(dut, Slow);
        dut.RunUntil(5);
        Assert.Equal([0.5, 2.5, 4.5], dut.Adverts);
        Assert.All(dut.Log.Where(entry => entry.Action.Kind == RouterActionKind.SendAdvertisement), entry => Assert.Equal(Duration.FromSeconds(2), entry.Action.Interval));
    }

    [Fact]
    public void C131_a_changed_list_in_MASTER_is_bound_advertised_and_announced()
    {
        Dut dut = Dut.Master();
        dut.RunUntil(0.5);
        dut.Log.Clear();
        Apply(dut, OtherList);
        Assert.Equal([RouterActionKind.BindAddresses, RouterActionKind.SendAdvertisement, RouterActionKind.Announce], dut.Deeds);
        Assert.Equal("192.0.2.2", dut.Router.Settings.Addresses[0].Address.ToString());
        dut.RunUntil(1);
        Assert.Equal([0.5, 1], dut.Adverts);
    }

    [Fact]
    public void C132_a_changed_list_in_BACKUP_touches_no_address()
    {
        Dut dut = new();
        dut.Restart();
        Apply(dut, OtherList);
        Assert.Empty(dut.Log);
    }

    [Fact]
    public void The_same_settings_again_do_nothing()
    {
        Dut dut = Dut.Master();
        Apply(dut, Dut.Settings with { Addresses = [.. Dut.Settings.Addresses] });
        Assert.Empty(dut.Log);
    }

    [Fact]
    public void A_new_base_priority_keeps_what_tracking_added()
    {
        Dut dut = Dut.Master();
        dut.Do((r, now, actions) => r.SetPriority(40, now, actions));
        Apply(dut, Dut.Settings with { Priority = 150 });
        Assert.Equal(90, dut.Router.EffectivePriority);
        Apply(dut, Dut.Settings with { Priority = 255 });
        Assert.Equal(255, dut.Router.EffectivePriority);
        Apply(dut, Dut.Settings with { Priority = 80 });
        Assert.Equal(80, dut.Router.EffectivePriority);
        Assert.Equal(RouterState.Master, dut.State);
    }

    [Fact]
    public void Preempt_delay_taken_out_is_cancelled()
    {
        VirtualRouterSettings delayed = Dut.Settings with { PreemptDelay = Duration.FromSeconds(10) };
        Dut dut = new(delayed);
        dut.HearAt(1, 50);
        Apply(dut, Dut.Settings);
        Assert.Equal(MonotonicTime.Never, dut.Router.Deadline(RouterTimer.Preempt));
    }

    [Fact]
    public void Another_virtual_router_is_refused_and_nothing_changes()
    {
        Dut dut = new();
        Assert.Throws<ArgumentException>(() => Apply(dut, Dut.Settings with { Vrid = 11 }));
        Assert.Throws<ArgumentException>(() => Apply(dut, Dut.SettingsV2));
        Assert.Throws<ArgumentException>(() => Apply(dut, Dut.SettingsIPv6));
        Assert.Throws<ArgumentException>(() => Apply(dut, Dut.Settings with { Addresses = [] }));
        Assert.Same(Dut.Settings, dut.Router.Settings);
    }

    [Fact]
    public void A_reload_after_a_freeze_does_not_speak()
    {
        Dut dut = Dut.Master();
        dut.Now += Duration.FromSeconds(10);
        Apply(dut, Slow);
        Assert.Empty(dut.Adverts);
        Assert.Equal(RouterState.Backup, dut.State);
    }
}
