using System.Net;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;
using PacketDotNet;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Somebody else has the virtual address and no advert says so: this master asks, knows who it is, and tells its notifiers.</summary>
public sealed class SecondOwnerTests
{
    private const string Told = "/run/alarms";
    private const string Script = "/run/alarm.sh";

    [Theory]
    [InlineData("v3", true)]
    [InlineData("v3-ipv6", false)]
    public void A_machine_that_has_the_address_and_says_nothing_is_asked_and_its_alarm_is_told_and_ended(string name, bool throughGroup)
    {
        var variant = Variant.Named(name);
        using var cluster = Cluster.Of(2);
        LabNode stranger = cluster.Network.Client;
        string mac = stranger.RunToEnd("cat", "/sys/class/net/eth0/address").Trim();
        stranger.RunToEnd("ip", ["address", "add", variant.Addresses[^1], "dev", "eth0", .. variant.IsIPv6 ? ["nodad"] : Array.Empty<string>()]);
        using var tap = new FrameTap(stranger, "arp");
        PluginsJson file = Telling(cluster, variant);
        file = !throughGroup ? file : file with
        {
            Routers = [file.Routers[0] with { Notify = [] }, new("VI_2", 52, "10.77.0.102/24")],
            SyncGroups = $$"""[{ "name": "VG_1", "virtualRouters": ["{{Variant.Router}}", "VI_2"], "notify": ["tell"] }]""",
        };
        using AgentInNode web1 = cluster.Start("web1", file);
        using AgentInNode web2 = cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);

        cluster.Until(() => web1.Router(Variant.Router).Alarms.Count > 0, "the silent owner to be found");
        AlarmStatus alarm = Assert.Single(web1.Router(Variant.Router).Alarms);
        Assert.Equal("foreign-owner", alarm.Code);
        Assert.Contains(mac, alarm.Sentence, StringComparison.Ordinal);
        Assert.Contains("ALARM foreign-owner", web1.Node.RunToEnd(AgentBinary.FilePath, "status"), StringComparison.Ordinal);
        cluster.UntilLogged(web1, "ALARM foreign-owner");
        cluster.Until(() => TellingsOf(cluster, "web1").Length > 0, "onAlarm");
        Assert.Equal(["ALARM VI_1 BEGIN foreign-owner"], TellingsOf(cluster, "web1"));

        if (!variant.IsIPv6)
        {
            // A probe from 0.0.0.0 for its own address would have a peer that boots give that address up (RFC 5227 2.1.1).
            ArpPacket[] asked = [.. tap.Frames.Select(frame => frame.PayloadPacket).OfType<ArpPacket>()
                .Where(arp => arp.Operation == ArpOperation.Request && !arp.SenderProtocolAddress.Equals(arp.TargetProtocolAddress))];
            Assert.Contains(asked, arp => arp.SenderProtocolAddress.Equals(IPAddress.Any) && arp.TargetProtocolAddress.Equals(variant.Vip.ToIPAddress()));
            Assert.Contains(asked, arp => arp.TargetProtocolAddress.Equals(IPAddress.Parse("10.77.0.2")));
            Assert.DoesNotContain(asked, arp => arp.SenderProtocolAddress.Equals(IPAddress.Any) && arp.TargetProtocolAddress.Equals(IPAddress.Parse("10.77.0.2")));
        }

