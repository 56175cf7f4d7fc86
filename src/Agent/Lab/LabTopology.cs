using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>The wires of a lab: segments (one Linux bridge each), the nodes on them and the client.</summary>
/// <param name="Segments">Number of bridges; ports name theirs by index from 0.</param>
/// <param name="Nodes">The machines, in the order of the file.</param>
/// <param name="ClientPorts">The client's interfaces, one for each segment.</param>
internal sealed record LabTopology(int Segments, IReadOnlyList<LabNodePlan> Nodes, IReadOnlyList<LabPort> ClientPorts)
{
    /// <summary>The plain case: one wire, the same interface name on each node, one address per node, a client with a free address.</summary>
    public static LabTopology OneWire(string interfaceName, byte prefixLength, params IReadOnlyList<(string Name, string Address)> nodes)
    {
        var taken = nodes.Select(node => Address.Parse(node.Address)).ToHashSet();
        AddressPrefix subnet = Subnet.Of(new AddressPrefix(Address.Parse(nodes[0].Address), prefixLength));
        return new LabTopology(
            1,
            [.. nodes.Select(node => new LabNodePlan(
                node.Name,
                [new LabPort(0, interfaceName, [new AddressPrefix(Address.Parse(node.Address), prefixLength)], [])]))],
            [new LabPort(0, "eth0", [Subnet.FreeAddress(subnet, taken)], [])]);
    }
}

/// <summary>One machine.</summary>
internal sealed record LabNodePlan(string Name, IReadOnlyList<LabPort> Ports);

/// <summary>One interface of a machine.</summary>
/// <param name="Segment">The bridge it is plugged into.</param>
/// <param name="Interface">Its name inside the machine, e.g. eth0.</param>
/// <param name="Addresses">Addresses it gets, beside the link-local one the kernel makes.</param>
/// <param name="Routes">Subnets reached over it without an address of its own in them.</param>
internal sealed record LabPort(
    int Segment,
    string Interface,
    IReadOnlyList<AddressPrefix> Addresses,
    IReadOnlyList<AddressPrefix> Routes);
