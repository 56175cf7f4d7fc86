using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>An agent and the real keepalived as a pair; web1 is the stronger. Each test runs with the agent in either role.</summary>
public abstract class KeepalivedInteropTests(string variant)
{
    private static readonly Duration Blur = Duration.FromMilliseconds(5);

    private readonly Variant _variant = Variant.Named(variant);

    public static TheoryData<string> AgentOn { get; } = new("web1", "web2");

    [Theory]
    [MemberData(nameof(AgentOn))]
    public void C179_C170_the_stronger_becomes_master_and_is_the_only_holder(string agentOn)
    {
        using var cluster = Cluster.Of(2);
        var pair = new Mixed(cluster, _variant, agentOn);

        pair.Start("web2");
        pair.Start("web1");
        cluster.Until(() => cluster.Holds("web1", _variant.Vip), "web1 to be the only holder");
        cluster.WaitForMoreAdverts("web1", 5, _variant.IsIPv6);

        // Both had time to disagree: only one speaks.
        MonotonicTime since = LabClock.Now;
        cluster.WaitForMoreAdverts("web1", 5, _variant.IsIPv6);
        cluster.AssertSilent("web2", since, _variant.IsIPv6);
        Assert.Equal(["web1"], cluster.Holders(_variant.Vip));
        pair.AssertAgentSays(agentOn == "web1" ? "MASTER" : "BACKUP");
    }

    [Theory]
    [MemberData(nameof(AgentOn))]
    public void C179_C171_when_the_master_crashes_the_backup_takes_over_after_Master_Down_Interval(string agentOn)
    {
        using var cluster = Cluster.Of(2);
        var pair = new Mixed(cluster, _variant, agentOn);
        pair.StartBoth();

        pair.Crash("web1");
        MonotonicTime crash = LabClock.Now;
        WireEvent taken = cluster.WaitForAdvert("web2", crash, ipv6: _variant.IsIPv6);

        WireEvent last = cluster.Adverts("web1", cluster.Begin, _variant.IsIPv6)[^1];
        Duration waited = taken.At - last.At;
        Assert.True(waited >= _variant.MasterDown(100) - Blur, $"Took over {waited} after the last advert.");
        Assert.True(waited <= _variant.MasterDown(100) + Duration.FromSeconds(2), $"Took over {waited} after the last advert.");
        cluster.Until(() => cluster.Holders(_variant.Vip).Contains("web2"), "web2 to hold the address");
        if (agentOn == "web1")
        {
            // The dead agent's address leaves the kernel by itself; keepalived's stays for ever.
            cluster.Until(() => cluster.Holds("web2", _variant.Vip), "web2 to be the only holder");
        }
        else
        {
            pair.AssertAgentSays("MASTER");
        }
    }

    [Theory]
    [MemberData(nameof(AgentOn))]
    public void C179_C172_after_an_orderly_stop_the_backup_takes_over_after_Skew_Time(string agentOn)
    {
        // At 1 s a busy machine can't make Skew_Time look like Master_Down_Interval.
        Variant slow = _variant with { Interval = Duration.FromSeconds(1) };
        using var cluster = Cluster.Of(2);
        var pair = new Mixed(cluster, slow, agentOn);
        pair.StartBoth();

        MonotonicTime stop = LabClock.Now;
        pair.Stop("web1");
        cluster.Until(() => cluster.Holds("web2", slow.Vip), "web2 to be the only holder");

        IReadOnlyList<WireEvent> said = cluster.Adverts("web1", cluster.Begin, slow.IsIPv6);
        Assert.Equal(0, said[^1].Priority);
        Duration heard = said.Last(advert => advert.Priority != 0).Interval;
        MonotonicTime resigned = said.First(advert => advert.Priority == 0).At;
        Duration waited = cluster.WaitForAdvert("web2", stop, ipv6: slow.IsIPv6).At - resigned;
        Assert.True(waited >= slow.Skew(100, heard) - Blur, $"Took over {waited} after priority 0.");
        Assert.True(waited < 3 * slow.Interval, $"Took over {waited} after priority 0, as if it had not heard it.");
        if (agentOn == "web2")
        {
            pair.AssertAgentSays("MASTER");
        }
    }

    [Theory]
    [MemberData(nameof(AgentOn))]
    public void C179_C177_the_stronger_one_that_returns_takes_over_once(string agentOn)
    {
        using var cluster = Cluster.Of(2);
        var pair = new Mixed(cluster, _variant, agentOn);
        pair.Start("web2");
        cluster.Until(() => cluster.Holds("web2", _variant.Vip), "web2 to be the only holder");

        MonotonicTime returns = LabClock.Now;
        pair.Start("web1");
        WireEvent first = cluster.WaitForAdvert("web1", returns, ipv6: _variant.IsIPv6);
        cluster.Until(() => cluster.Holds("web1", _variant.Vip), "web1 to be the only holder");
        cluster.WaitForMoreAdverts("web1", 8, _variant.IsIPv6);

        Assert.True(first.At - returns >= _variant.MasterDown(150) - Blur, $"Took over {first.At - returns} after its start.");
        Assert.True(cluster.Adverts("web2", first.At, _variant.IsIPv6).Count <= 1, cluster.Describe());
        Assert.Equal(["web1"], cluster.Holders(_variant.Vip));
        pair.AssertAgentSays(agentOn == "web1" ? "MASTER" : "BACKUP");
    }
}

/// <inheritdoc/>
public sealed class KeepalivedInteropVersion2Tests() : KeepalivedInteropTests("v2");

/// <inheritdoc/>
public sealed class KeepalivedInteropPasswordTests() : KeepalivedInteropTests("v2-pass");

/// <inheritdoc/>
public sealed class KeepalivedInteropVersion3Tests() : KeepalivedInteropTests("v3");

/// <inheritdoc/>
public sealed class KeepalivedInteropIPv6Tests() : KeepalivedInteropTests("v3-ipv6");

/// <inheritdoc/>
public sealed class KeepalivedInteropVirtualMacTests() : KeepalivedInteropTests("v3-vmac");

/// <inheritdoc/>
public sealed class KeepalivedInteropVirtualMacIPv6Tests() : KeepalivedInteropTests("v3-ipv6-vmac");

/// <summary>What is true of keepalived 2.2.7 and an agent that sends the checksum of RFC 9568.</summary>
public sealed class KeepalivedMessageOnlyChecksumTests
{
    private readonly Variant _variant = Variant.Named("v3-message-only");

    [Fact]
    public void C179_an_agent_that_sends_the_message_only_checksum_still_hears_keepalived()
    {
        using var cluster = Cluster.Of(2);
        var pair = new Mixed(cluster, _variant, "web2");
        pair.StartBoth();

        cluster.WaitForMoreAdverts("web1", 10);
        pair.AssertAgentSays("BACKUP");
        cluster.AssertSilent("web2", cluster.Begin);
        Assert.Equal("10.77.0.1", pair.Agent!.Router(Variant.Router).MasterAddress);

        pair.Crash("web1");
        cluster.Until(() => cluster.Holders(_variant.Vip).Contains("web2"), "web2 to hold the address");
    }
}