        // The standby, which lacks the address, answers nobody, and the probes moved nothing.
        Assert.Empty(web2.Router(Variant.Router).Alarms);
        Assert.Equal("MASTER", web1.State(Variant.Router));
        Assert.Equal(0, web1.Stop());
        Assert.Equal(["ALARM VI_1 BEGIN foreign-owner", "ALARM VI_1 END foreign-owner"], TellingsOf(cluster, "web1"));
    }

    [Fact]
    public void When_a_switch_drops_VRRP_both_masters_name_each_other()
    {
        var variant = Variant.Named("v3");
        using var cluster = Cluster.Of(2);
        using AgentInNode web1 = cluster.Start("web1", Telling(cluster, variant));
        using AgentInNode web2 = cluster.Start("web2", Telling(cluster, variant));
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);
        string[] table = ["netns", "exec", cluster.Network.SwitchNamespace, "nft"];
        SystemCommand.Run("ip", [.. table, "add", "table", "bridge", "t"]);
        SystemCommand.Run("ip", [.. table, "add", "chain", "bridge", "t", "f", "{ type filter hook forward priority 0; }"]);
        SystemCommand.Run("ip", [.. table, "add", "rule", "bridge", "t", "f", "ip", "protocol", "112", "drop"]);

        cluster.Until(() => Reason(web1) is not null && Reason(web2) is not null, "both to know why");
        Assert.Contains("web2 (", Reason(web1), StringComparison.Ordinal);
        Assert.Contains("web1 (", Reason(web2), StringComparison.Ordinal);
        Assert.All(new[] { web1, web2 }, agent =>
        {
            Assert.Equal("MASTER", agent.State(Variant.Router));
            Assert.DoesNotContain(agent.Router(Variant.Router).Alarms, alarm => alarm.Code == "foreign-owner");
        });

        // The switch lets VRRP through again: one yields, and the alarm is over.
        SystemCommand.Run("ip", [.. table, "flush", "ruleset"]);
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP" && Reason(web1) is null, "the end of it");
        cluster.Until(() => TellingsOf(cluster, "web1").Length == 2, "the notifier of web1 to know of the end");
        Assert.Equal(["ALARM VI_1 BEGIN second-master", "ALARM VI_1 END second-master"], TellingsOf(cluster, "web1"));
    }

    [Fact]
    public void The_winner_of_a_split_tells_its_notifiers_again_that_it_is_master()
    {
        var variant = Variant.Named("v3");
        using var cluster = Cluster.Of(2);
        PluginsJson file = Telling(cluster, variant, "onMaster");
        using AgentInNode web1 = cluster.Start("web1", file);
        using AgentInNode web2 = cluster.Start("web2", file);
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);
        cluster.Until(() => TellingsOf(cluster, "web1").Length > 0, "the first telling");
        int before = TellingsOf(cluster, "web1").Length;

        cluster.Network.CutLink(cluster["web1"], keepCarrier: true);
        cluster.Until(() => web2.State(Variant.Router) == "MASTER", "both to be master");
        cluster.Network.HealLink(cluster["web1"]);
        cluster.Until(() => TellingsOf(cluster, "web1").Length > before, "the winner's notifier to be told again");

        Assert.Equal(Enumerable.Repeat("INSTANCE VI_1 MASTER 150", before + 1), TellingsOf(cluster, "web1"));
        Assert.Contains("web2 (", web1.Log[web1.Log.IndexOf("stays MASTER, and its notifiers are told again", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Equal("MASTER", web1.State(Variant.Router));
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to yield");
    }

    private static string? Reason(AgentInNode agent) =>
        agent.Router(Variant.Router).Alarms.FirstOrDefault(alarm => alarm.Code == "second-master")?.Sentence;

    private static string[] TellingsOf(Cluster cluster, string node) =>
        File.Exists(cluster[node].PathInside(Told)) ? File.ReadAllLines(cluster[node].PathInside(Told)) : [];

    private static PluginsJson Telling(Cluster cluster, Variant variant, string option = "onAlarm")
    {
        foreach (string node in new[] { "web1", "web2" })
        {
            cluster[node].RunToEnd("sh", "-c", $"printf '#!/bin/sh\\necho \"$*\" >> {Told}\\n' > {Script} && chmod 755 {Script}");
        }

        return PluginsJson.Pair(variant.RouterEntry with { Notify = ["tell"], AnnounceDelay = "0s" })
            .With(new PluginEntry("tell", "Script", $$"""{ "{{option}}": ["{{Script}}"] }""") { Timeout = "10s" });
    }
}
