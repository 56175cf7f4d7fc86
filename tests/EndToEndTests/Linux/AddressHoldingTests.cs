using System.Collections.Concurrent;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Loop;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.Linux;

/// <summary>What is missing from the kernel and comes back, seen by the loop's side of it.</summary>
public sealed class AddressHoldingTests : IDisposable
{
    private static readonly AddressPrefix Vip = new(Address.Parse("10.0.0.100"), 24);

    private readonly VethPair _network = new();
    private readonly BlockingCollection<AddressWork> _done = [];
    private readonly AddressWorker _worker;
    private readonly LinkMonitor _monitor;
    private readonly AddressHolding _holding;
    private MonotonicTime _now = MonotonicClock.Now;

    public AddressHoldingTests()
    {
        _worker = _network.Left.Run(() => new AddressWorker(_done.Add));
        _monitor = _network.Left.Run(LinkMonitor.Open);
        _holding = new(_worker, [Vip], new Dictionary<AddressPrefix, AddressAttributes>(), Duration.FromSeconds(30));
        _holding.Want(_network.LeftIndex, null, _now, _monitor.Find(_network.LeftIndex));
        _holding.Done(Next(AddressWorkKind.Bound), _now);
        Assert.Empty(Missing());
        Assert.True(_holding.Complete);

        // As the loop does in every turn: it makes the next plan, so that its deadline is that of the next step.
        _holding.Reconcile(_now);
    }

    private AddressWork Next(AddressWorkKind kind)
    {
        Assert.True(_done.TryTake(out AddressWork? work, TimeSpan.FromSeconds(15)));
        Assert.Equal(kind, work.Kind);
        return work;
    }

    private IReadOnlyList<AddressPrefix> Missing()
    {
        _monitor.Drain();
        return _holding.Compare(_monitor.Find(_network.LeftIndex), _now);
    }

    /// <summary>A renewal under way puts back what somebody deleted. The kernel's reports of both come together, before the worker's answer is looked at.</summary>
    private AddressWork RenewWhatWasDeleted()
    {
        _holding.Reconcile(_now);
        _now = _holding.NextDeadline(_now);
        _network.Left.Ip($"addr del {Vip.AsBound} dev {VethPair.Interface}");
        _holding.Reconcile(_now);
        AddressWork renewal = Next(AddressWorkKind.Renewed);
        Assert.Equal(BindResult.Bound, Assert.Single(renewal.Outcomes).Result);
        Assert.Equal([Vip], Missing());
        return renewal;
    }

    [Fact]
    public void C151_an_address_that_somebody_deleted_and_put_back_at_once_counts_as_gone_and_is_bound_anew()
    {
        _network.Left.IpBatch([$"addr del {Vip.AsBound} dev {VethPair.Interface}", $"addr add {Vip.AsBound} dev {VethPair.Interface} valid_lft 60 preferred_lft 60"]);

        Assert.Equal([Vip], Missing());
        _holding.Reconcile(_now);
        _holding.Done(Next(AddressWorkKind.Bound), _now);
        Assert.True(_holding.Complete);
        Assert.Empty(Missing());
        Assert.Empty(Missing());
    }

    /// <summary>A reload takes it off, or the role goes and is back before the worker has answered: the kernel's report of that comes first.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_this_agent_takes_off_itself_was_taken_off_by_nobody(bool reload)
    {
        AddressPrefix other = new(Address.Parse("10.0.0.101"), 24);
        if (reload)
        {
            _holding.Change([other], new Dictionary<AddressPrefix, AddressAttributes>(), Duration.FromSeconds(30), null, _now);
        }
        else
        {
            _holding.Unwant(_now);
            _holding.Want(_network.LeftIndex, null, _now);
        }

        AddressWork released = Next(AddressWorkKind.Released);
        Assert.Empty(Missing());
        _holding.Done(released, _now);
        Assert.Empty(Missing());
        _holding.Reconcile(_now);
        _holding.Done(Next(AddressWorkKind.Bound), _now);
        Assert.Empty(Missing());
        Assert.True(_holding.Complete);
    }

    /// <summary>Renewals keep the lease from being over; who did not renew has nobody else to blame.</summary>
    [Fact]
    public void A_lease_is_over_when_it_was_not_renewed_in_time()
    {
        Duration lease = Duration.FromSeconds(_holding.LeaseSeconds);
        Assert.False(_holding.LeaseIsOver(_now + lease - Duration.FromMilliseconds(1)));
        Assert.True(_holding.LeaseIsOver(_now + lease));
        _now = _holding.NextDeadline(_now);
        _holding.Reconcile(_now);
        _holding.Done(Next(AddressWorkKind.Renewed), _now);
        Assert.False(_holding.LeaseIsOver(_now + lease - Duration.FromMilliseconds(1)));
    }

    [Fact]
    public void C151_an_address_that_was_deleted_while_its_renewal_was_under_way_is_bound_anew_so_that_it_is_announced()
    {
        AddressWork renewal = RenewWhatWasDeleted();
        Assert.False(_holding.Complete);
        _holding.Done(renewal, _now);
        Assert.False(_holding.Complete);
        _holding.Reconcile(_now);
        _holding.Done(Next(AddressWorkKind.Bound), _now);
        Assert.True(_holding.Complete);
        Assert.Empty(Missing());
    }

    [Fact]
    public void What_a_renewal_brought_back_after_the_role_was_left_goes_again()
    {
        AddressWork renewal = RenewWhatWasDeleted();
        _holding.Unwant(_now);

        _holding.Done(renewal, _now);
        _holding.Reconcile(_now);

        _holding.Done(Next(AddressWorkKind.Released), _now);
        Assert.True(_holding.Idle);
        _monitor.Drain();
        Assert.Null(_monitor.Find(_network.LeftIndex)!.Find(Vip.AsBound));
    }

    /// <summary>A frozen agent hears of the end of its lease and of the peer that has the role in one turn.</summary>
    [Fact]
    public void C191_what_is_missing_comes_back_at_the_end_of_the_turn_and_not_if_the_role_was_left_by_then()
    {
        _network.Left.Ip($"addr del {Vip.AsBound} dev {VethPair.Interface}");
        Assert.Equal([Vip], Missing());

        _holding.Unwant(_now);
        _holding.Reconcile(_now);

        Assert.True(_holding.Idle);
        Assert.Empty(_done);
    }

    public void Dispose()
    {
        _worker.Dispose();
        _monitor.Dispose();
        _done.Dispose();
        _network.Dispose();
    }
}
