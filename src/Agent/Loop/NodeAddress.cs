using System.Net;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>
/// Whether this machine has the address that the file gives its node: with a typing error there, or a unit that was copied with another node's --node, peers
/// don't know it by its name, and two machines may take themselves for the same node.
/// </summary>
public static class NodeAddress
{
    /// <summary>What is wrong, and what to change; null when it is there, or the machine has no address yet.</summary>
    /// <param name="here">What this machine has.</param>
    public static string? Problem(LoopConfiguration configuration, IReadOnlyList<Address> here)
    {
        NodeConfig node = configuration.Node;
        Address[] others = [.. here.Where(one => one.IsIPv6 == node.Address.IsIPv6 && !one.IsLinkLocalIPv6 && !IPAddress.IsLoopback(one.ToIPAddress()))];
        if (others.Length == 0 || here.Contains(node.Address))
        {
            return null;
        }

        NodeConfig? real = configuration.File.Nodes.FirstOrDefault(other => others.Contains(other.Address));
        return real is null
            ? $"this machine runs as node {node.Name} and does not have its address {node.Address}: it has {string.Join(", ", others.Take(4))}. Correct the address of the node in the file"
            : $"this machine runs as node {node.Name} ({node.Address}) and has the address {real.Address} of node {real.Name}: two machines may be the same node. Start it with the right --node, or without";
    }
}
