using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>A weighted check lowers the master below a node that the file knows: that node comes after milliseconds, as after a failed onFail.</summary>
public sealed class LoweredMasterTests
{
    private static readonly VirtualRouterSettings Pair = Dut.Settings with { StrongestPeer = 90 };
    private static readonly Duration Short = VirtualRouterSettings.ShortestInterval;

    private static (double At, byte Priority, Duration Interval)[] Adverts(Dut dut) =>
    [
        .. dut.Log.Where(entry => entry.Action.Kind == RouterActionKind.SendAdvertisement)
            .Select(entry => (entry.At, entry.Action.Priority, entry.Action.Interval)),
    ];

    private static Dut Lowered(VirtualRouterSettings settings, byte to)
    {
        Dut dut = Dut.Master(settings);
        dut.RunUntil(0.5);
        dut.Do((r, now, actions) => r.SetPriority(to, now, actions));
        dut.RunUntil(0.5);
        return dut;
    }

    [Fact]
    public void A_master_that_falls_below_a_peer_teaches_it_and_says_so_at_once_and_stays_master()
    {
        Dut dut = Lowered(Pair, 40);
        Duration second = Duration.FromSeconds(1);
        Assert.Equal([(0.5, 100, Short), (0.5, 40, second), (0.5, 40, second)], Adverts(dut));
        Assert.Equal(RouterState.Master, dut.State);
        dut.RunUntil(2.6);
        Assert.Equal([1.5, 2.5], Adverts(dut).Skip(3).Select(advert => advert.At));
        Assert.All(Adverts(dut).Skip(3), advert => Assert.Equal((40, second), (advert.Priority, advert.Interval)));
    }

    [Fact]
    public void A_master_that_stays_the_best_or_knows_of_nobody_better_calls_nobody()
    {
        Assert.Empty(Adverts(Lowered(Pair, 90)));
        Assert.Empty(Adverts(Lowered(Pair with { StrongestPeer = null }, 1)));
        Assert.Empty(Adverts(Lowered(Pair with { Version = 2 }, 40)));
        Dut member = Dut.Master(Pair);
        member.Do((r, now, actions) => r.Apply(Pair with { SyncGroup = "VG_1" }, now, actions));
        member.RunUntil(0.5);
        member.Do((r, now, actions) => r.SetPriority(40, now, actions));
        member.RunUntil(0.5);
        Assert.Empty(Adverts(member));
    }

    /// <summary>Both happen in one turn of the loop: a drain lowers the priority and then leaves the role.</summary>
    [Fact]
    public void Who_leaves_the_role_at_the_same_time_leaves_it_as_the_master_that_the_backups_know()
    {
        Dut dut = Dut.Master(Pair);
        dut.RunUntil(0.5);
        dut.Do((r, now, actions) => r.SetPriority(1, now, actions));
        dut.Do((r, now, actions) => r.StepDown("drained", now, actions));
        dut.RunUntil(0.5);
        Assert.Equal([(0.5, 100, Short), (0.5, 0, Short)], Adverts(dut));
    }

    [Theory]
    [InlineData(90)]
    [InlineData(50)]
    [InlineData(30)]
    public void The_better_node_comes_after_milliseconds_and_no_other_at_all(byte priority)
    {
        Dut peer = new(Dut.Settings with { Priority = priority });
        peer.HearAt(0, 100);
        peer.RunUntil(0.5);
        Hear(peer, 100, Short);
        Hear(peer, 40, Duration.FromSeconds(1));
        Hear(peer, 40, Duration.FromSeconds(1));
        peer.RunUntil(0.55);
        Assert.Equal(priority > 40 ? RouterState.Master : RouterState.Backup, peer.State);

        // Taught again: it waits as it did before.
        peer.RunUntil(3);
        Assert.Equal(priority > 40 ? RouterState.Master : RouterState.Backup, peer.State);
        Assert.Empty(peer.Alarms);
    }

    /// <summary>Extension: with no-preempt the peer takes over from a master whose checks have lowered it; that is as fast.</summary>
    [Fact]
    public void Health_before_no_preempt_is_as_fast()
    {
        Dut peer = new(Dut.Settings with { Priority = 90, Preempt = false, Health = new(0, [new(Dut.Peer, 100)]) });
        peer.HearAt(0, 100);
        peer.RunUntil(0.5);
        Hear(peer, 100, Short);
        Hear(peer, 40, Duration.FromSeconds(1));
        peer.RunUntil(0.55);
        Assert.Equal(RouterState.Master, peer.State);
        Assert.Contains("its checks fail", peer.Router.Why, StringComparison.Ordinal);
    }

    /// <summary>Hand-over after hand-over, with nothing heard between two of them: each teaches the shortest interval once, which is nobody's setting.</summary>
    [Fact]
    public void The_interval_that_a_hand_over_teaches_is_not_reported_as_the_peers()
    {
        Dut peer = new();
        for (int i = 0; i < 3; i++)
        {
            Hear(peer, 150, Short);
            Hear(peer, 0, Short);
        }

        Assert.Empty(peer.Alarms);
        Hear(peer, 150, Duration.FromSeconds(2));
        Hear(peer, 150, Duration.FromSeconds(2));
        Assert.Single(peer.Alarms);
    }

    private static void Hear(Dut dut, byte priority, Duration interval) => dut.Hear(priority, interval.Nanoseconds / 1e9);
}
