using HotStandby.Agent.Vrrp;
using static HotStandby.Agent.Linux.NetlinkConstants;

namespace HotStandby.Agent.Linux;

/// <summary>
/// Puts virtual addresses on interfaces with a kernel lifetime, renews and removes them. Every address it binds carries the agent's
/// IFA_PROTO tag; one that was there before without the tag is used as it is and never renewed or deleted. Its calls wait for the
/// kernel's RTNL lock, so they belong on <see cref="AddressWorker"/>. A refusal is an outcome, never an exception. Not thread safe.
/// An IPv4 address is bound as /32, whatever its prefix (<see cref="SubnetRoutes"/>): nothing of the host's depends on it then.
/// </summary>
public sealed class AddressBinder : IDisposable
{
    private readonly AddressRequests _requests = new();
    private readonly SubnetRoutes _subnets = new();
    private readonly AddressRemoval _removal;
    private readonly Dictionary<(int InterfaceIndex, AddressPrefix Address), Known> _known = [];
    private int[] _errnos = [];
    private AddressRequests.Item[] _items = [];
    private Dictionary<int, string>? _reasons;

    public AddressBinder() => _removal = new(_requests);

    /// <summary>What this binder remembers of an address it was asked to bind.</summary>
    /// <param name="Foreign">Somebody else's.</param>
    /// <param name="WithoutRoute">Bound with IFA_F_NOPREFIXROUTE: renewals must say so again, or the kernel adds the route.</param>
    /// <param name="Attributes">What it was bound with; renewals say it again.</param>
    /// <param name="Subnet">The route that came with it; null for none.</param>
    private readonly record struct Known(bool Foreign, bool WithoutRoute, AddressAttributes? Attributes, VirtualRoute? Subnet = null);

    /// <summary>
    /// Binds each address. One that exists with our tag is a leftover and is taken over; one without is <see cref="BindResult.AlreadyThere"/>.
    /// IPv6 addresses are usable at once (no duplicate address detection) and deprecated (never a source address).
    /// </summary>
    /// <param name="lifetimeSeconds">1 or more: the kernel removes the address that long after the last renewal; <see cref="uint.MaxValue"/> for ever.</param>
    /// <param name="hostInterface">
    /// For a macvlan the index of the interface below, which has the host's addresses: an address that is there already is refused, since
    /// two MAC addresses would answer for it. 0 for none.
    /// </param>
    /// <param name="attributes">Of the addresses that have any; they are kept in mind until the release.</param>
    /// <returns>One outcome per address, in their order.</returns>
    public BindOutcome[] Bind(
        int interfaceIndex,
        IReadOnlyList<AddressPrefix> addresses,
        uint lifetimeSeconds,
        int hostInterface = 0,
        IReadOnlyDictionary<AddressPrefix, AddressAttributes>? attributes = null)
    {
        BindOutcome[] outcomes = new BindOutcome[addresses.Count];
        Bind(interfaceIndex, addresses, lifetimeSeconds, hostInterface, attributes, outcomes);
        return outcomes;
    }

    /// <summary>
    /// Sets the lifetime anew. An address that somebody deleted meanwhile comes back by this: the kernel's NLM_F_REPLACE adds what is
    /// missing.
    /// </summary>
    /// <returns>One outcome per address, in their order.</returns>
    public BindOutcome[] Renew(int interfaceIndex, IReadOnlyList<AddressPrefix> addresses, uint lifetimeSeconds)
    {
        BindOutcome[] outcomes = new BindOutcome[addresses.Count];
        Renew(interfaceIndex, addresses, lifetimeSeconds, outcomes);
        return outcomes;
    }

