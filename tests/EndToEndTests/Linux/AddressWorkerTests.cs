using System.Collections.Concurrent;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.Linux;

public sealed class AddressWorkerTests : IDisposable
{
    private readonly VethPair _network = new();
    private readonly BlockingCollection<AddressWork> _done = [];
    private readonly AddressWorker _worker;
    private readonly int _index;
    private readonly AddressPrefix[] _addresses =
    [
        new(Address.Parse("10.0.0.100"), 24),
        new(Address.Parse("10.0.0.101"), 24),
        new(Address.Parse("2001:db8::100"), 64),
    ];

    public AddressWorkerTests()
    {
        _worker = _network.Left.Run(() => new AddressWorker(_done.Add));
        _index = _network.LeftIndex;
    }

    private AddressWork Next()
    {
        Assert.True(_done.TryTake(out AddressWork? work, TimeSpan.FromSeconds(15)));
        return work;
    }

    [Fact]
    public void Works_in_the_order_asked()
    {
        object owner = new();
        for (int i = 0; i < 20; i++)
        {
            _worker.Bind(owner, _index, _addresses, 60);
            _worker.Renew(owner, _index, _addresses, 60);
            _worker.Release(owner, _index, _addresses);
        }

        for (int i = 0; i < 20; i++)
        {
            AddressWork bound = Next();
            Assert.Equal(AddressWorkKind.Bound, bound.Kind);
            Assert.Same(owner, bound.Owner);
            Assert.All(bound.Outcomes, outcome => Assert.Equal(BindResult.Bound, outcome.Result));
            AddressWork renewed = Next();
            Assert.Equal(AddressWorkKind.Renewed, renewed.Kind);
            Assert.All(renewed.Outcomes, outcome => Assert.Equal(BindResult.Bound, outcome.Result));
            AddressWork released = Next();
            Assert.Equal(AddressWorkKind.Released, released.Kind);
            Assert.All(released.Outcomes, outcome => Assert.Equal(BindResult.Released, outcome.Result));
        }
    }

    [Fact]
    public void A_renewal_like_the_last_one_allocates_nothing()
    {
        object owner = new();
        _worker.Bind(owner, _index, _addresses, 60);
        Next();
        _worker.Renew(owner, _index, _addresses, 60);
        AddressWork first = Next();
        _worker.Renew(owner, _index, _addresses, 60);

        Assert.Same(first, Next());

        // The same record, and inside the worker nothing either.
        using AddressBinder binder = _network.Left.Run(() => new AddressBinder());
        BindOutcome[] outcomes = new BindOutcome[_addresses.Length];
        for (int i = 0; i < 100; i++)
        {
            binder.Renew(_index, _addresses, 60, outcomes);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            binder.Renew(_index, _addresses, 60, outcomes);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.All(outcomes, outcome => Assert.Equal(BindResult.Bound, outcome.Result));
    }

    [Fact]
    public void C190_a_renewal_that_waited_longer_than_the_lease_does_not_bring_the_address_back()
    {
        object owner = new();
        using ManualResetEventSlim frozen = new();
        using ManualResetEventSlim thaw = new();
        using BlockingCollection<AddressWork> done = [];
        using AddressWorker worker = _network.Left.Run(() => new AddressWorker(work =>
        {
            done.Add(work);
            if (work.Kind == AddressWorkKind.Bound)
            {
                frozen.Set();
                thaw.Wait(TimeSpan.FromSeconds(30));
            }
        }));
        using LinkMonitor monitor = _network.Left.Run(LinkMonitor.Open);
        worker.Bind(owner, _index, _addresses, 1);
        worker.Renew(owner, _index, _addresses, 1);
        Wait.Until(() => frozen.IsSet, "the worker is frozen");
        bool Gone()
        {
            using LinkMonitor now = _network.Left.Run(LinkMonitor.Open);
            return !now.Find(_index)!.Addresses.Any(address => address.IsOurs);
        }

        Wait.Until(Gone, "the leases ran out");
        thaw.Set();

        Assert.True(done.TryTake(out AddressWork? bound, TimeSpan.FromSeconds(15)));
        Assert.Equal(AddressWorkKind.Bound, bound.Kind);
        Assert.True(done.TryTake(out AddressWork? renewed, TimeSpan.FromSeconds(15)));
        Assert.All(renewed.Outcomes, outcome => Assert.Contains("stopped", outcome.Error, StringComparison.Ordinal));
        Assert.True(Gone());
    }

    [Fact]
    public void What_was_asked_is_done_before_the_worker_ends()
    {
        object owner = new();
        _worker.Bind(owner, _index, _addresses, 60);
        _worker.Release(owner, _index, _addresses);
        _worker.Dispose();

        Assert.Equal(AddressWorkKind.Bound, Next().Kind);
        Assert.Equal(AddressWorkKind.Released, Next().Kind);
        Assert.Throws<ObjectDisposedException>(() => _worker.Release(owner, _index, _addresses));
    }

    public void Dispose()
    {
        _worker.Dispose();
        _done.Dispose();
        _network.Dispose();
    }
}
