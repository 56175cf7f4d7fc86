using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>Startup, Shutdown, readiness and source.</summary>
public class LifecycleTests
{
    /// <summary>Teaches the shortest interval, then priority 0; the addresses stay for the hand-over.</summary>
    private static readonly RouterActionKind[] Resigns =
        [RouterActionKind.SendAdvertisement, RouterActionKind.SendAdvertisement, RouterActionKind.Transition];

    [Fact]
    public void C070_nothing_happens_before_Startup()
    {
        Dut dut = new(start: false);
        dut.RunUntil(100);
        Assert.Empty(dut.Log);
        Assert.Equal(MonotonicTime.Never, dut.Router.NextDeadline);
    }

    [Fact]
    public void C071_Startup_listens_for_Master_Down_Interval()
    {
        Dut dut = new();
        Assert.Equal(RouterState.Backup, dut.State);
        Assert.Equal(TransitionReason.Startup, dut.Router.LastReason);
        Assert.Equal("Started: listens for a master for 3.609 s.", dut.Router.Why);
        dut.RunUntil(3.609374);
        Assert.Empty(dut.Adverts);
        dut.RunUntil(3.609376);
        Assert.Equal([3.609375], dut.Adverts);
        Assert.Equal("No advertisement from anybody for 3.609 s (3 x 1 s + skew 0.609 s): took the role.", dut.Router.Why);
    }

