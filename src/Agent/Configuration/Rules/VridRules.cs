using HotStandby.Agent.Configuration.Shapes;

namespace HotStandby.Agent.Configuration.Rules;

/// <summary>A VRID names one virtual router per interface and family (RFC 9568 5.2.3).</summary>
internal static class VridRules
{
    public static void Check(Draft draft, Findings findings)
    {
        HashSet<DraftRouter> reported = [];
        foreach (DraftNode? node in draft.Nodes.DefaultIfEmpty())
        {
            Dictionary<(string Interface, long Vrid, bool IsIPv6), DraftRouter> seen = [];
            foreach (DraftRouter router in draft.Routers)
            {
                Placed<string>? name = node is null ? router.Interface : node.InterfaceFor(router);
                if (name is null || router.Vrid is not Placed<long> vrid || router.IsIPv6 is not bool isIPv6)
                {
                    continue;
                }

                if (!seen.TryAdd((name.Value, vrid.Value, isIPv6), router) && reported.Add(router))
                {
                    DraftRouter other = seen[(name.Value, vrid.Value, isIPv6)];
                    long free = Free(draft);
                    findings.Error(
                        vrid.At,
                        DiagnosticCodes.DuplicateVrid,
                        $"{router.Path}.vrid {vrid.Value} is already used by virtual router {other.Title} on {name.Value} for {(isIPv6 ? "IPv6" : "IPv4")}, at {other.Vrid!.At}",
                        free > 0 ? $"Not used in this file: {free}." : null);
                }
            }
        }
    }

    private static long Free(Draft draft)
    {
        HashSet<long> used = [.. draft.Routers.Select(one => one.Vrid?.Value ?? 0)];
        long start = draft.Routers.Max(one => one.Vrid?.Value ?? 0);
        return Enumerable.Range(1, 255).Select(one => ((start + one - 1) % 255) + 1).FirstOrDefault(one => !used.Contains(one));
    }
}
