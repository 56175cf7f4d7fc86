using HotStandby.Agent.Configuration.Shapes;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.Agent.Configuration.Rules;

/// <summary>What VRRP asks of one virtual router on its own.</summary>
internal static class RouterRules
{
    /// <summary>IPv6 header and VRRP header, before the addresses (RFC 9568 5.2).</summary>
    private const int IPv6AdvertisementHead = 40 + 8;

    private const int Mtu = 1500;

    public static void Check(Draft draft, Findings findings)
    {
        foreach (DraftRouter router in draft.Routers)
        {
            CheckInterface(draft, router, findings);
            CheckInterval(router, findings);
            CheckFamilies(router, findings);
            CheckChecksum(router, findings);
            CheckLength(router, findings);
            CheckPreemptDelay(router, findings);
            CheckDownTimer(router, findings);
            CheckGroup(router, findings);
        }
    }

    /// <summary>Adverts need a wire; the addresses alone may be on lo.</summary>
    private static void CheckInterface(Draft draft, DraftRouter router, Findings findings)
    {
        foreach (Placed<string> name in draft.Nodes.Select(node => node.InterfaceFor(router)).Prepend(router.Interface).OfType<Placed<string>>().Distinct())
        {
            if (name.Value == "lo")
            {
                findings.Error(
                    name.At,
                    DiagnosticCodes.LoopbackInterface,
                    $"{router.Path}.interface can't be \"lo\": what is sent there stays on the machine, and no other node would hear an advert",
                    "Name the interface that leads to the other nodes; addresses that belong on lo get \"device\": \"lo\".");
            }
        }
    }

    private static void CheckDownTimer(DraftRouter router, Findings findings)
    {
        if (router.DownTimerAdverts is { Value: 1 } adverts)
        {
            findings.Warning(
                adverts.At,
                DiagnosticCodes.EveryLossCounts,
                $"{router.Path}.downTimerAdverts is 1: one lost advert makes two nodes hold the addresses",
                "2 at least; a shorter advertInterval gives the same speed.");
        }
    }

    private static void CheckGroup(DraftRouter router, Findings findings)
    {
        if (router.MulticastGroup is not Placed<Address> group || router.IsIPv6 is not bool isIPv6)
        {
            return;
        }

        if (!group.Value.IsMulticast || group.Value.IsIPv6 != isIPv6)
        {
            findings.Error(
                group.At,
                DiagnosticCodes.NoMulticastGroup,
                $"{router.Path}.multicastGroup must be an {Family(isIPv6)} multicast address, found {group.Value}",
                isIPv6 ? "Such as \"ff02::112\"." : "Such as \"224.0.0.81\"; 224.0.0.0/24 never leaves the link.");
        }
        else if (router.Unicast is { Value.On: true })
        {
            findings.Warning(
                group.At, DiagnosticCodes.NoEffect, $"{router.Path}.multicastGroup has no effect, since unicast is on", "Remove one of the two.");
        }
    }