    [Fact]
    public void C072_the_owner_takes_the_role_at_Startup()
    {
        Dut dut = new(Dut.Settings with { Priority = 255 });
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
            dut.Kinds);
        Assert.Equal((0.0, (byte)255), (dut.Log[0].At, dut.Log[0].Action.Priority));
        Assert.Equal(TransitionReason.Owner, dut.Router.LastReason);
    }

    [Fact]
    public void C074_Startup_waits_for_readiness_and_source_in_any_order()
    {
        Dut dut = new(start: false);
        dut.Do((r, now, actions) => r.Start(now, actions));
        Assert.Equal("Waits until its interface and checks are known.", dut.Router.Why);
        dut.Do((r, now, actions) => r.SetReadiness(Readiness.Waiting, "Waits for eth0.", now, actions));
        Assert.Equal("Waits for eth0.", dut.Router.Why);
        dut.Do((r, now, actions) => r.SetReadiness(Readiness.Ready, "eth0 is up.", now, actions));
        Assert.Equal(RouterState.Initialize, dut.State);
        Assert.Contains("no IPv4 address", dut.Router.Why, StringComparison.Ordinal);
        Assert.Empty(dut.Log);
        dut.Do((r, now, actions) => r.SetSource(Dut.Own, now, actions));
        Assert.Equal(RouterState.Backup, dut.State);
        Dut other = new(start: false);
        other.Do((r, now, actions) => r.SetSource(Dut.Own, now, actions));
        other.Do((r, now, actions) => r.SetReadiness(Readiness.Ready, "eth0 is up.", now, actions));
        Assert.Empty(other.Log);
        other.Do((r, now, actions) => r.Start(now, actions));
        Assert.Equal(RouterState.Backup, other.State);
    }

    [Theory]
    [InlineData("2001:db8::12", true)]
    [InlineData("192.0.2.12", true)]
    [InlineData("fe80::12", false)]
    [InlineData("224.0.0.18", false)]
    public void C074_an_address_that_can_t_be_a_source_is_none(string source, bool isIPv6)
    {
        Dut dut = new(isIPv6 ? Dut.SettingsIPv6 : Dut.Settings, start: false);
        dut.Do((r, now, actions) => r.SetReadiness(Readiness.Ready, "", now, actions));
        dut.Do((r, now, actions) => r.Start(now, actions));
        dut.Do((r, now, actions) => r.SetSource(Address.Parse(source), now, actions));
        Assert.Null(dut.Router.Source);
        Assert.Equal(RouterState.Initialize, dut.State);
        Assert.Contains(source, dut.Router.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void C075_a_second_Startup_and_Shutdown_do_nothing()
    {
        Dut dut = Dut.Master();
        dut.Do((r, now, actions) => r.Start(now, actions));
        dut.Do((r, now, actions) => r.SetReadiness(Readiness.Ready, "Still well.", now, actions));
        Assert.Empty(dut.Log);
        dut.Do((r, now, actions) => r.Stop("Stopped by the operator.", now, actions));
        int count = dut.Log.Count;
        dut.Do((r, now, actions) => r.Stop("Again.", now, actions));
        Assert.Equal(count, dut.Log.Count);
        Dut fresh = new(start: false);
        fresh.Do((r, now, actions) => r.Stop("Stopped.", now, actions));
        Assert.Empty(fresh.Log);
    }

    [Fact]
    public void C097_Shutdown_in_BACKUP_sends_nothing()
    {
        Dut dut = new();
        dut.Restart();
        dut.Do((r, now, actions) => r.Stop("Stopped by the operator.", now, actions));
        Assert.Equal([RouterActionKind.CancelTimer, RouterActionKind.Transition], dut.Kinds);
        Assert.Equal((RouterState.Initialize, "Stopped by the operator."), (dut.State, dut.Router.Why));
        dut.RunUntil(100);
        Assert.Empty(dut.Adverts);
    }

    [Fact]
    public void C128_Shutdown_in_MASTER_resigns_and_releases()
    {
        Dut dut = Dut.Master();
        dut.Do((r, now, actions) => r.Stop("Stopped by the operator.", now, actions));
        Assert.Equal(Resigns, dut.Deeds);
        Assert.Equal(0, dut.Last(RouterActionKind.SendAdvertisement).Priority);
        Assert.Equal((RouterState.Initialize, TransitionReason.Shutdown), (dut.State, dut.Router.LastReason));
        Assert.Equal(1, dut.Router.Statistics.PriorityZeroSent);
        dut.RunUntil(10);
        Assert.Equal([1.05], dut.At(RouterActionKind.ReleaseAddresses));
        Assert.Equal(MonotonicTime.Never, dut.Router.NextDeadline);
    }

    [Fact]
    public void C129_every_way_out_on_purpose_sends_priority_0()
    {
        Action<VirtualRouter, MonotonicTime, ActionBuffer>[] ways =
        [
            (r, now, actions) => r.Stop("Taken out of plugins.json.", now, actions),
            (r, now, actions) => r.SetReadiness(Readiness.Fault, "Check nginx failed.", now, actions),
            (r, now, actions) => r.SetReadiness(Readiness.Waiting, "Waits for eth0.", now, actions),
            (r, now, actions) => r.SetSource(null, now, actions),
        ];
        foreach (Action<VirtualRouter, MonotonicTime, ActionBuffer> way in ways)
        {
            Dut dut = Dut.Master();
            dut.Do(way);
            Assert.Equal(Resigns, dut.Deeds);
            RouterAction sent = dut.Last(RouterActionKind.SendAdvertisement);
            Assert.Equal((0, Dut.Own), (sent.Priority, sent.Source));
            Assert.Equal(dut.Router.Deadline(RouterTimer.HandOver), dut.Router.NextDeadline);
            Assert.Null(dut.Router.MasterAddress);
        }
    }

    /// <summary>Not the first thing that is well: here nothing but the address was missing.</summary>
    [Fact]
    public void The_end_of_a_fault_names_what_ended()
    {
        Dut dut = Dut.Master();
        dut.Do((r, now, actions) => r.SetSource(null, now, actions));
        string missing = dut.Router.Why;
        Assert.Equal(RouterState.Fault, dut.State);
        dut.Do((r, now, actions) => r.SetReadiness(Readiness.Ready, "check app: /bin/true exited 0", now, actions));
        dut.Do((r, now, actions) => r.SetSource(Dut.Own, now, actions));
        Assert.Equal($"This is over: {missing} Listens for a master for 3.609 s.", dut.Router.Why);
    }

    [Fact]
    public void A_state_that_never_changed_has_stood_since_the_start()
    {
        Dut dut = new(start: false) { Now = new(5_000_000_000) };
        Assert.Null(dut.Router.Since);
        dut.Do((r, now, actions) => r.Start(now, actions));
        Assert.Equal((RouterState.Initialize, new MonotonicTime(5_000_000_000)), (dut.State, dut.Router.Since));
        dut.RunUntil(new MonotonicTime(9_000_000_000));
        dut.Do((r, now, actions) => r.Start(now, actions));
        Assert.Equal(new MonotonicTime(5_000_000_000), dut.Router.Since);
    }

    [Fact]
    public void A_fault_says_what_failed_and_its_end_starts_again()
    {
        Dut dut = Dut.Master();
        dut.Do((r, now, actions) => r.SetReadiness(Readiness.Fault, "Check nginx failed.", now, actions));
        Assert.Equal((RouterState.Fault, "Check nginx failed."), (dut.State, dut.Router.Why));
        int count = dut.Log.Count;
        dut.Do((r, now, actions) => r.SetReadiness(Readiness.Fault, "Checks nginx and app failed.", now, actions));
        Assert.Equal((count, "Checks nginx and app failed."), (dut.Log.Count, dut.Router.Why));
        dut.Do((r, now, actions) => r.SetReadiness(Readiness.Ready, "", now, actions));
        Assert.Equal((RouterState.Backup, TransitionReason.FaultCleared), (dut.State, dut.Router.LastReason));
        Assert.Equal("This is over: Checks nginx and app failed. Listens for a master for 3.609 s.", dut.Router.Why);
        dut.Do((r, now, actions) => r.SetReadiness(Readiness.Fault, "Check nginx failed.", now, actions));
        Assert.Equal(RouterState.Fault, dut.State);
        Assert.Equal(MonotonicTime.Never, dut.Router.Deadline(RouterTimer.MasterDown));
        dut.Do((r, now, actions) => r.Stop("Stopped.", now, actions));
        Assert.Equal(RouterState.Initialize, dut.State);
    }

    [Fact]
    public void A_fault_that_ends_before_the_hand_over_does_ends_that()
    {
        // A link that flaps: the heir may have come while this node heard nobody, and both would hold the addresses.
        Dut dut = Dut.Master();
        dut.Do((r, now, actions) => r.SetReadiness(Readiness.Fault, "eth0 has no carrier.", now, actions));
        dut.RunUntil(0.25);
        Assert.Empty(dut.At(RouterActionKind.ReleaseAddresses));
        dut.Do((r, now, actions) => r.SetReadiness(Readiness.Ready, "eth0 is up.", now, actions));
        Assert.Equal([0.25], dut.At(RouterActionKind.ReleaseAddresses));
        dut.RunUntil(2);
        Assert.Equal([0.25], dut.At(RouterActionKind.ReleaseAddresses));
    }

    [Fact]
    public void C014_without_a_source_nothing_is_sent_afterwards()
    {
        Dut dut = Dut.Master();
        dut.Do((r, now, actions) => r.SetSource(null, now, actions));
        Assert.Equal(RouterState.Fault, dut.State);
        dut.Log.Clear();
        dut.RunUntil(100);
        Assert.Equal([RouterActionKind.ReleaseAddresses], dut.Kinds);
        dut.Do((r, now, actions) => r.SetSource(Dut.Own, now, actions));
        Assert.Equal(RouterState.Backup, dut.State);
    }

    [Fact]
    public void C155_a_new_source_is_used_in_adverts_and_tie_break()
    {
        Dut dut = Dut.Master();
        dut.Do((r, now, actions) => r.SetSource(Address.Parse("192.0.2.100"), now, actions));
        dut.RunUntil(1);
        Assert.Equal("192.0.2.100", dut.Last(RouterActionKind.SendAdvertisement).Source.ToString());
        Assert.Equal("192.0.2.100", dut.Router.MasterAddress.ToString());
        dut.Hear(100);
        Assert.Equal(RouterState.Master, dut.State);
        dut.Do((r, now, actions) => r.SetSource(Dut.SmallPeer, now, actions));
        dut.Hear(100);
        Assert.Equal(RouterState.Backup, dut.State);
    }

    [Fact]
    public void C028_a_failed_send_is_counted_and_the_next_advert_is_due_as_ever()
    {
        Dut dut = Dut.Master();
        dut.RunUntil(1);
        dut.Router.Statistics.CountSendFailure();
        dut.RunUntil(3);
        Assert.Equal(1, dut.Router.Statistics.SendFailures);
        Assert.Equal([1, 2, 3], dut.Adverts);
    }

    /// <summary>Whoever was told of one would wait for its end for ever, and nobody tells the end of one that begins when nobody looks any more.</summary>
    [Fact]
    public void At_the_stop_every_alarm_ends_and_none_begins_until_the_next_start()
    {
        var dut = Dut.Master();
        void Begin() => dut.Do((r, now, actions) => r.Alarms.Begin(AlarmCode.StrayAddress, default, "It is elsewhere.", holds: null, now, actions));
        Begin();
        dut.Do((r, now, actions) => r.Stop("SIGTERM.", now, actions));
        Assert.Equal(AlarmCode.StrayAddress, dut.Log.Single(entry => entry.Action.Kind == RouterActionKind.AlarmEnded).Action.Code);
        Begin();
        Assert.Empty(dut.Router.Alarms.Standing);
        dut.Do((r, now, actions) => r.Start(now, actions));
        Begin();
        Assert.Single(dut.Router.Alarms.Standing);
    }

    [Fact]
    public void C193_only_monotonic_time_goes_in()
    {
        // The same history at another origin of the clock gives the same actions, each later by the same span.
        Dut early = new();
        Dut late = new(start: false) { Now = new MonotonicTime(1_000_000_000_000_000) };
        late.Do((r, now, actions) => r.SetSource(Dut.Own, now, actions));
        late.Do((r, now, actions) => r.SetReadiness(Readiness.Ready, "All is well.", now, actions));
        late.Restart();
        late.Do((r, now, actions) => r.Start(now, actions));
        foreach (Dut dut in new[] { early, late })
        {
            dut.HearAt(1, 50);
            dut.HearAt(2, 200);
            dut.RunUntil(20);
        }

        Assert.Equal(
            early.Log.Select(entry => (Math.Round(entry.At, 6), entry.Action.Kind)),
            late.Log.Select(entry => (Math.Round(entry.At, 6), entry.Action.Kind)));
    }
}
