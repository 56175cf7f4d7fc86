using System.Collections.Immutable;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>The addresses of one virtual router on all the interfaces they are on: they come, go and are announced together.</summary>
public sealed class AddressPlaces
{
    private readonly Func<string, InterfaceRuntime> _devices;
    private readonly IAddressWorker _worker;
    private readonly LinkMonitor _links;
    private readonly byte[] _virtualMac;

    /// <summary>First the virtual router's own interface, also when no address is there; one from which a reload has taken all addresses stays until the next.</summary>
    private ImmutableArray<AddressPlace> _places = [];
    private VirtualRouterConfig _config;
    private NodeConfig _node;
    private VirtualRouterSettings _settings;

    /// <param name="config">The virtual router.</param>
    /// <param name="node">This machine in the file.</param>
    /// <param name="settings">What the state machine makes of both.</param>
    /// <param name="devices">The interface of a name.</param>
    /// <param name="worker">Who asks the kernel.</param>
    /// <param name="links">What the kernel says.</param>
    public AddressPlaces(
        VirtualRouterConfig config,
        NodeConfig node,
        VirtualRouterSettings settings,
        Func<string, InterfaceRuntime> devices,
        IAddressWorker worker,
        LinkMonitor links)
    {
        (_config, _node, _settings) = (config, node, settings);
        (_devices, _worker, _links) = (devices, worker, links);
        _virtualMac = VirtualMac.Bytes(config.Vrid, config.Addresses[0].Address.IsIPv6);
        Addresses = config.AllAddresses();
        AddNew();
        Filter(WantedFilter);
    }

    /// <summary>Every address that moves with the role: those of the adverts first.</summary>
    public IReadOnlyList<AddressPrefix> Addresses { get; private set; }

    /// <summary>One for each interface, the virtual router's own first.</summary>
    public ImmutableArray<AddressPlace> All => _places;

    /// <summary>Whether the addresses belong into the kernel.</summary>
    public bool Wanted => Own.Holding.Wanted;

    /// <summary>Whether every wanted address is in the kernel, ours or there before.</summary>
    public bool Complete
    {
        get
        {
            bool complete = Wanted;
            foreach (AddressPlace place in _places)
            {
                complete &= place.Addresses.Count == 0 || place.Holding.Complete;
            }

            return complete;
        }
    }

    /// <summary>The kernel has none of them, and nothing is under way.</summary>
    public bool Idle => _places.All(place => place.Holding.Idle);

    /// <summary>Why an address is not in the kernel, or not kept from being accepted; null while all is well.</summary>
    public string? Problem
    {
        get
        {
            string? problem = null;
            foreach (AddressPlace place in _places)
            {
                problem ??= place.Holding.Problem;
            }

            return problem;
        }
    }

    /// <summary>Why addresses on another interface than the virtual router's own can't be reached; null when they can. That interface is watched as the own is.</summary>
    public string? LinkProblem
    {
        get
        {
            string? problem = null;
            for (int i = 1; i < _places.Length; i++)
            {
                problem ??= _places[i].LinkProblem;
            }

            return problem;
        }
    }

    /// <summary>Whether a volley of announcements goes on.</summary>
    public bool Announces
    {
        get
        {
            bool pending = false;
            foreach (AddressPlace place in _places)
            {
                pending |= place.Announcer.Pending;
            }

            return pending;
        }
    }

    /// <summary>Announcements sent.</summary>
    public long Announced => _places.Sum(place => place.Announcer.Sent);

    private AddressPlace Own => _places[0];

    private VirtualMac? WantedDevice => _config.UseVmac && Own.Device.Link is LinkState link
        ? new(_config.Vrid, _settings.IsIPv6, link.Name, link.Index)
        : null;

