using HotStandby.Agent.Status;
using HotStandby.Agent.Wire;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Another virtual router on the same network was given the same VRID.</summary>
public sealed class StrangerTests
{
    private const string Address = "10.77.0.77";

    [Theory]
    [InlineData(255)]
    [InlineData(120)]
    public void It_moves_nobody_and_both_nodes_say_who_it_is(byte priority)
    {
        Variant variant = Variant.Named("v3");
        using var cluster = Cluster.Of(2);
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(variant.RouterEntry));
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);
        using AgentInNode web2 = cluster.Start("web2", PluginsJson.Pair(variant.RouterEntry));
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");
        using InterfaceChannel stranger = ForgedAdvert.Sender(cluster.Network.Client);
        byte[] mac = [2, 0, 0, 0, 0, 0x77];
        byte[] frame = new ForgedAdvert { Source = Address, SourceMac = mac, Priority = priority, Vip = "10.77.0.200", Centiseconds = 50 }.Frame();

        // It says so for longer than Master_Down_Interval, beside each advert of the master.
        Speak(cluster, "web1", stranger, frame, 10);
        foreach (AgentInNode agent in (AgentInNode[])[web1, web2])
        {
            AlarmStatus alarm = Assert.Single(agent.Router(Variant.Router).Alarms, alarm => alarm.Code == "vrid-in-use");
            foreach (string part in (string[])[Address, "02:00:00:00:00:77", "10.77.0.200", "VRID 51", "52 is free"])
            {
                Assert.Contains(part, alarm.Sentence, StringComparison.Ordinal);
            }

            Assert.Contains("vrid-in-use", agent.Node.RunToEnd(AgentBinary.FilePath, "status"), StringComparison.Ordinal);
            Assert.True(agent.Router(Variant.Router).Counters["droppedStranger"] > 0);
        }

        Assert.Equal(("MASTER", "BACKUP"), (web1.State(Variant.Router), web2.State(Variant.Router)));
        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");

        // Nor does it hold off a take-over.
        web1.Crash();
        cluster.Until(
            () =>
            {
                Assert.Null(stranger.Send(frame));
                return cluster.Holds("web2", variant.Vip);
            },
            "web2 to take over");
        Speak(cluster, "web2", stranger, frame, 10);
        Assert.Equal("MASTER", web2.State(Variant.Router));
        Assert.True(cluster.ClientPings(variant.Vip));
    }

    private static void Speak(Cluster cluster, string beside, InterfaceChannel stranger, byte[] frame, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Assert.Null(stranger.Send(frame));
            cluster.WaitForMoreAdverts(beside, 1);
        }
    }
}
