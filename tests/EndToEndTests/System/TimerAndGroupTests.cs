using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>downTimerAdverts and multicastGroup beside keepalived's down_timer_adverts and mcast_dst_ip.</summary>
public sealed class TimerAndGroupTests
{
    private static readonly Variant V3 = Variant.Named("v3");

    [Theory]
    [InlineData("web1")]
    [InlineData("web2")]
    public void Keepalived_and_the_agent_agree_in_a_group_of_their_own(string agentOn)
    {
        using var cluster = Cluster.Of(2);
        using var tap = new FrameTap(cluster.Network.Client, "ip proto 112");
        var pair = new Mixed(cluster, V3, agentOn) { More = ("""{ "multicastGroup": "224.0.0.81" }""", ["mcast_dst_ip 224.0.0.81"]) };
        pair.StartBoth();
        pair.AssertAgentSays(agentOn == "web1" ? "MASTER" : "BACKUP");

        // Whoever did not hear the other would have taken the role by now.
        MonotonicTime since = LabClock.Now;
        cluster.WaitForMoreAdverts("web1", 25);
        cluster.AssertSilent("web2", since);
        Assert.NotEmpty(tap.Raw);
        Assert.All(tap.Raw, frame => Assert.Equal([1, 0, 0x5e, 0, 0, 81], frame[..6]));
    }

    [Fact]
    public void A_backup_waits_for_as_many_adverts_as_it_is_told_to()
    {
        using var cluster = Cluster.Of(2);
        var pair = new Mixed(cluster, V3, "web2") { More = ("""{ "downTimerAdverts": 10 }""", ["down_timer_adverts 10"]) };
        pair.StartBoth();
        pair.Crash("web1");
        WireEvent taken = cluster.WaitForAdvert("web2", LabClock.Now);
        WireEvent last = cluster.Adverts("web1", cluster.Begin)[^1];
        Assert.True(taken.At - last.At >= Duration.FromMilliseconds(2000), $"Took over {taken.At - last.At} after the last advert.");
    }
}
