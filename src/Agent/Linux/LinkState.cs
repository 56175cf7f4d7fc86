using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Linux;

/// <summary>An interface as the kernel has it at one moment.</summary>
/// <param name="MacAddress">Six bytes on Ethernet, none on a tunnel. Not to be changed.</param>
/// <param name="Mtu">Bytes.</param>
/// <param name="Up">IFF_UP and IFF_LOWER_UP: set up by the operator and with a carrier.</param>
/// <param name="WhyNotUp">A sentence; empty while up.</param>
/// <param name="Addresses">In the kernel's order.</param>
public sealed record LinkState(
    int Index,
    string Name,
    byte[] MacAddress,
    int Mtu,
    bool Up,
    string WhyNotUp,
    IReadOnlyList<LinkAddress> Addresses)
{
    /// <summary>IFF_LOOPBACK: what is sent on it stays on this machine.</summary>
    public bool Loopback { get; init; }

    /// <summary>What makes it: "macvlan", "vlan", "bridge", "veth"; empty for hardware.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Of a VLAN or macvlan the index of the interface below, perhaps in another network namespace; 0 for none.</summary>
    public int LowerIndex { get; init; }

    /// <summary>The index of the bridge, bond or VRF that it is a port of; 0 for none.</summary>
    public int MasterIndex { get; init; }

    /// <summary>What it is a port of: "bridge", "bond", "team", "vrf"; empty for none.</summary>
    public string MasterKind { get; init; } = "";

    /// <summary>Further names (ip link property add altname), which can stand for <see cref="Name"/>.</summary>
    public IReadOnlyList<string> AlternativeNames { get; init; } = [];

    /// <summary>
    /// The source of IPv4 adverts (RFC 9568 5.1.1.1): the first primary address, else the first secondary (the host's own address is
    /// one when a virtual address of its subnet came first). Never a tagged one, never one of <paramref name="exceptThese"/>.
    /// </summary>
    /// <returns>null when there is none.</returns>
    public Address? PrimaryIPv4(IReadOnlyCollection<Address> exceptThese)
    {
        LinkAddress? secondary = null;
        foreach (LinkAddress address in Addresses)
        {
            if (address.Address.IsIPv6 || address.Scope == NetlinkConstants.ScopeHost || address.IsOurs || exceptThese.Contains(address.Address))
            {
                continue;
            }

            if (!address.Secondary)
            {
                return address.Address;
            }

            secondary ??= address;
        }

        return secondary?.Address;
    }

    /// <summary>The source of IPv6 adverts (RFC 9568 5.1.2.1): a usable link-local address that is not virtual.</summary>
    /// <returns>null when there is none (yet: duplicate address detection takes a second or two).</returns>
    public Address? LinkLocalIPv6(IReadOnlyCollection<Address> exceptThese)
    {
        LinkAddress? deprecated = null;
        foreach (LinkAddress address in Addresses)
        {
            if (!address.Address.IsLinkLocalIPv6 || address.Tentative || address.IsOurs || exceptThese.Contains(address.Address))
            {
                continue;
            }

            if (!address.Deprecated)
            {
                return address.Address;
            }

            deprecated ??= address;
        }

        return deprecated?.Address;
    }

    /// <summary>Whether a link-local address is still being asked for (duplicate address detection): it will be there in a second or two.</summary>
    public bool AwaitsLinkLocalIPv6 => Addresses.Any(address => address is { Tentative: true, IsOurs: false, Address.IsLinkLocalIPv6: true }
        && (address.Flags & NetlinkConstants.FlagDadFailed) == 0);

    private Dictionary<(Address Address, bool IsOurs), LinkAddress>? _found;

    /// <summary>
    /// The address with whatever prefix the interface has it, ours or the host's; null when it has not. Every virtual router asks for each of its own, again
    /// and again, and there may be a thousand: one table for all of them.
    /// </summary>
    public LinkAddress? Find(Address address, bool isOurs)
    {
        if (_found is null)
        {
            _found = new(Addresses.Count);
            foreach (LinkAddress one in Addresses)
            {
                _found.TryAdd((one.Address, one.IsOurs), one);
            }
        }

        return _found.GetValueOrDefault((address, isOurs));
    }

    /// <summary>The address as the interface has it, or null.</summary>
    public LinkAddress? Find(AddressPrefix prefix) => Addresses.FirstOrDefault(address => address.Prefix == prefix);
}
