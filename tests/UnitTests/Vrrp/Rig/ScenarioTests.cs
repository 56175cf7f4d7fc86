using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp.Rig;

/// <summary>Several virtual routers on one link in virtual time.</summary>
public class ScenarioTests
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

    [Theory]
    [InlineData(3, 2)]
    [InlineData(3, 3)]
    [InlineData(3, 5)]
    [InlineData(2, 3)]
    public void C170_the_strongest_of_many_is_the_only_master(byte version, int count)
    {
        Network network = new();
        for (int i = 1; i <= count; i++)
        {
            network.Add($"192.0.2.{10 + i}", (byte)(40 * i), Dut.Settings with { Version = version });
        }

        network.StartAll();
        network.RunUntil(4);
        Node best = network.Nodes[^1];
        Assert.Same(best, Assert.Single(network.Masters));
        Assert.Equal(3 + ((256 - (40 * count)) / 256.0), best.Transitions[^1].At);
        Assert.Equal(0, network.DualSeconds);
        Assert.All(network.Nodes.SkipLast(1), node => Assert.Empty(node.Sent));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(100)]
    [InlineData(10)]
    public void C171_a_crash_is_followed_by_takeover_Down_after_the_last_advert(int milliseconds)
    {
        (Network network, Node strong, Node weak) = Pair(Every(milliseconds));
        network.Run(0.0042);
        strong.Crash();
        network.Run(5);
        double down = (3 + (156 / 256.0)) * milliseconds / 1000;
        Assert.Equal(strong.Sent[^1].At + 0.0002 + down, weak.Transitions[^1].At, 7);
        Assert.Same(weak, Assert.Single(network.Masters));
        Assert.StartsWith("No advertisement from 192.0.2.13 for", weak.Router.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void C172_a_stop_is_followed_by_takeover_the_taught_Skew_later()
    {
        (Network network, Node strong, Node weak) = Pair();
        strong.Stop();
        network.Run(1);
        Assert.Equal(10 + 0.0002 + 0.00609375, weak.Transitions[^1].At, 9);
        Assert.Equal(0, network.DualSeconds);
        Assert.StartsWith("192.0.2.13 left on purpose", weak.Router.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(100)]
    public void C173_only_the_second_best_speaks_on_failover(int milliseconds)
    {
        Network network = new();
        Node first = network.Add("192.0.2.11", 200, Every(milliseconds));
        Node second = network.Add("192.0.2.12", 150, Every(milliseconds));
        Node third = network.Add("192.0.2.13", 100, Every(milliseconds));
        network.StartAll();
        network.Run(10);
        first.Crash();
        network.Run(10);
        Assert.Same(second, Assert.Single(network.Masters));
        Assert.Empty(third.Sent);
        Assert.Equal(0, network.DualSeconds);
    }

    [Fact]
    public void C174_equal_priorities_resolve_within_one_interval_to_the_greater_address()
    {
        Network network = new();
        network.Add("192.0.2.12", 150);
        Node greater = network.Add("192.0.2.13", 150);
        network.StartAll();
        network.RunUntil(20);
        Assert.Same(greater, Assert.Single(network.Masters));
        Assert.InRange(network.DualSeconds, 0, 1);
        Assert.Equal(2, network.Nodes.Sum(node => node.Transitions.Count(t => t.To == RouterState.Master)));
    }

    [Theory]
    [InlineData(10.0)]
    [InlineData(10.3)]
    [InlineData(10.45)]
    [InlineData(10.9)]
    public void C175_after_a_partition_one_master_within_one_interval(double seconds)
    {
        (Network network, Node strong, Node weak) = Pair();
        weak.Segment = 1;
        network.Run(seconds);
        Assert.Equal(2, network.Masters.Length);
        weak.Segment = 0;
        double healed = network.Now.Nanoseconds / 1e9;
        network.Run(1.001);
        Assert.Same(strong, Assert.Single(network.Masters));
        network.Run(30);
        Assert.Same(strong, Assert.Single(network.Masters));
        Assert.True(weak.Transitions[^1].At <= healed + 1.001);
    }

    [Fact]
    public void C175_the_winner_announces_when_it_hears_the_loser()
    {
        (Network network, Node strong, Node weak) = Pair();
        weak.Segment = 1;
        network.Run(10);

        // Only the loser's adverts come through for a while, so the winner hears one before it is obeyed.
        network.Reaches = (from, to) => from == weak;
        network.Run(1);
        network.Reaches = (_, _) => true;
        network.Run(1);
        Assert.Same(strong, Assert.Single(network.Masters));
        Assert.Contains(strong.Volleys, at => at > 20);
    }

    [Fact]
    public void C176_with_preempt_off_a_stronger_node_that_returns_stays_backup()
    {
        (Network network, Node strong, Node weak) = Pair(Dut.Settings with { Preempt = false });
        strong.Crash();
        network.Run(10);
        strong.Restart();
        network.Run(60);
        Assert.Same(weak, Assert.Single(network.Masters));
        Assert.Equal(RouterState.Backup, strong.Router.State);
    }

    [Fact]
    public void C177_with_preempt_on_it_takes_over_once_after_Down()
    {
        (Network network, Node strong, Node weak) = Pair();
        strong.Crash();
        network.Run(10);
        strong.Restart();
        double restarted = network.Now.Nanoseconds / 1e9;
        int before = strong.Transitions.Count;
        network.Run(60);
        Assert.Same(strong, Assert.Single(network.Masters));
        Assert.Equal(before + 1, strong.Transitions.Count);
        Assert.Equal(restarted + 3 + (56 / 256.0), strong.Transitions[^1].At, 7);
        Assert.Equal([RouterState.Backup, RouterState.Master, RouterState.Backup], weak.Transitions.Select(t => t.To));
        Assert.InRange(network.DualSeconds, 0, 0.001);
    }

    [Fact]
    public void C178_a_backup_with_a_shorter_interval_follows_the_masters()
    {
        Network network = new();
        Node slow = network.Add("192.0.2.12", 200, Every(4000));
        Node fast = network.Add("192.0.2.13", 100, Every(100));
        slow.Start();
        network.Run(14);
        fast.Start();
        network.Run(120);
        Assert.Same(slow, Assert.Single(network.Masters));

        // It may take the role once before it hears the first advert, and yields to it.
        Assert.InRange(fast.Transitions.Count, 1, 3);
        Assert.Equal(Duration.FromSeconds(4), fast.Router.MasterAdverInterval);
    }

    [Fact]
    public void C126_two_nodes_with_one_address_do_not_talk_each_other_to_death()
    {
        Network network = new();
        Node first = network.Add("192.0.2.12", 100);
        Node second = network.Add("192.0.2.12", 100);
        first.Start();
        network.Run(0.5);
        second.Start();
        network.Run(29.5);
        Assert.All(network.Nodes, node => Assert.InRange(node.Sent.Count, 20, 60));
        Assert.All(network.Nodes, node => Assert.NotEmpty(node.Alarms));
    }

    [Fact]
    public void C180_tracking_moves_the_role_and_back()
    {
        (Network network, Node strong, Node weak) = Pair();
        strong.Set((r, now, actions) => r.SetPriority(50, now, actions));
        network.Run(10);
        Assert.Same(weak, Assert.Single(network.Masters));
        strong.Set((r, now, actions) => r.SetPriority(200, now, actions));
        network.Run(10);
        Assert.Same(strong, Assert.Single(network.Masters));
        Assert.InRange(network.DualSeconds, 0, 0.01);
    }

    [Fact]
    public void C181_two_routers_with_crossed_priorities_share_one_link()
    {
        // Two nodes, two virtual routers: each node is two Nodes with one address, and VRIDs keep them apart.
        Network network = new();
        VirtualRouterSettings other = Dut.Settings with { Vrid = 20, Addresses = [new(Address.Parse("192.0.2.2"), 24)] };
        Node a10 = network.Add("192.0.2.11", 200);
        Node a20 = network.Add("192.0.2.11", 100, other);
        Node b10 = network.Add("192.0.2.12", 100);
        Node b20 = network.Add("192.0.2.12", 200, other);
        network.StartAll();
        network.Run(10);
        Assert.Equal([a10, b20], network.Masters);
        b20.Crash();
        b10.Crash();
        network.Run(10);
        Assert.Equal([a10, a20], network.Masters);
    }

    [Fact]
    public void C198_one_way_loss_is_an_alarm_on_the_side_that_hears()
    {
        (Network network, Node strong, Node weak) = Pair();
        network.Reaches = (from, _) => from != strong;
        network.Run(20);
        Assert.Equal(2, network.Masters.Length);
        Assert.Contains(strong.Alarms, sentence => sentence.Contains("does not hear this node", StringComparison.Ordinal));
        Assert.Same(weak, network.Masters[1]);
    }
}