    /// <summary>Removes each address but those that were there before us. One whose binding or release failed before is looked for first.</summary>
    /// <returns>One outcome per address, in their order.</returns>
    public BindOutcome[] Release(int interfaceIndex, IReadOnlyList<AddressPrefix> addresses)
    {
        BindOutcome[] outcomes = new BindOutcome[addresses.Count];
        int count = Prepare(interfaceIndex, addresses, outcomes);
        foreach (AddressRequests.Item item in _items.AsSpan(0, count))
        {
            if (_known.TryGetValue((interfaceIndex, item.Address), out Known known) && known.Subnet is VirtualRoute subnet)
            {
                _subnets.Remove(subnet, interfaceIndex);
            }
        }

        count = OnlyOurs(interfaceIndex, _items.AsSpan(0, count), outcomes);

        _requests.Send(DeleteAddress, 0, interfaceIndex, 0, _items.AsSpan(0, count), _errnos, ref _reasons);
        foreach (AddressRequests.Item item in _items.AsSpan(0, count))
        {
            outcomes[item.Slot] = _errnos[item.Slot] switch
            {
                0 => new(item.Address, BindResult.Released),
                Errno.EADDRNOTAVAIL or Errno.ENODEV => new(item.Address, BindResult.Missing),
                _ => Failure(item, interfaceIndex, "remove"),
            };
        }

        foreach (AddressPrefix address in addresses)
        {
            _known.Remove((interfaceIndex, address));
        }

        return outcomes;
    }

    /// <summary>
    /// Removes every address of this network namespace that carries our tag and is not wanted: what an agent that died left behind.
    /// </summary>
    /// <param name="isWanted">Given an interface index and an address, whether it stays.</param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="LinuxException">The addresses can't be listed.</exception>
    public int SweepLeftovers(Func<int, AddressPrefix, bool> isWanted)
    {
        int removed = 0;
        foreach (AddressMessage leftover in _requests.List(0).Where(address => address.IsOurs && !isWanted(address.InterfaceIndex, address.Prefix)))
        {
            removed += _removal.Remove(leftover, out _) == 0 ? 1 : 0;
        }

        return removed;
    }

    /// <summary>Removes an address that is somebody else's, and nothing with it.</summary>
    /// <param name="onlyPermanent">Leave one with a lifetime alone: somebody renews it.</param>
    /// <param name="found">Whether it was there.</param>
    /// <returns>null, or why it is there still.</returns>
    public string? RemoveForeign(int interfaceIndex, AddressPrefix address, bool onlyPermanent, out bool found)
    {
        List<AddressMessage> present = interfaceIndex > 0 ? List(interfaceIndex) : [];
        int at = present.FindIndex(theirs => !theirs.IsOurs && theirs.Prefix == address && (!onlyPermanent || (theirs.Flags & FlagPermanent) != 0));
        found = at >= 0;
        string? problem = null;
        if (found)
        {
            _ = _removal.Remove(present[at], out problem);
        }

        return problem;
    }

    private void Bind(
        int interfaceIndex,
        IReadOnlyList<AddressPrefix> addresses,
        uint lifetimeSeconds,
        int hostInterface,
        IReadOnlyDictionary<AddressPrefix, AddressAttributes>? attributes,
        Span<BindOutcome> outcomes)
    {
        // What was somebody else's at the last bind may be gone by now: every bind looks anew.
        Dictionary<AddressPrefix, Known> ours = [];
        foreach (AddressPrefix address in addresses)
        {
            if (_known.Remove((interfaceIndex, address), out Known before) && !before.Foreign)
            {
                ours[address] = before;
            }
        }

        int count = Prepare(interfaceIndex, addresses, outcomes);
        foreach (ref AddressRequests.Item item in _items.AsSpan(0, count))
        {
            if (attributes is not null && attributes.TryGetValue(item.Address, out AddressAttributes? asked))
            {
                item = item with { Attributes = asked, Flags = item.Flags | (asked.NoPrefixRoute ? FlagNoPrefixRoute : 0) };
            }
        }

        List<AddressMessage> present = List(interfaceIndex);
        count = MakeWay(interfaceIndex, present, ours, _items.AsSpan(0, count), outcomes);
        List<AddressMessage> host = hostInterface == 0 ? present : List(hostInterface);
        if (hostInterface == 0)
        {
            LeaveRoutesAlone(present, _items.AsSpan(0, count));
        }
        else
        {
            count = WithoutThoseBelow(host, _items.AsSpan(0, count), outcomes);
        }

        _requests.Send(NewAddress, FlagCreate | FlagExclusive, interfaceIndex, lifetimeSeconds, _items.AsSpan(0, count), _errnos, ref _reasons);
        foreach (AddressRequests.Item item in _items.AsSpan(0, count))
        {
            outcomes[item.Slot] = _errnos[item.Slot] == Errno.EEXIST ? TakeOver(interfaceIndex, item, lifetimeSeconds) : Added(interfaceIndex, item);
            if (outcomes[item.Slot].Result == BindResult.Bound)
            {
                SeeToSubnet(interfaceIndex, item, host, ours.GetValueOrDefault(item.Address).Subnet, ref outcomes[item.Slot]);
            }
        }
    }

