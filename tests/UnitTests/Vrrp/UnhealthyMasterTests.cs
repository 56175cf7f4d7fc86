using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>No-preempt, preempt delay and switchover protect a master only as long as its checks are well. Own base 100, the peer's 90.</summary>
public class UnhealthyMasterTests
{
    private static readonly VirtualRouterSettings NoPreempt = Dut.Settings with { Preempt = false, Health = Rule(0) };

    private static HealthRule Rule(int ownWeights) => new(ownWeights, [new(Dut.Own, 100), new(Dut.Peer, 90)]);

    /// <summary>The peer advertises every second, for longer than anybody waits.</summary>
    private static void Listen(Dut dut, byte priority, Address? from = null)
    {
        for (int second = 1; second <= 12; second++)
        {
            dut.HearAt(second, priority, from: from);
        }
    }

    private static Dut ListensTo(byte priority, VirtualRouterSettings settings, Address? from = null)
    {
        Dut dut = new(settings);
        Listen(dut, priority, from);
        return dut;
    }

    [Fact]
    public void A_master_whose_priority_is_lowered_is_not_protected()
    {
        Dut dut = ListensTo(89, NoPreempt);
        Assert.Equal(RouterState.Master, dut.State);
        RouterAction transition = dut.Log.First(entry => entry.Action is { Kind: RouterActionKind.Transition, To: RouterState.Master }).Action;
        Assert.Equal(TransitionReason.Preempted, transition.Reason);
        Assert.Contains("its checks fail", transition.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_master_that_is_well_is_protected() => Assert.Equal(RouterState.Backup, ListensTo(90, NoPreempt).State);

    [Fact]
    public void Without_the_rule_any_master_is_protected_as_keepalived_does() =>
        Assert.Equal(RouterState.Backup, ListensTo(1, NoPreempt with { Health = null }).State);

    [Fact]
    public void A_master_the_file_does_not_know_is_protected() =>
        Assert.Equal(RouterState.Backup, ListensTo(1, NoPreempt, Dut.SmallPeer).State);

    [Fact]
    public void A_stronger_master_is_left_alone_however_unwell() =>
        Assert.Equal(RouterState.Backup, ListensTo(120, NoPreempt with { Health = new(0, [new(Dut.Peer, 200)]) }).State);

    [Fact]
    public void Who_is_lowered_itself_takes_over_from_nobody()
    {
        Dut dut = new(NoPreempt);
        dut.Do((r, now, actions) => r.SetPriority(99, now, actions));
        Listen(dut, 40);
        Assert.Equal(RouterState.Backup, dut.State);
    }

    [Fact]
    public void Positive_weights_are_part_of_being_well()
    {
        Dut dut = new(NoPreempt with { Health = Rule(20) });
        Listen(dut, 40);
        Assert.Equal(RouterState.Backup, dut.State);

        Dut well = new(NoPreempt with { Health = Rule(20) });
        well.Do((r, now, actions) => r.SetPriority(120, now, actions));
        Listen(well, 40);
        Assert.Equal(RouterState.Master, well.State);
    }

    [Fact]
    public void A_preempt_delay_protects_only_a_master_that_is_well()
    {
        VirtualRouterSettings delayed = Dut.Settings with { PreemptDelay = Duration.FromSeconds(60), Health = Rule(0) };
        Assert.Equal(RouterState.Backup, ListensTo(90, delayed).State);
        Assert.Equal(RouterState.Master, ListensTo(89, delayed).State);
    }

    [Theory]
    [InlineData(90, RouterState.Backup)]
    [InlineData(89, RouterState.Master)]
    public void A_switchover_holds_until_the_new_master_is_unwell(byte theirs, RouterState expected)
    {
        Dut dut = Dut.Master(Dut.Settings with { Health = Rule(0) });
        dut.Do((r, now, actions) => r.StepDown("Switchover.", now, actions));
        for (int i = 0; i < 120; i++)
        {
            dut.HearAt(0.1 + (0.1 * i), theirs);
        }

        Assert.Equal(expected, dut.State);
    }

    [Fact]
    public void A_reload_puts_it_in_force_without_leaving_the_role()
    {
        Dut master = Dut.Master(NoPreempt with { Health = null });
        master.Do((r, now, actions) => r.Apply(NoPreempt, now, actions));
        Assert.Equal(RouterState.Master, master.State);
        Assert.Empty(master.Deeds);

        Dut backup = new(NoPreempt with { Health = null });
        backup.HearAt(1, 40);
        backup.Do((r, now, actions) => r.Apply(NoPreempt, now, actions));
        for (int second = 2; second <= 12; second++)
        {
            backup.HearAt(second, 40);
        }

        Assert.Equal(RouterState.Master, backup.State);
    }
}
