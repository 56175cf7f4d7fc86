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
                CheckDevice(address, router, findings);
                CheckPeer(address, findings);
                CheckLabel(address, router, draft, findings);
            }
        }

        foreach (DraftNode node in draft.Nodes)
        {
            CheckDevices(node, draft, findings);
        }
    }

    /// <summary>With useVmac the addresses are on a macvlan of the virtual router's interface, whose MAC address no other network knows.</summary>
    private static void CheckDevice(DraftAddress address, DraftRouter router, Findings findings)
    {
        if (address.Device is Placed<string> device && router.UseVmac is { Value: true })
        {
            findings.Error(
                device.At,
                DiagnosticCodes.UnusableAttribute,
                $"{address.Path}.device can't be written with useVmac: the virtual MAC address is on the virtual router's own interface",
                $"Make a second virtual router for {Wording.Quote(device.Value)}, in one sync group with this one, or take useVmac out.");
        }
    }

    private static void CheckDevices(DraftNode node, Draft draft, Findings findings)
    {
        foreach (DraftOverride own in node.Overrides)
        {
            // An unknown name was reported.
            if (draft.Routers.FirstOrDefault(one => one.Name?.Value == own.Router) is not DraftRouter router)
            {
                continue;
            }

            string[] known = [.. router.AllAddresses.Select(one => one.Device?.Value).OfType<string>().Distinct()];
            foreach ((string device, Position at, _) in own.Devices.Where(one => !known.Contains(one.Device)))
            {
                string path = KeyPath.Join(KeyPath.Join(KeyPath.Join("nodes", node.Name), "virtualRouters"), own.Router);
                findings.Error(
                    at,
                    DiagnosticCodes.UnknownDevice,
                    $"{KeyPath.Join(path, "devices")}: no address of virtual router {router.Title} has the device {Wording.Quote(device)}{(known.Length > 0 ? $"; expected {Wording.OneOf(known)}" : "")}",
                    "It says what such a device is called on this node; the virtual router's own interface is \"interface\".");
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
            .Select(node => node.DeviceFor(router, address))
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
