using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>A line of virtual_ipaddress or virtual_ipaddress_excluded.</summary>
internal static class AddressTranslation
{
    private static readonly AddressModel Plain = new("", "", "", "", false, false);

    /// <exception cref="GenerationException">The label is none that keepalived reads, or the peer has a subnet.</exception>
    public static string Line(string address, VirtualRouterModel router, string node)
    {
        AddressModel attributes = router.AddressAttributes.GetValueOrDefault(address) ?? Plain;

        if (attributes.Peer.Length > 0 && !address.EndsWith(attributes.Peer.Contains(':', StringComparison.Ordinal) ? "/128" : "/32", StringComparison.Ordinal))
        {
            throw new GenerationException(
                $"the virtual router \"{router.Name}\" has {address} with the peer {attributes.Peer}; keepalived takes a peer without a subnet only: write /32 or /128.");
        }

        List<string> words = [address];
        string? device = router.AddressInterfaces.GetValueOrDefault(node)?.GetValueOrDefault(address);
        Add("dev", device is null ? "" : KeepalivedSyntax.Name(device, $"the interface of {address}"));
        Add("brd", attributes.Broadcast);
        Add("scope", attributes.Scope);
        Add("label", attributes.Label.Length == 0 ? "" : KeepalivedSyntax.Name(attributes.Label, $"the label of {address}"));
        Add("peer", attributes.Peer);
        if (attributes.NoPrefixRoute)
        {
            words.Add("noprefixroute");
        }

        // Left out, keepalived deprecates a /128 only; here every IPv6 address is that is no preferredSource.
        if (attributes.PreferredSource)
        {
            words.Add("preferred_lft forever");
        }
        else if (address.Contains(':', StringComparison.Ordinal) && !address.EndsWith("/128", StringComparison.Ordinal))
        {
            words.Add("preferred_lft 0");
        }

        return string.Join(' ', words);

        void Add(string keyword, string value)
        {
            if (value.Length > 0)
            {
                words.Add($"{keyword} {value}");
            }
        }
    }
}
