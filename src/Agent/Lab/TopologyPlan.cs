using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>Works out the lab's wires from plugins.json. Pure.</summary>
internal static class TopologyPlan
{
    /// <exception cref="LabException">The file describes something the lab can't build; the message says what.</exception>
    public static LabTopology From(HotStandbyConfig config)
    {
        if (config.Nodes.Count < 2)
        {
            throw new LabException("The lab needs at least two nodes: with one there is nobody to take over.");
        }

        if (config.VirtualRouters.Count == 0)
        {
            throw new LabException("The lab needs at least one virtual router: there is no address to watch.");
        }

        if (config.Nodes.FirstOrDefault(node => node.Name is LabNetwork.ClientName or LabNetwork.SwitchName) is NodeConfig namesake)
        {
            throw new LabException($"The lab has a machine called '{namesake.Name}' itself; give the node another name to try it in the lab.");
        }

        List<Wire> wires = WiresOf(config);
        int home = Math.Max(0, wires.FindIndex(wire => wire.Subnets.Any(subnet => subnet.Contains(config.Nodes[0].Address))));
        var taken = config.Nodes.Select(node => node.Address)
            .Concat(config.VirtualRouters.SelectMany(router => router.AllAddresses()).Select(address => address.Address))
            .ToHashSet();

        var client = wires.Select((wire, index) => new LabPort(
            index,
            $"eth{index}",
            [.. SubnetsOn(wire, index == home ? config.Nodes : []).Select(subnet => Subnet.FreeAddress(subnet, taken))],
            [])).ToList();
        var nodes = config.Nodes.Select((node, number) => new LabNodePlan(
            node.Name,
            [.. wires.Select((wire, index) => PortOf(node, wire, index, wire.Interfaces[number], index == home, taken))])).ToList();
        return new LabTopology(wires.Count, nodes, client);
    }

    private static List<Wire> WiresOf(HotStandbyConfig config)
    {
        var wires = new List<Wire>();
        foreach ((VirtualRouterConfig router, string[] interfaces, IReadOnlyList<AddressPrefix> addresses) in config.VirtualRouters.SelectMany(router => PlacesOf(router, config.Nodes)))
        {
            Wire? wire = wires.Find(known => known.Interfaces.SequenceEqual(interfaces));
            if (wire is null)
            {
                if (wires.Find(known => known.Interfaces.Zip(interfaces).Any(pair => pair.First == pair.Second)) is Wire half)
                {
                    throw new LabException(
                        $"The virtual routers '{half.FirstRouter}' and '{router.Name}' share an interface on one node but not on another; "
                        + "the lab can't tell which interfaces are on the same wire.");
                }

                wire = new Wire(router.Name, interfaces, []);
                wires.Add(wire);
            }

            foreach (AddressPrefix subnet in addresses.Where(address => !address.Address.IsLinkLocalIPv6).Select(Subnet.Of))
            {
                if (!wire.Subnets.Contains(subnet))
                {
                    wire.Subnets.Add(subnet);
                }
            }
        }

        return wires;
    }

    /// <summary>The interfaces that the adverts and addresses of one virtual router are on, of each node, and its advertised addresses there.</summary>
    private static IEnumerable<(VirtualRouterConfig Router, string[] Interfaces, IReadOnlyList<AddressPrefix> Addresses)> PlacesOf(
        VirtualRouterConfig router, IReadOnlyList<NodeConfig> nodes)
    {
        yield return (router, [.. nodes.Select(router.InterfaceOn)], [.. router.Addresses.Where(address => Device(address) is null)]);
        foreach (IGrouping<string?, AddressPrefix> there in router.AllAddresses().Where(address => Device(address) is not null).GroupBy(Device))
        {
            yield return (router, [.. nodes.Select(node => router.DeviceOn(node, there.First()))], [.. there]);
        }

        string? Device(AddressPrefix address) => router.AddressAttributes.GetValueOrDefault(address)?.Device;
    }

    /// <summary>The subnets of the wire's virtual addresses, and those of the nodes that live on it.</summary>
    private static IEnumerable<AddressPrefix> SubnetsOn(Wire wire, IReadOnlyList<NodeConfig> residents) =>
        wire.Subnets.Concat(residents
            .Where(node => !node.Address.IsLinkLocalIPv6 && !wire.Subnets.Any(subnet => subnet.Contains(node.Address)))
            .Select(node => Subnet.Of(new AddressPrefix(node.Address, Subnet.Usual(node.Address))))
            .Distinct());

    private static LabPort PortOf(NodeConfig node, Wire wire, int index, string interfaceName, bool isHome, HashSet<Address> taken)
    {
        var addresses = new List<AddressPrefix>();
        var routes = new List<AddressPrefix>();
        if (isHome)
        {
            AddressPrefix own = wire.Subnets.Find(subnet => subnet.Contains(node.Address));
            addresses.Add(new AddressPrefix(node.Address, own == default ? Subnet.Usual(node.Address) : own.PrefixLength));
        }

        foreach (AddressPrefix subnet in wire.Subnets.Where(subnet => !addresses.Exists(address => subnet.Contains(address.Address))))
        {
            // IPv4 adverts need a source address on the interface; IPv6 ones leave from the link-local address the kernel makes.
            if (!subnet.Address.IsIPv6 && !addresses.Exists(address => !address.Address.IsIPv6))
            {
                addresses.Add(Subnet.FreeAddress(subnet, taken));
            }
            else
            {
                routes.Add(subnet);
            }
        }

        return new LabPort(index, interfaceName, addresses, routes);
    }

    /// <summary>One segment: the interface of each node on it, in the order of the nodes.</summary>
    private sealed record Wire(string FirstRouter, string[] Interfaces, List<AddressPrefix> Subnets);
}
