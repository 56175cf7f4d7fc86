using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>
/// The virtual addresses of one virtual router in the kernel: what should be bound, what is, and the work under way between the two.
/// Level, not edge: <see cref="Reconcile"/> compares and asks the worker for the difference. Addresses are bound with a lifetime that only
/// this loop renews, so they can't outlive it (vrrp.md 9, the lease).
/// </summary>
public sealed class AddressHolding
{
    /// <summary>Against fights with another program that takes the address off: at most this many returns in a row without a pause.</summary>
    private const int ReturnsBeforePause = 5;

    private static readonly Duration FightPause = Duration.FromSeconds(1);

    /// <summary>From a release that the kernel refused, or did not answer, to the next.</summary>
    private static readonly Duration ReleasePause = Duration.FromSeconds(1);

    private static readonly MonotonicTime AtOnce = new(long.MinValue);

    private readonly IAddressWorker _worker;
    private readonly HashSet<AddressPrefix> _held = [];
    private readonly HashSet<AddressPrefix> _foreign = [];

    /// <summary>What the last renewal was of.</summary>
    private AddressPrefix[] _renewed = [];

    /// <summary>
    /// Seen in the kernel's own report since they were bound, and their arrival: the report may come later than the answer to the request. One that
    /// was deleted and is back, since a renewal was under way, was gone all the same.
    /// </summary>
    private readonly Dictionary<AddressPrefix, long> _seen = [];
    private IReadOnlyList<AddressPrefix> _wanted;
    private HashSet<AddressPrefix> _isWanted;
    private IReadOnlyDictionary<AddressPrefix, AddressAttributes> _attributes;

    /// <summary>Held with other attributes than are wanted, or ahead of the host's own in the kernel's order: they go, and come anew.</summary>
    private readonly HashSet<AddressPrefix> _outdated = [];

    /// <summary>The worker takes them off, and has not said that it is done: who misses them then is not to look for a culprit.</summary>
    private readonly HashSet<AddressPrefix> _releasing = [];

    /// <summary>
    /// Not held, and in the kernel perhaps: a refusal does not say that nothing was done (a batch that failed half way, an answer that was lost, a
    /// renewal that was not even asked for), and what comes back while a renewal is under way has the agent's mark too. Bound anew, or released.
    /// </summary>
    private readonly HashSet<AddressPrefix> _uncertain = [];
    private readonly Refusal _refusal = new();
    private AcceptFilter? _filter;
    private string? _filterProblem;
    private MonotonicTime _filterAgainAt = MonotonicTime.Never;

    /// <summary>The host's addresses at the place when they were looked at last; ours need a route to their subnet where the host has none.</summary>
    private LinkAddress[] _host = [];
    private LinkState? _hostOf;
    private bool _hostChanged;
    private bool _workUnderWay;
    private bool _changed;
    private int _interfaceIndex;
    private VirtualMac? _device;

    /// <summary>Where the worker was told to put them last; a macvlan there is removed before they go elsewhere.</summary>
    private (int InterfaceIndex, VirtualMac? Device) _place;
    private MonotonicTime _renewAt = MonotonicTime.Never;
    private MonotonicTime _notBefore = AtOnce;
    private MonotonicTime _releaseAgainAt = AtOnce;

    /// <summary>When the lifetime in the kernel ends at the soonest, as it was granted last, and as it is being asked for.</summary>
    private MonotonicTime _leaseEnds;
    private MonotonicTime _askedLease;
    private MonotonicTime _lastReturn;
    private int _returns;

    /// <summary>What to ask the worker for next, and from when on.</summary>
    private Step _next;
    private MonotonicTime _nextAt = MonotonicTime.Never;

    /// <param name="worker">Who asks the kernel.</param>
    /// <param name="addresses">All of the virtual router.</param>
    /// <param name="attributes">Of those that have any.</param>
    /// <param name="advertisementInterval">What the lease is made from.</param>
    public AddressHolding(
        IAddressWorker worker,
        IReadOnlyList<AddressPrefix> addresses,
        IReadOnlyDictionary<AddressPrefix, AddressAttributes> attributes,
        Duration advertisementInterval)
    {
        _worker = worker;
        _wanted = addresses;
        _isWanted = [.. addresses];
        _attributes = attributes;
        Lease(advertisementInterval);
    }

    /// <summary>Whether the addresses belong into the kernel.</summary>
    public bool Wanted { get; private set; }

    /// <summary>Why the kernel refused them, or their filter is not in force; null when all is well.</summary>
    public string? Problem => _filterProblem ?? _refusal.Problem;

    /// <summary>Valid lifetime in the kernel, whole seconds: two adverts, at least 2 s so that renewing once a second is enough.</summary>
    public uint LeaseSeconds { get; private set; }

