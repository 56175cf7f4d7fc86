using HotStandby.Abstractions;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>
/// The virtual addresses of one virtual router that somebody else has put on an interface of this machine: a killed keepalived, netplan, a hand.
/// Whoever is not MASTER answers for them then, and whoever was goes on. What should not be there is a level, as what should: each is an alarm for as
/// long as it is there, whenever it came.
/// </summary>
public sealed class StrayAddresses
{
    private const string Loopback = "lo";

    private int _version = -1;
    private RouterState _state;
    private IReadOnlyList<AddressPrefix>? _of;

    /// <summary>Looks, where anything changed since it did so last.</summary>
    /// <param name="host">What is there.</param>
    /// <param name="router">Whose addresses they may be.</param>
    /// <param name="addresses">All of the virtual router.</param>
    /// <param name="ownInterface">Where its adverts go out, by the kernel's name: /proc/sys knows no other.</param>
    /// <returns>What was not there at the last look.</returns>
    public IReadOnlyList<HostAddress> Look(
        HostAddresses host, VirtualRouter router, IReadOnlyList<AddressPrefix> addresses, string ownInterface, MonotonicTime now, ActionBuffer actions)
    {
        if (host.Version == _version && router.State == _state && ReferenceEquals(addresses, _of))
        {
            return [];
        }

        bool moved = host.Version != _version || !ReferenceEquals(addresses, _of);
        (_version, _state, _of) = (host.Version, router.State, addresses);
        HostAddress[] strays = LookAnew(host, router, addresses, ownInterface, now, actions);
        return moved ? strays : [];
    }

    /// <summary>Apart from the look that finds nothing changed, which every turn takes: what its lambdas share is allocated as soon as it begins.</summary>
    private static HostAddress[] LookAnew(
        HostAddresses host, VirtualRouter router, IReadOnlyList<AddressPrefix> addresses, string ownInterface, MonotonicTime now, ActionBuffer actions)
    {
        // The owner has them as its own, which everybody may know (RFC 9568 6.1).
        HashSet<Address> virtualAddresses = router.Settings.IsOwner ? [] : [.. addresses.Select(prefix => prefix.Address)];
        HostAddress[] strays = [.. host.All.Where(found => virtualAddresses.Contains(found.Address.Address) && IsHeard(found, ownInterface))];
        foreach (StandingAlarm alarm in router.Alarms.Standing)
        {
            if (alarm.Code == AlarmCode.StrayAddress && !Array.Exists(strays, stray => stray.Address.Address == alarm.About.Address))
            {
                router.Alarms.End(alarm.Code, alarm.About, $"{alarm.About.Address} is no longer where this agent did not put it", actions);
            }
        }

        foreach (IGrouping<Address, HostAddress> stray in strays.GroupBy(found => found.Address.Address))
        {
            router.Alarms.Begin(AlarmCode.StrayAddress, new(stray.Key), Sentence([.. stray], router.State), holds: null, now, actions);
        }

        return strays;
    }

    /// <summary>
    /// A real server behind IPVS has the address on its loopback and keeps still: with arp_ignore 1 or more nobody hears of it (IPv6: never).
    /// </summary>
    private static bool IsHeard(HostAddress found, string ownInterface) =>
        found.Interface != Loopback || (!found.Address.Address.IsIPv6 && Math.Max(ArpIgnore("all"), ArpIgnore(ownInterface)) == 0);

    private static int ArpIgnore(string device) => new InterfaceSetting(IsIPv6: false, device, "arp_ignore").Read() ?? 0;

    private static string Sentence(HostAddress[] where, RouterState state)
    {
        string there = string.Join(" and ", where.Select(found => $"{found.Address.Prefix} is on {found.Interface}"));
        string means = state == RouterState.Master
            ? "it will stay there when the role goes, and clients would reach the wrong machine"
            : $"clients may reach this machine, which is {(state == RouterState.Fault ? "in FAULT" : "not the master")}";
        return $"{there}, where this agent did not put it: {means}. If a program here puts it there, stop that first ('systemctl disable --now keepalived'); remove it by: {string.Join(" && ", where.Select(found => found.Removal))}";
    }
}
