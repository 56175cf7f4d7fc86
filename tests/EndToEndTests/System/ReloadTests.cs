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

    [Fact]
    public void The_verb_says_the_plan_does_nothing_in_a_dry_run_and_refuses_a_broken_file_with_line_and_column()
    {
        using var cluster = Cluster.Of(2);
        RouterEntry stays = V3.RouterEntry;
        RouterEntry goes = new("GOES", 62, "10.77.0.102/24");
        PluginsJson file = PluginsJson.Pair(stays, goes);
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.WaitForMaster("web1", "GOES", Address.Parse("10.77.0.102"));

        // A virtual router taken out and a typo elsewhere: nothing happens at all.
        MonotonicTime before = LabClock.Now;
        string broken = PluginsJson.Pair(stays).Text().Replace("\"vrid\"", "\"vridd\"", StringComparison.Ordinal);
        File.WriteAllText(web1.ConfigFile, broken);
        string[] lines = File.ReadAllLines(web1.ConfigFile);
        int line = Array.FindIndex(lines, text => text.Contains("vridd", StringComparison.Ordinal));
        string where = $":{line + 1}:{lines[line].IndexOf('"', StringComparison.Ordinal) + 1}: error";
        foreach (string[] verb in new string[][] { ["reload", "--dry-run"], ["reload"] })
        {
            (int refused, string said, string why) = Run(web1, verb);
            Assert.Equal((5, ""), (refused, said));
            Assert.Contains(where, why, StringComparison.Ordinal);
        }

        File.WriteAllText(web1.ConfigFile, PluginsJson.Pair(stays).Text());
        (int code, string plan, _) = Run(web1, "reload", "--dry-run");
        Assert.Equal(0, code);
        Assert.Contains("virtual router VI_1: kept\n", plan, StringComparison.Ordinal);
        Assert.Contains("virtual router GOES: removed\n", plan, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", plan, StringComparison.Ordinal);
        cluster.WaitForMoreAdverts("web1", 5);
        Assert.DoesNotContain(cluster.Adverts("web1", before), advert => advert.Priority == 0);
        Assert.Equal("MASTER", web1.State("GOES"));

        (code, string done, _) = Run(web1, "reload");
        Assert.Equal(0, code);
        Assert.Equal(plan.Replace("Nothing was changed (--dry-run).", "The file is in force.", StringComparison.Ordinal), done);
        cluster.WaitForMaster("web2", "GOES", Address.Parse("10.77.0.102"));
        Assert.Equal("MASTER", web1.State(Variant.Router));
    }

    private static (int Code, string Output, string Errors) Run(AgentInNode agent, params string[] arguments) =>
        AgentBinary.Run([.. arguments, "--control", agent.Node.ControlSocketPath]);

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
