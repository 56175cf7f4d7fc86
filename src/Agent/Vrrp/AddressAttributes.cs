using System.Globalization;

namespace HotStandby.Agent.Vrrp;

/// <summary>The scope of an IPv4 address (rt_scope); an IPv6 address has its scope in its bits.</summary>
public enum AddressScope
{
    Global = 0,
    Site = 200,
    Link = 253,
    Host = 254,
}

/// <summary>How a virtual address is put on its interface beside its prefix, as ip-address(8) has it. An address that differs in one of them is another.</summary>
public sealed record AddressAttributes
{
    /// <summary>The interface it is on, as the file names it; null: the virtual router's own.</summary>
    public string? Device { get; init; }

    /// <summary>IFA_LABEL, 1..15 characters, IPv4; null: the kernel takes the interface's name.</summary>
    public string? Label { get; init; }

    /// <summary>IPv4; null: global.</summary>
    public AddressScope? Scope { get; init; }

    /// <summary>The other end of a point to point link, of the same family: the prefix length is that of the peer's subnet then. Null for none.</summary>
    public Address? Peer { get; init; }

    /// <summary>IPv4; null for none.</summary>
    public Address? Broadcast { get; init; }

    /// <summary>Whether the kernel makes no route to the subnet (IFA_F_NOPREFIXROUTE).</summary>
    public bool NoPrefixRoute { get; init; }

    /// <summary>IPv6: whether it may be chosen as a source address; else it is deprecated. An IPv4 address may always.</summary>
    public bool PreferredSource { get; init; }

    /// <summary>As plugins.json names them: "label eth0:1 scope link".</summary>
    public override string ToString()
    {
        List<string> parts = [];
        Add("device", Device);
        Add("label", Label);
        Add("scope", Scope?.ToString().ToLower(CultureInfo.InvariantCulture));
        Add("peer", Peer?.ToString());
        Add("broadcast", Broadcast?.ToString());
        if (NoPrefixRoute)
        {
            parts.Add("noPrefixRoute");
        }

        if (PreferredSource)
        {
            parts.Add("preferredSource");
        }

        return string.Join(' ', parts);

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                parts.Add($"{name} {value}");
            }
        }
    }
}
