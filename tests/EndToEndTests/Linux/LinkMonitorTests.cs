using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.Linux;

public sealed class LinkMonitorTests : IDisposable
{
    private readonly VethPair _network = new();
    private readonly LinkMonitor _monitor;

    public LinkMonitorTests() => _monitor = _network.Left.Run(LinkMonitor.Open);

    private LinkState State => _monitor.Find(VethPair.Interface)!;

    /// <summary>Waits on the descriptor itself: an event that does not wake the loop is a lost one.</summary>
    private void WaitUntil(Func<bool> condition, string what)
    {
        using Epoll epoll = new();
        using DeadlineTimer bound = new();
        bound.Arm(MonotonicClock.Now + Duration.FromSeconds(15));
        epoll.Add(_monitor.Descriptor, 1);
        epoll.Add(bound.Descriptor, 2);
        Span<int> ready = stackalloc int[2];
        while (!condition())
        {
            int count = epoll.Wait(ready);
            Assert.False(ready[..count].Contains(2), $"No event within 15 s: {what}");
            _monitor.Drain();
        }
    }

    [Fact]
    public void Knows_the_interface_and_its_sources()
    {
        LinkState state = State;

        Assert.True(state.Up);
        Assert.Empty(state.WhyNotUp);
        Assert.Equal(6, state.MacAddress.Length);
        Assert.Equal(1500, state.Mtu);
        Assert.Equal(Address.Parse("10.0.0.1"), state.PrimaryIPv4([]));
        Assert.Equal(Address.Parse("fe80::1"), state.LinkLocalIPv6([]));
        Assert.Same(state, _monitor.Find(state.Index));
        Assert.Contains(_monitor.All, link => link.Name == "lo");
        Assert.Null(_monitor.Find("none"));
    }

    [Fact]
    public void C012_a_virtual_address_is_never_the_source_even_where_it_came_first()
    {
        _network.Left.Ip($"addr del 10.0.0.1/24 dev {VethPair.Interface}");
        _network.Left.Ip($"addr add 10.0.0.100/24 dev {VethPair.Interface}");
        _network.Left.Ip($"addr add 10.0.0.1/24 dev {VethPair.Interface}");
        _monitor.Drain();

        Assert.True(State.Find(new(Address.Parse("10.0.0.1"), 24))!.Secondary);
        Assert.Equal(Address.Parse("10.0.0.1"), State.PrimaryIPv4([Address.Parse("10.0.0.100")]));
        Assert.Null(State.PrimaryIPv4([Address.Parse("10.0.0.100"), Address.Parse("10.0.0.1")]));
        Assert.Null(State.LinkLocalIPv6([Address.Parse("fe80::1")]));
    }

    [Fact]
    public void C151_an_address_that_somebody_deletes_is_seen()
    {
        using AddressBinder binder = _network.Left.Run(() => new AddressBinder());
        AddressPrefix address = new(Address.Parse("10.0.0.100"), 24);
        binder.Bind(State.Index, [address], 60);
        Assert.True(_monitor.Drain());
        Assert.NotNull(State.Find(address.AsBound));

        _network.Left.Ip($"addr del {address.AsBound} dev {VethPair.Interface}");

        WaitUntil(() => State.Find(address.AsBound) is null, "the address is gone");
    }

    [Fact]
    public void C151_an_address_that_is_back_before_anybody_looked_has_arrived_anew()
    {
        AddressPrefix address = new(Address.Parse("10.0.0.100"), 24);
        _network.Left.Ip($"addr add 10.0.0.100/24 dev {VethPair.Interface}");
        Assert.True(_monitor.Drain());
        long first = State.Find(address)!.Arrival;
        _network.Left.Ip($"addr change 10.0.0.100/24 dev {VethPair.Interface} valid_lft 500 preferred_lft 500");
        _monitor.Drain();
        Assert.Equal(first, State.Find(address)!.Arrival);

        _network.Left.IpBatch([$"addr del 10.0.0.100/24 dev {VethPair.Interface}", $"addr add 10.0.0.100/24 dev {VethPair.Interface}"]);

        Assert.True(_monitor.Drain());
        Assert.True(State.Find(address)!.Arrival > first);
    }

