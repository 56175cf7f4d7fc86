using HotStandby.Agent.Configuration;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Loop;
using HotStandby.Agent.Tracking;
using HotStandby.Agent.Vrrp;
using HotStandby.HostProtocol;
using HotStandby.UnitTests.Vrrp;

namespace HotStandby.UnitTests.Loop;

/// <summary>What the loop's own parts do in every turn, and in every second for each virtual router, allocates nothing.</summary>
public class AllocationTests
{
    private const int Routers = 250;

    [Fact]
    public void A_renewal_of_one_of_many_virtual_routers_allocates_nothing()
    {
        AddressPrefix[] all = [.. Enumerable.Range(0, Routers).Select(i => new AddressPrefix(Address.Parse($"10.0.1.{i}"), 24))];
        AddressPrefix[] mine = [all[7], all[8]];
        LinkState link = new(
            1, "eth0", new byte[6], 1500, true, "", [.. all.Select((prefix, i) => new LinkAddress(prefix.AsBound, 0, 0, IsOurs: true, Tentative: false) { Arrival = i })]);
        QuietWorker worker = new();
        AddressHolding holding = new(worker, mine, new Dictionary<AddressPrefix, AddressAttributes>(), Duration.FromSeconds(1));
        MonotonicTime now = new(1_000_000_000_000);
        BindOutcome[] outcomes = [.. mine.Select(prefix => new BindOutcome(prefix, BindResult.Bound))];
        AddressWork renewed = new(AddressWorkKind.Renewed, holding, outcomes);
        holding.Want(1, null, now, link);
        holding.Done(new(AddressWorkKind.Bound, holding, outcomes), now);
        holding.Reconcile(now);

        int missing = 0;
        long bytes = Allocations.Of(() =>
        {
            missing += holding.Compare(link, now).Count;
            now = holding.NextDeadline(now);
            holding.Reconcile(now);
            holding.Done(renewed, now);
            holding.Reconcile(now);
        });
        Assert.Equal(0, bytes);
        Assert.Equal(0, missing);
        Assert.True(holding.Complete);
        Assert.Equal(Allocations.Runs, worker.Renewals);
    }

    [Fact]
    public void A_turn_at_rest_looks_at_checks_claims_and_deadlines_without_allocating()
    {
        CheckTable checks = new();
        checks.Configure(
            [.. Enumerable.Range(0, 5).Select(i => new PluginConfig($"check{i}", "TcpPort", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1, 1, StartAs.Wait, default))],
            Duration.FromSeconds(10),
            new(1_000_000_000_000));
        AddressConflicts conflicts = new(new KnownMachines(new VirtualRouter(Dut.Settings)));
        DeadlineWatch watch = new();
        ActionBuffer actions = new();
        MonotonicTime now = new(1_000_000_000_000);
        long bytes = Allocations.Of(() =>
        {
            now += Duration.FromMilliseconds(1);
            conflicts.ForgetUndecided();
            conflicts.Expire(now, actions);
            _ = watch.Judge(DeadlineOf.Claims, conflicts.NextDeadline, now);
            _ = watch.Judge(DeadlineOf.Readiness, checks.NextDeadline(now), now);
            _ = watch.TryTakeFault(out _);
        });
        Assert.Equal(0, bytes);
    }

    private sealed class QuietWorker : IAddressWorker
    {
        public int Renewals { get; private set; }

        public void Bind(
            object owner,
            int interfaceIndex,
            IReadOnlyList<AddressPrefix> addresses,
            uint lifetimeSeconds,
            VirtualMac? device = null,
            IReadOnlyDictionary<AddressPrefix, AddressAttributes>? attributes = null)
        {
        }

        public void Renew(object owner, int interfaceIndex, IReadOnlyList<AddressPrefix> addresses, uint lifetimeSeconds, VirtualMac? device = null) => Renewals++;

        public void Release(object owner, int interfaceIndex, IReadOnlyList<AddressPrefix> addresses, VirtualMac? device = null, bool remove = false)
        {
        }

        public void Clear(object owner, int interfaceIndex, AddressPrefix address)
        {
        }

        public void InstallRoutes(object owner, IReadOnlyList<RoutingEntry> entries)
        {
        }

        public void RemoveRoutes(object owner, IReadOnlyList<RoutingEntry> entries)
        {
        }

        public void Filter(object owner, AcceptFilter? filter)
        {
        }
    }
}
