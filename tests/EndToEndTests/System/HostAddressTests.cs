using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>The host's own addresses are taken off and put on again, as dhclient, netplan and nmcli do, under a MASTER with a virtual address in their subnet.</summary>
public sealed class HostAddressTests : IDisposable
{
    private const int Tries = 6;

    private static readonly RouterEntry Entry = Variant.Named("v3").RouterEntry with
    {
        AdvertInterval = "100ms",
        More = """{ "excludedAddresses": [{ "address": "10.78.0.100/24", "device": "eth1" }] }""",
    };

    private static readonly Address Vip = Variant.Named("v3").Vip;
    private static readonly Address Other = Address.Parse("10.78.0.100");

    private readonly Cluster _cluster = Cluster.OnTwoWires();

    private LabNode Web1 => _cluster["web1"];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void They_survive_every_flush_and_every_way_the_role_ends(int promoteSecondaries)
    {
        Web1.RunToEnd("sysctl", "-qw", $"net.ipv4.conf.eth0.promote_secondaries={promoteSecondaries}", $"net.ipv4.conf.eth1.promote_secondaries={promoteSecondaries}");
        using AgentInNode web1 = _cluster.Start("web1", PluginsJson.Pair(Entry));
        WaitForBoth();
        for (int i = 0; i < Tries; i++)
        {
            // Together, one after the other with the agent at work in between, and first where only the virtual address is.
            Again("eth0", "10.77.0.1/24", waits: i % 2 == 0);
            Again("eth1", "10.78.0.1/24", waits: i % 2 == 0);
            WaitForBoth();
            AssertHostFirst();
        }

        web1.Crash();
        _cluster.Until(() => !Web1.KernelAddresses().Contains(Vip) && !Web1.KernelAddresses().Contains(Other), "the leases to end", TimeSpan.FromSeconds(10));
        AssertHost();

        // What a new run takes over, drains and leaves.
        using AgentInNode again = _cluster.Start("web1", PluginsJson.Pair(Entry));
        WaitForBoth();
        AssertHostFirst();
        Assert.Equal(0, again.Stop());
        Assert.DoesNotContain(Vip, Web1.KernelAddresses());
        Assert.DoesNotContain(Other, Web1.KernelAddresses());
        AssertHost();
    }

    private void Again(string device, string address, bool waits)
    {
        if (!waits)
        {
            SystemCommand.IpBatch(Web1.NamespaceName, [$"address flush dev {device} scope global", $"address add {address} dev {device}"]);
            return;
        }

        MonotonicTime flush = LabClock.Now;
        Web1.RunToEnd("ip", "-4", "address", "flush", "dev", device);
        if (device == "eth1")
        {
            // It needs no address of the host there: the virtual one is put back first.
            _cluster.Until(() => Web1.KernelAddresses().Contains(Other), "the virtual address to be back on eth1");
        }

        _cluster.Until(() => LabClock.Now - flush > Duration.FromMilliseconds(50), "the agent to have seen it");
        Web1.RunToEnd("ip", "address", "add", address, "dev", device);
    }

    private void WaitForBoth() => _cluster.Until(() => _cluster.Holds("web1", Vip) && _cluster.Holds("web1", Other), "both addresses on web1");

    /// <summary>Each is there, is the source to its subnet, and comes before the virtual one: the first is the source of multicast.</summary>
    private void AssertHostFirst()
    {
        AssertHost();
        _cluster.Until(() => First("eth0") == "10.77.0.1/24" && First("eth1") == "10.78.0.1/24", "the host's addresses to be the first");
    }

    private void AssertHost()
    {
        foreach (int subnet in new[] { 77, 78 })
        {
            Assert.Contains(Address.Parse($"10.{subnet}.0.1"), Web1.KernelAddresses());
            Assert.Contains($"src 10.{subnet}.0.1 ", Web1.RunToEnd("ip", "route", "get", $"10.{subnet}.0.7"), StringComparison.Ordinal);
        }
    }

    private string First(string device) =>
        Web1.RunToEnd("ip", "-4", "-o", "address", "show", "dev", device).Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];

    public void Dispose() => _cluster.Dispose();
}
