using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.Agent.Vrrp;

/// <summary>What the protocol demands of its settings. Configuration says it with line and column; here it is the last wall.</summary>
public static class SettingsRules
{
    /// <summary>The first rule the settings break, as a sentence that names what was expected; null when they break none.</summary>
    public static string? FirstProblem(VirtualRouterSettings settings)
    {
        if (settings.Vrid == 0)
        {
            return "vrid must be 1 to 255.";
        }

        if (settings.Version is not (2 or 3))
        {
            return $"version must be 2 or 3, not {settings.Version}.";
        }

        if (settings.IsIPv6 && settings.Version != 3)
        {
            return "IPv6 needs version 3.";
        }

        if (settings.Priority == 0)
        {
            return "priority must be 1 to 255; 0 is what a master sends when it leaves.";
        }

        return IntervalProblem(settings) ?? AddressesProblem(settings) ?? ExtensionProblem(settings);
    }

    /// <exception cref="ArgumentException">The settings break a rule.</exception>
    internal static void Demand(VirtualRouterSettings settings)
    {
        if (FirstProblem(settings) is string problem)
        {
            throw new ArgumentException($"{settings.Name}: {problem}", nameof(settings));
        }
    }

    private static string? IntervalProblem(VirtualRouterSettings settings)
    {
        long nanoseconds = settings.AdvertisementInterval.Nanoseconds;
        if (settings.Version == 2)
        {
            return nanoseconds % 1_000_000_000 == 0 && nanoseconds / 1_000_000_000 is >= 1 and <= 255
                ? null
                : $"the advertisement interval of version 2 must be 1 to 255 whole seconds, not {settings.AdvertisementInterval}.";
        }

        return nanoseconds % 10_000_000 == 0 && nanoseconds / 10_000_000 is >= 1 and <= 4095
            ? null
            : $"the advertisement interval of version 3 must be 10 ms to 40.95 s in steps of 10 ms, not {settings.AdvertisementInterval}.";
    }

    private static string? AddressesProblem(VirtualRouterSettings settings)
    {
        IReadOnlyList<AddressPrefix> addresses = settings.Addresses;
        if (addresses.Count is < 1 or > 255)
        {
            return $"there must be 1 to 255 addresses, not {addresses.Count}.";
        }

        for (int i = 0; i < addresses.Count; i++)
        {
            (Address address, byte length) = addresses[i];
            if (address.IsIPv6 != settings.IsIPv6)
            {
                return $"{address} is of the other family: one virtual router has one family.";
            }

            if (address.IsMulticast || address.IsUnspecified)
            {
                return $"{address} is not a unicast address.";
            }

            if (length > 8 * address.Length)
            {
                return $"the prefix length of {address} must be 0 to {8 * address.Length}, not {length}.";
            }

            for (int j = 0; j < i; j++)
            {
                if (addresses[j].Address == address)
                {
                    return $"{address} is listed twice.";
                }
            }
        }

        return settings.IsIPv6 && !addresses[0].Address.IsLinkLocalIPv6
            ? $"the first IPv6 address must be link-local (fe80::/10), not {addresses[0].Address} (RFC 9568 5.2.9)."
            : null;
    }

    private static string? ExtensionProblem(VirtualRouterSettings settings) => settings switch
    {
        { Password: not null, Version: not 2 } => "a simple password needs version 2.",
        { Hmac: not null, Version: not 3 } => "signed advertisements need version 3.",
        { Hmac: HmacSettings hmac } when hmac.Keys.Count is < 1 or > HmacSettings.MostKeys || hmac.Keys.DistinctBy(key => key.Id).Count() != hmac.Keys.Count =>
            $"there must be 1 to {HmacSettings.MostKeys} keys, each id once.",
        { Hmac: HmacSettings hmac } when hmac.Find(hmac.ActiveKey) is null => $"the active key {hmac.ActiveKey} is none of the keys.",
        { Hmac.Window.Nanoseconds: < 1_000_000_000 or > 300_000_000_000 } => "the time window must be 1 to 300 s.",
        { SyncGroup: not null, IsOwner: true } => "an address owner (priority 255) can't be in a sync group: it takes the role whatever the others do.",
        { Sticky: true, SyncGroup: not null } => "a sticky virtual router can't be in a sync group: its members could not agree on who had the role first.",
        { Sticky: true, Priority: <= VirtualRouterSettings.StickyRange or 255 } =>
            $"a sticky virtual router needs a priority of {VirtualRouterSettings.StickyRange + 1} to 254, not {settings.Priority}.",
        { DownTimerAdverts: < 1 or > 100 } => $"the adverts of the down timer must be 1 to 100, not {settings.DownTimerAdverts}.",
        { MulticastGroup: Address group } when !group.IsMulticast || group.IsIPv6 != settings.IsIPv6 => $"{group} is no multicast group of its family.",
        { PreemptDelay.Nanoseconds: < 0 } => "the preempt delay must not be negative.",
        { AnnounceDelay.Nanoseconds: < 0 } => "the announce delay must not be negative.",
        { AnnounceRefresh.Nanoseconds: < 0 or > 0 and < 1_000_000_000 } => "the announce refresh must be zero or at least 1 s.",
        { AnnounceRepeat: < 1 or > 20 } => $"the announce repeat must be 1 to 20, not {settings.AnnounceRepeat}.",
        { Version: 3 } when settings.LearnedIntervalCap < settings.AdvertisementInterval =>
            $"the cap of learned intervals must not be below the own interval {settings.AdvertisementInterval}.",
        _ => null,
    };
}
