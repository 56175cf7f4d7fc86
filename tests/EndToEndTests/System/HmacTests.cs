using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Two agents that sign their adverts.</summary>
public sealed class HmacTests
{
    private const string Key = "hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private const string OtherKey = "text:the quick brown fox jumps over the lazy dog";
    private const int TrailerLength = 28;

    [Theory]
    [InlineData("v3")]
    [InlineData("v3-ipv6")]
    public void A_pair_in_mode_enforce_elects_and_takes_over(string name)
    {
        var variant = Variant.Named(name);
        using var cluster = Cluster.Of(2);
        using var tap = new FrameTap(cluster.Network.Client, "ip proto 112 or ip6 proto 112");
        PluginsJson web1File = File(cluster, "web1", variant, ("1", Key));
        using AgentInNode web1 = cluster.Start("web1", web1File);
        using AgentInNode web2 = cluster.Start("web2", File(cluster, "web2", variant, ("1", Key)));
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);
        cluster.Until(() => Counter(web2, "hmacVerified") >= 10, "10 verified adverts");

        Assert.StartsWith("hmac, enforce", web2.Router(Variant.Router).Authentication, StringComparison.Ordinal);
        Assert.Equal("BACKUP", web2.State(Variant.Router));
        int plain = variant.IsIPv6 ? 14 + 40 + 8 + (16 * variant.Addresses.Count) : 14 + 20 + 8 + 4;
        Assert.All(tap.Raw, frame => Assert.Equal(plain + TrailerLength, frame.Length));

        web1.Crash();
        cluster.Until(() => cluster.Holders(variant.Vip).Contains("web2"), "web2 to take over");

