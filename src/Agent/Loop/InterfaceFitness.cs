using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.Agent.Loop;

/// <summary>Whether an interface can ever do for a virtual router, however long one waits: what only another interface, MTU or file mends.</summary>
public static class InterfaceFitness
{
    /// <param name="settings">The virtual router, with its addresses.</param>
    /// <param name="useVmac">Whether its addresses are to have a virtual MAC address.</param>
    /// <param name="link">Its interface.</param>
    /// <returns>Null: nothing speaks against it; else why not, with the remedy.</returns>
    public static string? Problem(VirtualRouterSettings settings, bool useVmac, LinkState link)
    {
        if (link.Loopback)
        {
            return $"interface {link.Name} is the loopback interface: what is sent there stays on this machine, and no peer would hear it. Name the interface that leads to the peers";
        }

        if (useVmac && link.Kind is "macvlan" or "macvtap" or "ipvlan" or "ipvtap")
        {
            return $"interface {link.Name} is {(link.Kind[0] == 'i' ? "an" : "a")} {link.Kind} itself, and the kernel puts a virtual MAC address beside it, not on it:"
                + $" while MASTER, {link.Name} would not hear another master. Take useVmac out, or name the interface below";
        }

        int length = AdvertisementFrame.Length(settings.IsIPv6, AdvertisementCodec.Length(settings)) - EthernetFrame.HeaderLength;
        return length > link.Mtu
            ? $"an advertisement of {settings.Addresses.Count} addresses has {length} bytes, and the MTU of interface {link.Name} is {link.Mtu}: it could not be sent."
                + " Move addresses to excludedAddresses or another virtual router, or raise the MTU on every node"
            : null;
    }
}
