using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp.Rig;

/// <summary>Leaving on purpose without a hole, and what a yielding master owes its clients.</summary>
public class HandOverTests
{
    private static VirtualRouterSettings Every(int milliseconds) => Dut.Settings with { AdvertisementInterval = Duration.FromMilliseconds(milliseconds) };

    private static (Network Network, Node Strong, Node Weak) Pair(VirtualRouterSettings? settings = null)
    {
        Network network = new();
        Node strong = network.Add("192.0.2.13", 200, settings);
        Node weak = network.Add("192.0.2.12", 100, settings);
        network.StartAll();
        network.Run(10);
        Assert.Same(strong, Assert.Single(network.Masters));
        return (network, strong, weak);
    }

    private static double Dark(Network network, Action fault, double seconds)
    {
        double before = network.DarkSeconds;
        fault();
        network.Run(seconds);
        return network.DarkSeconds - before;
    }

    [Theory]
    [InlineData(3, 1000)]
    [InlineData(3, 100)]
    [InlineData(3, 10)]
    [InlineData(2, 1000)]
    public void A_stop_a_fault_and_a_switchover_leave_no_moment_without_a_holder(byte version, int milliseconds)
    {
        Action<Node>[] ways =
        [
            node => node.Stop(),
            node => node.Set((r, now, actions) => r.SetReadiness(Readiness.Fault, "Check nginx failed.", now, actions)),
            node => node.Set((r, now, actions) => r.StepDown("The operator said so.", now, actions)),
        ];
        foreach (Action<Node> way in ways)
        {
            (Network network, Node strong, Node weak) = Pair(Every(milliseconds) with { Version = version });
            double doubly = network.DoublyHeldSeconds;
            Assert.Equal(0, Dark(network, () => way(strong), 2), 9);
            Assert.Same(weak, Assert.Single(network.Masters));
            Assert.False(strong.HoldsAddresses);
            Assert.Empty(weak.Alarms);

            // From the new master's decision to its advert's arrival.
            Assert.InRange(network.DoublyHeldSeconds - doubly, 0, 0.00021);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public void Who_is_lowered_below_a_backup_in_the_same_moment_still_teaches_it_to_come_at_once(byte lowered)
    {
        (Network network, Node strong, Node weak) = Pair();
        MonotonicTime left = network.Now;
        strong.Set((r, now, actions) => r.SetPriority(lowered, now, actions));
        Assert.Equal(0, Dark(network, () => strong.Set((r, now, actions) => r.StepDown("Drained by the operator.", now, actions)), 2), 9);
        Assert.Same(weak, Assert.Single(network.Masters));
        Assert.Equal(TransitionReason.PriorityZero, weak.Router.LastReason);
        Assert.True(weak.Router.Since - left <= VirtualRouterSettings.ShortestInterval, $"came after {weak.Router.Since - left}");
    }

    [Fact]
    public void Who_stays_alone_lets_the_addresses_go_after_the_time_a_successor_may_take()
    {
        (Network network, Node strong, Node weak) = Pair();
        weak.Crash();
        strong.Stop();
        network.Run(1.049);
        Assert.True(strong.HoldsAddresses);
        network.Run(0.002);
        Assert.False(strong.HoldsAddresses);
    }

    [Fact]
    public void After_a_switchover_nobody_answers_so_it_takes_the_role_back_and_the_addresses_never_left()
    {
        (Network network, Node strong, Node weak) = Pair();
        weak.Crash();
        Assert.Equal(0, Dark(network, () => strong.Set((r, now, actions) => r.StepDown("The operator said so.", now, actions)), 30), 9);
        Assert.Same(strong, Assert.Single(network.Masters));
        Assert.Equal(TransitionReason.TakenBack, strong.Router.LastReason);
        Assert.Equal("This node left the role, and nobody came for 1.05 s: took it back.", strong.Router.Why);
    }

    [Fact]
    public void After_a_switchover_the_stronger_node_preempts_only_when_it_is_told_or_the_other_fails()
    {
        (Network network, Node strong, Node weak) = Pair();
        strong.Set((r, now, actions) => r.StepDown("The operator said so.", now, actions));
        network.Run(60);
        Assert.Same(weak, Assert.Single(network.Masters));
        Assert.Equal((RouterState.Backup, TransitionReason.Switchover), (strong.Router.State, strong.Router.LastReason));
        strong.Router.Resume();
        network.Run(10);
        Assert.Same(strong, Assert.Single(network.Masters));

        strong.Set((r, now, actions) => r.StepDown("Again.", now, actions));
        network.Run(60);
        Assert.Same(weak, Assert.Single(network.Masters));
        weak.Crash();
        network.Run(10);
        Assert.Same(strong, Assert.Single(network.Masters));
    }

    [Fact]
    public void A_check_that_is_well_again_during_the_hand_over_makes_a_backup_of_it()
    {
        (Network network, Node strong, Node weak) = Pair();
        strong.Set((r, now, actions) => r.SetReadiness(Readiness.Fault, "Check nginx failed.", now, actions));
        strong.Set((r, now, actions) => r.SetReadiness(Readiness.Ready, "Check nginx is well again.", now, actions));
        network.Run(1);
        Assert.Same(weak, Assert.Single(network.Masters));
        Assert.Equal(RouterState.Backup, strong.Router.State);
        Assert.False(strong.HoldsAddresses);
        network.Run(10);
        Assert.Same(strong, Assert.Single(network.Masters));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(100)]
    [InlineData(10)]
    public void C175_after_a_healed_split_the_winner_announces_within_one_interval_whoever_is_heard_first(int milliseconds)
    {
        for (int phase = 0; phase < 40; phase++)
        {
            (Network network, Node strong, Node weak) = Pair(Every(milliseconds));
            weak.Segment = 1;
            network.Run(7 + (phase * milliseconds / 40_000.0));
            Assert.Equal(2, network.Masters.Length);
            weak.Segment = 0;
            double healed = network.Now.Nanoseconds / 1e9;
            network.Run(10);
            Assert.Same(strong, Assert.Single(network.Masters));

            // Both announced: whoever did so last has the clients.
            double yielded = weak.Transitions[^1].At;
            Assert.Contains(strong.Volleys, at => at >= yielded - 0.0005 && at <= healed + (milliseconds / 1000.0) + 0.001);
            Assert.True(strong.Volleys[^1] > weak.Volleys[^1]);
        }
    }
}
