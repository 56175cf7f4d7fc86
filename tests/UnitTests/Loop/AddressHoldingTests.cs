using CsCheck;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Loop;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Loop;

/// <summary>When the loop is woken for a virtual router's addresses: never for nothing, and never too late for a lease.</summary>
public class AddressHoldingTests
{
    private static readonly AddressPrefix First = new(Address.Parse("10.0.0.100"), 24);
    private static readonly AddressPrefix Second = new(Address.Parse("10.0.0.101"), 24);
    private static readonly IReadOnlyDictionary<AddressPrefix, AddressAttributes> None = new Dictionary<AddressPrefix, AddressAttributes>();

    private readonly RecordedWorker _worker = new();
    private readonly AddressHolding _holding;
    private MonotonicTime _now = new(1_000_000_000_000);

    public AddressHoldingTests() => _holding = new(_worker, [First, Second], None, Duration.FromSeconds(1));

    /// <summary>The worker's answer, and what the loop does with it.</summary>
    private void Answer(AddressWorkKind kind, string? refusal = null)
    {
        _now += Duration.FromMilliseconds(1);
        _holding.Done(_worker.Take(kind, refusal), _now);
        _holding.Reconcile(_now);
    }

    private void Bound()
    {
        _holding.Want(1, null, _now);
        Answer(AddressWorkKind.Bound);
        Assert.True(_holding.Complete);
    }

    /// <summary>What the loop does when it is woken at a deadline: nothing that was due is due any more.</summary>
    private void Wake()
    {
        MonotonicTime due = _holding.NextDeadline(_now);
        Assert.True(due > _now, "It asks to be woken in the past.");
        _now = due;
        _holding.ClearProblemIfDue(_now);
        _holding.Reconcile(_now);
        Assert.True(_holding.NextDeadline(_now) > _now, "What it was woken for is still due.");
    }

    /// <summary>Somebody takes one address off until it is not put back at once.</summary>
    private void TakeOffAgainAndAgain()
    {
        _holding.Compare(With(Second), _now);
        for (_holding.Reconcile(_now); _worker.Waiting > 0; _holding.Reconcile(_now))
        {
            Answer(AddressWorkKind.Bound);
            _holding.Compare(With(First, Second), _now);
            _holding.Compare(With(Second), _now);
        }
    }

    private static LinkState With(params AddressPrefix[] addresses) => With(arrival: 1, addresses);

    private static LinkState With(long arrival, params AddressPrefix[] addresses) =>
        new(1, "eth0", new byte[6], 1500, true, "", [.. addresses.Select(prefix => new LinkAddress(prefix, 0, 0, IsOurs: true, Tentative: false) { Arrival = arrival })]);

    /// <summary>The host comes to another subnet: what is there is asked for once more.</summary>
    private static LinkState WithHost(params AddressPrefix[] addresses)
    {
        LinkState link = With(addresses);
        return link with { Addresses = [new(new(Address.Parse("10.9.0.1"), 24), 0, 0, IsOurs: false, Tentative: false), .. link.Addresses] };
    }

    [Fact]
    public void A_refusal_that_comes_when_the_role_is_gone_is_no_problem_of_the_next_one()
    {
        _holding.Want(1, null, _now);
        _holding.Unwant(_now);
        Answer(AddressWorkKind.Bound, "no such device");
        Assert.Null(_holding.Problem);
        Answer(AddressWorkKind.Released);
        Assert.True(_holding.Idle);
        Bound();
    }

    [Fact]
    public void On_an_interface_that_is_back_under_another_index_nothing_waits_for_the_pause_after_a_refusal()
    {
        _holding.Want(1, null, _now);
        Answer(AddressWorkKind.Bound, "no such device");
        Assert.NotNull(_holding.Problem);

        _holding.Follow(2, null);
        Assert.Null(_holding.Problem);
        _holding.Reconcile(_now);
        Assert.Equal(2, _worker.InterfaceIndex);
        Answer(AddressWorkKind.Bound);
        Assert.True(_holding.Complete);
    }

