using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Configuration.Shapes;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration.Rules;

/// <summary>The attributes of virtual addresses: of the right family, and such that the kernel takes them.</summary>
internal static class AttributeRules
{
    public static void Check(Draft draft, Findings findings)
    {
        foreach (DraftRouter router in draft.Routers)
        {
            foreach (DraftAddress address in router.AllAddresses)
            {
                CheckFamily(address, findings);
                CheckPeer(address, findings);
                CheckLabel(address, router, draft, findings);
            }
        }
    }

    private static void CheckFamily(DraftAddress address, Findings findings)
    {
        bool isIPv6 = address.Prefix.Value.Address.IsIPv6;
        Demand(address.Label?.At, "label", forIPv6: false);
        Demand(address.Scope?.At, "scope", forIPv6: false);
        Demand(address.Broadcast?.At, "broadcast", forIPv6: false);
        Demand(address.PreferredSource is { Written: true } source ? source.At : null, "preferredSource", forIPv6: true);
        if (!isIPv6 && address.Broadcast is { Value.IsIPv6: true } broadcast)
        {
            findings.Error(broadcast.At, DiagnosticCodes.UnusableAttribute, $"{address.Path}.broadcast can't be {broadcast.Value}, an IPv6 address");
        }

        void Demand(Position? at, string key, bool forIPv6)
        {
            if (at is Position place && forIPv6 != isIPv6)
            {
                findings.Error(
                    place,
                    DiagnosticCodes.UnusableAttribute,
                    $"{address.Path}.{key} is for {(forIPv6 ? "IPv6" : "IPv4")} addresses only, found with {address.Prefix.Value.Address}",
                    forIPv6 ? "Remove it: an IPv4 address may always be chosen as a source." : "Remove it.");
            }
        }
    }

    private static void CheckPeer(DraftAddress address, Findings findings)
    {
        if (address.Peer is not Placed<Address> peer)
        {
            return;
        }

        Address own = address.Prefix.Value.Address;
        string? why = peer.Value.IsIPv6 != own.IsIPv6 ? $"of another family than {own}"
            : peer.Value == own ? "the address itself"
            : AddressRules.Unusable(peer.Value);
        if (why is not null)
        {
            findings.Error(peer.At, DiagnosticCodes.UnusableAttribute, $"{address.Path}.peer can't be {peer.Value}, {why}");
        }
    }

    // The name of a macvlan has the interface's index in it, which nobody knows beforehand.
    private static void CheckLabel(DraftAddress address, DraftRouter router, Draft draft, Findings findings)
    {
        if (address.Label is not Placed<string> label || address.Prefix.Value.Address.IsIPv6 || router.UseVmac is { Value: true })
        {
            return;
        }

        string[] others = [.. draft.Nodes
            .Select(node => node.InterfaceFor(router)?.Value)
            .Where(name => name is not null && label.Value != name && !label.Value.StartsWith($"{name}:", StringComparison.Ordinal))
            .Select(name => Wording.Quote(name!)).Distinct()];
        if (others.Length > 0)
        {
            findings.Warning(
                label.At,
                DiagnosticCodes.OddLabel,
                $"{address.Path}.label is {Wording.Quote(label.Value)}, which does not begin with the interface {Wording.Join(others, " and ")}: ifconfig does not show the address",
                "Begin it with the interface's name and a colon, or leave it out where the nodes have different interfaces.");
        }
    }
}
