using System.Globalization;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>What a vrrp_instance says of unicast.</summary>
/// <param name="Peers">Empty for multicast.</param>
/// <param name="CheckSource">Whether to print check_unicast_src.</param>
/// <param name="MinTtl">min_ttl of each peer; empty for none.</param>
internal sealed record KeepalivedUnicast(IReadOnlyList<string> Peers, bool CheckSource, string MinTtl);

/// <summary>unicast_peer and what belongs to it.</summary>
internal static class UnicastTranslation
{
    public static KeepalivedUnicast Translate(VirtualRouterModel router, string node, KeepalivedTarget target, Gaps gaps, List<string> comments)
    {
        if (router.Unicast is not UnicastModel unicast)
        {
            return new([], false, "");
        }

        string path = router.Path.Length == 0 ? "" : $"{router.Path}.unicast";
        string minTtl = "";
        if (unicast.MinimumTtl > 1)
        {
            if (!target.Has(KeepalivedTarget.MinTtl))
            {
                gaps.Add($"{path}.minTtl", target.Lacks("min_ttl", KeepalivedTarget.MinTtl), comments);
            }
            else if (!unicast.CheckSource)
            {
                gaps.Add($"{path}.checkSource", "keepalived checks the source of adverts as soon as it checks their TTL; write \"minTtl\": 1 or \"checkSource\": true", comments);
            }
            else
            {
                minTtl = unicast.MinimumTtl.ToString(CultureInfo.InvariantCulture);
            }
        }

        return new(unicast.Peers[node], unicast.CheckSource, minTtl);
    }
}
