using System.Net;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>SIGHUP: the new file whole and between two adverts, or nothing at all.</summary>
public sealed class ReloadTests
{
    private static readonly Variant V3 = Variant.Named("v3");

    [Fact]
    public void A_file_with_a_typo_changes_nothing_and_status_says_where_it_is()
    {
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry);
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        MonotonicTime reload = LabClock.Now;
        PluginsJson changed = file with { Nodes = [new(1, 50), new(2, 100)] };
        web1.Reload(changed.Text().Replace("\"vrid\"", "\"vridd\"", StringComparison.Ordinal));
        cluster.Until(() => !web1.Status().Config.LastReloadSucceeded, "the refusal");
        cluster.WaitForMoreAdverts("web1", 5);

        ConfigStatus config = web1.Status().Config;
        string[] lines = File.ReadAllLines(web1.ConfigFile);
        int line = Array.FindIndex(lines, text => text.Contains("vridd", StringComparison.Ordinal));
        Assert.Contains($":{line + 1}:{lines[line].IndexOf('"', StringComparison.Ordinal) + 1}: error", config.LastReload, StringComparison.Ordinal);
        Assert.Contains("vridd", config.LastReload, StringComparison.Ordinal);
        Assert.All(cluster.Adverts("web1", reload), advert => Assert.Equal(150, advert.Priority));
        cluster.AssertSilent("web2", reload);
        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");

        web1.Reload(file);
        cluster.Until(() => web1.Status().Config is { LastReloadSucceeded: true, LastReload: "" }, "the mended file to be in force");
    }

    [Fact]
    public void C027_a_changed_priority_is_in_the_next_adverts_without_leaving_MASTER()
    {
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry);
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        MonotonicTime reload = LabClock.Now;
        web1.Reload(file with { Nodes = [new(1, 120), new(2, 100)] });
        cluster.WaitForAdvert("web1", reload, advert => advert.Priority == 120);
        cluster.WaitForMoreAdverts("web1", 5);

        Assert.Equal(120, web1.Router(Variant.Router).Priority.Base);
        cluster.AssertSilent("web2", reload);
        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");
        Assert.True(web1.Status().Config.LastReloadSucceeded);
    }

    [Fact]
    public void A_priority_below_the_peers_hands_the_role_over()
    {
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry);
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        web1.Reload(file with { Nodes = [new(1, 50), new(2, 100)] });

        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);
        Assert.Contains("stronger master 10.77.0.2", web1.Router(Variant.Router).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void C131_added_and_removed_addresses_are_put_in_force_without_leaving_MASTER()
    {
        var added = Address.Parse("10.77.0.101");
        using var cluster = Cluster.Of(2);
        using var tap = new FrameTap(cluster.Network.Client, "ip proto 112");
        RouterEntry router = V3.RouterEntry with { AnnounceDelay = "0s" };
        PluginsJson file = PluginsJson.Pair(router);
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        MonotonicTime reload = LabClock.Now;
        web1.Reload(PluginsJson.Pair(router with { Addresses = ["10.77.0.100/24", "10.77.0.101/24"] }));
        cluster.Until(() => cluster.Holds("web1", added), "the added address");
        Assert.NotNull(cluster.Wire.WaitFor(
            seen => seen.Kind == WireEventKind.GratuitousArp && seen.Target == added, reload, TimeSpan.FromSeconds(10)));
        cluster.Until(() => LastList(tap).SequenceEqual(["10.77.0.100", "10.77.0.101"]), "adverts with both addresses");

        web1.Reload(PluginsJson.Pair(router with { Addresses = ["10.77.0.101/24"] }));
        cluster.Until(() => cluster.Holders(V3.Vip).Count == 0, "the removed address to go");
        cluster.Until(() => LastList(tap).SequenceEqual(["10.77.0.101"]), "adverts with the one address");

        Assert.Equal(["web1"], cluster.Holders(added));
        Assert.DoesNotContain(cluster.Adverts("web1", reload), advert => advert.Priority == 0);
        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");
    }

    [Fact]
    public void C129_a_router_taken_out_of_the_file_resigns_with_priority_0()
    {
        var other = Address.Parse("10.77.0.102");
        using var cluster = Cluster.Of(2);
        RouterEntry stays = V3.RouterEntry;
        RouterEntry goes = new("GOES", 62, "10.77.0.102/24");
        PluginsJson file = PluginsJson.Pair(stays, goes);
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.WaitForMaster("web1", "GOES", other);

        MonotonicTime reload = LabClock.Now;
        web1.Reload(PluginsJson.Pair(stays));
        cluster.WaitForAdvert("web1", reload, advert => advert is { Vrid: 62, Priority: 0 });
        cluster.WaitForMaster("web2", "GOES", other);

        Assert.Equal(["web1"], cluster.Holders(V3.Vip));
        Assert.DoesNotContain(cluster.Adverts("web1", reload), advert => advert is { Vrid: Variant.Vrid, Priority: 0 });
        Assert.DoesNotContain(web1.Status().VirtualRouters, router => router.Name == "GOES");

        // And back in: it takes part again.
        web1.Reload(file);
        cluster.WaitForMaster("web1", "GOES", other);
    }

    [Fact]
    public void Another_version_is_another_virtual_router_under_the_same_VRID()
    {
        using var cluster = Cluster.Of(1);
        RouterEntry router = V3.RouterEntry with { AdvertInterval = "1s" };
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(router));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        web1.Reload(PluginsJson.Pair(router with { Version = 2 }));
        cluster.Until(() => cluster.Holders(V3.Vip).Count == 0, "the old one to let go");
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        Assert.Equal(2, web1.Router(Variant.Router).Version);
    }

    /// <summary>The addresses of the last advert of web1 that the tap saw.</summary>
    private static IReadOnlyList<string> LastList(FrameTap tap)
    {
        byte[] source = [10, 77, 0, 1];
        byte[]? bytes = tap.Raw.LastOrDefault(frame => frame.AsSpan(26, 4).SequenceEqual(source));
        if (bytes is null)
        {
            return [];
        }

        return [.. Enumerable.Range(0, bytes[37]).Select(number => new IPAddress(bytes.AsSpan(42 + (4 * number), 4)).ToString())];
    }
}
