namespace HotStandby.Agent.Vrrp;

/// <summary>
/// Adverts with a VRID that nobody here has, and a virtual address that somebody here has: the same virtual router under two VRIDs, or an address given out
/// twice. Each VRID is looked into once a second: a flood of foreign adverts costs no more than that. Pure; allocates nothing.
/// </summary>
internal sealed class OtherVrids
{
    private static readonly Duration Pause = Duration.FromSeconds(1);

    private readonly MonotonicTime?[] _looked = new MonotonicTime?[2 * 256];

    /// <param name="message">An advert of this family with the header's eight bytes at least.</param>
    /// <param name="routers">Of the interface.</param>
    /// <returns>The first that has an address of the list; null for none, and for a VRID that was looked into just now.</returns>
    public VirtualRouter? Owner(ReadOnlySpan<byte> message, bool isIPv6, List<VirtualRouter> routers, MonotonicTime now)
    {
        ref MonotonicTime? looked = ref _looked[message[1] + (isIPv6 ? 256 : 0)];
        int size = isIPv6 ? 16 : 4;
        int count = message[3];
        if (now - looked < Pause || message[0] is not (0x21 or 0x31) || message.Length < AdvertisementCodec.HeaderLength + (count * size))
        {
            return null;
        }

        looked = now;
        for (int i = 0; i < count; i++)
        {
            Address address = Address.Read(message.Slice(AdvertisementCodec.HeaderLength + (i * size), size));
            foreach (VirtualRouter router in routers)
            {
                if (router.Settings.IsIPv6 == isIPv6 && router.Settings.Lists(address))
                {
                    return router;
                }
            }
        }

        return null;
    }
}
