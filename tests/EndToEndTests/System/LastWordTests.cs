using System.Net.NetworkInformation;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>
/// A backup that hears nothing for a moment takes the role, announces the addresses and yields. The winner's announcement has to be the last one,
/// whoever the loser is and in whatever order they hear each other.
/// </summary>
public sealed class LastWordTests
{
    private const string Deaf = """
        table inet deaf {
            chain in { type filter hook input priority filter; ip protocol 112 drop; meta l4proto 112 drop; }
        }
        """;

    [Theory]
    [InlineData("v2")]
    [InlineData("v3")]
    [InlineData("v3-ipv6")]
    public void After_a_false_take_over_of_keepalived_clients_find_the_master(string name)
    {
        var variant = Variant.Named(name);
        using var cluster = Cluster.Of(2);
        var pair = new Mixed(cluster, variant, "web1");
        pair.StartBoth();
        PhysicalAddress winner = MacOf(cluster["web1"]);
        for (int round = 1; round <= 4; round++)
        {
            MonotonicTime begin = LabClock.Now;
            cluster["web2"].RunToEnd("nft", Deaf);
            cluster.WaitForAdvert("web2", begin, ipv6: variant.IsIPv6);
            cluster["web2"].RunToEnd("nft", "delete", "table", "inet", "deaf");
            cluster.Until(() => cluster.Holds("web1", variant.Vip), "keepalived to yield");
            cluster.Until(() => Last(cluster, begin, variant)?.SourceMac.Equals(winner) == true, $"the master's announcement to be the last one, round {round}");

            // And it stays the last one: keepalived had announced all it had to say when it yielded.
            MonotonicTime settled = LabClock.Now;
            cluster.WaitForMoreAdverts("web1", 3, variant.IsIPv6);
            Assert.True(Last(cluster, begin, variant)!.Value.SourceMac.Equals(winner), $"round {round}: {cluster.Describe()}");
            Assert.True(variant.IsIPv6 || cluster.ClientPings(variant.Vip), $"round {round}, {LabClock.Now - settled} after it settled: {cluster.Describe()}");
        }

        Assert.Equal("MASTER", pair.Agent!.State(Variant.Router));
        Assert.Single(pair.Agent.Status().Transitions, transition => transition.To == "MASTER");
    }

    /// <summary>
    /// The order in which it can't be luck: the peer's adverts never arrive, and its announcements come when the master's own have been said.
    /// </summary>
    [Theory]
    [InlineData("v2")]
    [InlineData("v3")]
    [InlineData("v3-ipv6")]
    public void Announcements_of_a_peer_that_yields_without_a_word_are_answered_after_the_last_of_them(string name)
    {
        var variant = Variant.Named(name);
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(variant.RouterEntry with { AnnounceDelay = "0s" });
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);
        cluster.WaitForMoreAdverts("web1", 3, variant.IsIPv6);
        PhysicalAddress winner = MacOf(cluster["web1"]);
        byte[] loser = MacOf(cluster["web2"]).GetAddressBytes();
        byte[] frame = new byte[HotStandby.Agent.Wire.UnsolicitedNeighborAdvertisement.Length];
        int length = variant.IsIPv6
            ? HotStandby.Agent.Wire.UnsolicitedNeighborAdvertisement.Write(frame, loser, variant.Vip, variant.Vip)
            : HotStandby.Agent.Wire.GratuitousArp.Write(frame, loser, variant.Vip);
        using HotStandby.Agent.Wire.InterfaceChannel sender = ForgedAdvert.Sender(cluster["web2"]);
        MonotonicTime begin = LabClock.Now;
        for (int i = 0; i < 5; i++)
        {
            Assert.Null(sender.Send(frame.AsSpan(0, length)));
        }

        cluster.Until(
            () => cluster.Wire.Since(begin).Count(seen => IsOf(seen, variant) && !seen.SourceMac.Equals(winner)) == 5
                && Last(cluster, begin, variant)?.SourceMac.Equals(winner) == true,
            "the master's announcement to be the last one");

        // One at once and one when the volley was over, and no more than that.
        cluster.WaitForMoreAdverts("web1", 3, variant.IsIPv6);
        Assert.InRange(cluster.Wire.Since(begin).Count(seen => IsOf(seen, variant) && seen.SourceMac.Equals(winner)), 1, 3);
    }

    private static bool IsOf(in WireEvent seen, Variant variant) => seen.IsAnnouncement && seen.Target == variant.Vip;

    private static WireEvent? Last(Cluster cluster, MonotonicTime since, Variant variant)
    {
        WireEvent? last = null;
        foreach (WireEvent seen in cluster.Wire.Since(since))
        {
            last = IsOf(seen, variant) ? seen : last;
        }

        return last;
    }

    private static PhysicalAddress MacOf(LabNode node) =>
        PhysicalAddress.Parse(node.RunToEnd("cat", "/sys/class/net/eth0/address").Trim().ToUpperInvariant().Replace(':', '-'));
}