    [Fact]
    public void A_refusal_that_was_under_way_when_the_interface_changed_is_asked_about_again_at_once()
    {
        _holding.Want(1, null, _now);
        _holding.NewChance();
        Answer(AddressWorkKind.Bound, "IPv6 is disabled on the interface");
        Assert.Null(_holding.Problem);
        Answer(AddressWorkKind.Bound);
        Assert.True(_holding.Complete);
    }

    [Fact]
    public void Without_a_change_a_refusal_stands_for_its_pause_also_when_the_role_is_left()
    {
        _holding.Want(1, null, _now);
        Answer(AddressWorkKind.Bound, "refused");
        _holding.Unwant(_now);
        MonotonicTime refused = _now;
        Assert.Equal("the kernel refused 10.0.0.100/24: refused", _holding.Problem);
        Answer(AddressWorkKind.Released);
        Wake();
        Assert.Equal(Refusal.Pause, _now - refused);
        Assert.Null(_holding.Problem);
    }

    [Fact]
    public void C151_a_role_that_is_left_while_its_addresses_are_being_bound_leaves_nothing_to_wake_for()
    {
        _holding.Want(1, null, _now);
        _holding.Unwant(_now);
        Answer(AddressWorkKind.Bound);
        Answer(AddressWorkKind.Released);

        Assert.True(_holding.Idle);
        Assert.Equal(MonotonicTime.Never, _holding.NextDeadline(_now));
        Assert.Equal(MonotonicTime.Never, _holding.NextDeadline(_now + Duration.FromSeconds(60)));
    }

    [Fact]
    public void C151_a_role_that_is_left_while_its_lease_is_being_renewed_leaves_nothing_to_wake_for()
    {
        Bound();
        Wake();
        _holding.Unwant(_now);
        Answer(AddressWorkKind.Renewed);
        Answer(AddressWorkKind.Released);
        Assert.Equal(MonotonicTime.Never, _holding.NextDeadline(_now + Duration.FromSeconds(60)));
    }

    [Fact]
    public void A_role_that_is_left_while_a_binding_has_to_wait_leaves_nothing_to_wake_for()
    {
        Bound();
        _holding.Compare(With(First, Second), _now);
        TakeOffAgainAndAgain();
        _holding.Unwant(_now);
        Answer(AddressWorkKind.Released);
        Assert.Equal(MonotonicTime.Never, _holding.NextDeadline(_now + Duration.FromSeconds(60)));
    }

    [Fact]
    public void An_interface_from_which_a_reload_takes_every_address_leaves_nothing_to_wake_for()
    {
        Bound();
        _holding.Change([], None, Duration.FromSeconds(1), null, _now);
        Answer(AddressWorkKind.Released);
        Assert.True(_holding.Wanted);
        Assert.Equal(MonotonicTime.Never, _holding.NextDeadline(_now + Duration.FromSeconds(60)));
    }

    [Fact]
    public void A_refusal_is_over_once_and_wakes_once()
    {
        _holding.Want(1, null, _now);
        Answer(AddressWorkKind.Bound, refusal: "no");
        Assert.NotNull(_holding.Problem);
        _holding.Unwant(_now);
        Answer(AddressWorkKind.Released);
        Wake();
        Assert.Null(_holding.Problem);
        Assert.Equal(MonotonicTime.Never, _holding.NextDeadline(_now + Duration.FromSeconds(60)));
    }

    [Fact]
    public void The_lease_is_renewed_twice_in_its_life_and_nothing_else_wakes()
    {
        Bound();
        int before = _worker.Requests;
        MonotonicTime began = _now;
        while (_now - began < Duration.FromSeconds(60))
        {
            Wake();
            Answer(AddressWorkKind.Renewed);
        }

        Assert.InRange(_worker.Requests - before, 59, 61);
    }

    [Fact]
    public void A_fight_over_one_address_costs_the_others_no_renewal()
    {
        Bound();
        _holding.Compare(With(First, Second), _now);
        MonotonicTime renewed = _now;
        MonotonicTime end = _now + Duration.FromSeconds(30);
        while (_now < end)
        {
            _holding.Compare(With(Second), _now);
            _holding.Reconcile(_now);
            if (_worker.Waiting == 0)
            {
                Wake();
            }

            AddressWork work = _worker.Take();
            Assert.True(_now - renewed < Duration.FromSeconds(_holding.LeaseSeconds), "The lease of an address that nobody touches ran out.");
            renewed = _now;
            _now += Duration.FromMilliseconds(1);
            _holding.Done(work, _now);
            _holding.Compare(With(First, Second), _now);
            _holding.Reconcile(_now);
        }
    }