    /// <summary>Null where packets to the addresses are accepted, as the owner of the addresses always does (RFC 9568 6.1).</summary>
    private AcceptFilter? WantedFilter => _config.AcceptMode || _settings.IsOwner
        ? null
        : new(_config.Vrid, _settings.IsIPv6, Own.Device.KernelName, [.. Addresses.Select(prefix => prefix.Address)])
        {
            LinkLocalElsewhere =
            [
                .. Addresses.Where(prefix => prefix.Address.IsLinkLocalIPv6 && DeviceOf(prefix) != Own.Device.Name)
                    .Select(prefix => (_devices(DeviceOf(prefix)).KernelName, prefix.Address)),
            ],
        };

    /// <summary>The interface that has the addresses of a place, or will have them, as the kernel has it: a macvlan perhaps. Null while it does not exist.</summary>
    public LinkState? LinkOf(AddressPlace place) => place.Holding.Device is VirtualMac device ? _links.Find(device.DeviceName) : place.Device.Link;

    /// <summary>The bridge, bond or team that an interface is a port of, and which therefore has its addresses: "the bridge br0"; null for none.</summary>
    public string? OwnerOf(LinkState link) => link.MasterKind is "bridge" or "bond" or "team" && _links.Find(link.MasterIndex) is LinkState owner
        ? $"the {link.MasterKind} {owner.Name}"
        : null;

    /// <summary>
    /// The MAC address the virtual addresses are reached by on an interface. Adverts leave the interface itself with it (RFC 9568 7.2), which teaches
    /// switches where it is; to unicast peers they come from the interface's own, since the kernel may have to send them.
    /// </summary>
    public byte[] ServingMac(LinkState link) => _config.UseVmac ? _virtualMac : link.MacAddress;

    /// <summary>Of this machine, whatever interface it belongs to (RFC 5227 2.4), or the virtual router's, which is whoever serves it.</summary>
    public bool IsOwn(MacAddress mac) =>
        mac == MacAddress.Read(_virtualMac) || _links.Has(mac);

    /// <summary>Puts all of them into the kernel.</summary>
    public void Want(MonotonicTime now)
    {
        foreach (AddressPlace place in _places)
        {
            Want(place, now);
        }
    }

    /// <summary>Takes all of them out of the kernel, and announces no more.</summary>
    public void Unwant(MonotonicTime now)
    {
        foreach (AddressPlace place in _places)
        {
            place.Announcer.Cancel();
            place.Holding.Unwant(now);
        }
    }

    /// <summary>Puts a changed file in force: first what goes somewhere, so that no address is on two interfaces.</summary>
    /// <returns>Whether anything about an address is other than before.</returns>
    public bool Change(VirtualRouterConfig config, NodeConfig node, VirtualRouterSettings settings, MonotonicTime now)
    {
        (VirtualRouterConfig before, NodeConfig nodeBefore, IReadOnlyList<AddressPrefix> addressesBefore) = (_config, _node, Addresses);
        (_config, _node, _settings) = (config, node, settings);
        Addresses = config.AllAddresses();
        bool changed = Own.Holding.Device != WantedDevice
            || !Addresses.SequenceEqual(addressesBefore)
            || Addresses.Any(address => before.AddressAttributes.GetValueOrDefault(address) != config.AddressAttributes.GetValueOrDefault(address)
                || before.DeviceOn(nodeBefore, address) != config.DeviceOn(node, address));

        // Where nothing is any more, the interface may come back under another index.
        _places = _places.RemoveAll(place => place != Own && place.Addresses.Count == 0 && place.Holding.Idle);
        AddressPlace[] known = [.. _places.OrderBy(place => place.Addresses.Except(On(place.Device.Name)).Any() ? 0 : 1)];
        AddNew();
        Filter(WantedFilter);
        foreach (AddressPlace place in known)
        {
            place.Addresses = On(place.Device.Name);
            place.Holding.Change(place.Addresses, _config.AddressAttributes, _settings.AdvertisementInterval, place == Own ? WantedDevice : null, now);
        }

        foreach (AddressPlace place in _places.Skip(1))
        {
            if (place.Addresses.Count == 0)
            {
                place.Holding.Unwant(now);
            }
            else if (Wanted && !place.Holding.Wanted)
            {
                Want(place, now);
            }
        }

        return changed;
    }

