using System.Buffers.Binary;
using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Configuration.Shapes;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration.Rules;

/// <summary>Addresses of nodes and virtual routers: usable, unique, on one subnet.</summary>
internal static class AddressRules
{
    public static void Check(Draft draft, Findings findings)
    {
        Dictionary<Address, DraftNode> nodes = [];
        foreach (DraftNode node in draft.Nodes)
        {
            if (node.Address is not Placed<Address> address)
            {
                continue;
            }

            string path = KeyPath.Join(KeyPath.Join("nodes", node.Name), "address");
            if (Unusable(address.Value) is string why)
            {
                findings.Error(address.At, DiagnosticCodes.UnusableAddress, $"{path} can't be {address.Value}, {why}");
            }

            if (!nodes.TryAdd(address.Value, node))
            {
                findings.Error(
                    address.At,
                    DiagnosticCodes.DuplicateAddress,
                    $"{path} is {address.Value}, which is already the address of node {Wording.Quote(nodes[address.Value].Name)} at {nodes[address.Value].Address!.At}");
            }
        }

        Dictionary<Address, Position> seen = [];
        foreach (DraftRouter router in draft.Routers)
        {
            HashSet<Address> ofThis = [];
            foreach (DraftAddress address in router.AllAddresses)
            {
                // With a peer the subnet is the peer's; on another interface the nodes have addresses that the file does not say.
                bool isElsewhere = address.Device is Placed<string> device && device.Value != router.Interface?.Value;
                if (CheckVirtual(address, ofThis, seen, findings) && address.Peer is null && !isElsewhere)
                {
                    CheckSubnet(address.Prefix, address.Path, draft, router, findings);
                }
            }

            CheckExcluded(router, draft, findings);
        }
    }

    /// <summary>An owner has the addresses of the adverts itself; the rest belongs to nobody.</summary>
    private static void CheckExcluded(DraftRouter router, Draft draft, Findings findings)
    {
        foreach (DraftAddress item in router.ExcludedItems.OfType<DraftAddress>())
        {
            (Placed<AddressPrefix> address, string path) = (item.Prefix, item.Path);
            if (draft.Nodes.FirstOrDefault(one => one.Address?.Value == address.Value.Address) is DraftNode node)
            {
                findings.Error(
                    address.At,
                    DiagnosticCodes.UnusableAddress,
                    $"{path} can't be {address.Value.Address}, the own address of node {Wording.Quote(node.Name)}",
                    "Choose a virtual address that no node has.");
            }

            if (router.UseVmac is { Value: true } && router.IsIPv6 is bool isIPv6 && address.Value.Address.IsIPv6 != isIPv6)
            {
                findings.Error(
                    address.At,
                    DiagnosticCodes.OtherFamilyWithVirtualMac,
                    $"{path} is {(isIPv6 ? "IPv4" : "IPv6")}, but with useVmac every address is of the family of addresses: each family has a virtual MAC address of its own",
                    "Make a second virtual router for the other family; it may have the same vrid.");
            }
        }
    }

    private static bool CheckVirtual(DraftAddress item, HashSet<Address> ofThis, Dictionary<Address, Position> seen, Findings findings)
    {
        (Placed<AddressPrefix> address, string path) = (item.Prefix, item.Path);
        if ((Unusable(address.Value.Address) ?? (item.Peer is null ? End(address.Value) : null)) is string why)
        {
            findings.Error(address.At, DiagnosticCodes.UnusableAddress, $"{path} can't be {address.Value}, {why}");
            return false;
        }

        // Link-local addresses are per link: the same one may stand on two interfaces.
        bool isOnTheSameLink = !ofThis.Add(address.Value.Address);
        if (!seen.TryAdd(address.Value.Address, address.At) && (isOnTheSameLink || !address.Value.Address.IsLinkLocalIPv6))
        {
            findings.Error(
                address.At,
                DiagnosticCodes.DuplicateAddress,
                $"{path} is {address.Value.Address}, which is already a virtual address at {seen[address.Value.Address]}");
        }

        return true;
    }

    private static void CheckSubnet(Placed<AddressPrefix> address, string path, Draft draft, DraftRouter router, Findings findings)
    {
        AddressPrefix prefix = address.Value;
        if (prefix.PrefixLength == prefix.Address.Length * 8)
        {
            return;
        }

        // A node says its global IPv6 address, which tells nothing about the link-local one.
        string[] outside = [.. draft.Nodes
            .Select(one => (one.Name, Own: one.SourceFor(router)?.Value))
            .Where(one => one.Own is Address own && own.IsIPv6 == prefix.Address.IsIPv6
                && own.IsLinkLocalIPv6 == prefix.Address.IsLinkLocalIPv6
                && !prefix.Contains(own))
            .Select(one => $"{Wording.Quote(one.Name)} ({one.Own})")];
        if (outside.Length > 0)
        {
            findings.Error(
                address.At,
                DiagnosticCodes.OutsideSubnet,
                $"{path}: the subnet of {prefix} does not contain the address of {Wording.Join(outside, " and ")}",
                $"Correct the address or its prefix length, or write \"{prefix.Address}/{prefix.Address.Length * 8}\" if it belongs to no subnet of the nodes.");
        }
    }

    public static string? Unusable(Address address) =>
        address.IsUnspecified ? "the unspecified address"
        : address.IsMulticast ? "a multicast address"
        : IsLoopback(address) ? "a loopback address"
        : address.ToIPAddress().IsIPv4MappedToIPv6 ? "an IPv4 address written as IPv6"
        : !address.IsIPv6 && Bits(address) == uint.MaxValue ? "the broadcast address"
        : null;

    private static bool IsLoopback(Address address) => System.Net.IPAddress.IsLoopback(address.ToIPAddress());

    // The two ends of an IPv4 subnet name the subnet and its broadcast; /31 (RFC 3021) and /32 have none.
    private static string? End(AddressPrefix prefix)
    {
        if (prefix.Address.IsIPv6 || prefix.PrefixLength > 30)
        {
            return null;
        }

        uint host = uint.MaxValue >> prefix.PrefixLength;
        uint bits = Bits(prefix.Address) & host;
        return bits == 0 ? "the address of the subnet itself" : bits == host ? "the broadcast address of its subnet" : null;
    }

    private static uint Bits(Address address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.Write(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