    /// <summary>Whether the lifetime of the held addresses may be over because this agent did not renew it in time: it stood still.</summary>
    public bool LeaseIsOver(MonotonicTime now) => now >= _leaseEnds;

    private Duration RenewEvery => Duration.FromMilliseconds(LeaseSeconds * 500L);

    /// <summary>Whether every wanted address is in the kernel, ours or there before.</summary>
    public bool Complete => Wanted && _outdated.Count == 0 && HasAll();

    public bool Idle => !_workUnderWay && !Wanted && _held.Count == 0 && _uncertain.Count == 0 && _place.Device is null;

    /// <summary>The macvlan that the addresses are on, or will be at the next chance; null: the interface itself.</summary>
    public VirtualMac? Device => _place.Device ?? _device;

    /// <summary>
    /// When <see cref="Reconcile"/> or <see cref="ClearProblemIfDue"/> has something to do. Reconcile acts on the same plan, so that no deadline is left
    /// standing that nobody meets.
    /// </summary>
    public MonotonicTime NextDeadline(MonotonicTime now) =>
        MonotonicTime.Min(
            MonotonicTime.Min(_filterAgainAt, _refusal.Until),
            _workUnderWay ? MonotonicTime.Never : _changed ? now : _nextAt);

    public bool Has(AddressPrefix address) => _held.Contains(address) || _foreign.Contains(address);

    /// <summary>
    /// Whether packets to the addresses are accepted: null, or the filter that keeps them out. It is put in ahead of any binding, so that a
    /// take-over does not wait for it; as long as it can't be put in, that is a <see cref="Problem"/>.
    /// </summary>
    public void Filter(AcceptFilter? filter)
    {
        if (filter?.Ruleset() != _filter?.Ruleset())
        {
            _filter = filter;
            _worker.Filter(this, filter);
        }
    }

    /// <param name="link">The interface as it is now, where that is known.</param>
    public void Want(int interfaceIndex, VirtualMac? device, MonotonicTime now, LinkState? link = null)
    {
        Remember(link);
        _hostChanged = false;
        _device = device;
        Wanted = true;
        _changed = true;
        _interfaceIndex = interfaceIndex;
        _notBefore = now;
        _returns = 0;
        Reconcile(now);
    }

    /// <summary>
    /// Where the addresses belong, as the kernel has it now. An interface that is back has another index: what was on the old one is gone with it
    /// (<see cref="Compare"/> tells), and what the kernel said of that one is no word on this.
    /// </summary>
    public void Follow(int interfaceIndex, VirtualMac? device)
    {
        if (_interfaceIndex != interfaceIndex || _device != device)
        {
            _interfaceIndex = interfaceIndex;
            _device = device;
            _changed = true;
            NewChance();
        }
    }

    /// <summary>Something changed that may be why the kernel refused an address: it is asked again as soon as the address is wanted.</summary>
    public void NewChance()
    {
        _refusal.NewChance();
        _changed = true;
        _filterAgainAt = _filterProblem is null ? _filterAgainAt : new(long.MinValue);
    }

    public void Unwant(MonotonicTime now)
    {
        Wanted = false;
        _changed = true;
        Reconcile(now);
    }

    /// <summary>The list or the interval changed in a reload; addresses that are no longer wanted leave the kernel.</summary>
    public void Change(
        IReadOnlyList<AddressPrefix> addresses,
        IReadOnlyDictionary<AddressPrefix, AddressAttributes> attributes,
        Duration advertisementInterval,
        VirtualMac? device,
        MonotonicTime now)
    {
        foreach (AddressPrefix address in addresses)
        {
            if (_attributes.GetValueOrDefault(address) != attributes.GetValueOrDefault(address) && !_foreign.Contains(address))
            {
                _outdated.Add(address);
            }
        }

        _attributes = attributes;
        if (device != _device)
        {
            _device = device;
            _foreign.Clear();
        }

        _wanted = addresses;
        _isWanted = [.. addresses];
        _changed = true;
        Lease(advertisementInterval);
        Reconcile(now);
    }