    // Max Advertise Interval counts hundredths of a second in 12 bits (RFC 9568 5.2.7), Adver Int seconds in 8 (RFC 3768 5.3.7).
    private static void CheckInterval(DraftRouter router, Findings findings)
    {
        if (router.AdvertInterval is not Placed<TimeSpan> interval || router.Version is not Placed<long> version)
        {
            return;
        }

        TimeSpan step = version.Value == 2 ? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(10);
        TimeSpan longest = step * (version.Value == 2 ? 255 : 4095);
        bool exact = interval.Value.Ticks % step.Ticks == 0;
        if (exact && interval.Value >= step && interval.Value <= longest)
        {
            return;
        }

        string range = version.Value == 2
            ? "version 2 counts whole seconds, \"1s\" to \"255s\""
            : "version 3 counts steps of 10 ms, \"10ms\" to \"40.95s\"";
        TimeSpan below = Clamp(new(interval.Value.Ticks / step.Ticks * step.Ticks), step, longest);
        TimeSpan above = Clamp(below + step, step, longest);
        string[] near = exact || interval.Value < step || below == above
            ? [DurationText.Format(Clamp(interval.Value, step, longest))]
            : [DurationText.Format(below), DurationText.Format(above)];
        findings.Error(
            interval.At,
            DiagnosticCodes.IntervalNotExact,
            $"{router.Path}.advertInterval can't be {DurationText.Format(interval.Value)}: {range}",
            $"Nearest: {Wording.OneOf(near)}.{(version.Value == 2 ? " Version 3 can be faster than a second." : "")}");
    }

    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) => value < least ? least : value > most ? most : value;

    private static void CheckFamilies(DraftRouter router, Findings findings)
    {
        if (router.IsIPv6 is not bool isIPv6)
        {
            return;
        }

        for (int i = 0; i < router.Addresses.Count; i++)
        {
            if (router.Addresses[i] is Placed<AddressPrefix> address && address.Value.Address.IsIPv6 != isIPv6)
            {
                findings.Error(
                    address.At,
                    DiagnosticCodes.MixedFamilies,
                    $"{router.AddressPath(i)} is {Family(!isIPv6)}, but the first address is {Family(isIPv6)}; a virtual router has one family",
                    "Put it into excludedAddresses, or make a second virtual router for the other family; it may have the same vrid.");
            }
        }

        if (!isIPv6)
        {
            return;
        }

        if (router.Version is { Value: 2 } version)
        {
            findings.Error(
                version.Written ? version.At : router.At,
                DiagnosticCodes.Version2WithIPv6,
                $"{router.Path}.version is 2, but its addresses are IPv6, which needs version 3");
        }

        // RFC 9568 5.2.9: the first address must be the virtual router's link-local address.
        if (router.Addresses[0] is Placed<AddressPrefix> first && first.Value.Address is { IsIPv6: true, IsLinkLocalIPv6: false })
        {
            int linkLocal = router.Addresses.ToList().FindIndex(one => one is not null && one.Value.Address.IsLinkLocalIPv6);
            findings.Error(
                first.At,
                DiagnosticCodes.FirstNotLinkLocal,
                $"{router.AddressPath(0)} must be link-local (fe80::/10), found {first.Value.Address}; the first IPv6 address of a virtual router is its link-local one",
                linkLocal > 0
                    ? $"Move \"{router.Addresses[linkLocal]!.Value}\" to the front."
                    : $"Put one before it, for example \"fe80::{router.Vrid?.Value ?? 1:x}/64\".");
        }
    }

    private static void CheckChecksum(DraftRouter router, Findings findings)
    {
        if (router.Checksum is not { Written: true } checksum || router.Version is null || router.IsIPv6 is not bool isIPv6)
        {
            return;
        }

        if (isIPv6 || router.Version.Value == 2)
        {
            findings.Error(
                checksum.At,
                DiagnosticCodes.ChecksumWithoutChoice,
                $"{router.Path}.checksum is for version 3 with IPv4 addresses only; {(isIPv6 ? "IPv6" : "version 2")} has only one form",
                "Remove it.");
        }
    }

    private static void CheckLength(DraftRouter router, Findings findings)
    {
        int trailer = router.Authentication is { Type.Value: AuthenticationType.Hmac } ? HmacTrailer.Length : 0;
        int length = IPv6AdvertisementHead + (16 * router.Addresses.Count) + trailer;
        if (router.IsIPv6 == true && length > Mtu && router.Addresses.Count <= 255)
        {
            findings.Warning(
                router.AddressesAt,
                DiagnosticCodes.AdvertisementTooLong,
                $"{router.Path}.addresses: an advert with {router.Addresses.Count} IPv6 addresses has {length} bytes and does not fit an MTU of {Mtu}; {(Mtu - IPv6AdvertisementHead - trailer) / 16} fit",
                "Put the others into excludedAddresses.");
        }
    }

    private static void CheckPreemptDelay(DraftRouter router, Findings findings)
    {
        if (router.Preempt is { Value: false } && router.PreemptDelay is { Written: true } delay && delay.Value > TimeSpan.Zero)
        {
            findings.Warning(
                delay.At, DiagnosticCodes.NoEffect, $"{router.Path}.preemptDelay has no effect, since preempt is false", "Remove one of the two.");
        }
    }

    private static string Family(bool isIPv6) => isIPv6 ? "IPv6" : "IPv4";
}
