using System.Net;
using System.Net.Sockets;
using HotStandby.Agent.Lab;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>acceptMode false: the address leads here, and nobody answers on it.</summary>
public sealed class AcceptModeTests
{
    private static readonly Variant V3 = Variant.Named("v3");

    [Theory]
    [InlineData("v3")]
    [InlineData("v2")]
    [InlineData("v3-ipv6")]
    [InlineData("v3-ipv6-vmac")]
    public void C118_the_address_answers_ARP_or_NS_and_neither_ping_nor_TCP_whoever_is_master(string name)
    {
        var variant = Variant.Named(name);
        using var cluster = Cluster.Of(2);
        PluginsJson closed = PluginsJson.Pair(variant.RouterEntry with { AcceptMode = false });
        using AgentInNode web1 = cluster.Start("web1", closed);
        using AgentInNode web2 = cluster.Start("web2", closed);
        cluster.WaitForMaster("web1", Variant.Router, variant.Vip);
        cluster.Network.Client.RunToEnd("ip", "address", "add", "fd77::fe/64", "dev", "eth0", "nodad");
        using Socket listener = Listen(cluster["web1"]);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;

        AssertClosed(cluster, variant, port);

        cluster.Until(() => Tables(cluster["web1"]).Length > 0, "the table");
        web1.Reload(PluginsJson.Pair(variant.RouterEntry));
        cluster.Until(() => Tables(cluster["web1"]).Length == 0, "the table to go");
        Assert.True(cluster.ClientPings(variant.Vip), cluster.Describe());
        Assert.True(Connects(cluster, variant, port), cluster.Describe());

        web1.Reload(closed);
        cluster.Until(() => Tables(cluster["web1"]).Length > 0, "the table to be back");
        AssertClosed(cluster, variant, port);
        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");

        Assert.Equal(0, web1.Stop());
        Assert.Equal("", Tables(cluster["web1"]));
        cluster.WaitForMaster("web2", Variant.Router, variant.Vip);
        Assert.False(cluster.ClientPings(variant.Vip), "web2 answers.");
        Assert.Equal(0, web2.Stop());
        Assert.Equal("", Tables(cluster["web2"]));
    }

    [Fact]
    public void C118_what_is_sent_to_the_master_to_be_forwarded_is_forwarded()
    {
        using var cluster = Cluster.Of(2);
        cluster["web2"].RunToEnd("ip", "address", "add", "10.88.0.2/24", "dev", "eth0");
        cluster["web1"].RunToEnd("sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
        cluster["web1"].RunToEnd("ip", "route", "add", "10.88.0.0/24", "dev", "eth0");
        cluster.Network.Client.RunToEnd("sysctl", "-q", "-w", "net.ipv4.conf.all.accept_redirects=0", "net.ipv4.conf.eth0.accept_redirects=0");
        cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry with { AcceptMode = false }));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.Network.Client.RunToEnd("ip", "route", "add", "10.88.0.0/24", "via", V3.Vip.ToString());

