using System.Globalization;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>Which address of a virtual router the client asks.</summary>
internal static class ProbeTargets
{
    /// <summary>Its first address that is not link-local; a link-local one only when there is no other.</summary>
    public static ProbeTarget Of(VirtualRouterConfig router, LabServiceSpec service, LabNode client, LabTopology topology)
    {
        foreach (AddressPrefix address in router.Addresses)
        {
            if (!address.Address.IsLinkLocalIPv6)
            {
                return new ProbeTarget(address.Address, service.Port, service.Path);
            }
        }

        // All nodes have the same wires in the same order, so the first one tells the segment.
        LabPort port = topology.Nodes[0].Ports.First(one => one.Interface == router.Interface || topology.Nodes[0].Ports.Count == 1);
        string clientInterface = topology.ClientPorts[port.Segment].Interface;
        uint index = uint.Parse(
            client.RunToEnd("cat", $"/sys/class/net/{clientInterface}/ifindex").AsSpan().Trim(),
            CultureInfo.InvariantCulture);
        return new ProbeTarget(router.Addresses[0].Address, service.Port, service.Path, index);
    }
}