    /// <summary>
    /// The kernel's word after it changed: what we held and is gone was taken by somebody else, or expired while this process slept.
    /// Returns the addresses that are missing. They come back with the next <see cref="Reconcile"/>, when the adverts that wait have been
    /// read: who slept does not take back what a peer has by now.
    /// </summary>
    public IReadOnlyList<AddressPrefix> Compare(LinkState? link, MonotonicTime now)
    {
        if (_held.Count == 0 && _foreign.Count == 0)
        {
            return [];
        }

        LinkState? place = link is not null && IsPlace(link) ? link : null;
        if (place is not null)
        {
            LookAtHost(place);
        }

        List<AddressPrefix>? missing = null;
        foreach (AddressPrefix address in _held)
        {
            LinkAddress? found = place?.Find(address.Address, isOurs: true);
            if (IsMissing(address, found))
            {
                (missing ??= []).Add(address);
                if (found is not null)
                {
                    _uncertain.Add(address);
                }
            }
        }

        foreach (AddressPrefix address in _foreign)
        {
            if (IsMissing(address, place?.Find(address.Address, isOurs: false)))
            {
                (missing ??= []).Add(address);
            }
        }

        if (missing is null)
        {
            return [];
        }

        AddressPrefix[] gone = [.. missing.Where(_foreign.Remove)];
        _held.ExceptWith(missing);
        missing.ForEach(address => _seen.Remove(address));
        _changed = true;
        if (Wanted)
        {
            _returns = now - _lastReturn < FightPause ? _returns + 1 : 1;
            _lastReturn = now;
            _notBefore = _returns > ReturnsBeforePause ? now + FightPause : now;
        }

        // What was somebody else's was his to take off: ours comes in its place.
        missing.RemoveAll(gone.Contains);
        return missing;
    }

    /// <summary>Whether it went since it was seen; also when it is back.</summary>
    private bool IsMissing(AddressPrefix address, LinkAddress? found) =>
        !_releasing.Contains(address)
        && !(found is not null && _seen.TryAdd(address, found.Arrival))
        && _seen.TryGetValue(address, out long seen) && seen != found?.Arrival;

    /// <summary>Asks the worker for whatever is missing, superfluous or due. One piece of work at a time.</summary>
    public void Reconcile(MonotonicTime now)
    {
        if (now >= _filterAgainAt)
        {
            _filterAgainAt = MonotonicTime.Never;
            _worker.Filter(this, _filter);
        }

        if (_workUnderWay)
        {
            return;
        }

        if (_changed)
        {
            _changed = false;
            Plan(now);
        }

        if (now < _nextAt)
        {
            return;
        }

        // Whatever it is, its answer makes the next plan: no step is taken twice in vain.
        _workUnderWay = true;
        _askedLease = now + Duration.FromSeconds(LeaseSeconds);
        switch (_next)
        {
            case Step.Release:
                bool removesDevice = !Stays && _place.Device is not null;
                AddressPrefix[] superfluous = [.. _held.Union(_uncertain).Where(IsSuperfluous)];
                _releasing.UnionWith(superfluous);
                _worker.Release(this, _place.InterfaceIndex, superfluous, _place.Device, removesDevice);
                _place = removesDevice ? (_place.InterfaceIndex, null) : _place;
                break;
            case Step.Bind:
                _hostChanged = false;
                _refusal.Asked();
                _place = (_interfaceIndex, _device);
                _worker.Bind(this, _interfaceIndex, _wanted, LeaseSeconds, _device, _attributes);
                break;
            default:
                // The same list again, as long as the same ones are held: this comes twice in every lease.
                if (!HoldsJust(_renewed))
                {
                    _renewed = [.. _held];
                }

                _worker.Renew(this, _place.InterfaceIndex, _renewed, LeaseSeconds, _place.Device);
                break;
        }
    }

    /// <summary>The worker is done with what was asked last; <see cref="Reconcile"/> asks for the next.</summary>
    public void Done(AddressWork work, MonotonicTime now)
    {
        if (work.Kind == AddressWorkKind.Filtered)
        {
            _filterProblem = work.Problem;
            _filterAgainAt = work.Problem is null ? MonotonicTime.Never : now + Refusal.Pause;
            return;
        }

        _workUnderWay = false;
        _changed = true;
        string? problem = null;
        for (int i = 0; i < work.Outcomes.Count; i++)
        {
            BindOutcome outcome = work.Outcomes[i];
            Note(outcome, work.Kind);
            problem ??= outcome.Failed && work.Kind == AddressWorkKind.Bound ? $"the kernel refused {outcome.Address}: {outcome.Error}" : null;
        }

        switch (work.Kind)
        {
            case AddressWorkKind.Bound:
                Asked(now);
                if (problem is null)
                {
                    _refusal.End();
                }
                else if (Wanted)
                {
                    // Of a role that is gone it says nothing: the interface has gone too, perhaps.
                    _refusal.Refused(problem, now);
                }

                break;
            case AddressWorkKind.Renewed:
                Asked(now);
                break;
            default:
                _foreign.Clear();
                _releasing.Clear();
                _releaseAgainAt = _uncertain.Count > 0 ? now + ReleasePause : AtOnce;
                break;
        }
    }

    /// <summary>The worker is done with asking for another lifetime.</summary>
    private void Asked(MonotonicTime now)
    {
        _leaseEnds = _askedLease;
        _renewAt = now + RenewEvery;
    }

