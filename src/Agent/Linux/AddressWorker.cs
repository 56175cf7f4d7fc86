using System.Collections.Concurrent;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Linux;

/// <summary>What the worker finished.</summary>
public enum AddressWorkKind
{
    Bound,
    Released,
    Renewed,

    /// <summary>An address of somebody else was removed.</summary>
    Cleared,

    /// <summary>Routes and rules were looked after or removed.</summary>
    Routed,

    /// <summary>An accept filter was put in, changed or taken out.</summary>
    Filtered,
}

/// <param name="Owner">Who asked, as given.</param>
/// <param name="Outcomes">One per address, in their order. May be the same list as the last time.</param>
public sealed record AddressWork(AddressWorkKind Kind, object Owner, IReadOnlyList<BindOutcome> Outcomes)
{
    /// <summary>With <see cref="AddressWorkKind.Routed"/>: one per entry, in their order.</summary>
    public IReadOnlyList<RouteOutcome> Routes { get; init; } = [];

    /// <summary>Of <see cref="AddressWorkKind.Filtered"/>: why the filter is not in force; null when it is.</summary>
    public string? Problem { get; init; }
}

/// <summary>
/// Carries out address changes on a thread of its own, strictly in the order they were asked for, so that the protocol thread never
/// waits for the kernel's RTNL lock. Asking never blocks; any thread may ask, but order counts per asking thread.
/// </summary>
public sealed class AddressWorker : IAddressWorker, IDisposable
{
    private readonly AddressBinder _binder = new();
    private readonly VirtualMacDevices _devices = new();
    private readonly RouteBinder _routes = new();
    private readonly AcceptFilters _filters = new();
    private readonly Dictionary<object, AcceptFilter> _filterOf = new(ReferenceEqualityComparer.Instance);
    private readonly Epoll _epoll = new();
    private readonly Wakeup _wakeup = new();
    private readonly ConcurrentQueue<Command> _commands = new();
    private readonly Dictionary<object, AddressWork> _lastRenewals = new(ReferenceEqualityComparer.Instance);
    private readonly Action<AddressWork> _completed;
    private readonly Thread _thread;
    private BindOutcome[] _scratch = [];
    private volatile bool _stopping;