    /// <summary>
    /// What is somebody else's is taken as it is, with whatever prefix it has. What is ours and not as it should be goes, since the kernel does not
    /// change that of an address that is there.
    /// </summary>
    /// <returns>How many items are left to bind: the first ones.</returns>
    private int MakeWay(
        int interfaceIndex, List<AddressMessage> present, Dictionary<AddressPrefix, Known> ours, Span<AddressRequests.Item> items, Span<BindOutcome> outcomes)
    {
        int count = 0;
        foreach (AddressRequests.Item item in items)
        {
            bool asItIs = ours.TryGetValue(item.Address, out Known had) ? had.Attributes == item.Attributes : item.Attributes is null;

            // Beside ours, where that is there already, it changes nothing: both answer until one goes.
            AddressPrefix bound = item.Bound;
            bool foreign = present.Exists(theirs => !theirs.IsOurs && theirs.Prefix.Address == bound.Address)
                && !(ours.ContainsKey(item.Address) && present.Exists(mine => mine.IsOurs && mine.Prefix == bound));
            foreach (AddressMessage mine in present.Where(mine => mine.IsOurs && mine.Prefix.Address == item.Address.Address))
            {
                if (foreign || !asItIs || mine.Prefix != item.Bound || mine.Peer != item.End)
                {
                    _ = _removal.Remove(mine, out _);
                }
            }

            if (!foreign)
            {
                items[count++] = item;
                continue;
            }

            if (had.Subnet is VirtualRoute subnet)
            {
                _subnets.Remove(subnet, interfaceIndex);
            }

            _known[(interfaceIndex, item.Address)] = new(true, false, null);
            outcomes[item.Slot] = new(item.Address, BindResult.AlreadyThere);
        }

        return count;
    }

    /// <summary>The route to the subnet is there where the host has none, and only there.</summary>
    private void SeeToSubnet(int interfaceIndex, AddressRequests.Item item, List<AddressMessage> host, VirtualRoute? before, ref BindOutcome outcome)
    {
        VirtualRoute? subnet = SubnetRoutes.Of(item.Address, item.Attributes);
        subnet = subnet is not null && SubnetRoutes.HasHost(host, subnet) ? null : subnet;
        if (before is not null && before != subnet)
        {
            _subnets.Remove(before, interfaceIndex);
        }

        if (subnet is null)
        {
            return;
        }

        _known[(interfaceIndex, item.Address)] = _known[(interfaceIndex, item.Address)] with { Subnet = subnet };
        if (_subnets.Add(subnet, interfaceIndex) is string problem)
        {
            _requests.Send(DeleteAddress, 0, interfaceIndex, 0, [item], _errnos, ref _reasons);
            _known.Remove((interfaceIndex, item.Address));
            outcome = new(item.Address, BindResult.Failed, problem);
        }
    }

