using System.Net.Sockets;
using HotStandby.Agent.Status;
using HotStandby.Agent.Wire;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>
/// What an agent to which nothing happens asks memory for, and what is left of a flood. The figures are the agent's own counters, over its own turns.
/// </summary>
public sealed class RestTests
{
    private const int Routers = 250;

    /// <summary>No object is smaller: one for each virtual router and turn is found, whatever it is.</summary>
    private const int SmallestObject = 24;

    private const int MostWindows = 5;

    private const int Knocks = 2_000;

    /// <summary>One a second: it is to be small again within a minute, and a busy machine gets half of one more.</summary>
    private const int MostLooks = 90;

    /// <summary>Of the heap of one virtual router, which lives on about a megabyte; another is not worth a packing.</summary>
    private static readonly int MostCommitted = AgentBinary.IsNative ? 2_500_000 : 6_000_000;

    /// <summary>Memory that a flood may leave, in KiB: what was touched of the program's own data; without native code also what was compiled for it.</summary>
    private static readonly int MostKept = AgentBinary.IsNative ? 3_000 : 60_000;

    [Fact]
    public void A_pair_of_250_virtual_routers_allocates_nothing_for_any_of_them()
    {
        RouterEntry[] routers =
        [
            .. Enumerable.Range(1, Routers).Select(i => new RouterEntry($"VI_{i}", i, $"10.77.100.{i}/16") { AdvertInterval = "1s" }),
        ];
        using var cluster = Cluster.Of(2);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(routers));
        cluster.Until(() => All(web1, "MASTER"), "web1 to be master of all");
        using AgentInNode web2 = cluster.Start("web2", PluginsJson.Pair(routers));
        cluster.Until(() => All(web2, "BACKUP"), "web2 to be backup of all");

        // Less than half an object for each: what one report costs more than the next is spread over the turns too.
        AssertAtRest(cluster, [web1, web2], adverts: 8 * Routers, bytesPerTurn: Routers * SmallestObject / 2);
    }

    [Fact]
    public void A_pair_at_10_ms_allocates_nothing_for_an_advert()
    {
        RouterEntry router = new("VI_1", 51, "10.77.0.100/24") { AdvertInterval = "10ms" };
        using var cluster = Cluster.Of(2);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(router));
        cluster.Until(() => All(web1, "MASTER"), "web1 to be master");
        using AgentInNode web2 = cluster.Start("web2", PluginsJson.Pair(router));
        cluster.Until(() => All(web2, "BACKUP"), "web2 to be backup");
        AssertAtRest(cluster, [web1, web2], adverts: 300, bytesPerTurn: SmallestObject / 2);
    }

    /// <summary>Whoever knocked, the agent gives back what it does not need.</summary>
    [Fact]
    public void After_a_flood_of_connections_and_frames_its_memory_is_what_it_was()
    {
        RouterEntry router = new("VI_1", 51, "10.77.0.100/24") { AdvertInterval = "1s" };
        using var cluster = Cluster.Of(1);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(router));
        cluster.Until(() => All(web1, "MASTER"), "web1 to be master");
        using InterfaceChannel stranger = ForgedAdvert.Sender(cluster.Network.Client);
        byte[][] junk =
        [
            .. Enumerable.Range(1, 20).Select(vrid => new ForgedAdvert { Source = "10.77.0.66", Vrid = (byte)vrid, Priority = 100, Broken = vrid % 2 == 0 }.Frame()),
        ];
        byte[] question = [.. "{\"verb\":\"status\"}\n"u8];
        for (int i = 0; i < Knocks; i++)
        {
            foreach (byte[] frame in junk)
            {
                _ = stranger.Send(frame);
            }

            using Socket knock = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            knock.Connect(new UnixDomainSocketEndPoint(web1.Node.ControlSocketPath));
            knock.Send(question);
        }

        // A look a second costs a report each, which is quiet enough.
        HeapStatus after;
        int? kept;
        int looks = 0;
        do
        {
            TestContext.Current.CancellationToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(1));
            after = web1.Status().Heap!;
            kept = AgentAtRest.PrivateKiB(web1.Process.Pid) - web1.FirstKiB;
        }
        while ((after.CommittedBytes > MostCommitted || kept > MostKept) && ++looks < MostLooks);
        Assert.True(looks < MostLooks, $"{kept} KiB more than before the flood; {after}");
    }

    private static bool All(AgentInNode agent, string state) => agent.TryStatus()?.VirtualRouters is { Count: > 0 } routers && routers.All(router => router.State == state);

    /// <summary>A compiler that is not done with a method, or somebody who asks, may spoil a window; what allocates spoils all of them.</summary>
    private static void AssertAtRest(Cluster cluster, IReadOnlyList<AgentInNode> agents, int adverts, int bytesPerTurn)
    {
        foreach (AgentInNode agent in agents)
        {
            double least = double.MaxValue;
            for (int window = 0; window < MostWindows && least > bytesPerTurn; window++)
            {
                // What a report costs is the difference of two in a row.
                LoopStatus first = agent.Status().Loop;
                LoopStatus begin = agent.Status().Loop;
                cluster.WaitForMoreAdverts("web1", adverts);
                LoopStatus end = agent.Status().Loop;
                long report = begin.AllocatedBytes - first.AllocatedBytes;
                least = Math.Min(least, (end.AllocatedBytes - begin.AllocatedBytes - report) / (double)(end.Turns - begin.Turns));
            }

            Assert.True(least <= bytesPerTurn, $"{agent.Node.Name} allocates {least:0} bytes a turn, at the least of {MostWindows} windows.");
        }
    }
}
