using HotStandby.Agent.Configuration;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Tracking;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>
/// The address that the adverts of one virtual router come from: the node's own address of the file when the interface has it, else the interface's
/// primary one. Never a virtual address, unless this node owns it (RFC 9568 5.1.1.1).
/// </summary>
public sealed class SourceAddress
{
    private (LinkState? Link, VirtualRouterSettings? Settings, VirtualRouterConfig? Config) _foundFor;
    private Address? _found;

    /// <summary>
    /// The one address adverts may come from, because the file says so or because peers check it (unicast over IPv4); null: any of the
    /// interface. It may arrive late (DHCP): until then the virtual router waits.
    /// </summary>
    public static Address? Required(VirtualRouterConfig config, NodeConfig node, VirtualRouterSettings settings) =>
        config.SourceAddressOn(node) is Address wanted ? wanted
        : settings is { Unicast: not null, IsIPv6: false } && !node.Address.IsIPv6 ? node.Address
        : null;

    /// <summary>
    /// What the interface has of it now. Asked with every result of every check, and made of all the interface's addresses: looked for anew when one
    /// of its reasons is another.
    /// </summary>
    /// <returns>null when there is none.</returns>
    public Address? On(LinkState link, VirtualRouterConfig config, NodeConfig node, VirtualRouterSettings settings)
    {
        if (!ReferenceEquals(link, _foundFor.Link) || !ReferenceEquals(settings, _foundFor.Settings) || !ReferenceEquals(config, _foundFor.Config))
        {
            _foundFor = (link, settings, config);
            _found = Find(link, config, node, settings);
        }

        return _found;
    }

    private static Address? Find(LinkState link, VirtualRouterConfig config, NodeConfig node, VirtualRouterSettings settings)
    {
        bool owner = settings.Priority == EffectivePriority.Owner;
        HashSet<Address> virtualAddresses = owner ? [] : [.. config.AllAddresses().Select(prefix => prefix.Address)];
        Address? required = Required(config, node, settings);
        if (settings.IsIPv6 && required is null)
        {
            return link.LinkLocalIPv6(virtualAddresses);
        }

        if (required is Address only)
        {
            return link.Addresses.Any(found => found.Prefix.Address == only) ? only : null;
        }

        bool hasNodeAddress = !node.Address.IsIPv6 && link.Addresses.Any(found => found.Prefix.Address == node.Address);
        return hasNodeAddress ? node.Address : link.PrimaryIPv4(virtualAddresses);
    }
}