    /// <summary>A binding renews what is held, but after a refusal the next one comes only when the lease would be long over.</summary>
    [Fact]
    public void A_refusal_of_one_address_costs_the_others_no_renewal()
    {
        _holding.Want(1, null, _now);
        _now += Duration.FromMilliseconds(1);
        AddressWork bound = _worker.Take(AddressWorkKind.Bound);
        _holding.Done(bound with { Outcomes = [bound.Outcomes[0], new(Second, BindResult.Failed, "no room")] }, _now);
        _holding.Reconcile(_now);
        Assert.NotNull(_holding.Problem);

        Duration lease = Duration.FromSeconds(_holding.LeaseSeconds);
        Assert.True(lease < Refusal.Pause, "The pause is too short for this to show anything.");
        MonotonicTime end = _now + Refusal.Pause;
        for (MonotonicTime renewed = _now; _now < end; renewed = _now)
        {
            Wake();
            Assert.True(_now - renewed < lease, "The lease of the address that the kernel took ran out.");
            _holding.Done(_worker.Take(), _now);
            _holding.Reconcile(_now);
        }
    }

    /// <summary>nft refuses, or the answer is lost: the address was bound before, and nobody took it off.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_could_not_be_bound_anew_or_renewed_goes_with_the_role(bool renewal)
    {
        Bound();
        _holding.Compare(With(First, Second), _now);
        if (renewal)
        {
            Wake();
            Answer(AddressWorkKind.Renewed, "no");
        }
        else
        {
            _holding.Compare(WithHost(First, Second), _now);
            _holding.Reconcile(_now);
        }

        Answer(AddressWorkKind.Bound, "no");
        Assert.NotNull(_holding.Problem);
        _holding.Unwant(_now);
        Assert.False(_holding.Idle);
        Assert.Equal([First, Second], Released());
        Assert.True(_holding.Idle);
    }

    [Fact]
    public void What_a_first_binding_left_half_way_goes_with_the_role()
    {
        _holding.Want(1, null, _now);
        AddressWork work = _worker.Take();
        _holding.Done(work with { Outcomes = [work.Outcomes[0], new(Second, BindResult.Failed, "no answer")] }, _now);
        _holding.Unwant(_now);
        Assert.Equal([First, Second], Released());
        Assert.True(_holding.Idle);
    }

    [Fact]
    public void A_release_that_failed_is_asked_for_again_and_again_with_a_pause_until_it_is_done_or_the_role_is_back()
    {
        Bound();
        _holding.Unwant(_now);
        Answer(AddressWorkKind.Released, "no answer");
        for (int i = 0; i < 10; i++)
        {
            Assert.False(_holding.Idle);
            Wake();
            Answer(AddressWorkKind.Released, "no answer");
        }

        // A new role does not wait for it.
        Bound();
        _holding.Unwant(_now);
        Assert.Equal([First, Second], Released());
        Assert.True(_holding.Idle);
        Assert.Equal(MonotonicTime.Never, _holding.NextDeadline(_now + Duration.FromSeconds(60)));
    }

    [Fact]
    public void What_was_deleted_and_came_back_with_our_mark_goes_with_the_role()
    {
        Bound();
        _holding.Compare(With(First, Second), _now);
        Assert.Equal([First, Second], _holding.Compare(With(2, First, Second), _now));
        _holding.Unwant(_now);
        Assert.Equal([First, Second], Released());
    }

    [Fact]
    public void What_a_renewal_put_back_goes_with_the_role_before_it_is_bound_anew()
    {
        Bound();
        _holding.Compare(With(First, Second), _now);
        Wake();
        _holding.Compare(With(Second), _now);
        _holding.Done(_worker.Take(), _now);
        _holding.Unwant(_now);
        Assert.Equal([First, Second], Released());
    }

