using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Loop;

/// <summary>Takes note of what the kernel is asked for; the test gives the answers.</summary>
internal sealed class RecordedWorker : IAddressWorker
{
    private readonly Queue<AddressWork> _asked = [];

    /// <summary>Requests so far.</summary>
    public int Requests { get; private set; }

    /// <summary>Requests that were not taken yet.</summary>
    public int Waiting => _asked.Count;

    /// <summary>Where addresses were asked for last.</summary>
    public int InterfaceIndex { get; private set; }

    public void Bind(
        object owner,
        int interfaceIndex,
        IReadOnlyList<AddressPrefix> addresses,
        uint lifetimeSeconds,
        VirtualMac? device = null,
        IReadOnlyDictionary<AddressPrefix, AddressAttributes>? attributes = null)
    {
        InterfaceIndex = interfaceIndex;
        Note(AddressWorkKind.Bound, owner, addresses);
    }

    public void Renew(object owner, int interfaceIndex, IReadOnlyList<AddressPrefix> addresses, uint lifetimeSeconds, VirtualMac? device = null) =>
        Note(AddressWorkKind.Renewed, owner, addresses);

    public void Release(object owner, int interfaceIndex, IReadOnlyList<AddressPrefix> addresses, VirtualMac? device = null, bool remove = false) =>
        Note(AddressWorkKind.Released, owner, addresses);

    public void Clear(object owner, int interfaceIndex, AddressPrefix address) => Note(AddressWorkKind.Cleared, owner, [address]);

    public void InstallRoutes(object owner, IReadOnlyList<RoutingEntry> entries) => Route(owner, entries, RouteResult.Added);

    public void RemoveRoutes(object owner, IReadOnlyList<RoutingEntry> entries) => Route(owner, entries, RouteResult.Removed);

    public void Filter(object owner, AcceptFilter? filter) => Note(AddressWorkKind.Filtered, owner, []);

    /// <summary>The oldest request as the kernel would answer it when all goes well, or with a refusal.</summary>
    public AddressWork Take(AddressWorkKind kind, string? refusal = null)
    {
        AddressWork work = Take();
        Assert.Equal(kind, work.Kind);
        return refusal is null ? work : work with { Outcomes = [.. work.Outcomes.Select(outcome => new BindOutcome(outcome.Address, BindResult.Failed, refusal))] };
    }

    /// <summary>The oldest request, whatever it is, as the kernel answers it when all goes well.</summary>
    public AddressWork Take() => _asked.Dequeue();

    private void Route(object owner, IReadOnlyList<RoutingEntry> entries, RouteResult result)
    {
        Requests++;
        _asked.Enqueue(new(AddressWorkKind.Routed, owner, []) { Routes = [.. entries.Select(entry => new RouteOutcome(entry, result))] });
    }

    private void Note(AddressWorkKind kind, object owner, IReadOnlyList<AddressPrefix> addresses)
    {
        Requests++;
        BindResult result = kind == AddressWorkKind.Released ? BindResult.Released : BindResult.Bound;
        _asked.Enqueue(new(kind, owner, [.. addresses.Select(address => new BindOutcome(address, result))]));
    }
}
