using static HotStandby.Agent.Linux.NetlinkConstants;

namespace HotStandby.Agent.Linux;

/// <summary>
/// Removes an address as the kernel has it, and no other with it. An IPv4 address with a prefix may be the first of its subnet, and the kernel
/// removes the others with that one unless promote_secondaries is set: it is, for the moment. Not thread safe.
/// </summary>
internal sealed class AddressRemoval(AddressRequests requests)
{
    private const string Promote = "promote_secondaries";

    /// <param name="address">As it was listed.</param>
    /// <param name="problem">null, or why not.</param>
    /// <returns>0 or the kernel's errno.</returns>
    public int Remove(in AddressMessage address, out string? problem)
    {
        InterfaceSetting? promotes = null;
        problem = null;

        // Also when it is the only one now: another may come before it goes.
        if (!address.Prefix.Address.IsIPv6 && (address.Prefix.PrefixLength < 32 || address.Peer is not null) && LibC.InterfaceName(address.InterfaceIndex) is string name)
        {
            InterfaceSetting setting = new(IsIPv6: false, name, Promote);
            promotes = setting.Read() == 0 ? setting : null;
            problem = promotes?.Write(1);
            if (problem is not null)
            {
                return Errno.EACCES;
            }
        }

        int[] errno = [0];
        Dictionary<int, string>? reasons = null;
        requests.Send(DeleteAddress, 0, address.InterfaceIndex, 0, [AddressRequests.Item.Listed(address)], errno, ref reasons);
        _ = promotes?.Write(0);
        problem = errno[0] == 0 ? null : $"Can't remove {address.Prefix}: {Errno.Sentence(errno[0])}.";
        return errno[0];
    }
}