    /// <summary>
    /// An IPv6 prefix with a lifetime shortens the route of the same prefix that a router advertisement brought (the kernel keeps one route
    /// and gives it the later expiry). So where the host has an address in the prefix, ours comes without a route.
    /// </summary>
    private static void LeaveRoutesAlone(List<AddressMessage> present, Span<AddressRequests.Item> items)
    {
        foreach (ref AddressRequests.Item item in items)
        {
            AddressPrefix mine = item.Address;
            if (!mine.Address.IsIPv6 || mine.PrefixLength == 128 || item.Attributes?.Peer is not null)
            {
                continue;
            }

            bool hostHasPrefix = present.Exists(theirs => !theirs.IsOurs && theirs.Prefix.PrefixLength <= mine.PrefixLength
                && theirs.Prefix.Address != mine.Address && theirs.Prefix.Contains(mine.Address));
            item = hostHasPrefix ? item with { Flags = item.Flags | FlagNoPrefixRoute } : item;
        }
    }

    /// <summary>
    /// On a macvlan. The host speaks to its own subnets through the interface below, so ours come without a route there; link-local addresses
    /// need the macvlan's own.
    /// </summary>
    /// <returns>How many items are left: the first ones.</returns>
    private static int WithoutThoseBelow(List<AddressMessage> below, Span<AddressRequests.Item> items, Span<BindOutcome> outcomes)
    {
        int count = 0;
        foreach (AddressRequests.Item item in items)
        {
            AddressPrefix mine = item.Address;
            if (below.Exists(theirs => theirs.Prefix.Address == mine.Address))
            {
                outcomes[item.Slot] = new(
                    mine,
                    BindResult.Failed,
                    $"Can't add {mine.Address} with a virtual MAC address: the interface below has it already and answers with its own MAC address.");
                continue;
            }

            bool hostHasPrefix = mine.Address.IsIPv6 && !mine.Address.IsLinkLocalIPv6
                && below.Exists(theirs => theirs.Prefix.PrefixLength <= mine.PrefixLength && theirs.Prefix.Contains(mine.Address));
            items[count++] = hostHasPrefix ? item with { Flags = item.Flags | FlagNoPrefixRoute } : item;
        }

        return count;
    }

    /// <summary>It is there: ours by then, or somebody has just added it.</summary>
    private BindOutcome TakeOver(int interfaceIndex, AddressRequests.Item item, uint lifetimeSeconds)
    {
        // IPv6 has an address once per interface, whatever its prefix.
        AddressPrefix bound = item.Bound;
        if (List(interfaceIndex).Exists(theirs => !theirs.IsOurs && (theirs.Prefix == bound || (bound.Address.IsIPv6 && theirs.Prefix.Address == bound.Address))))
        {
            _known[(interfaceIndex, item.Address)] = new(true, false, null);
            return new(item.Address, BindResult.AlreadyThere);
        }

        // A leftover of ours, or one whose lifetime ended since: replace adds it in both cases.
        _requests.Send(NewAddress, FlagCreate | FlagReplace, interfaceIndex, lifetimeSeconds, [item], _errnos, ref _reasons);
        return Added(interfaceIndex, item);
    }

    private BindOutcome Added(int interfaceIndex, AddressRequests.Item item)
    {
        if (_errnos[item.Slot] != 0)
        {
            return Failure(item, interfaceIndex, "add");
        }

        _known[(interfaceIndex, item.Address)] = new(false, (item.Flags & FlagNoPrefixRoute) != 0, item.Attributes);
        return new(item.Address, BindResult.Bound);
    }