    [Fact]
    public void A_renewal_is_no_change()
    {
        using AddressBinder binder = _network.Left.Run(() => new AddressBinder());
        AddressPrefix[] addresses = [new(Address.Parse("10.0.0.100"), 24), new(Address.Parse("2001:db8::100"), 64)];
        binder.Bind(State.Index, addresses, 60);
        binder.Renew(State.Index, addresses, 60);
        WaitUntil(() => addresses.All(address => State.Find(address.AsBound) is not null), "both addresses are known");
        LinkState before = State;

        binder.Renew(State.Index, addresses, 50);

        Assert.False(_monitor.Drain());
        Assert.Same(before, State);
    }

    [Fact]
    public void C152_carrier_loss_and_return_are_seen()
    {
        _network.Right.Ip($"link set {VethPair.Interface} down");
        WaitUntil(() => !State.Up, "no carrier");
        Assert.Contains("no carrier", State.WhyNotUp, StringComparison.Ordinal);

        _network.Right.Ip($"link set {VethPair.Interface} up");
        WaitUntil(() => State.Up, "carrier is back");
    }

    [Fact]
    public void C154_admin_down_takes_the_IPv6_addresses()
    {
        _network.Left.Ip($"link set {VethPair.Interface} down");

        WaitUntil(() => !State.Up && State.LinkLocalIPv6([]) is null, "down and without IPv6 addresses");
        Assert.Contains("administratively down", State.WhyNotUp, StringComparison.Ordinal);
        Assert.NotNull(State.PrimaryIPv4([]));
    }

    [Fact]
    public void C156_an_interface_that_is_deleted_and_made_again_is_found_under_its_name()
    {
        int before = State.Index;
        _network.Left.Ip($"link del {VethPair.Interface}");
        WaitUntil(() => _monitor.Find(VethPair.Interface) is null, "the interface is gone");
        Assert.Null(_monitor.Find(before));

        _network.Left.Ip($"link add {VethPair.Interface} type veth peer name other");
        WaitUntil(() => _monitor.Find(VethPair.Interface) is not null, "the interface is back");
        Assert.NotEqual(before, State.Index);
        Assert.Equal(State.Index, _monitor.Find(State.Index)!.Index);
    }

    [Fact]
    public void A_renamed_interface_is_found_under_its_new_name()
    {
        int index = State.Index;
        _network.Left.Ip($"link set {VethPair.Interface} down");
        _network.Left.Ip($"link set {VethPair.Interface} name lan0");

        WaitUntil(() => _monitor.Find("lan0") is not null, "the new name");
        Assert.Equal(index, _monitor.Find("lan0")!.Index);
        Assert.Null(_monitor.Find(VethPair.Interface));
    }

    [Fact]
    public void A_port_that_leaves_a_bridge_is_still_an_interface()
    {
        _network.Left.Ip("link add br0 type bridge");
        _network.Left.Ip($"link set {VethPair.Interface} master br0");
        _network.Left.Ip($"link set {VethPair.Interface} nomaster");
        _network.Left.Ip("link del br0");

        // The address shows it: an interface taken for gone comes back with its next event, but without its addresses.
        Assert.True(_monitor.Drain());
        Assert.Null(_monitor.Find("br0"));
        Assert.Equal(Address.Parse("10.0.0.1"), State.PrimaryIPv4([]));
    }

    [Fact]
    public void C157_lost_events_are_mended_by_a_new_dump()
    {
        using LinkMonitor small = _network.Left.Run(() => LinkMonitor.Open(4096));
        Assert.Equal(0, small.Overruns);
        LinkAddress linkLocal = small.Find(VethPair.Interface)!.Addresses[^1];

        IEnumerable<string> changes = Enumerable.Range(0, 1000).SelectMany(i => new[]
        {
            $"addr add 10.9.{i / 250}.{i % 250}/32 dev {VethPair.Interface}",
            $"addr del 10.9.{i / 250}.{i % 250}/32 dev {VethPair.Interface}",
        });
        _network.Left.IpBatch([.. changes, $"addr add 10.8.0.1/32 dev {VethPair.Interface}", $"addr del 10.0.0.1/24 dev {VethPair.Interface}"]);

        Assert.True(small.Drain());
        Assert.True(small.Overruns > 0);
        LinkState state = small.Find(VethPair.Interface)!;
        Assert.Equal(["fe80::1/64", "10.8.0.1/32"], state.Addresses.Select(address => address.Prefix.ToString()));

        // What was there all the time has not come anew.
        Assert.Equal(linkLocal, state.Addresses[0]);
        Assert.False(small.Drain());
    }

    public void Dispose()
    {
        _monitor.Dispose();
        _network.Dispose();
    }
}
