using HotStandby.Agent.Configuration;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Loop;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Commands;

/// <summary>
/// What an agent that died left in the kernel: addresses, routes and rules with our mark, interfaces with a virtual MAC address, nftables tables.
/// The mark does not tell agents apart; as long as another one lives here, only what is certainly not its own goes.
/// </summary>
internal static class Leftovers
{
    /// <summary>Before a run: this node starts as a backup and must not answer for its addresses.</summary>
    /// <param name="others">What other agents that live here run.</param>
    /// <returns>A sentence for each kind that was found.</returns>
    public static IEnumerable<string> SweepOurs(LoopConfiguration configuration, IReadOnlyList<RouterIdentity> others)
    {
        IReadOnlyList<VirtualRouterConfig> routers = configuration.File.VirtualRouters;
        using RouteBinder routes = new();
        int routesSwept = others.Count == 0
            ? routes.SweepLeftovers()
            : routes.Remove([.. routers.SelectMany(router => router.RoutingEntriesOn(configuration.Node))]).Count(outcome => outcome.Result == RouteResult.Removed);
        if (routesSwept > 0)
        {
            yield return $"removed {routesSwept} route(s) and rule(s) that an earlier run left behind";
        }

        // Beside a living agent none goes: they may be its own, and a dead one's go with their lease.
        using AddressBinder binder = new();
        HashSet<Address> ours = [.. routers.SelectMany(router => router.AllAddresses()).Select(prefix => prefix.Address)];
        int swept = others.Count > 0 ? 0 : binder.SweepLeftovers((_, prefix) => !ours.Contains(prefix.Address));
        if (swept > 0)
        {
            yield return $"took {swept} virtual address(es) off that an earlier run left behind";
        }

        foreach (string sentence in SweepStrays(configuration, binder))
        {
            yield return sentence;
        }

        // After the addresses: the settings that keep the interface below quiet for them are put back here.
        HashSet<(byte, bool)> vrids = [.. routers.Select(router => (router.Vrid, router.Addresses[0].Address.IsIPv6))];
        using VirtualMacDevices devices = new();
        int removed = devices.SweepLeftovers((vrid, isIPv6, below) => vrids.Contains((vrid, isIPv6)) && !others.Contains(new(below, isIPv6, vrid)));
        if (removed > 0)
        {
            yield return $"removed {removed} interface(s) with a virtual MAC address that an earlier run left behind";
        }

        // Last: what they kept from being accepted is gone.
        if (AcceptFilters.SweepLeftovers(others) is string tables)
        {
            yield return tables;
        }
    }

    /// <summary>For <c>release</c>: whatever is left of anybody who is dead.</summary>
    /// <returns>A sentence for each kind that was found or is not touched.</returns>
    public static IEnumerable<string> SweepAll()
    {
        IReadOnlyList<RouterIdentity> living = RouterLocks.Living();
        if (living.Count > 0)
        {
            yield return $"an agent lives here, with {string.Join(", ", living.Where(one => one.Address is null))}: addresses, routes and rules stay, since they may be its own; "
                + "what a dead one had goes by itself when its lease ends, or with its next start";
        }
        else
        {
            using RouteBinder routes = new();
            int routesRemoved = routes.SweepLeftovers();
            if (routesRemoved > 0)
            {
                yield return $"{routesRemoved} leftover route(s) and rule(s) removed";
            }

            using AddressBinder binder = new();
            int released = binder.SweepLeftovers((_, _) => false);
            yield return released == 1 ? "1 leftover address taken off" : $"{released} leftover addresses taken off";
        }

        using VirtualMacDevices devices = new();
        int removed = devices.SweepLeftovers((vrid, isIPv6, below) => !living.Contains(new(below, isIPv6, vrid)));
        if (removed > 0)
        {
            yield return $"{removed} leftover interface(s) with a virtual MAC address removed";
        }

        if (AcceptFilters.SweepLeftovers(living) is string tables)
        {
            yield return tables;
        }
    }

    /// <summary>What has the form of a killed keepalived's: as the file has it, or without its subnet, on its interface, for ever; and no keepalived lives.</summary>
    private static IEnumerable<string> SweepStrays(LoopConfiguration configuration, AddressBinder binder)
    {
        int[]? keepalived = ProcessCount.Of(["keepalived"], out _);
        if (keepalived is [> 0])
        {
            yield return "keepalived runs on this machine: if it has one of this file's virtual addresses or VRIDs, both will take themselves for the master ('systemctl disable --now keepalived' stops it)";
        }

        if (configuration.File.Agent.StrayAddresses == StrayPolicy.Tell || keepalived is not [0])
        {
            yield break;
        }

        foreach (VirtualRouterConfig router in configuration.File.VirtualRouters.Where(router => router.PriorityOn(configuration.Node) != Tracking.EffectivePriority.Owner))
        {
            foreach (AddressPrefix address in router.AllAddresses())
            {
                string device = router.DeviceOn(configuration.Node, address);
                foreach (AddressPrefix form in new[] { address, address.Alone }.Distinct())
                {
                    string? problem = binder.RemoveForeign((int)LibC.InterfaceIndex(device), form, onlyPermanent: true, out bool found);
                    if (found)
                    {
                        yield return problem ?? $"took {form} off {device}, which somebody else had left there: only a master has it (agent.strayAddresses)";
                    }
                }
            }
        }
    }
}