    /// <summary>As the other, allocating nothing while the kernel accepts.</summary>
    internal void Renew(int interfaceIndex, IReadOnlyList<AddressPrefix> addresses, uint lifetimeSeconds, Span<BindOutcome> outcomes)
    {
        int count = Prepare(interfaceIndex, addresses, outcomes);
        _requests.Send(NewAddress, FlagCreate | FlagReplace, interfaceIndex, lifetimeSeconds, _items.AsSpan(0, count), _errnos, ref _reasons);
        foreach (AddressRequests.Item item in _items.AsSpan(0, count))
        {
            outcomes[item.Slot] = _errnos[item.Slot] == 0 ? new(item.Address, BindResult.Bound) : Failure(item, interfaceIndex, "renew");
            if (_known.TryGetValue((interfaceIndex, item.Address), out Known known) && known.Subnet is VirtualRoute subnet)
            {
                _ = _subnets.Add(subnet, interfaceIndex);
            }
        }
    }

    /// <summary>Fills the items with all addresses that are not known as somebody else's; those get their outcome here.</summary>
    private int Prepare(int interfaceIndex, IReadOnlyList<AddressPrefix> addresses, Span<BindOutcome> outcomes)
    {
        if (_items.Length < addresses.Count)
        {
            _items = new AddressRequests.Item[addresses.Count];
            _errnos = new int[addresses.Count];
        }

        _reasons = null;
        int count = 0;
        for (int i = 0; i < addresses.Count; i++)
        {
            AddressPrefix address = addresses[i];
            bool isKnown = _known.TryGetValue((interfaceIndex, address), out Known known);
            if (isKnown && known.Foreign)
            {
                outcomes[i] = new(address, BindResult.AlreadyThere);
                continue;
            }

            uint flags = address.Address.IsIPv6 ? FlagNoDad : 0;
            flags |= isKnown && known.WithoutRoute ? FlagNoPrefixRoute : 0;
            _items[count++] = new(i, address, flags, known.Attributes);
        }

        return count;
    }

    /// <summary>What is not known as bound by us may be anybody's by now: the kernel is asked, and only what has our tag goes.</summary>
    /// <returns>How many items are left to remove: the first ones.</returns>
    private int OnlyOurs(int interfaceIndex, Span<AddressRequests.Item> items, Span<BindOutcome> outcomes)
    {
        List<AddressMessage>? present = null;
        int count = 0;
        foreach (AddressRequests.Item item in items)
        {
            AddressPrefix bound = item.Bound;
            try
            {
                bool goes = _known.ContainsKey((interfaceIndex, item.Address))
                    || (present ??= _requests.List(interfaceIndex)).Exists(there => there.IsOurs && there.InterfaceIndex == interfaceIndex && there.Prefix == bound);
                if (goes)
                {
                    items[count++] = item;
                }
                else
                {
                    outcomes[item.Slot] = new(item.Address, BindResult.Missing);
                }
            }
            catch (LinuxException error)
            {
                outcomes[item.Slot] = new(item.Address, BindResult.Failed, error.Message);
            }
        }

        return count;
    }

    private List<AddressMessage> List(int interfaceIndex)
    {
        try
        {
            return _requests.List(interfaceIndex);
        }
        catch (LinuxException)
        {
            // Without the list nothing is known to be foreign: the kernel's own answers to the requests that follow decide.
            return [];
        }
    }

    private BindOutcome Failure(AddressRequests.Item item, int interfaceIndex, string verb)
    {
        int errno = _errnos[item.Slot];
        string? hint = errno switch
        {
            Errno.EPERM => "the agent needs CAP_NET_ADMIN",
            Errno.EACCES when item.Address.Address.IsIPv6 => "IPv6 is disabled on the interface (net.ipv6.conf.*.disable_ipv6)",
            Errno.EAGAIN => "the kernel did not answer within a second",
            _ => null,
        };
        string? reason = _reasons is not null && _reasons.TryGetValue(item.Slot, out string? said) ? said : hint;
        string why = reason is null ? "" : $" ({reason.TrimEnd('.')})";
        return new(item.Address, BindResult.Failed, $"Can't {verb} {item.Address} on interface {interfaceIndex}: {Errno.Sentence(errno)}{why}.");
    }

    public void Dispose()
    {
        _requests.Dispose();
        _subnets.Dispose();
    }
}