    private void Note(in BindOutcome outcome, AddressWorkKind kind)
    {
        AddressPrefix address = outcome.Address;
        _uncertain.Remove(address);
        switch (outcome.Result)
        {
            case BindResult.Bound when kind == AddressWorkKind.Renewed && Wanted && !_held.Contains(address) && _isWanted.Contains(address):
                // Deleted by somebody while the renewal was under way, which has put it back: it is bound anew, so that it is announced.
                _uncertain.Add(address);
                break;
            case BindResult.Bound:
                _held.Add(address);
                break;
            case BindResult.AlreadyThere:
                if (_held.Remove(address))
                {
                    _seen.Remove(address);
                }

                _foreign.Add(address);
                break;
            case BindResult.Failed:
                // Not held: if it is wanted it is bound anew, else released (again).
                Forget(address);
                _uncertain.Add(address);
                break;
            default:
                Forget(address);
                break;
        }
    }

    private void Forget(AddressPrefix address)
    {
        _held.Remove(address);
        _seen.Remove(address);
    }

    /// <summary>The pause after a refusal is over: the router may try again.</summary>
    public bool ClearProblemIfDue(MonotonicTime now)
    {
        bool ended = _refusal.EndIfDue(now);
        _changed |= ended;
        return ended;
    }

    private bool Stays => Wanted && _place.Device == _device;

    private bool HoldsJust(AddressPrefix[] addresses)
    {
        foreach (AddressPrefix address in addresses)
        {
            if (!_held.Contains(address))
            {
                return false;
            }
        }

        return addresses.Length == _held.Count;
    }

    private bool HasAll()
    {
        for (int i = 0; i < _wanted.Count; i++)
        {
            if (!Has(_wanted[i]))
            {
                return false;
            }
        }

        return true;
    }

    private bool HasSuperfluous(HashSet<AddressPrefix> among)
    {
        foreach (AddressPrefix address in among)
        {
            if (IsSuperfluous(address))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsSuperfluous(AddressPrefix address) => !Stays || _outdated.Contains(address) || !_isWanted.Contains(address);

    /// <summary>
    /// The one piece of work that is next, from what is wanted and what is held alone. A binding that has to wait holds up no renewal; one that does not
    /// renews as well.
    /// </summary>
    private void Plan(MonotonicTime now)
    {
        if (_outdated.Count > 0)
        {
            _outdated.IntersectWith(_held);
        }

        MonotonicTime renewAt = Wanted && _held.Count > 0 ? _renewAt : MonotonicTime.Never;
        MonotonicTime bindAt = _refusal.Problem is null ? _notBefore : MonotonicTime.Max(_notBefore, _refusal.Until);
        MonotonicTime releaseAt = HasSuperfluous(_held) || (!Stays && _place.Device is not null) ? AtOnce
            : HasSuperfluous(_uncertain) ? _releaseAgainAt
            : MonotonicTime.Never;
        (_next, _nextAt) = Wanted && (_hostChanged || !HasAll()) && (bindAt <= now || bindAt < renewAt) ? (Step.Bind, bindAt) : (Step.Renew, renewAt);
        (_next, _nextAt) = releaseAt <= now || releaseAt < _nextAt ? (Step.Release, releaseAt) : (_next, _nextAt);
    }

    /// <summary>
    /// Whether the host has come to or left a subnet of ours. And the first IPv4 address of an interface is the source of what has no better one
    /// (multicast, routes to a link): should one of ours have become that, while the host was without an address, it moves behind the host's.
    /// </summary>
    private void LookAtHost(LinkState link)
    {
        if (_device is not null)
        {
            return;
        }

        if (!ReferenceEquals(link, _hostOf))
        {
            LinkAddress[] before = _host;
            Remember(link);
            bool changed = !before.AsSpan().SequenceEqual(_host);
            _hostChanged |= changed;
            _changed |= changed;
        }

        LinkAddress? first = Array.Find(_host, address => !address.Secondary && address.Scope < NetlinkConstants.ScopeHost);
        foreach (AddressPrefix address in _held)
        {
            if (first is not null && link.Find(address.Address, isOurs: true) is LinkAddress mine
                && !address.Address.IsIPv6 && mine.Arrival < first.Arrival && mine.Scope <= first.Scope)
            {
                _outdated.Add(address);
                _changed = true;
            }
        }
    }

    private void Remember(LinkState? link)
    {
        _hostOf = link;
        _host = link is null ? [] : [.. link.Addresses.Where(address => !address.IsOurs && !address.Address.IsIPv6)];
    }

    /// <summary>A macvlan is found by its name, and serves nothing while it is down.</summary>
    private bool IsPlace(LinkState link) => _place.Device is VirtualMac device
        ? link.Name == device.DeviceName && link.Up
        : link.Index == _place.InterfaceIndex;

    private void Lease(Duration advertisementInterval) =>
        LeaseSeconds = (uint)Math.Max(2, 2 * advertisementInterval.Nanoseconds / 1_000_000_000);

    private enum Step
    {
        Renew,
        Bind,
        Release,
    }
}
