using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.Linux;

/// <summary>
/// Nothing the binder does removes an address of the host or changes the order of the host's: whatever came first, however ours goes, with both
/// settings of promote_secondaries. The kernel's default of that is 0: the first address of a subnet takes the others with it.
/// </summary>
public sealed class HostAddressTests : IDisposable
{
    private static readonly AddressPrefix Vip = new(Address.Parse("10.0.0.100"), 24);

    private readonly VethPair _network = new();
    private readonly AddressBinder _binder;
    private readonly int _index;

    public HostAddressTests()
    {
        _binder = _network.Left.Run(() => new AddressBinder());
        _index = _network.LeftIndex;
    }

    /// <summary>What happened before the host has its addresses again.</summary>
    public enum Before
    {
        /// <summary>The interface had none: ours came first.</summary>
        OursFirst,

        /// <summary>All were flushed and a renewal, which was under way, put ours back.</summary>
        FlushedAndRenewed,

        /// <summary>The host's alone was removed.</summary>
        HostRemoved,

        /// <summary>The host's stayed.</summary>
        HostFirst,

        /// <summary>An older agent left ours there with its prefix, which has the host's as secondaries.</summary>
        LeftWithPrefix,
    }

    /// <summary>How ours goes.</summary>
    public enum End
    {
        Released,
        LifetimeOver,
        Swept,
        BoundAnew,
    }

