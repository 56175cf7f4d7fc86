using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Addresses that move with the role and are not in the adverts.</summary>
public sealed class ExcludedAddressTests
{
    private static readonly Variant V3 = Variant.Named("v3");
    private static readonly Address Other = Address.Parse("10.77.0.101");
    private static readonly Address Other6 = Address.Parse("fd77::101");

    [Fact]
    public void They_are_bound_announced_put_back_and_handed_over_but_not_advertised()
    {
        using var cluster = Cluster.Of(2);
        using var tap = new FrameTap(cluster.Network.Client, "ip proto 112");
        PluginsJson file = PluginsJson.Pair(With("10.77.0.101/24", "fd77::101/64"));
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, Other);
        cluster.WaitForMaster("web1", Variant.Router, Other6);
        AssertAnnounced(Other, cluster.Begin);
        AssertAnnounced(Other6, cluster.Begin);
        cluster.Network.Client.RunToEnd("ip", "address", "add", "fd77::fe/64", "dev", "eth0", "nodad");
        Assert.True(cluster.ClientPings(Other) && cluster.ClientPings(Other6), cluster.Describe());

        AddressStatus[] addresses = [.. web1.Router(Variant.Router).Addresses];
        Assert.Equal(
            [("10.77.0.100/24", true, true), ("10.77.0.101/24", false, true), ("fd77::101/64", false, true)],
            addresses.Select(one => (one.Address, one.Advertised, one.Bound)));

        MonotonicTime deletion = LabClock.Now;
        cluster["web1"].RunToEnd("ip", "address", "del", "fd77::101/64", "dev", "eth0");
        AssertAnnounced(Other6, deletion);
        cluster.Until(() => cluster.Holds("web1", Other6), "the address to be back");

        Assert.Equal(0, web1.Stop());
        cluster.WaitForMaster("web2", Variant.Router, Other);
        cluster.WaitForMaster("web2", Variant.Router, Other6);
        Assert.NotEmpty(tap.Raw);
        Assert.All(tap.Raw, frame => Assert.Equal(1, frame[14 + 20 + 3]));

        void AssertAnnounced(Address address, MonotonicTime since) =>
            Assert.NotNull(cluster.Wire.WaitFor(seen => seen.IsAnnouncement && seen.Target == address, since, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void A_reload_adds_and_removes_them_without_leaving_MASTER()
    {
        using var cluster = Cluster.Of(2);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(With()));
        cluster.Start("web2", PluginsJson.Pair(With()));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        MonotonicTime reload = LabClock.Now;
        web1.Reload(PluginsJson.Pair(With("10.77.0.101/24")));
        cluster.Until(() => cluster.Holds("web1", Other), "the added address");
        Assert.NotNull(cluster.Wire.WaitFor(seen => seen.IsAnnouncement && seen.Target == Other, reload, TimeSpan.FromSeconds(10)));

        web1.Reload(PluginsJson.Pair(With()));
        cluster.Until(() => cluster.Holders(Other).Count == 0, "the removed address to go");

        Assert.Equal(["web1"], cluster.Holders(V3.Vip));
        Assert.DoesNotContain(cluster.Adverts("web1", reload), advert => advert.Priority == 0);
        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");
    }

    [Fact]
    public void Six_hundred_of_them_move_as_one()
    {
        Address[] many = [.. Enumerable.Range(0, 600).Select(i => Address.Parse($"10.78.{i / 200}.{(i % 200) + 1}"))];
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(With([.. many.Select(address => $"{address}/32")]));
        using AgentInNode web1 = cluster.Start("web1", file);
        using AgentInNode web2 = cluster.Start("web2", file);
        cluster.Until(() => Count("web1") == 600, "web1 to hold all");
        cluster.WaitForMoreAdverts("web1", 10);

        Assert.Equal(0, web1.Stop());
        cluster.Until(() => Count("web2") == 600, "web2 to hold all");

        Assert.Equal(0, Count("web1"));
        Assert.Single(web2.Status().Transitions, transition => transition.To == "MASTER");
        MonotonicTime last = cluster.Begin;
        Assert.NotNull(cluster.Wire.WaitFor(seen => seen.IsAnnouncement && seen.Target == many[^1], last, TimeSpan.FromSeconds(10)));

        int Count(string node) => cluster[node].KernelAddresses().Intersect(many).Count();
    }

    private static RouterEntry With(params string[] excluded) => V3.RouterEntry with
    {
        AnnounceDelay = "0s",
        More = $$"""{ "excludedAddresses": [{{string.Join(", ", excluded.Select(one => $"\"{one}\""))}}] }""",
    };
}