    /// <summary>What the kernel said of the first time is no word on the second.</summary>
    [Fact]
    public void An_address_that_comes_after_a_refusal_was_taken_off_by_nobody()
    {
        Bound();
        _holding.Compare(With(First, Second), _now);
        _holding.Compare(WithHost(First, Second), _now);
        _holding.Reconcile(_now);
        Answer(AddressWorkKind.Bound, "no");
        Wake();
        Answer(AddressWorkKind.Bound);
        Assert.Empty(_holding.Compare(With(2, First, Second), _now));
    }

    /// <summary>What the worker was asked to take off, and did.</summary>
    private IReadOnlyList<AddressPrefix> Released()
    {
        AddressWork work = _worker.Take(AddressWorkKind.Released);
        _now += Duration.FromMilliseconds(1);
        _holding.Done(work, _now);
        _holding.Reconcile(_now);
        return [.. work.Outcomes.Select(outcome => outcome.Address).OrderBy(address => address.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>
    /// Whatever happens in whatever order, also while work is under way: after a turn nothing that was due is due any more, and once the role is gone and
    /// the kernel answers nothing of ours is left in it, however much was done of what was refused.
    /// </summary>
    [Fact]
    public void No_order_of_events_leaves_a_deadline_in_the_past_or_an_address_in_the_kernel() => Gen.Int[0, 12].Array[1, 60].Sample(
        events =>
        {
            RecordedWorker worker = new();
            AddressHolding holding = new(worker, [First, Second], None, Duration.FromSeconds(1));
            MonotonicTime now = new(1_000_000_000_000);
            HashSet<AddressPrefix> kernel = [];
            foreach (int happens in events)
            {
                now += Duration.FromMilliseconds(1);
                switch (happens)
                {
                    case 0:
                        holding.Want(1, null, now);
                        break;
                    case 1:
                        holding.Unwant(now);
                        break;
                    case 2 when worker.Waiting > 0:
                        holding.Done(CarriedOut(worker.Take()), now);
                        break;
                    case 3 when worker.Waiting > 0:
                        holding.Done(Refused(worker.Take()), now);
                        break;
                    case 4:
                        holding.Compare(With(First, Second), now);
                        break;
                    case 5:
                        kernel.Remove(First);
                        holding.Compare(With(Second), now);
                        break;
                    case 6:
                        holding.Change([], None, Duration.FromSeconds(1), null, now);
                        break;
                    case 7:
                        holding.Change([First, Second], None, Duration.FromSeconds(1), null, now);
                        break;
                    case 8 when holding.NextDeadline(now) != MonotonicTime.Never:
                        now = holding.NextDeadline(now);
                        break;
                    case 9:
                        holding.Compare(With(2, First, Second), now);
                        break;
                    case 10:
                        holding.Compare(WithHost(First, Second), now);
                        break;
                    case 11 when worker.Waiting > 0:
                        // The answer was lost.
                        holding.Done(Refused(CarriedOut(worker.Take())), now);
                        break;
                    default:
                        now += Duration.FromSeconds(5);
                        break;
                }

                holding.ClearProblemIfDue(now);
                holding.Reconcile(now);
                Assert.True(holding.NextDeadline(now) > now, $"Event {happens} leaves a deadline in the past.");
            }

            holding.Unwant(now);
            for (int turns = 0; turns < 20 && !holding.Idle; turns++)
            {
                if (worker.Waiting > 0)
                {
                    holding.Done(CarriedOut(worker.Take()), now);
                }
                else
                {
                    now = holding.NextDeadline(now);
                    holding.ClearProblemIfDue(now);
                }

                holding.Reconcile(now);
            }

            Assert.True(holding.Idle);
            Assert.Empty(kernel);

            AddressWork CarriedOut(AddressWork work)
            {
                IEnumerable<AddressPrefix> addresses = work.Outcomes.Select(outcome => outcome.Address);
                if (work.Kind == AddressWorkKind.Released)
                {
                    kernel.ExceptWith(addresses);
                }
                else
                {
                    kernel.UnionWith(addresses);
                }

                return work;
            }
        },
        iter: 20_000);

    private static AddressWork Refused(AddressWork work) =>
        work with { Outcomes = [.. work.Outcomes.Select(one => new BindOutcome(one.Address, BindResult.Failed, "no"))] };
}
