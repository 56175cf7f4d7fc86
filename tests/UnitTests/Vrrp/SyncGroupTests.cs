using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>Two members on one node, each behind its own network, driven by hand.</summary>
public class SyncGroupTests
{
    private readonly Dut _one = new(Dut.Settings with { SyncGroup = "VG_1" });
    private readonly Dut _two = new(Dut.Settings with { Name = "VI_2", SyncGroup = "VG_1" });
    private readonly SyncGroup _group;
    private readonly ActionBuffer _actions = new();
    private readonly List<RouterAction> _done = [];

    public SyncGroupTests() => _group = new("VG_1", [_one.Router, _two.Router]);

    private (RouterState, RouterState) States => (_one.State, _two.State);

    /// <summary>Each hears priorities at times; then, as a turn of the loop does, due timers and the group.</summary>
    private void Turn(double at, byte? one = null, byte? two = null)
    {
        MonotonicTime now = default(MonotonicTime) + Dut.Seconds(at);
        foreach ((Dut dut, byte? priority) in new[] { (_one, one), (_two, two) })
        {
            if (priority is byte heard)
            {
                dut.Router.Receive(new Advertisement(3, 10, heard, Duration.FromSeconds(1), 1), Dut.Peer, now, _actions);
                _actions.Clear();
            }
        }

        _one.Router.Expire(now, _actions);
        _two.Router.Expire(now, _actions);
        _actions.Clear();
        _group.Settle(now, _actions, (_, _) =>
        {
            _done.AddRange(_actions.AsSpan().ToArray());
            _actions.Clear();
        });
        Assert.Equal(0, _actions.Count);
    }

    [Fact]
    public void The_role_is_taken_when_the_last_member_hears_nobody()
    {
        Turn(1, one: 150, two: 150);
        Turn(3, two: 150);
        Turn(5);
        Assert.True(_one.Router.WaitsForGroup);
        Assert.Equal((RouterState.Backup, RouterState.Backup), States);
        Turn(6.62);
        Assert.Equal((RouterState.Master, RouterState.Master), States);
        Assert.Equal((TransitionReason.NoResponse, TransitionReason.NoResponse), (_one.Router.LastReason, _two.Router.LastReason));
    }

    /// <summary>One master hears two members of which one could not serve the last time: the other alone does not move the group.</summary>
    [Theory]
    [InlineData(false, RouterState.Master)]
    [InlineData(true, RouterState.Backup)]
    public void A_member_that_failed_in_the_role_keeps_its_group_from_a_living_master(bool failed, RouterState expected)
    {
        VirtualRouterSettings settings = Dut.Settings with { Preempt = false, Health = new(0, [new(Dut.Peer, 90)]) };
        _one.Router.Apply(settings with { SyncGroup = "VG_1" }, default, _actions);
        _two.Router.Apply(settings with { Name = "VI_2", SyncGroup = "VG_1" }, default, _actions);
        if (failed)
        {
            _one.Router.FailedInRole("refused", curesUnseen: false, default, _actions);
        }

        _actions.Clear();
        for (int second = 1; second <= 12; second++)
        {
            Turn(second, one: 80, two: 80);
        }

        Assert.Equal((expected, expected), States);
        Assert.DoesNotContain(_done, action => action.Kind == RouterActionKind.Alarm);
    }

    [Fact]
    public void The_group_has_moved_when_its_last_member_has_and_once()
    {
        GroupStanding standing = new();
        Assert.True(standing.Follow(_group.Members, out RouterState from));
        Assert.Equal((RouterState.Initialize, RouterState.Backup), (from, standing.State));
        Turn(3, two: 150);
        _one.Router.TakeWithGroup("", default(MonotonicTime) + Dut.Seconds(3.7), _actions);
        _actions.Clear();
        Assert.Equal((RouterState.Master, RouterState.Backup), States);
        Assert.False(standing.Follow(_group.Members, out _));
        Assert.Equal(RouterState.Backup, standing.State);

        Turn(6.7);
        Assert.Equal((RouterState.Master, RouterState.Master), States);
        Assert.True(standing.Follow(_group.Members, out from));
        Assert.Equal((RouterState.Backup, RouterState.Master), (from, standing.State));
        Assert.False(standing.Follow(_group.Members, out _));
    }

    [Fact]
    public void Priority_zero_to_one_member_is_enough()
    {
        Turn(1, one: 150, two: 150);
        Turn(1.5, one: 0);
        Turn(2.2, two: 150);
        Assert.Equal((RouterState.Master, RouterState.Master), States);
        Assert.Equal((TransitionReason.PriorityZero, TransitionReason.SyncGroup), (_one.Router.LastReason, _two.Router.LastReason));
    }

    [Fact]
    public void A_stronger_master_for_one_takes_the_role_from_both_and_the_other_says_so_with_a_losing_advert()
    {
        Turn(4);
        Assert.Equal((RouterState.Master, RouterState.Master), States);
        _done.Clear();
        Turn(4.5, two: 150);
        Assert.Equal((RouterState.Backup, RouterState.Backup), States);
        Assert.Equal((TransitionReason.SyncGroup, TransitionReason.HigherPriority), (_one.Router.LastReason, _two.Router.LastReason));

        // Not priority 0: a third node would take what the stronger one has.
        Assert.False(_one.Router.HandsOver);
        Assert.DoesNotContain(_done, action => action is { Kind: RouterActionKind.SendAdvertisement, Priority: 0 });
        Assert.Single(_done, action => action.Kind == RouterActionKind.SendAdvertisement);

        // The cut network of VI_1 stays silent: nothing goes back and forth.
        for (double at = 5; at < 60; at++)
        {
            Turn(at, two: 150);
            Assert.Equal((RouterState.Backup, RouterState.Backup), States);
        }

        Assert.Equal(1, _one.Router.Statistics.BecameMaster);
    }

    [Fact]
    public void Of_a_split_role_the_weaker_node_gives_up_its_part_and_the_stronger_takes_the_rest()
    {
        Turn(4);
        _two.Router.StepDown("By hand.", default(MonotonicTime) + Dut.Seconds(4), _actions);
        _actions.Clear();
        _two.Router.Resume();
        Assert.Equal((RouterState.Master, RouterState.Backup), States);

        // A weaker master is no reason to be BACKUP while the group is MASTER, whatever preempt says.
        Turn(4.1, two: 50);
        Assert.Equal((RouterState.Master, RouterState.Master), States);
    }

    [Fact]
    public void A_member_taken_out_of_its_group_takes_the_role_that_it_waited_for()
    {
        Turn(1, one: 150, two: 150);
        Turn(4, two: 150);
        Turn(5, two: 150);
        Assert.True(_one.Router.WaitsForGroup);
        MonotonicTime now = default(MonotonicTime) + Dut.Seconds(5);
        _one.Router.Apply(_one.Router.Settings with { SyncGroup = null }, now, _actions);
        _one.Router.Expire(now, _actions);
        Assert.Equal(RouterState.Master, _one.State);
    }

    [Fact]
    public void An_owner_is_refused() =>
        Assert.Throws<ArgumentException>(() => new VirtualRouter(Dut.Settings with { SyncGroup = "VG_1", Priority = 255 }));
}
