using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>What an interface gives to work on, without what this agent puts there itself.</summary>
internal static class LinkGround
{
    /// <summary>
    /// Whether nothing changed that may be why the kernel refused an address or a frame there: the interface itself, its state, size, MAC address
    /// and relations, and the host's addresses.
    /// </summary>
    /// <param name="before">Null: it did not exist.</param>
    /// <param name="now">Null: it does not exist.</param>
    /// <param name="virtualAddresses">Those that agents put there: they come and go with every try. One without a lifetime is somebody else's.</param>
    public static bool IsSame(LinkState? before, LinkState? now, IReadOnlySet<Address> virtualAddresses)
    {
        if (before is null || now is null || ReferenceEquals(before, now))
        {
            return ReferenceEquals(before, now);
        }

        return before.Index == now.Index && before.Name == now.Name && before.Up == now.Up && before.Mtu == now.Mtu && before.MacAddress.AsSpan().SequenceEqual(now.MacAddress)
            && before.LowerIndex == now.LowerIndex && before.MasterIndex == now.MasterIndex
            && Hosts(before).SequenceEqual(Hosts(now));

        IEnumerable<AddressPrefix> Hosts(LinkState link) =>
            link.Addresses.Where(one => !one.IsOurs && (one.Permanent || !virtualAddresses.Contains(one.Address))).Select(one => one.Prefix);
    }
}