    public static TheoryData<Before, End, int> Orders()
    {
        TheoryData<Before, End, int> all = [];
        foreach (Before before in Enum.GetValues<Before>())
        {
            foreach (End end in Enum.GetValues<End>())
            {
                all.Add(before, end, 0);
                all.Add(before, end, 1);
            }
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void The_hosts_addresses_stay_as_they_are(Before before, End end, int promoteSecondaries)
    {
        _network.Left.Exec("sysctl", "-qw", $"net.ipv4.conf.{VethPair.Interface}.promote_secondaries={promoteSecondaries}");
        Arrange(before);
        bool withPrefix = before == Before.LeftWithPrefix;
        string[] expected = ["10.0.0.1/24", "10.0.0.2/24", "192.168.7.3/24"];
        Assert.Equal(expected, Hosts());
        if (!withPrefix)
        {
            Assert.Contains("src 10.0.0.1 ", _network.Left.Ip("route get 10.0.0.7"), StringComparison.Ordinal);
        }

        Finish(end);

        Assert.Equal(expected, Hosts());
        Assert.Contains("src 10.0.0.1 ", _network.Left.Ip("route get 10.0.0.7"), StringComparison.Ordinal);
        Assert.Equal($"{promoteSecondaries}", _network.Left.Exec("sysctl", "-n", $"net.ipv4.conf.{VethPair.Interface}.promote_secondaries").Trim());
    }

    [Fact]
    public void Where_the_host_has_no_address_in_the_subnet_the_route_comes_and_goes_with_ours_and_gives_way_to_the_hosts()
    {
        AddressPrefix alone = new(Address.Parse("10.7.0.100"), 24);
        AddressPrefix second = new(Address.Parse("10.7.0.101"), 24);
        Bind([alone, second], 60);
        Assert.Contains("dev eth0 src 10.7.0.100", _network.Left.Ip("route get 10.7.0.7"), StringComparison.Ordinal);

        // The link went down and up: the kernel removed it.
        _network.Left.Ip("route del 10.7.0.0/24 src 10.7.0.101");
        _binder.Renew(_index, [alone, second], 60);
        Release([alone]);
        Assert.Contains("dev eth0 src 10.7.0.101", _network.Left.Ip("route get 10.7.0.7"), StringComparison.Ordinal);

        _network.Left.Ip($"addr add 10.7.0.1/24 dev {VethPair.Interface}");
        Assert.Contains("src 10.7.0.1 ", _network.Left.Ip("route get 10.7.0.7"), StringComparison.Ordinal);
        Bind([second], 60);
        Assert.DoesNotContain("proto 112", _network.Left.Ip("route show"), StringComparison.Ordinal);

        _network.Left.Ip($"addr del 10.7.0.1/24 dev {VethPair.Interface}");
        Bind([second], 1);
        Assert.Contains("dev eth0 src 10.7.0.101", _network.Left.Ip("route get 10.7.0.7"), StringComparison.Ordinal);
        Wait.Until(() => !_network.Left.Ip("route show").Contains("proto 112", StringComparison.Ordinal), "the route is gone with the unrenewed address");
    }

    [Theory]
    [InlineData("10.0.0.100/32")]
    [InlineData("10.0.0.100/24")]
    [InlineData("10.0.0.100/16")]
    public void C158_an_address_of_somebody_else_is_known_whatever_its_prefix(string foreign)
    {
        Bind([Vip], 60);
        if (!foreign.EndsWith("/32", StringComparison.Ordinal))
        {
            // It came after ours, which stays beside it and goes alone.
            _network.Left.Ip($"addr add {foreign} dev {VethPair.Interface}");
            Assert.Equal(BindResult.Bound, Assert.Single(Bind([Vip], 60)).Result);
        }

        Assert.Equal(BindResult.Released, Assert.Single(Release([Vip])).Result);
        _network.Left.Ip($"addr replace {foreign} dev {VethPair.Interface}");
        Assert.Equal(BindResult.AlreadyThere, Assert.Single(Bind([Vip], 1)).Result);
        Assert.Equal(BindResult.AlreadyThere, Assert.Single(Release([Vip])).Result);
        Assert.Equal(["10.0.0.1/24", foreign], Hosts().Order());
    }

    // In the namespace, as on the worker's thread: settings of interfaces are files there.
    private BindOutcome[] Bind(IReadOnlyList<AddressPrefix> addresses, uint lifetimeSeconds) =>
        _network.Left.Run(() => _binder.Bind(_index, addresses, lifetimeSeconds));

    private BindOutcome[] Release(IReadOnlyList<AddressPrefix> addresses) => _network.Left.Run(() => _binder.Release(_index, addresses));

    private void Arrange(Before before)
    {
        if (before is not (Before.HostFirst or Before.FlushedAndRenewed))
        {
            _network.Left.Ip($"-4 addr flush dev {VethPair.Interface}");
        }

        if (before == Before.LeftWithPrefix)
        {
            AddWithPrefix();
        }
        else
        {
            Assert.Equal(BindResult.Bound, Assert.Single(Bind([Vip], 60)).Result);
        }

        if (before == Before.FlushedAndRenewed)
        {
            _network.Left.Ip($"-4 addr flush dev {VethPair.Interface}");
            _binder.Renew(_index, [Vip], 60);
        }
        else if (before == Before.HostRemoved)
        {
            _network.Left.Ip($"addr add 10.0.0.1/24 dev {VethPair.Interface}");
            _network.Left.Ip($"addr del 10.0.0.1/24 dev {VethPair.Interface}");
            _binder.Renew(_index, [Vip], 60);
        }

        _network.Left.IpBatch(
        [
            .. before == Before.HostFirst ? Array.Empty<string>() : [$"addr add 10.0.0.1/24 dev {VethPair.Interface}"],
            $"addr add 10.0.0.2/24 dev {VethPair.Interface}",
            $"addr add 192.168.7.3/24 dev {VethPair.Interface}",
        ]);
    }

    /// <summary>Ours, as it was bound until now; ip(8) of Debian 12 can't tag an address.</summary>
    private void AddWithPrefix()
    {
        using AddressRequests requests = _network.Left.Run(() => new AddressRequests());
        int[] errno = [-1];
        Dictionary<int, string>? reasons = null;
        AddressMessage listed = new(_index, Vip, NetlinkConstants.ScopeUniverse, 0, IsOurs: true);
        requests.Send(NetlinkConstants.NewAddress, NetlinkConstants.FlagCreate, _index, 60, [AddressRequests.Item.Listed(listed)], errno, ref reasons);
        Assert.Equal([0], errno);
    }

    private void Finish(End end)
    {
        switch (end)
        {
            case End.Released:
                Bind([Vip], 60);
                Assert.Equal(BindResult.Released, Assert.Single(Release([Vip])).Result);
                break;
            case End.LifetimeOver:
                Bind([Vip], 1);
                Wait.Until(() => !_network.Left.Ip("addr show").Contains("10.0.0.100", StringComparison.Ordinal), "the unrenewed address is gone");
                break;
            case End.Swept:
                using (AddressBinder next = _network.Left.Run(() => new AddressBinder()))
                {
                    Assert.Equal(1, _network.Left.Run(() => next.SweepLeftovers((_, _) => false)));
                }

                break;
            default:
                Bind([Vip], 60);
                Release([Vip]);
                Bind([Vip], 60);
                break;
        }
    }

    /// <summary>All but ours, in the kernel's order, with those of one subnet in theirs.</summary>
    private string[] Hosts() =>
    [
        .. _network.Left.Ip($"-4 -o addr show dev {VethPair.Interface}").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.Contains("dynamic", StringComparison.Ordinal))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3])
            .OrderBy(address => address.StartsWith("192", StringComparison.Ordinal)),
    ];

    public void Dispose()
    {
        _binder.Dispose();
        _network.Dispose();
    }
}