    /// <param name="completed">Called on the worker's thread after each command; it must not throw.</param>
    /// <param name="realtimePriority">SCHED_FIFO priority of the worker, below that of the protocol thread; 0 for normal scheduling.</param>
    /// <exception cref="LinuxException">Netlink is not available.</exception>
    public AddressWorker(Action<AddressWork> completed, int realtimePriority = 0)
    {
        _completed = completed;
        _epoll.Add(_wakeup.Descriptor, 0);
        _thread = new Thread(() => Run(realtimePriority), maxStackSize: 256 * 1024) { Name = "addresses", IsBackground = true };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Bind(
        object owner,
        int interfaceIndex,
        IReadOnlyList<AddressPrefix> addresses,
        uint lifetimeSeconds,
        VirtualMac? device = null,
        IReadOnlyDictionary<AddressPrefix, AddressAttributes>? attributes = null) =>
        Post(new(AddressWorkKind.Bound, owner, interfaceIndex, addresses, lifetimeSeconds, MonotonicClock.Now) { Device = device, Attributes = attributes });

    /// <inheritdoc/>
    public void Renew(object owner, int interfaceIndex, IReadOnlyList<AddressPrefix> addresses, uint lifetimeSeconds, VirtualMac? device = null) =>
        Post(new(AddressWorkKind.Renewed, owner, interfaceIndex, addresses, lifetimeSeconds, MonotonicClock.Now) { Device = device });

    /// <inheritdoc/>
    public void Release(object owner, int interfaceIndex, IReadOnlyList<AddressPrefix> addresses, VirtualMac? device = null, bool remove = false) =>
        Post(new(AddressWorkKind.Released, owner, interfaceIndex, addresses, 0, MonotonicClock.Now) { Device = device, Remove = remove });

    /// <inheritdoc/>
    public void InstallRoutes(object owner, IReadOnlyList<RoutingEntry> entries) =>
        Post(new(AddressWorkKind.Routed, owner, 0, [], 0, MonotonicClock.Now) { Entries = entries });

    /// <inheritdoc/>
    public void RemoveRoutes(object owner, IReadOnlyList<RoutingEntry> entries) =>
        Post(new(AddressWorkKind.Routed, owner, 0, [], 0, MonotonicClock.Now) { Entries = entries, Remove = true });

    /// <inheritdoc/>
    public void Filter(object owner, AcceptFilter? filter) =>
        Post(new(AddressWorkKind.Filtered, owner, 0, [], 0, MonotonicClock.Now) { Filter = filter });

    /// <inheritdoc/>
    public void Clear(object owner, int interfaceIndex, AddressPrefix address) =>
        Post(new(AddressWorkKind.Cleared, owner, interfaceIndex, [address], 0, MonotonicClock.Now));

    private void Post(Command command)
    {
        ObjectDisposedException.ThrowIf(_stopping, this);
        _commands.Enqueue(command);
        _wakeup.Signal();
    }

    private void Run(int realtimePriority)
    {
        if (realtimePriority > 0)
        {
            // A refusal changes nothing but speed, and the protocol thread reports the same one.
            _ = RealtimeScheduling.UseFifo(realtimePriority);
        }

        Span<int> ready = stackalloc int[1];
        bool last;
        do
        {
            _epoll.Wait(ready);
            _wakeup.Acknowledge();
            last = _stopping;
            while (_commands.TryDequeue(out Command command))
            {
                _completed(CarryOut(command));
            }
        }
        while (!last);
        _filters.RemoveAll();
    }

    private AddressWork CarryOut(in Command command)
    {
        switch (command.Kind)
        {
            case AddressWorkKind.Filtered:
                return Filter(command);
            case AddressWorkKind.Renewed:
                return Renew(command);
            case AddressWorkKind.Released:
                _lastRenewals.Remove(command.Owner);
                return Release(command);
            case AddressWorkKind.Cleared:
                string? problem = _binder.RemoveForeign(command.InterfaceIndex, command.Addresses[0], onlyPermanent: false, out bool found);
                return new(
                    command.Kind, command.Owner, [new(command.Addresses[0], problem is not null ? BindResult.Failed : found ? BindResult.Released : BindResult.Missing, problem)]);
            case AddressWorkKind.Routed:
                return new(command.Kind, command.Owner, [])
                {
                    Routes = command.Remove ? _routes.Remove(command.Entries) : _routes.Install(command.Entries),
                };
            default:
                return Bind(command);
        }
    }

    private AddressWork Filter(in Command command)
    {
        if (_filterOf.Remove(command.Owner, out AcceptFilter? before) && before.Table != command.Filter?.Table)
        {
            _filters.Remove(before);
        }

        if (command.Filter is not AcceptFilter filter)
        {
            return new(command.Kind, command.Owner, []);
        }

        // Also when it can't be loaded: then nothing is bound.
        _filterOf[command.Owner] = filter;
        return new(command.Kind, command.Owner, []) { Problem = _filters.Load(filter) };
    }

    /// <summary>Looks every time: who flushes the whole ruleset has taken the filter out.</summary>
    private string? FilterProblem(object owner) => _filterOf.TryGetValue(owner, out AcceptFilter? filter) ? _filters.Load(filter) : null;

    private AddressWork Bind(in Command command)
    {
        if (FilterProblem(command.Owner) is string unfiltered)
        {
            return new(command.Kind, command.Owner, [.. command.Addresses.Select(address => new BindOutcome(address, BindResult.Failed, unfiltered))]);
        }

        if (command.Device is not VirtualMac device)
        {
            return new(command.Kind, command.Owner, _binder.Bind(command.InterfaceIndex, command.Addresses, command.LifetimeSeconds, attributes: command.Attributes));
        }

        return new(
            command.Kind,
            command.Owner,
            _devices.Raise(device, out int index) is string problem
                ? [.. command.Addresses.Select(address => new BindOutcome(address, BindResult.Failed, problem))]
                : _binder.Bind(index, command.Addresses, command.LifetimeSeconds, device.InterfaceIndex, command.Attributes));
    }

    private AddressWork Release(in Command command)
    {
        int index = command.InterfaceIndex;
        BindOutcome[] outcomes = command.Device is VirtualMac device && !_devices.TryFind(device, out index)
            ? [.. command.Addresses.Select(address => new BindOutcome(address, BindResult.Missing))]
            : _binder.Release(index, command.Addresses);
        if (command.Device is not null && command.Remove)
        {
            _devices.Lower(command.Device);
        }

        return new(command.Kind, command.Owner, outcomes);
    }

    private AddressWork Renew(in Command command)
    {
        int count = command.Addresses.Count;
        if (_scratch.Length < count)
        {
            _scratch = new BindOutcome[count];
        }

        Span<BindOutcome> outcomes = _scratch.AsSpan(0, count);
        Duration waited = MonotonicClock.Now - command.Asked;
        if (waited >= Duration.FromSeconds(command.LifetimeSeconds))
        {
            for (int i = 0; i < count; i++)
            {
                outcomes[i] = new(command.Addresses[i], BindResult.Failed, $"Not renewed: the agent was stopped for {waited.ToTimeSpan().TotalSeconds:F1} s, longer than the addresses live.");
            }
        }
        else if (Place(command, out int index) is string problem)
        {
            for (int i = 0; i < count; i++)
            {
                outcomes[i] = new(command.Addresses[i], BindResult.Failed, problem);
            }
        }
        else
        {
            _binder.Renew(index, command.Addresses, command.LifetimeSeconds, outcomes);
        }

        // The usual renewal says what the last one said: the same record again, nothing allocated.
        if (_lastRenewals.TryGetValue(command.Owner, out AddressWork? last) && outcomes.SequenceEqual((BindOutcome[])last.Outcomes))
        {
            return last;
        }

        AddressWork work = new(command.Kind, command.Owner, outcomes.ToArray());
        _lastRenewals[command.Owner] = work;
        return work;
    }

    /// <summary>
    /// The interface of a renewal; it is also looked after whether its filter is in force, and on a macvlan whether that is up and its settings
    /// are in force.
    /// </summary>
    private string? Place(in Command command, out int index)
    {
        index = command.InterfaceIndex;
        if (FilterProblem(command.Owner) is string unfiltered)
        {
            return unfiltered;
        }

        return command.Device is VirtualMac device ? _devices.Raise(device, out index) : null;
    }

    /// <summary>Carries out what was asked before, then ends; waits for that at most two seconds.</summary>
    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        _wakeup.Signal();
        if (_thread.Join(TimeSpan.FromSeconds(2)))
        {
            _binder.Dispose();
            _devices.Dispose();
            _routes.Dispose();
            _epoll.Dispose();
            _wakeup.Dispose();
        }
    }

    private readonly record struct Command(
        AddressWorkKind Kind,
        object Owner,
        int InterfaceIndex,
        IReadOnlyList<AddressPrefix> Addresses,
        uint LifetimeSeconds,
        MonotonicTime Asked)
    {
        public VirtualMac? Device { get; init; }

        public AcceptFilter? Filter { get; init; }

        public bool Remove { get; init; }

        public IReadOnlyList<RoutingEntry> Entries { get; init; } = [];

        public IReadOnlyDictionary<AddressPrefix, AddressAttributes>? Attributes { get; init; }
    }
}
