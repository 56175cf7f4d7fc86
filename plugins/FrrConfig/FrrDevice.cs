using System.Globalization;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.FrrConfig;

/// <summary>
/// The macvlan that carries the addresses of a virtual router. vrrpd finds it by its MAC address and parent, and makes none itself; zebra takes
/// its carrier away while the node is a backup, so that all that is on it moves with the role.
/// </summary>
internal static class FrrDevice
{
    /// <summary>The commands that make it.</summary>
    /// <param name="router">The virtual router.</param>
    /// <param name="node">The node.</param>
    /// <param name="number">Of the virtual router in the file; makes the name unique.</param>
    public static IEnumerable<string> Commands(VirtualRouterModel router, string node, int number)
    {
        bool isIPv6 = IsIPv6(router.Addresses[0]);
        string device = string.Create(CultureInfo.InvariantCulture, $"vrrp{(isIPv6 ? 6 : 4)}-{number}-{router.Vrid}");
        yield return $"ip link add link {router.Interfaces[node]} name {device} type macvlan mode bridge";

        // From the virtual MAC address every node would make itself the same link-local address.
        yield return string.Create(
            CultureInfo.InvariantCulture, $"ip link set {device} address 00:00:5e:00:{(isIPv6 ? "02" : "01")}:{router.Vrid:x2} addrgenmode random");
        foreach (string address in router.Addresses.Concat(router.ExcludedAddresses.Where(one => IsIPv6(one) == isIPv6)))
        {
            AddressModel? more = router.AddressAttributes.GetValueOrDefault(address);
            string local = more is { Peer.Length: > 0 } ? $"{address.Split('/')[0]} peer {more.Peer}/{address.Split('/')[1]}" : address;
            yield return $"ip address add {local}{Words(more)}{(isIPv6 ? " nodad" : "")} dev {device}";
        }

        yield return $"ip link set {device} up";
    }

    public static bool IsIPv6(string address) => address.Contains(':', StringComparison.Ordinal);

    private static string Words(AddressModel? attributes) => attributes is null
        ? ""
        : Word("broadcast", attributes.Broadcast) + Word("label", attributes.Label) + Word("scope", attributes.Scope)
            + (attributes.NoPrefixRoute ? " noprefixroute" : "") + (attributes.PreferredSource ? " preferred_lft forever" : "");

    private static string Word(string keyword, string value) => value.Length == 0 ? "" : $" {keyword} {value}";
}
