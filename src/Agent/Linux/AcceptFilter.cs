using System.Text;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Linux;

/// <summary>
/// The nftables table that keeps one virtual router's addresses from being accepted on this machine (RFC 9568 6.1, Accept_Mode False): what comes
/// from the network for them is dropped on its way to a local socket, but neighbour solicitations and advertisements are not (6.4.3); ARP is not
/// nftables' affair. What is forwarded never comes there, and what IPVS takes has been taken: the chain comes after it.
/// </summary>
/// <param name="Vrid">1..255.</param>
/// <param name="IsIPv6">The virtual router's family.</param>
/// <param name="Interface">Of the virtual router; link-local addresses are kept from it and its macvlan only.</param>
/// <param name="Addresses">All of them, also those of the other family that are not in the adverts.</param>
public sealed record AcceptFilter(byte Vrid, bool IsIPv6, string Interface, IReadOnlyList<Address> Addresses)
{
    /// <summary>Link-local addresses that are on another interface, with its name.</summary>
    public IReadOnlyList<(string Interface, Address Address)> LinkLocalElsewhere { get; init; } = [];

    /// <summary>What the names of all of them begin with.</summary>
    internal const string TablePrefix = "hotstandby_";

    /// <summary>"hotstandby_4_51_eth0"; any character of the interface's name but letters and digits as "_" and two or more hexadecimal digits.</summary>
    public string Table => TableOf(Vrid, IsIPv6, Interface);

    /// <summary>What nft reads: the table anew in one transaction, whether it is there or not.</summary>
    public string Ruleset()
    {
        // NF_IP_PRI_NAT_SRC is 100, and IPVS takes its packets on this hook just before it.
        const int AfterIpvs = 200;
        StringBuilder text = new();
        text.Append($"table inet {Table}\ndelete table inet {Table}\ntable inet {Table} {{\n    chain input {{\n");
        text.Append($"        type filter hook input priority {AfterIpvs}; policy accept;\n        iifname \"lo\" accept\n");
        if (Addresses.Any(address => address.IsIPv6))
        {
            text.Append("        icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept\n");
        }

        Drop("", [.. Addresses.Where(address => !address.IsIPv6)]);
        Drop("", [.. Addresses.Where(address => address.IsIPv6 && !address.IsLinkLocalIPv6)]);
        Address[] linkLocal = [.. Addresses.Where(address => address.IsLinkLocalIPv6 && !LinkLocalElsewhere.Any(one => one.Address == address))];
        Drop($"iifname \"{Interface}\" ", linkLocal);
        Drop($"iifname \"hs6.{Vrid}.*\" ", linkLocal);
        foreach (IGrouping<string, (string Interface, Address Address)> other in LinkLocalElsewhere.GroupBy(one => one.Interface))
        {
            Drop($"iifname \"{other.Key}\" ", [.. other.Select(one => one.Address)]);
        }

        return text.Append("    }\n}\n").ToString();

        void Drop(string where, Address[] addresses)
        {
            if (addresses.Length > 0)
            {
                text.Append($"        {where}{(addresses[0].IsIPv6 ? "ip6" : "ip")} daddr {{ {string.Join(", ", addresses)} }} counter drop\n");
            }
        }
    }

    internal static string TableOf(byte vrid, bool isIPv6, string device) => $"{TablePrefix}{(isIPv6 ? 6 : 4)}_{vrid}_{Escaped(device)}";

    private static string Escaped(string name) =>
        string.Concat(name.Select(one => char.IsAsciiLetterOrDigit(one) ? one.ToString() : $"_{(int)one:x2}"));
}
