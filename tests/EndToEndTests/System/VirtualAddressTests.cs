using System.Net.NetworkInformation;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>What becomes of the virtual address when the agent dies or sleeps, and when others take it away or were there first.</summary>
public sealed class VirtualAddressTests
{
    private static readonly Variant V3 = Variant.Named("v3");
    private static readonly Variant V6 = Variant.Named("v3-ipv6");

    [Fact]
    public void C196_after_SIGKILL_the_kernel_takes_the_address_off_and_a_restart_elects_again()
    {
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry);
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        web1.Crash();
        cluster.Until(() => !cluster["web1"].KernelAddresses().Contains(V3.Vip), "the dead agent's address to go", TimeSpan.FromSeconds(10));
        cluster.WaitForMaster("web2", Variant.Router, V3.Vip);

        cluster.Start("web1", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
    }

    [Fact]
    public void C190_C191_a_frozen_agent_loses_the_address_and_knows_that_it_slept_when_it_wakes()
    {
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry);
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        MonotonicTime freeze = LabClock.Now;
        web1.Freeze();
        cluster.Until(() => cluster.Holds("web2", V3.Vip), "web2 to be the only holder", TimeSpan.FromSeconds(10));
        cluster.Until(() => LabClock.Now - freeze > Duration.FromSeconds(5), "five seconds of sleep");
        MonotonicTime thaw = LabClock.Now;
        web1.Thaw();
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);

        // It listens for Master_Down_Interval before it may preempt; what it says before that is stale.
        Duration listens = V3.MasterDown(150) - Duration.FromMilliseconds(20);
        IReadOnlyList<WireEvent> stale = [.. cluster.Adverts("web1", thaw).TakeWhile(advert => advert.At - thaw < listens)];
        Assert.True(stale.Count <= 1, $"It sent {stale.Count} adverts right after it woke up.");
        PhysicalAddress mac = cluster.Adverts("web1", cluster.Begin)[0].SourceMac;
        Assert.DoesNotContain(cluster.Wire.Since(thaw), seen => seen.IsAnnouncement && seen.SourceMac.Equals(mac) && seen.At - thaw < listens);
        Assert.Contains(web1.Status().Transitions, transition => transition.From == "MASTER" && transition.Reason.Contains("asleep", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("v3")]
    [InlineData("v3-ipv6")]
    public void C151_C146_an_address_that_was_deleted_comes_back_without_a_transition(string name)
    {
        var variant = Variant.Named(name);
        using var cluster = Cluster.Of(1);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(variant.RouterEntry with { AnnounceDelay = "0s" }));
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);
        cluster.WaitForMoreAdverts("web1", 3, variant.IsIPv6);

        MonotonicTime deletion = LabClock.Now;
        cluster["web1"].RunToEnd("ip", "address", "del", Variant.Bound(variant.Addresses[^1]), "dev", "eth0");

        // The announcement after the return is the witness: the address may be back before anybody can look.
        Assert.NotNull(cluster.Wire.WaitFor(seen => seen.IsAnnouncement && seen.Target == variant.Vip, deletion, TimeSpan.FromSeconds(10)));
        cluster.Until(() => cluster.Holds("web1", variant.Vip), "the address to be back");
        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");
        Assert.Equal("MASTER", web1.State(Variant.Router));
        cluster.UntilLogged(web1, "taken off");
        Assert.DoesNotContain(cluster.Adverts("web1", deletion, variant.IsIPv6), advert => advert.Priority == 0);
    }

    [Fact]
    public void C158_the_owner_keeps_the_address_that_was_its_own_before()
    {
        var own = Address.Parse("10.77.0.1");
        PluginsJson file = new()
        {
            Nodes = [new(1, 255), new(2, 100)],
            Routers = [V3.RouterEntry with { Addresses = ["10.77.0.1/24"] }],
        };
        using var cluster = Cluster.Of(2);
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.WaitForAdvert("web1", cluster.Begin, advert => advert.Priority == 255);
        cluster.Until(() => web1.State(Variant.Router) == "MASTER", "the owner to be master");
        Assert.Contains("address owner", web1.Router(Variant.Router).Why, StringComparison.Ordinal);

        // Longer than any lifetime it could have put on the address.
        cluster.WaitForMoreAdverts("web1", 30);
        Assert.Contains("valid_lft forever", cluster["web1"].RunToEnd("ip", "address", "show", "to", "10.77.0.1"), StringComparison.Ordinal);
        Assert.Equal(0, web1.Stop());

        Assert.Contains(own, cluster["web1"].KernelAddresses());
        Assert.Equal(0, cluster.Adverts("web1", cluster.Begin)[^1].Priority);
    }

    [Fact]
    public void C077_what_a_crashed_run_left_is_swept_at_the_start_and_other_addresses_stay()
    {
        // 2 s: the crashed run's lease outlives the start of the next one.
        RouterEntry slow = V3.RouterEntry with { AdvertInterval = "2s" };
        using var cluster = Cluster.Of(1);
        cluster["web1"].RunToEnd("ip", "address", "add", "10.77.0.55/24", "dev", "eth0");
        using AgentInNode crashed = cluster.Start("web1", PluginsJson.Pair(slow));
        cluster.Until(() => cluster.Holds("web1", V3.Vip), "the address to be bound");

        crashed.Crash();
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(slow));
        cluster.Until(() => web1.State(Variant.Router) == "BACKUP", "the second run to listen");

        Assert.DoesNotContain(V3.Vip, cluster["web1"].KernelAddresses());
        cluster.UntilLogged(web1, "took 1 virtual address");
        Assert.Contains(Address.Parse("10.77.0.55"), cluster["web1"].KernelAddresses());
    }

    [Theory]
    [InlineData("v3")]
    [InlineData("v3-ipv6")]
    public void C117_C150_the_client_reaches_the_address_as_soon_as_it_is_bound(string name)
    {
        var variant = Variant.Named(name);
        using var cluster = Cluster.Of(2);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(variant.RouterEntry));
        cluster.Start("web2", PluginsJson.Pair(variant.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);
        cluster.Network.Client.RunToEnd("ip", "address", "add", "fd77::fe/64", "dev", "eth0", "nodad");
        Assert.True(cluster.ClientPings(variant.Vip), "The client does not reach web1.");

        Assert.Equal(0, web1.Stop());
        cluster.Until(() => cluster.Holds("web2", variant.Vip), "web2 to hold the address");
        string bound = cluster["web2"].RunToEnd("ip", "address", "show", "dev", "eth0", "to", variant.Vip.ToString());

        Assert.DoesNotContain("tentative", bound, StringComparison.Ordinal);
        Assert.True(cluster.ClientPings(variant.Vip), "The client does not reach web2.");
    }

    [Fact]
    public void A_restart_goes_through_backup_and_takes_the_role_back()
    {
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry, V6.RouterEntry with { Name = "VI_6" });
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.WaitForMaster("web1", "VI_6", V6.Vip);

        Assert.Equal(0, web1.Stop());
        Assert.False(File.Exists(cluster["web1"].ControlSocketPath));
        cluster.WaitForMaster("web2", "VI_6", V6.Vip);
        using AgentInNode again = cluster.Start("web1", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.WaitForMaster("web1", "VI_6", V6.Vip);

        TransitionStatus[] journal = [.. again.Status().Transitions.Where(transition => transition.VirtualRouter == Variant.Router)];
        Assert.Equal(["BACKUP", "MASTER"], journal.Select(transition => transition.To));
    }
}
