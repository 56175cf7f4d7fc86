using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>A line of virtual_ipaddress or virtual_ipaddress_excluded.</summary>
internal static class AddressTranslation
{
    /// <exception cref="GenerationException">The label is none that keepalived reads, or the peer has a subnet.</exception>
    public static string Line(string address, VirtualRouterModel router)
    {
        if (!router.AddressAttributes.TryGetValue(address, out AddressModel? attributes))
        {
            return address;
        }

        if (attributes.Peer.Length > 0 && !address.EndsWith(attributes.Peer.Contains(':', StringComparison.Ordinal) ? "/128" : "/32", StringComparison.Ordinal))
        {
            throw new GenerationException(
                $"the virtual router \"{router.Name}\" has {address} with the peer {attributes.Peer}; keepalived takes a peer without a subnet only: write /32 or /128.");
        }

        List<string> words = [address];
        Add("brd", attributes.Broadcast);
        Add("scope", attributes.Scope);
        Add("label", attributes.Label.Length == 0 ? "" : KeepalivedSyntax.Name(attributes.Label, $"the label of {address}"));
        Add("peer", attributes.Peer);
        if (attributes.NoPrefixRoute)
        {
            words.Add("noprefixroute");
        }

        // Left out, keepalived deprecates a /128 only.
        if (attributes.PreferredSource)
        {
            words.Add("preferred_lft forever");
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
