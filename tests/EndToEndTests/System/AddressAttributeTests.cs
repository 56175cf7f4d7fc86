using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Label, scope, peer and broadcast of virtual addresses, from the file to the kernel and back.</summary>
public sealed class AddressAttributeTests
{
    private static readonly Address PointToPoint = Address.Parse("10.9.0.1");

    private static readonly RouterEntry Entry = Variant.Named("v3").RouterEntry with { AnnounceDelay = "0s" };

    [Fact]
    public void They_are_in_the_kernel_and_an_address_with_a_peer_is_put_back_and_handed_over()
    {
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(With("eth0:vip"));
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, PointToPoint);
        Assert.Contains("scope link dynamic eth0:vip", Show(cluster), StringComparison.Ordinal);
        Assert.Contains("10.9.5.0/24 dev eth0 proto 112 scope link src 10.9.0.1", Routes(cluster), StringComparison.Ordinal);
        AddressStatus status = web1.Router(Variant.Router).Addresses[^1];
        Assert.Equal(("10.9.0.1/24", true, "peer 10.9.5.2"), (status.Address, status.Bound, status.Attributes));

        // Some renewals: the address is neither taken for missing nor bound twice.
        cluster.WaitForMoreAdverts("web1", 10);
        Assert.DoesNotContain("taken off", web1.Log, StringComparison.Ordinal);
        MonotonicTime deletion = LabClock.Now;
        cluster["web1"].RunToEnd("ip", "address", "del", "10.9.0.1/32", "dev", "eth0");
        Assert.NotNull(cluster.Wire.WaitFor(seen => seen.IsAnnouncement && seen.Target == PointToPoint, deletion, TimeSpan.FromSeconds(10)));
        cluster.Until(() => cluster.Holds("web1", PointToPoint), "the address to be back");
        Assert.Contains("10.9.5.0/24 dev eth0 proto 112 scope link src 10.9.0.1", Routes(cluster), StringComparison.Ordinal);

        Assert.Equal(0, web1.Stop());
        cluster.WaitForMaster("web2", Variant.Router, PointToPoint);
        Assert.DoesNotContain("10.9.0.1", Show(cluster), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reload_with_another_label_puts_the_address_on_anew_without_leaving_MASTER()
    {
        using var cluster = Cluster.Of(1);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(With("eth0:old")));
        cluster.WaitForMaster("web1", Variant.Router, PointToPoint);

        MonotonicTime reload = LabClock.Now;
        web1.Reload(PluginsJson.Pair(With("eth0:new")));
        cluster.Until(() => Show(cluster).Contains("eth0:new", StringComparison.Ordinal), "the new label");

        Assert.DoesNotContain("eth0:old", Show(cluster), StringComparison.Ordinal);
        Assert.NotNull(cluster.Wire.WaitFor(seen => seen.IsAnnouncement && seen.Target == Address.Parse("10.77.9.1"), reload, TimeSpan.FromSeconds(10)));
        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");
        Assert.DoesNotContain(cluster.Adverts("web1", reload), advert => advert.Priority == 0);
    }

    private static RouterEntry With(string label) => Entry with
    {
        More = $$"""
            {
              "addresses": ["10.77.0.100/24", { "address": "10.77.9.1/32", "label": "{{label}}", "scope": "link" }],
              "excludedAddresses": [{ "address": "10.9.0.1/24", "peer": "10.9.5.2" }]
            }
            """,
    };

    private static string Routes(Cluster cluster) => cluster["web1"].RunToEnd("ip", "route", "show");

    private static string Show(Cluster cluster) => cluster["web1"].RunToEnd("ip", "address", "show", "dev", "eth0");
}