        Assert.True(cluster.ClientPings(Agent.Vrrp.Address.Parse("10.88.0.2")), cluster.Describe());
        Assert.False(cluster.ClientPings(V3.Vip), "The master itself answers.");
    }

    [Fact]
    public void The_table_is_put_back_after_a_flush_and_taken_away_after_SIGKILL()
    {
        using var cluster = Cluster.Of(1);
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry with { AcceptMode = false });
        using AgentInNode first = cluster.Start("web1", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster["web1"].RunToEnd("nft", "flush", "ruleset");
        cluster.Until(() => Tables(cluster["web1"]).Contains("hotstandby_4_51_eth0", StringComparison.Ordinal), "the table to be back");
        Assert.False(cluster.ClientPings(V3.Vip), "The master answers.");
        cluster["web1"].RunToEnd("nft", "add", "table", "inet", "somebody_else");

        first.Crash();
        using AgentInNode second = cluster.Start("web1", file);
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.UntilLogged(second, "removed the nftables table(s) hotstandby_4_51_eth0");

        second.Crash();
        string said = cluster["web1"].RunToEnd(AgentBinary.FilePath, "release");
        Assert.Contains("removed the nftables table(s) hotstandby_4_51_eth0", said, StringComparison.Ordinal);
        Assert.Equal("table inet somebody_else", Tables(cluster["web1"]).Trim());
    }

    [Fact]
    public void Without_nft_the_virtual_router_is_in_FAULT_and_says_why_until_it_is_there()
    {
        using var cluster = Cluster.Of(1);
        cluster["web1"].RunToEnd("mount", "--bind", "/dev/null", "/usr/sbin/nft");
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(V3.RouterEntry with { AcceptMode = false }));
        cluster.Until(() => web1.State(Variant.Router) == "FAULT", "FAULT");
        Assert.Contains("acceptMode false can't be kept: /usr/sbin/nft", web1.Router(Variant.Router).Why, StringComparison.Ordinal);
        Assert.DoesNotContain(V3.Vip, cluster["web1"].KernelAddresses());

        cluster["web1"].RunToEnd("umount", "/usr/sbin/nft");
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        Assert.False(cluster.ClientPings(V3.Vip), "The master answers.");
    }

    /// <summary>Its lifetime, of 40 s then, would leave it on a node in FAULT. What comes to the interface is why it is bound anew.</summary>
    [Fact]
    public void An_address_that_can_not_be_bound_anew_goes_with_the_role_and_not_with_its_lifetime()
    {
        using var cluster = Cluster.Of(1);
        RouterEntry closed = V3.RouterEntry with { AcceptMode = false };
        using AgentInNode web1 = cluster.Start("web1", PluginsJson.Pair(closed));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        web1.Reload(PluginsJson.Pair(closed with { AdvertInterval = "20s" }));
        cluster.Until(() => cluster["web1"].RunToEnd("ip", "address", "show", "to", V3.Vip.ToString()).Contains("valid_lft 40sec", StringComparison.Ordinal), "the long lifetime");

        cluster["web1"].RunToEnd("nft", "flush", "ruleset");
        cluster["web1"].RunToEnd("mount", "--bind", "/dev/null", "/usr/sbin/nft");
        cluster["web1"].RunToEnd("ip", "address", "add", "10.99.0.1/24", "dev", "eth0");
        cluster.Until(() => web1.State(Variant.Router) == "FAULT", "FAULT");
        cluster.Until(() => !cluster["web1"].KernelAddresses().Contains(V3.Vip), "the address to go", TimeSpan.FromSeconds(10));

        cluster["web1"].RunToEnd("umount", "/usr/sbin/nft");
        web1.Reload(PluginsJson.Pair(closed));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        Assert.Equal(0, web1.Stop());
        Assert.DoesNotContain(V3.Vip, cluster["web1"].KernelAddresses());
    }

    [Fact]
    public void C117_the_owner_of_the_address_accepts_all_the_same()
    {
        using var cluster = Cluster.Of(1);
        PluginsJson file = new()
        {
            Nodes = [new(1, 255), new(2, 100)],
            Routers = [V3.RouterEntry with { Addresses = ["10.77.0.1/24"], AcceptMode = false }],
        };
        using AgentInNode web1 = cluster.Start("web1", file);
        cluster.Until(() => web1.State(Variant.Router) == "MASTER", "the owner to be master");

        Assert.True(cluster.ClientPings(Agent.Vrrp.Address.Parse("10.77.0.1")), cluster.Describe());
        Assert.Equal("", Tables(cluster["web1"]));
    }

    private static void AssertClosed(Cluster cluster, Variant variant, int port)
    {
        LabNode client = cluster.Network.Client;
        client.RunToEnd("ip", variant.IsIPv6 ? "-6" : "-4", "neighbour", "flush", "dev", "eth0");
        Assert.False(cluster.ClientPings(variant.Vip), "The master answers ping.");
        Assert.False(Connects(cluster, variant, port), "The master answers TCP.");
        string known = client.RunToEnd("ip", "neighbour", "show", variant.Vip.ToString());
        string mac = variant.UseVmac ? "00:00:5e:00:02:33" : cluster["web1"].RunToEnd("cat", "/sys/class/net/eth0/address").Trim();
        Assert.Contains(mac, known, StringComparison.Ordinal);

        // Neighbours ask again, and then the address itself instead of everybody.
        client.RunToEnd("ip", "neighbour", "replace", variant.Vip.ToString(), "lladdr", mac, "dev", "eth0", "nud", "probe");
        cluster.Until(
            () => client.RunToEnd("ip", "neighbour", "show", variant.Vip.ToString()).Contains("REACHABLE", StringComparison.Ordinal),
            "the client's question to the address itself to be answered");

        // What was dropped was dropped here, and the connection to the node's own address shows that something listens.
        Assert.DoesNotContain("packets 0 ", string.Join('\n', Rules().Where(rule => rule.Contains(variant.Vip.ToString(), StringComparison.Ordinal))), StringComparison.Ordinal);
        Assert.True(Connects(cluster, Agent.Vrrp.Address.Parse("10.77.0.1"), port), "Nothing listens.");

        string[] Rules() => cluster["web1"].RunToEnd("nft", "list", "ruleset").Split('\n');
    }

    private static Socket Listen(LabNode node) => NetworkNamespace.Run(node.NamespaceName, () =>
    {
        var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        socket.Listen();
        return socket;
    });

    private static bool Connects(Cluster cluster, Variant variant, int port) => Connects(cluster, variant.Vip, port);

    private static bool Connects(Cluster cluster, Agent.Vrrp.Address address, int port) =>
        NetworkNamespace.Run(cluster.Network.Client.NamespaceName, () =>
        {
            using var socket = new Socket(address.Family, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            try
            {
                socket.Connect(new IPEndPoint(address.ToIPAddress(), port));
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.WouldBlock)
            {
                // Under way: writable when it is decided.
            }

            return socket.Poll(TimeSpan.FromSeconds(2), SelectMode.SelectWrite) && (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! == 0;
        });

    private static string Tables(LabNode node) => node.RunToEnd("nft", "list", "tables");
}
