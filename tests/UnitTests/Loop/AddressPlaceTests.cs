using HotStandby.Agent.Linux;
using HotStandby.Agent.Loop;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Loop;

public sealed class AddressPlaceTests : IDisposable
{
    private static readonly MonotonicTime Now = new(1_000_000_000_000);
    private readonly Epoll _epoll = new();

    public void Dispose() => _epoll.Dispose();

    /// <summary>An MTU below 1280 and back, disable_ipv6 1 and 0: what the kernel said in between is no word on how things are now.</summary>
    [Fact]
    public void A_change_of_the_interface_ends_the_pause_after_a_refusal_and_what_is_no_change_does_not()
    {
        LinkState small = new(1, "eth0", new byte[6], 1200, false, "down", []);
        InterfaceRuntime device = new("eth0", 16);
        device.Follow(small, [], _epoll);
        RecordedWorker worker = new();
        AddressPrefix address = new(Address.Parse("fd00::1"), 64);
        AddressHolding holding = new(worker, [address], new Dictionary<AddressPrefix, AddressAttributes>(), Duration.FromSeconds(1));
        AddressPlace place = new(device, [address], holding);
        holding.Want(small.Index, null, Now);
        holding.Done(worker.Take(AddressWorkKind.Bound, "no IPv6 here"), Now);

        device.Follow(small with { }, [], _epoll);
        Assert.False(place.Follow(null));
        Assert.NotNull(holding.Problem);
        device.Follow(small with { Mtu = 1500 }, [], _epoll);
        Assert.True(place.Follow(null));
        Assert.Null(holding.Problem);
    }
}
