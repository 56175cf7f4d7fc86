using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Configuration;

/// <summary>What <c>unicast</c> and <c>sourceAddress</c> become on each node.</summary>
public sealed class UnicastTests
{
    [Fact]
    public void C182_left_out_it_is_multicast_and_false_says_the_same()
    {
        Assert.Null(Sample.Config(Sample.With()).VirtualRouters[0].Unicast);
        Assert.Null(Sample.Config(Sample.With(router: "\"unicast\": false,")).VirtualRouters[0].Unicast);
    }

    [Fact]
    public void C182_true_means_the_other_nodes_by_the_address_they_advertise_from()
    {
        HotStandbyConfig config = Sample.Config(Sample.With(
            router: "\"unicast\": true,", node: ", \"virtualRouters\": { \"VI_1\": { \"sourceAddress\": \"192.168.56.41\" } }"));

        Assert.Equal(["192.168.56.132"], Peers(config, "web1"));
        Assert.Equal(["192.168.56.41"], Peers(config, "web2"));
        Assert.Equal(Address.Parse("192.168.56.41"), config.VirtualRouters[0].SourceAddressOn(config.Nodes[0]));
        UnicastSettings unicast = RouterSettings.For(config.VirtualRouters[0], config.Nodes[0]).Unicast!;
        Assert.Equal((255, true), (unicast.MinimumTtl, unicast.CheckSource));
    }

    [Fact]
    public void C182_in_a_list_each_node_leaves_itself_out()
    {
        HotStandbyConfig config = Sample.Config(Sample.With(router: """
            "unicast": { "peers": ["192.168.56.131", "192.168.56.132", "10.0.0.9"], "minTtl": 254, "checkSource": false },
            """));

        Assert.Equal(["192.168.56.132", "10.0.0.9"], Peers(config, "web1"));
        Assert.Equal(["192.168.56.131", "10.0.0.9"], Peers(config, "web2"));
        UnicastSettings unicast = RouterSettings.For(config.VirtualRouters[0], config.Nodes[1]).Unicast!;
        Assert.Equal((254, false), (unicast.MinimumTtl, unicast.CheckSource));
    }

    private static IEnumerable<string> Peers(HotStandbyConfig config, string node) =>
        config.VirtualRouters[0].Unicast!.Peers[node].Select(one => one.ToString());
}