        // Another process begins new sequences; they are later.
        using AgentInNode again = cluster.Start("web1", web1File);
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);
        Assert.Equal(0, Counter(web2, "droppedHmacReplay"));
    }

    /// <summary>Heard by a backup that knows the sender, and by one that has just been started and knows nobody.</summary>
    [Fact]
    public void A_recording_of_the_dead_master_at_its_own_pace_takes_no_answer_from_the_client()
    {
        Variant variant = Variant.Named("v3");
        using var cluster = Cluster.Of(2);
        using var tap = new FrameTap(cluster.Network.Client, "ip proto 112");
        using AgentInNode web1 = cluster.Start("web1", File(cluster, "web1", variant, ("1", Key)));
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);
        PluginsJson file = File(cluster, "web2", variant, ("1", Key));
        using AgentInNode web2 = cluster.Start("web2", file);
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");
        cluster.WaitForMoreAdverts("web1", 12);
        byte[][] tape = [.. tap.Raw];
        web1.Crash();
        cluster.Until(() => cluster.Holds("web2", variant.Vip), "web2 to take over");

        using InterfaceChannel attacker = ForgedAdvert.Sender(cluster.Network.Client);
        (int asked, int answered) = Play(cluster, variant, attacker, tape);
        Assert.Equal(asked, answered);
        Assert.Equal("MASTER", web2.State(Variant.Router));
        Assert.Single(web2.Status().Transitions, transition => transition.To == "MASTER");
        Assert.True(Counter(web2, "droppedHmacReplay") >= tape.Length - 1);

        // timeWindow is 5 s; what was recorded is older by now.
        cluster.WaitForMoreAdverts("web2", 10);
        web2.Crash();
        using AgentInNode again = cluster.Start("web2", file);
        cluster.Until(() => again.State(Variant.Router) == "BACKUP", "web2 to listen");
        int next = 0;
        cluster.Until(
            () => attacker.Send(tape[next++ % tape.Length]) is null && cluster.Holds("web2", variant.Vip) && again.State(Variant.Router) == "MASTER",
            "web2 to take the role although a dead master is heard");
        Assert.True(Counter(again, "droppedHmacStale") > 0);
        (asked, answered) = Play(cluster, variant, attacker, tape);
        Assert.Equal(asked, answered);
        Assert.Equal("MASTER", again.State(Variant.Router));
    }

    [Fact]
    public void Unicast_peers_verify_their_copies()
    {
        Variant variant = Variant.Named("v3");
        using var cluster = Cluster.Of(3);
        List<AgentInNode> agents = [];
        foreach (string node in (string[])["web1", "web2", "web3"])
        {
            PluginsJson file = File(cluster, node, variant, ("1", Key));
            agents.Add(cluster.Start(node, file with
            {
                Nodes = [new(1, 150), new(2, 100), new(3, 50)],
                Routers = [file.Routers[0] with { Unicast = "true" }],
            }));
        }

        cluster.Until(() => cluster.Holds("web1", variant.Vip), "web1 to be the only holder");
        cluster.Until(() => agents[1..].TrueForAll(agent => Counter(agent, "hmacVerified") >= 10), "10 verified adverts on both");
        Assert.All(agents[1..], agent => Assert.Equal("BACKUP", agent.State(Variant.Router)));
    }

    [Fact]
    public void Adverts_with_another_key_are_dropped_and_alarmed()
    {
        Variant variant = Variant.Named("v3");
        using var cluster = Cluster.Of(2);
        using AgentInNode web1 = cluster.Start("web1", File(cluster, "web1", variant, ("1", Key)));
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);
        using AgentInNode web2 = cluster.Start("web2", File(cluster, "web2", variant, ("1", OtherKey)));

        // The weaker one hears nobody it may believe.
        cluster.Until(() => cluster.Holders(variant.Vip).Count == 2, "both to hold the address");
        cluster.Until(() => Counter(web1, "droppedHmacFailure") > 3 && Counter(web2, "droppedHmacFailure") > 3, "both to drop");
        cluster.Until(() => web1.Router(Variant.Router).Alarms.Any(alarm => alarm.Code == "signature-wrong"), "the alarm");
        Assert.DoesNotContain("quick brown", web2.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("0001020304", web1.Log, StringComparison.Ordinal);

        web2.Reload(File(cluster, "web2", variant, ("1", Key)));
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);
    }

    [Fact]
    public void A_running_pair_moves_to_enforce_and_to_another_key_without_a_transition()
    {
        Variant variant = Variant.Named("v3");
        using var cluster = Cluster.Of(2);
        AgentInNode[] agents =
        [
            cluster.Start("web2", PluginsJson.Pair(variant.RouterEntry)),
            cluster.Start("web1", PluginsJson.Pair(variant.RouterEntry)),
        ];
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);
        cluster.WaitForMoreAdverts("web1", 3);
        MonotonicTime begin = LabClock.Now;
        int[] transitions = [.. agents.Select(agent => agent.Status().Transitions.Count)];

        (string Expected, string Mode, (string Id, string Key)[] Keys)[] steps =
        [
            ("hmac, receive-only, key 1 of 1", "receive-only", [("1", Key)]),
            ("hmac, permissive, key 1 of 1", "permissive", [("1", Key)]),
            ("hmac, enforce, key 1 of 1", "enforce", [("1", Key)]),
            ("hmac, enforce, key 1 of 1, 2", "enforce", [("1", Key), ("2", OtherKey)]),
            ("hmac, enforce, key 2 of 2, 1", "enforce", [("2", OtherKey), ("1", Key)]),
            ("hmac, enforce, key 2 of 2", "enforce", [("2", OtherKey)]),
        ];
        foreach ((string expected, string mode, (string Id, string Key)[] keys) in steps)
        {
            foreach (AgentInNode agent in agents)
            {
                agent.Reload(File(cluster, agent.Node.Name, variant, mode, keys));
                cluster.Until(() => agent.Router(Variant.Router).Authentication == expected, $"{agent.Node.Name} to be {expected}");

                // More than Master_Down_Interval.
                cluster.WaitForMoreAdverts("web1", 6);
            }
        }

        cluster.AssertSilent("web2", begin);
        Assert.Equal(["web1"], cluster.Holders(variant.Vip));
        Assert.Equal(transitions, agents.Select(agent => agent.Status().Transitions.Count));
        Assert.Equal(0, Counter(agents[0], "hmacTolerated"));
        Assert.True(Counter(agents[0], "hmacVerified") > 0);
    }

    /// <summary>One frame for each advert of web2, which has the interval of the one recorded, and one question of the client.</summary>
    private static (int Asked, int Answered) Play(Cluster cluster, Variant variant, InterfaceChannel attacker, byte[][] tape)
    {
        int answered = 0;
        foreach (byte[] frame in tape)
        {
            Assert.Null(attacker.Send(frame));
            answered += cluster.ClientPings(variant.Vip) ? 1 : 0;
            cluster.WaitForMoreAdverts("web2", 1);
        }

        return (tape.Length, answered);
    }

    private static long Counter(AgentInNode agent, string name) =>
        agent.Router(Variant.Router).Counters.GetValueOrDefault(name);

    private static PluginsJson File(Cluster cluster, string node, Variant variant, params (string Id, string Key)[] keys) =>
        File(cluster, node, variant, "enforce", keys);

    /// <summary>The pair's file for one node, and its keys beside it; the first one signs.</summary>
    private static PluginsJson File(Cluster cluster, string node, Variant variant, string mode, (string Id, string Key)[] keys)
    {
        List<string> entries = [];
        foreach ((string id, string key) in keys)
        {
            string path = Path.Combine(cluster[node].Directory, $"key.{Guid.NewGuid():N}");
            System.IO.File.WriteAllText(path, key + "\n");
            System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            entries.Add($$"""{ "id": {{id}}, "file": "{{path}}" }""");
        }

        return PluginsJson.Pair(variant.RouterEntry with
        {
            Authentication = $$"""{ "type": "hmac", "mode": "{{mode}}", "activeKey": {{keys[0].Id}}, "keys": [{{string.Join(", ", entries)}}] }""",
        });
    }
}
