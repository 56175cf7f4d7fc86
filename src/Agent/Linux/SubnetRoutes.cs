using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Linux;

/// <summary>
/// The routes to the subnets of virtual IPv4 addresses, where the host has none. The kernel would make them by itself for an address with a
/// prefix, but such an address is the first or a secondary one of its subnet: with promote_secondaries 0 it takes the host's own addresses with
/// it when it goes, also when its lifetime ends. So ours have no prefix there. Each route has its address as the source, and the kernel removes
/// it with that; its metric is the last there is, so that a route of the host to the same subnet always wins. Not thread safe.
/// </summary>
internal sealed class SubnetRoutes : IDisposable
{
    private readonly RouteRequests _requests = new();

    /// <summary>The route that an address needs; null for none.</summary>
    public static VirtualRoute? Of(AddressPrefix address, AddressAttributes? attributes) =>
        address.Address.IsIPv6 || address.PrefixLength == 0 || attributes is { NoPrefixRoute: true } || (address.PrefixLength == 32 && attributes?.Peer is null)
            ? null
            : new(new AddressPrefix(attributes?.Peer ?? address.Address, address.PrefixLength).Subnet())
            {
                Source = address.Address,
                Metric = uint.MaxValue,
            };

    /// <summary>Whether an interface with these addresses leads to the subnet without us.</summary>
    public static bool HasHost(List<AddressMessage> present, VirtualRoute subnet) => present.Exists(
        theirs => !theirs.IsOurs && theirs.Prefix.Address != subnet.Source
            && theirs.Prefix.PrefixLength <= subnet.To.PrefixLength && theirs.Prefix.Contains(subnet.To.Address));

    /// <summary>Sees to it that it is there: the kernel removes it with every link that goes down.</summary>
    /// <returns>null, or why not.</returns>
    public string? Add(VirtualRoute subnet, int interfaceIndex)
    {
        int errno = _requests.Append(subnet, interfaceIndex, out string? reason);
        return errno is 0 or Errno.EEXIST
            ? null
            : $"Can't add the {subnet} of its subnet: {Errno.Sentence(errno)}{(reason is null ? "" : $" ({reason.TrimEnd('.')})")}.";
    }

    public void Remove(VirtualRoute subnet, int interfaceIndex) => _ = _requests.Delete(subnet, interfaceIndex, out _);

    public void Dispose() => _requests.Dispose();
}
