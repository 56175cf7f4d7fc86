using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Two agents, web1 the stronger: what every pair must do, in each version and family.</summary>
public abstract class PairTests(string variant)
{
    /// <summary>The tap and the agents read one clock at different places.</summary>
    private static readonly Duration Blur = Duration.FromMilliseconds(5);

    private readonly Variant _variant = Variant.Named(variant);

    private PluginsJson File => PluginsJson.Pair(_variant.RouterEntry);

    [Fact]
    public void C170_the_stronger_becomes_master_and_is_the_only_holder()
    {
        using var cluster = Cluster.Of(2);
        MonotonicTime begin = LabClock.Now;

        using AgentInNode web2 = cluster.Start("web2", File);
        using AgentInNode web1 = cluster.Start("web1", File);
        cluster.WaitForMaster("web1", Variant.Router, _variant.Vip);

        WireEvent first = cluster.Wire.Events.First(seen => seen.IsAdvertisement);
        Assert.True(first.At - begin >= _variant.MasterDown(150), $"The first advert came {first.At - begin} after the start.");
        cluster.WaitForMoreAdverts("web1", 3, _variant.IsIPv6);
        Assert.Equal(["web1"], cluster.Holders(_variant.Vip));
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");
        cluster.WaitForMoreAdverts("web1", 2, _variant.IsIPv6);
        VirtualRouterStatus backup = web2.Router(Variant.Router);
        Assert.Equal(cluster.SourceOf("web1", _variant.IsIPv6).ToString(), backup.MasterAddress);
        Assert.All(web1.Router(Variant.Router).Addresses, address => Assert.True(address.Bound));
        Assert.All(backup.Addresses, address => Assert.False(address.Bound));
    }

    [Fact]
    public void C171_when_the_master_crashes_the_backup_takes_over_after_Master_Down_Interval()
    {
        using var cluster = Cluster.Of(2);
        using AgentInNode web1 = cluster.Start("web1", File);
        using AgentInNode web2 = cluster.Start("web2", File);
        cluster.WaitForMaster("web1", Variant.Router, _variant.Vip);
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");

        web1.Crash();
        cluster.Network.CutLink(cluster["web1"]);
        MonotonicTime crash = LabClock.Now;
        WireEvent taken = cluster.WaitForAdvert("web2", crash, ipv6: _variant.IsIPv6);

        WireEvent last = cluster.Adverts("web1", cluster.Begin, _variant.IsIPv6)[^1];
        Duration waited = taken.At - last.At;
        Assert.True(waited >= _variant.MasterDown(100) - Blur, $"Took over {waited} after the last advert.");
        Assert.True(waited <= _variant.MasterDown(100) + Duration.FromSeconds(2), $"Took over {waited} after the last advert.");
        Assert.NotEqual(0, last.Priority);
        cluster.WaitForMaster("web2", Variant.Router, _variant.Vip);
        Assert.Contains("No advertisement from", web2.Router(Variant.Router).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void C172_an_orderly_stop_teaches_the_backup_and_it_takes_over_after_Skew_Time()
    {
        // At 1 s a busy machine can't make Skew_Time look like Master_Down_Interval.
        Variant slow = _variant with { Interval = Duration.FromSeconds(1) };
        using var cluster = Cluster.Of(2);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(slow.RouterEntry));
        using AgentInNode web2 = cluster.Start("web2", PluginsJson.Pair(slow.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, slow.Vip);
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");

        MonotonicTime stop = LabClock.Now;
        Assert.Equal(0, web1.Stop());
        cluster.WaitForMaster("web2", Variant.Router, slow.Vip);

        IReadOnlyList<WireEvent> said = cluster.Adverts("web1", cluster.Begin, slow.IsIPv6);
        Assert.Equal(0, said[^1].Priority);
        Assert.All(said.SkipLast(1), advert => Assert.Equal(150, advert.Priority));
        Duration heard = said[^2].Interval;
        Assert.Equal(slow.Version == 2 ? slow.Interval : Duration.FromMilliseconds(10), heard);
        Duration waited = cluster.WaitForAdvert("web2", stop, ipv6: slow.IsIPv6).At - said[^1].At;
        Assert.True(waited >= slow.Skew(100, heard) - Blur, $"Took over {waited} after priority 0.");
        Assert.True(waited < 3 * slow.Interval, $"Took over {waited} after priority 0, as if it had not heard it.");
        Assert.Contains("priority 0", web2.Router(Variant.Router).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void C177_the_stronger_one_that_returns_takes_over_once()
    {
        using var cluster = Cluster.Of(2);
        using AgentInNode web2 = cluster.Start("web2", File);
        cluster.WaitForMaster("web2", Variant.Router, _variant.Vip);

        MonotonicTime returns = LabClock.Now;
        using AgentInNode web1 = cluster.Start("web1", File);
        WireEvent first = cluster.WaitForAdvert("web1", returns, ipv6: _variant.IsIPv6);
        cluster.WaitForMaster("web1", Variant.Router, _variant.Vip);
        cluster.WaitForMoreAdverts("web1", 8, _variant.IsIPv6);

        Assert.True(first.At - returns >= _variant.MasterDown(150) - Blur, $"Took over {first.At - returns} after its start.");
        Assert.True(cluster.Adverts("web2", first.At, _variant.IsIPv6).Count <= 1, cluster.Describe());
        Assert.Single(web2.Status().Transitions, transition => transition.From == "MASTER");
        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");
        Assert.Contains("preempt is on", web1.Router(Variant.Router).Why, StringComparison.Ordinal);
        Assert.Equal(["web1"], cluster.Holders(_variant.Vip));
    }
}

/// <inheritdoc/>
public sealed class PairVersion2Tests() : PairTests("v2");

/// <inheritdoc/>
public sealed class PairVersion3Tests() : PairTests("v3");

/// <inheritdoc/>
public sealed class PairIPv6Tests() : PairTests("v3-ipv6");
