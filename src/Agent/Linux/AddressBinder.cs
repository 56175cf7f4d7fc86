using HotStandby.Agent.Vrrp;
using static HotStandby.Agent.Linux.NetlinkConstants;

namespace HotStandby.Agent.Linux;

/// <summary>
/// Puts virtual addresses on interfaces with a kernel lifetime, renews and removes them. Every address it binds carries the agent's
/// IFA_PROTO tag; one that was there before without the tag is used as it is and never renewed or deleted. Its calls wait for the
/// kernel's RTNL lock, so they belong on <see cref="AddressWorker"/>. A refusal is an outcome, never an exception. Not thread safe.
/// </summary>
public sealed class AddressBinder : IDisposable
{
    private readonly AddressRequests _requests = new();
    private readonly Dictionary<(int InterfaceIndex, AddressPrefix Address), Known> _known = [];
    private int[] _errnos = [];
    private AddressRequests.Item[] _items = [];
    private Dictionary<int, string>? _reasons;

    /// <summary>What this binder remembers of an address it was asked to bind.</summary>
    /// <param name="Foreign">Somebody else's.</param>
    /// <param name="WithoutRoute">Bound with IFA_F_NOPREFIXROUTE: renewals must say so again, or the kernel adds the route.</param>
    /// <param name="Attributes">What it was bound with; renewals say it again.</param>
    private readonly record struct Known(bool Foreign, bool WithoutRoute, AddressAttributes? Attributes);

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

    /// <summary>Removes each address but those that were there before us.</summary>
    /// <returns>One outcome per address, in their order.</returns>
    public BindOutcome[] Release(int interfaceIndex, IReadOnlyList<AddressPrefix> addresses)
    {
        BindOutcome[] outcomes = new BindOutcome[addresses.Count];
        int count = Prepare(interfaceIndex, addresses, outcomes);
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
        var leftovers = _requests.List(0).Where(address => address.IsOurs && !isWanted(address.InterfaceIndex, address.Prefix));
        foreach (IGrouping<int, AddressMessage> onOne in leftovers.GroupBy(address => address.InterfaceIndex))
        {
            foreach (AddressMessage withPeer in onOne.Where(address => address.Peer is not null))
            {
                _known[(onOne.Key, withPeer.Prefix)] = new(false, false, new AddressAttributes { Peer = withPeer.Peer });
            }

            BindOutcome[] outcomes = Release(onOne.Key, [.. onOne.Select(address => address.Prefix)]);
            removed += outcomes.Count(outcome => outcome.Result == BindResult.Released);
        }

        return removed;
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
        Dictionary<AddressPrefix, AddressAttributes?> ours = [];
        foreach (AddressPrefix address in addresses)
        {
            if (_known.Remove((interfaceIndex, address), out Known before) && !before.Foreign)
            {
                ours[address] = before.Attributes;
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

        if (hostInterface == 0)
        {
            LeaveRoutesAlone(interfaceIndex, _items.AsSpan(0, count));
        }
        else
        {
            count = WithoutThoseBelow(hostInterface, _items.AsSpan(0, count), outcomes);
        }

        _requests.Send(NewAddress, FlagCreate | FlagExclusive, interfaceIndex, lifetimeSeconds, _items.AsSpan(0, count), _errnos, ref _reasons);
        List<AddressMessage>? present = null;
        foreach (AddressRequests.Item item in _items.AsSpan(0, count))
        {
            if (_errnos[item.Slot] == Errno.EEXIST)
            {
                present ??= List(interfaceIndex);
                bool asItIs = ours.TryGetValue(item.Address, out AddressAttributes? had) ? had == item.Attributes : item.Attributes is null;
                outcomes[item.Slot] = TakeOver(interfaceIndex, item, lifetimeSeconds, asItIs, present);
            }
            else
            {
                outcomes[item.Slot] = Added(interfaceIndex, item);
            }
        }
    }

    /// <summary>
    /// An IPv6 prefix with a lifetime shortens the route of the same prefix that a router advertisement brought (the kernel keeps one route
    /// and gives it the later expiry). So where the host has an address in the prefix, ours comes without a route.
    /// </summary>
    private void LeaveRoutesAlone(int interfaceIndex, Span<AddressRequests.Item> items)
    {
        List<AddressMessage>? present = null;
        foreach (ref AddressRequests.Item item in items)
        {
            AddressPrefix mine = item.Address;
            if (!mine.Address.IsIPv6 || mine.PrefixLength == 128 || item.Attributes?.Peer is not null)
            {
                continue;
            }

            present ??= List(interfaceIndex);
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
    private int WithoutThoseBelow(int hostInterface, Span<AddressRequests.Item> items, Span<BindOutcome> outcomes)
    {
        List<AddressMessage> below = List(hostInterface);
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

            bool hostHasPrefix = !mine.Address.IsLinkLocalIPv6
                && below.Exists(theirs => theirs.Prefix.PrefixLength <= mine.PrefixLength && theirs.Prefix.Contains(mine.Address));
            items[count++] = hostHasPrefix ? item with { Flags = item.Flags | FlagNoPrefixRoute } : item;
        }

        return count;
    }

    /// <param name="asItIs">A replacement will do; else it has or may have other attributes, which the kernel doesn't change of an address that is there.</param>
    private BindOutcome TakeOver(
        int interfaceIndex, AddressRequests.Item item, uint lifetimeSeconds, bool asItIs, List<AddressMessage> present)
    {
        // IPv6 has an address once per interface, whatever its prefix; IPv4 has it once per prefix.
        int found = present.FindIndex(theirs => theirs.Prefix == item.Address
            || (item.Address.Address.IsIPv6 && theirs.Prefix.Address == item.Address.Address));
        if (found >= 0 && !present[found].IsOurs)
        {
            _known[(interfaceIndex, item.Address)] = new(true, false, null);
            return new(item.Address, BindResult.AlreadyThere);
        }

        if (found >= 0 && (present[found].Prefix != item.Address || !asItIs))
        {
            AddressRequests.Item old = item with { Address = present[found].Prefix, Attributes = new() { Peer = present[found].Peer } };
            _requests.Send(DeleteAddress, 0, interfaceIndex, 0, [old], _errnos, ref _reasons);
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

    public void Dispose() => _requests.Dispose();
}