    /// <summary>Nothing of it is in the kernel any more: neither is what kept packets to the addresses from being accepted.</summary>
    public void RemoveFilter() => Filter(null);

    /// <summary>The kernel's links and addresses changed: the addresses follow their interfaces.</summary>
    /// <returns>Whether something changed that may be why the kernel refused an address or a frame.</returns>
    public bool Follow()
    {
        bool changed = false;
        foreach (AddressPlace place in _places)
        {
            changed |= place.Follow(place == Own ? WantedDevice : null);
        }

        if (changed)
        {
            // An interface may have come under its kernel's name, or was renamed.
            Filter(WantedFilter);
        }

        return changed;
    }

    /// <summary>The addresses are announced as the interfaces are now.</summary>
    public void NotePaths()
    {
        foreach (AddressPlace place in _places)
        {
            place.FollowPath();
        }
    }

    /// <summary>The pause after a refusal of the kernel is over: it may try again.</summary>
    public bool ClearProblemIfDue(MonotonicTime now)
    {
        bool cleared = false;
        foreach (AddressPlace place in _places)
        {
            cleared |= place.Holding.ClearProblemIfDue(now);
        }

        return cleared;
    }

    public MonotonicTime NextDeadline(MonotonicTime now)
    {
        MonotonicTime next = MonotonicTime.Never;
        foreach (AddressPlace place in _places)
        {
            next = MonotonicTime.Min(next, place.Holding.NextDeadline(now));
        }

        return next;
    }

    /// <summary>Asks the address worker for whatever is due.</summary>
    public void Reconcile(MonotonicTime now)
    {
        foreach (AddressPlace place in _places)
        {
            place.Holding.Reconcile(now);
        }
    }

    /// <summary>Whose work the address worker has done; null when it was not asked for here.</summary>
    public AddressPlace? Asked(AddressWork work)
    {
        foreach (AddressPlace place in _places)
        {
            if (ReferenceEquals(work.Owner, place.Holding))
            {
                return place;
            }
        }

        return null;
    }

    /// <summary>The next announcements go out, as many of each address as are said.</summary>
    public void BeginAnnouncing(int announcements)
    {
        foreach (AddressPlace place in _places)
        {
            place.Announcer.Begin(place.Addresses.Count, announcements);
        }
    }

    /// <summary>Sends the next part of a volley.</summary>
    /// <returns>Why a frame could not be sent; null when all were, or there was none.</returns>
    public string? ContinueAnnouncing()
    {
        string? problem = null;
        foreach (AddressPlace place in _places)
        {
            if (place.Device.Link is LinkState link)
            {
                problem = place.ContinueAnnouncing(ServingMac(link)) ?? problem;
            }
            else
            {
                place.Announcer.Cancel();
            }
        }

        return problem;
    }

    private string DeviceOf(AddressPrefix address) => _config.DeviceOn(_node, address);

    private AddressPrefix[] On(string device) => [.. Addresses.Where(address => DeviceOf(address) == device)];

    /// <summary>Sees to it that there is a place for every interface of the file.</summary>
    private void AddNew()
    {
        foreach (string name in Addresses.Select(DeviceOf).Prepend(_config.InterfaceOn(_node)).Distinct())
        {
            if (!_places.Any(place => place.Device.Name == name))
            {
                AddressPrefix[] there = On(name);
                AddressHolding holding = new(_worker, there, _config.AddressAttributes, _settings.AdvertisementInterval);
                _places = _places.Add(new(_devices(name), there, holding));
            }
        }
    }

    private void Want(AddressPlace place, MonotonicTime now)
    {
        LinkState? link = _links.Find(place.Device.Name);
        place.Holding.Want(link?.Index ?? 0, place == Own ? WantedDevice : null, now, link);
    }

    private void Filter(AcceptFilter? filter)
    {
        foreach (AddressPlace place in _places)
        {
            place.Holding.Filter(filter);
        }
    }
}
