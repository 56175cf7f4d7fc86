using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>An address of this machine that no agent bound.</summary>
/// <param name="Interface">The interface it is on.</param>
/// <param name="TakesOthers">It is the first IPv4 address of a subnet that has others: without promote_secondaries the kernel removes them with it.</param>
public readonly record struct HostAddress(int InterfaceIndex, string Interface, LinkAddress Address, bool TakesOthers)
{
    /// <summary>What an operator types to remove it, and nothing else with it.</summary>
    public string Removal =>
        $"{(TakesOthers ? $"sysctl -w net.ipv4.conf.{Interface.Replace('.', '/')}.promote_secondaries=1 && " : "")}ip address del {Named} dev {Interface}";

    /// <summary>As the kernel knows it: one with a peer by both.</summary>
    private string Named => Address.Peer is Address peer ? $"{Address.Address} peer {peer}/{Address.Prefix.PrefixLength}" : Address.Prefix.ToString();
}

/// <summary>The addresses of this machine that no agent bound, on whatever interface: few, where an agent's may be thousands.</summary>
public sealed class HostAddresses(LinkMonitor links)
{
    private List<HostAddress> _all = [];

    public IReadOnlyList<HostAddress> All => _all;

    /// <summary>Grows with every change of them.</summary>
    public int Version { get; private set; }

    /// <summary>Takes over what the kernel has now.</summary>
    public void Follow()
    {
        List<HostAddress> now = [.. links.All.SelectMany(Of)];
        if (!now.SequenceEqual(_all))
        {
            _all = now;
            Version++;
        }
    }

    private static IEnumerable<HostAddress> Of(LinkState link) => link.Addresses.Where(address => !address.IsOurs)
        .Select(address => new HostAddress(link.Index, link.Name, address, TakesOthers(link, address)));

    private static bool TakesOthers(LinkState link, LinkAddress address)
    {
        AddressPrefix subnet = address.Prefix.Subnet();
        return !address.Address.IsIPv6 && !address.Secondary && link.Addresses.Any(other => other.Secondary && other.Prefix.Subnet() == subnet);
    }
}
