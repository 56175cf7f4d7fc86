using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.Linux;

public sealed class AddressBinderTests : IDisposable
{
    private readonly VethPair _network = new();
    private readonly AddressBinder _binder;
    private readonly int _index;

    public AddressBinderTests()
    {
        _binder = _network.Left.Run(() => new AddressBinder());
        _index = _network.LeftIndex;
    }

    private static AddressPrefix Prefix(string text)
    {
        string[] parts = text.Split('/');
        return new(Address.Parse(parts[0]), byte.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>What the kernel has now: a new dump, because the event of an IPv6 address comes a moment after its bind (addrconf_dad_work).</summary>
    private LinkAddress? Find(string prefix)
    {
        using LinkMonitor monitor = _network.Left.Run(LinkMonitor.Open);
        return monitor.Find(_index)!.Find(Prefix(prefix).AsBound);
    }

    [Theory]
    [InlineData("10.0.0.100/24")]
    [InlineData("10.0.0.100/32")]
    [InlineData("2001:db8::100/64")]
    [InlineData("2001:db8::100/128")]
    [InlineData("fe80::100/64")]
    public void Binds_tags_and_releases(string text)
    {
        AddressPrefix address = Prefix(text);

        Assert.Equal([new BindOutcome(address, BindResult.Bound)], _binder.Bind(_index, [address], 60));
        Assert.True(Find(text)!.IsOurs);
        Assert.Contains("valid_lft 60sec", _network.Left.Ip($"addr show to {address.AsBound}"), StringComparison.Ordinal);

        Assert.Equal([new BindOutcome(address, BindResult.Released)], _binder.Release(_index, [address]));
        Assert.Null(Find(text));
        Assert.Equal([new BindOutcome(address, BindResult.Missing)], _binder.Release(_index, [address]));
    }

    [Fact]
    public void An_unrenewed_address_goes_by_itself_and_a_renewed_one_stays()
    {
        AddressPrefix[] addresses = [Prefix("10.0.0.100/24"), Prefix("2001:db8::100/64")];
        Assert.All(_binder.Bind(_index, addresses, 60), outcome => Assert.Equal(BindResult.Bound, outcome.Result));
        Assert.All(_binder.Renew(_index, addresses, 1), outcome => Assert.Equal(BindResult.Bound, outcome.Result));

        AddressPrefix kept = Prefix("10.0.0.101/24");
        _binder.Bind(_index, [kept], 1);
        Wait.Until(
            () =>
            {
                _binder.Renew(_index, [kept], 1);
                return Find("10.0.0.100/24") is null && Find("2001:db8::100/64") is null;
            },
            "the unrenewed addresses are gone");
        Assert.NotNull(Find("10.0.0.101/24"));
        Wait.Until(() => Find("10.0.0.101/24") is null, "the other is gone when it is no longer renewed");
    }

    /// <summary>Of a binding that failed, nothing is known: another may have put it there since.</summary>
    [Fact]
    public void What_is_not_known_to_be_ours_is_released_where_it_has_our_tag_and_only_there()
    {
        AddressPrefix[] addresses = [Prefix("10.0.0.100/24"), Prefix("2001:db8::100/64"), Prefix("10.0.0.101/24")];
        using (AddressBinder before = _network.Left.Run(() => new AddressBinder()))
        {
            Assert.All(before.Bind(_index, [addresses[2]], 60), outcome => Assert.Equal(BindResult.Bound, outcome.Result));
        }

        _network.Left.Ip($"addr add 10.0.0.100/32 dev {VethPair.Interface}");
        _network.Left.Ip($"addr add 2001:db8::100/64 dev {VethPair.Interface} nodad");

        Assert.Equal(
            [BindResult.Missing, BindResult.Missing, BindResult.Released],
            _binder.Release(_index, addresses).Select(outcome => outcome.Result));
        Assert.NotNull(Find("10.0.0.100/24"));
        Assert.NotNull(Find("2001:db8::100/64"));
        Assert.Null(Find("10.0.0.101/24"));
        Assert.Equal(BindResult.Missing, Assert.Single(_binder.Release(0, [addresses[0]])).Result);
    }

    [Fact]
    public void C158_a_foreign_address_is_neither_renewed_nor_deleted()
    {
        _network.Left.Ip($"addr add 10.0.0.100/24 dev {VethPair.Interface}");
        _network.Left.Ip($"addr add 2001:db8::100/64 dev {VethPair.Interface} nodad");
        AddressPrefix[] addresses = [Prefix("10.0.0.100/24"), Prefix("2001:db8::100/64"), Prefix("10.0.0.101/24")];

        BindResult[] expected = [BindResult.AlreadyThere, BindResult.AlreadyThere, BindResult.Bound];
        Assert.Equal(expected, _binder.Bind(_index, addresses, 1).Select(outcome => outcome.Result));
        Assert.Equal(expected, _binder.Renew(_index, addresses, 1).Select(outcome => outcome.Result));
        Assert.Equal(
            [BindResult.AlreadyThere, BindResult.AlreadyThere, BindResult.Released],
            _binder.Release(_index, addresses).Select(outcome => outcome.Result));

        Assert.Equal(0, _binder.SweepLeftovers((_, _) => false));
        string shown = _network.Left.Ip($"addr show dev {VethPair.Interface}");
        Assert.Contains("10.0.0.100/24", shown, StringComparison.Ordinal);
        Assert.Contains("2001:db8::100/64", shown, StringComparison.Ordinal);
        Assert.Contains("10.0.0.100/24", shown, StringComparison.Ordinal);
        Assert.Null(Find("10.0.0.100/24"));
        Assert.DoesNotContain("valid_lft 1sec", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void C077_leftovers_of_a_dead_agent_are_swept_or_taken_over()
    {
        AddressPrefix[] leftovers = [Prefix("10.0.0.100/24"), Prefix("10.0.0.101/32"), Prefix("2001:db8::100/64"), Prefix("2001:db8::101/64")];
        _binder.Bind(_index, leftovers, uint.MaxValue);
        _network.Left.Ip($"addr add 10.0.0.200/24 dev {VethPair.Interface}");

        using AddressBinder next = _network.Left.Run(() => new AddressBinder());
        int swept = next.SweepLeftovers((index, address) => index == _index && (address == leftovers[1].AsBound || address == leftovers[3].AsBound));

        Assert.Equal(2, swept);
        Assert.Null(Find("10.0.0.100/24"));
        Assert.Null(Find("2001:db8::100/64"));
        Assert.Contains("10.0.0.200/24", Show(), StringComparison.Ordinal);
        Assert.Contains("10.0.0.1/24", Show(), StringComparison.Ordinal);

        // The wanted ones are ours again, with our lifetime; a leftover with another prefix length makes way.
        AddressPrefix[] wanted = [leftovers[1], Prefix("2001:db8::101/128")];
        Assert.All(next.Bind(_index, wanted, 50), outcome => Assert.Equal(BindResult.Bound, outcome.Result));
        string shown = _network.Left.Ip($"addr show dev {VethPair.Interface}");
        Assert.Contains("2001:db8::101/128", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("2001:db8::101/64", shown, StringComparison.Ordinal);
        Assert.Equal(2, shown.Split("valid_lft 50sec").Length - 1);
    }

    [Fact]
    public void C150_an_IPv6_address_is_usable_at_once_and_never_a_source()
    {
        _network.Left.Ip($"addr add 2001:db8::1/64 dev {VethPair.Interface} nodad");
        AddressPrefix address = Prefix("2001:db8::100/64");
        _binder.Bind(_index, [address], 60);

        LinkAddress bound = Find("2001:db8::100/64")!;
        Assert.False(bound.Tentative);
        Assert.True(bound.Deprecated);
        _network.Left.Run(() =>
        {
            // A tentative address can't be bound to (EADDRNOTAVAIL).
            using System.Net.Sockets.Socket socket = new(System.Net.Sockets.AddressFamily.InterNetworkV6, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            socket.Bind(new System.Net.IPEndPoint(address.Address.ToIPAddress(), 0));
        });
        Assert.Contains("src 2001:db8::1 ", _network.Left.Ip("-6 route get 2001:db8::2") + " ", StringComparison.Ordinal);
    }

    [Fact]
    public void The_route_of_a_prefix_the_host_is_in_keeps_its_own_lifetime()
    {
        // As a router advertisement leaves it: the host's address and its prefix route have a finite lifetime.
        _network.Left.Ip($"addr add 2001:db8::1/64 dev {VethPair.Interface} nodad valid_lft 3600 preferred_lft 3600");
        AddressPrefix address = Prefix("2001:db8::100/64");
        _binder.Bind(_index, [address], 5);
        _binder.Renew(_index, [address], 5);

        string route = _network.Left.Ip($"-6 route show 2001:db8::/64 dev {VethPair.Interface}");
        Assert.Matches("expires 3[56][0-9]{2}sec", route);
    }

    [Fact]
    public void Without_an_address_of_the_host_in_the_prefix_the_route_comes_with_the_virtual_address()
    {
        _binder.Bind(_index, [Prefix("2001:db8:7::100/64")], 60);

        Assert.Contains("2001:db8:7::/64", _network.Left.Ip($"-6 route show dev {VethPair.Interface}"), StringComparison.Ordinal);
    }

    [Fact]
    public void One_refused_address_of_255_does_not_stop_the_others()
    {
        AddressPrefix[] addresses = [.. Enumerable.Range(1, 255).Select(i => Prefix($"10.1.0.{i}/32"))];
        addresses[100] = Prefix("0.0.0.0/33"); // a prefix length that can't be

        BindOutcome[] outcomes = _binder.Bind(_index, addresses, 60);

        Assert.Equal(255, outcomes.Length);
        Assert.Equal(addresses, outcomes.Select(outcome => outcome.Address));
        BindOutcome refused = Assert.Single(outcomes, outcome => outcome.Result != BindResult.Bound);
        Assert.Equal(addresses[100], refused.Address);
        Assert.Contains("EINVAL", refused.Error, StringComparison.Ordinal);
        using LinkMonitor monitor = _network.Left.Run(LinkMonitor.Open);
        Assert.Equal(254, monitor.Find(_index)!.Addresses.Count(address => address.IsOurs));

        Assert.Equal(254, _binder.Release(_index, addresses).Count(outcome => outcome.Result == BindResult.Released));
    }

    [Fact]
    public void A_missing_interface_is_a_sentence()
    {
        BindOutcome outcome = Assert.Single(_binder.Bind(99999, [Prefix("10.0.0.100/24")], 60));

        Assert.Equal(BindResult.Failed, outcome.Result);
        Assert.Contains("ENODEV", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(BindResult.Missing, Assert.Single(_binder.Release(99999, [Prefix("10.0.0.100/24")])).Result);
    }

    [Fact]
    public void Disabled_IPv6_is_a_sentence_that_names_the_sysctl()
    {
        _network.Left.Exec("sysctl", "-qw", $"net.ipv6.conf.{VethPair.Interface}.disable_ipv6=1");

        BindOutcome outcome = Assert.Single(_binder.Bind(_index, [Prefix("2001:db8::100/64")], 60));

        Assert.Contains("EACCES", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("disable", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_renewal_brings_back_what_somebody_deleted()
    {
        AddressPrefix address = Prefix("10.0.0.100/24");
        _binder.Bind(_index, [address], 60);
        _network.Left.Ip($"addr del 10.0.0.100/32 dev {VethPair.Interface}");

        Assert.Equal(BindResult.Bound, Assert.Single(_binder.Renew(_index, [address], 60)).Result);
        Assert.True(Find("10.0.0.100/24")!.IsOurs);
    }

    [Fact]
    public void Attributes_are_in_the_kernel_and_a_renewal_that_brings_the_address_back_brings_them_too()
    {
        AddressPrefix address = Prefix("10.9.0.1/32");
        AddressAttributes attributes = new() { Label = $"{VethPair.Interface}:vip", Scope = AddressScope.Link, Broadcast = Address.Parse("10.9.0.9") };
        Bind(address, attributes);
        string expected = $"inet 10.9.0.1/32 brd 10.9.0.9 scope link dynamic {VethPair.Interface}:vip";
        Assert.Contains(expected, Show(), StringComparison.Ordinal);

        _network.Left.Ip($"addr del 10.9.0.1/32 dev {VethPair.Interface}");
        Assert.Equal(BindResult.Bound, Assert.Single(_binder.Renew(_index, [address], 60)).Result);
        Assert.Contains(expected, Show(), StringComparison.Ordinal);

        Assert.Equal(BindResult.Released, Assert.Single(_binder.Release(_index, [address])).Result);
        Assert.DoesNotContain("10.9.0.1", Show(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.9.0.1/24", "10.9.5.2")]
    [InlineData("fd09::1/64", "fd09:5::2")]
    public void An_address_with_a_peer_is_known_renewed_released_and_swept_by_its_own_end(string text, string peer)
    {
        AddressPrefix address = Prefix(text);
        Bind(address, new AddressAttributes { Peer = Address.Parse(peer) });
        Assert.Contains(
            address.Address.IsIPv6 ? $"{address.Address} peer {peer}/" : "10.9.5.0/24 proto 112 scope link src 10.9.0.1",
            Show() + _network.Left.Ip($"route show dev {VethPair.Interface}"),
            StringComparison.Ordinal);
        Assert.True(Find(text)!.IsOurs);

        Assert.Equal(BindResult.Bound, Assert.Single(_binder.Renew(_index, [address], 30)).Result);
        Assert.Contains("valid_lft 30sec", Show(), StringComparison.Ordinal);
        Assert.Single(Show().Split($"{address.Address}")[1..]);
        Assert.Equal(BindResult.Released, Assert.Single(_binder.Release(_index, [address])).Result);
        Assert.Null(Find(text));

        // What an agent that died left: the next one knows it from the kernel alone.
        Bind(address, new AddressAttributes { Peer = Address.Parse(peer) });
        using AddressBinder next = _network.Left.Run(() => new AddressBinder());
        Assert.Equal(1, next.SweepLeftovers((_, _) => false));
        Assert.Null(Find(text));
    }

    [Fact]
    public void Other_attributes_of_an_address_that_is_bound_come_into_force_and_the_same_ones_leave_it_alone()
    {
        AddressPrefix address = Prefix("10.9.0.1/32");
        Bind(address, new AddressAttributes { Label = $"{VethPair.Interface}:a" });
        Bind(address, new AddressAttributes { Label = $"{VethPair.Interface}:b" });
        Assert.Contains($"{VethPair.Interface}:b", Show(), StringComparison.Ordinal);

        using LinkMonitor monitor = _network.Left.Run(LinkMonitor.Open);
        Bind(address, new AddressAttributes { Label = $"{VethPair.Interface}:b" });
        Assert.False(monitor.Drain(), "The address was taken off although nothing about it changed.");

        _binder.Bind(_index, [address], 60);
        Assert.DoesNotContain($"{VethPair.Interface}:b", Show(), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_a_preferred_IPv6_address_is_a_source()
    {
        _network.Left.Ip($"link set {VethPair.Interface} addrgenmode none");
        AddressPrefix address = Prefix("2001:db8:5::100/64");
        Bind(address, new AddressAttributes { PreferredSource = true });

        Assert.False(Find("2001:db8:5::100/64")!.Deprecated);
        Assert.Contains("preferred_lft 60sec", Show(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_prefix_route_the_subnet_has_none_after_a_renewal_either()
    {
        AddressPrefix[] addresses = [Prefix("10.9.0.1/24"), Prefix("2001:db8:9::100/64")];
        foreach (AddressPrefix address in addresses)
        {
            Bind(address, new AddressAttributes { NoPrefixRoute = true });
        }

        _binder.Renew(_index, addresses, 60);

        Assert.DoesNotContain("10.9.0.0/24", _network.Left.Ip("route show"), StringComparison.Ordinal);
        Assert.DoesNotContain("2001:db8:9::/64", _network.Left.Ip("-6 route show"), StringComparison.Ordinal);
    }

    private void Bind(AddressPrefix address, AddressAttributes attributes) => Assert.Equal(
        [new BindOutcome(address, BindResult.Bound)],
        _binder.Bind(_index, [address], 60, attributes: new Dictionary<AddressPrefix, AddressAttributes> { [address] = attributes }));

    private string Show() => _network.Left.Ip($"addr show dev {VethPair.Interface}");

    public void Dispose()
    {
        _binder.Dispose();
        _network.Dispose();
    }
}
