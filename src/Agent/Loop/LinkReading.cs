using HotStandby.Agent.Configuration;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Tracking;

namespace HotStandby.Agent.Loop;

/// <summary>What the kernel's state of an interface means to who tracks it.</summary>
internal static class LinkReading
{
    public static Reading Of(TrackedInterface what, LinkState? link)
    {
        if (link is null)
        {
            return new(what, false, null, "does not exist");
        }

        if (!link.Up)
        {
            return new(what, false, null, link.WhyNotUp.TrimEnd('.'));
        }

        bool hasAddress = link.Addresses.Any(one => !one.IsOurs && !one.Tentative && !one.Address.IsLinkLocalIPv6);
        return what.NeedsAddress && !hasAddress
            ? new(what, false, null, "has no address of its own")
            : new(what, true, null, "is up");
    }
}
