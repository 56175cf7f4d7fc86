using CsCheck;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Loop;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Loop;

/// <summary>Routes and rules have no lifetime: whatever the kernel answered, none of ours is left in it when the role is gone.</summary>
public class RouteHoldingTests
{
    private static readonly RoutingEntry First = Route("10.1.0.0");
    private static readonly RoutingEntry Second = Route("10.2.0.0");

    private readonly RecordedWorker _worker = new();
    private readonly RouteHolding _holding;
    private MonotonicTime _now = new(1_000_000_000_000);

    public RouteHoldingTests() => _holding = new(_worker, [First, Second]);

    private static VirtualRoute Route(string to) => new(new AddressPrefix(Address.Parse(to), 24)) { Device = "eth0" };

    private static AddressWork Refused(AddressWork work) =>
        work with { Routes = [.. work.Routes.Select(route => new RouteOutcome(route.Entry, RouteResult.Failed, "no answer"))] };

    private void Turn() => _holding.Reconcile(addressesAreThere: true, _now);

    /// <summary>What the loop does when it is woken.</summary>
    private void Wake()
    {
        _now = _holding.NextDeadline(addressesAreThere: true);
        Turn();
    }

    [Fact]
    public void What_was_refused_or_not_answered_is_removed_when_the_role_goes()
    {
        _holding.Want(_now);
        Turn();
        _holding.Done(Refused(_worker.Take()), _now);
        _holding.Unwant();
        Assert.False(_holding.Idle);
        Assert.Equal([Second, First], _worker.Take().Routes.Select(route => route.Entry));
    }

    [Fact]
    public void A_removal_that_failed_is_asked_for_again_with_a_pause_until_it_is_done()
    {
        _holding.Want(_now);
        Turn();
        _holding.Done(_worker.Take(), _now);
        _holding.Unwant();
        _holding.Done(Refused(_worker.Take()), _now);
        for (int i = 0; i < 10; i++)
        {
            Assert.False(_holding.Idle);
            MonotonicTime before = _now;
            Wake();
            Assert.Equal(Duration.FromSeconds(1), _now - before);
            _holding.Done(Refused(_worker.Take()), _now);
        }

        Assert.All(_holding.Standing, route => Assert.NotNull(route.Problem));
        Wake();
        _holding.Done(_worker.Take(), _now);
        Assert.True(_holding.Idle);
        Assert.All(_holding.Standing, route => Assert.Null(route.Problem));
        Assert.Equal(MonotonicTime.Never, _holding.NextDeadline(addressesAreThere: true));
    }

    /// <summary>The addresses are gone before the second try.</summary>
    [Fact]
    public void A_removal_waits_for_no_address()
    {
        _holding.Want(_now);
        Turn();
        _holding.Done(_worker.Take(), _now);
        _holding.Change([First], _now);
        _holding.Done(Refused(_worker.Take()), _now);
        _now = _holding.NextDeadline(addressesAreThere: false);
        _holding.Reconcile(addressesAreThere: false, _now);
        Assert.Equal([Second], _worker.Take().Routes.Select(route => route.Entry));
    }

    [Fact]
    public void No_order_of_events_leaves_a_deadline_in_the_past_or_a_route_in_the_kernel() => Gen.Int[0, 7].Array[1, 60].Sample(
        events =>
        {
            RecordedWorker worker = new();
            RouteHolding holding = new(worker, [First, Second]);
            MonotonicTime now = new(1_000_000_000_000);
            HashSet<RoutingEntry> kernel = [];
            foreach (int happens in events)
            {
                now += Duration.FromMilliseconds(1);
                switch (happens)
                {
                    case 0:
                        holding.Want(now);
                        break;
                    case 1:
                        holding.Unwant();
                        break;
                    case 2 when worker.Waiting > 0:
                        holding.Done(CarriedOut(worker.Take()), now);
                        break;
                    case 3 when worker.Waiting > 0:
                        holding.Done(Refused(worker.Take()), now);
                        break;
                    case 4 when worker.Waiting > 0:
                        // The answer was lost.
                        holding.Done(Refused(CarriedOut(worker.Take())), now);
                        break;
                    case 5:
                        holding.Change([First], now);
                        break;
                    case 6:
                        holding.Change([First, Second], now);
                        break;
                    default:
                        now += Duration.FromSeconds(2);
                        break;
                }

                holding.Reconcile(addressesAreThere: true, now);
                Assert.True(holding.NextDeadline(addressesAreThere: true) > now, $"Event {happens} leaves a deadline in the past.");
            }

            holding.Unwant();
            for (int turns = 0; turns < 100 && !holding.Idle; turns++)
            {
                if (worker.Waiting > 0)
                {
                    holding.Done(CarriedOut(worker.Take()), now);
                }
                else
                {
                    now = holding.NextDeadline(addressesAreThere: false);
                }

                holding.Reconcile(addressesAreThere: false, now);
            }

            Assert.True(holding.Idle);
            Assert.Empty(kernel);

            AddressWork CarriedOut(AddressWork work)
            {
                foreach (RouteOutcome route in work.Routes)
                {
                    _ = route.Result == RouteResult.Removed ? kernel.Remove(route.Entry) : kernel.Add(route.Entry);
                }

                return work;
            }
        },
        iter: 20_000);
}
