using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Configuration;

/// <summary><c>routes</c> and <c>rules</c>.</summary>
public sealed class RouteTests
{
    private const string Whole = """
        "routes": [
          { "to": "10.0.0.0/8", "via": "192.168.56.1", "device": "eth1", "source": "192.168.56.188", "metric": 10, "table": 100, "scope": "global" },
          { "to": "default", "via": "fe80::1" },
          { "to": "default", "metric": 7 }
        ],
        "rules": [{ "from": "192.168.56.188", "to": "10.0.0.0/8", "table": 100, "priority": 1000 }],
        """;

    [Fact]
    public void Takes_every_key_and_a_default_route_is_of_the_family_of_its_gateway()
    {
        VirtualRouterConfig router = Sample.Config(Sample.With(router: Whole)).VirtualRouters[0];

        Assert.Equal(
            [
                "route 10.0.0.0/8 via 192.168.56.1 dev eth1 src 192.168.56.188 metric 10 table 100 scope global",
                "route ::/0 via fe80::1",
                "route 0.0.0.0/0 metric 7",
            ],
            router.Routes.Select(one => one.ToString()));
        Assert.Equal((RoutingEntry.MainTable, 0u), (router.Routes[1].Table, router.Routes[1].Metric));
        Assert.Equal(["rule from 192.168.56.188/32 to 10.0.0.0/8 table 100 priority 1000"], router.Rules.Select(one => one.ToString()));
    }

    [Fact]
    public void Generators_see_them()
    {
        Abstractions.VirtualRouterModel router = ClusterModelWriter.From(Sample.Config(Sample.With(router: Whole))).VirtualRouters[0];

        Assert.Equal(new Abstractions.RouteModel("10.0.0.0/8", "192.168.56.1", "eth1", "192.168.56.188", 10, 100, "global"), router.Routes[0]);
        Assert.Equal(new Abstractions.RouteModel("::/0", "fe80::1", "", "", 0, 254, ""), router.Routes[1]);
        Assert.Equal([new Abstractions.RuleModel("192.168.56.188/32", "10.0.0.0/8", 100, 1000)], router.Rules);
    }

    [Theory]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("10.1.2.3/31", "10.1.2.2/31")]
    [InlineData("fd00:1::1/15", "fd00::/15")]
    [InlineData("fd00::1/128", "fd00::1/128")]
    public void A_subnet_has_no_bits_beyond_its_length(string text, string subnet)
    {
        string[] parts = text.Split('/');
        AddressPrefix prefix = new(Address.Parse(parts[0]), byte.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(subnet, prefix.Subnet().ToString());
    }

    [Fact]
    public void A_reload_compares_them()
    {
        HotStandbyConfig old = Sample.Config(Sample.With());
        HotStandbyConfig file = Sample.Config(Sample.With(router: Whole));

        PlannedChange change = Assert.Single(ReloadPlan.Between(old, old.Nodes[0], file, file.Nodes[0]).VirtualRouters);

        Assert.Equal(["routes", "rules"], change.Changes.Select(one => one.Setting));
    }
}
