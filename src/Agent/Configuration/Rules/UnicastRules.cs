using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Configuration.Shapes;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration.Rules;

/// <summary>Unicast peers and the addresses adverts come from.</summary>
internal static class UnicastRules
{
    public static void Check(Draft draft, Findings findings)
    {
        foreach (DraftRouter router in draft.Routers)
        {
            foreach (DraftNode node in draft.Nodes)
            {
                CheckSource(node, router, findings);
            }

            if (router.Unicast is { Value.On: true } unicast)
            {
                bool good = CheckPeers(router, unicast.Value, findings);
                if (good && router.IsIPv6 is not null)
                {
                    CheckEveryNodeHasOne(draft, router, unicast.At, findings);
                }
            }
        }
    }

    /// <summary>Whom a node speaks to: the peers of the list, or the other nodes of the file, of the virtual router's family and without itself.</summary>
    public static IReadOnlyList<Address> PeersOf(DraftNode node, DraftRouter router, IReadOnlyList<DraftNode> nodes)
    {
        IEnumerable<Placed<Address>?> all = router.Unicast?.Value.Peers ?? [.. nodes.Select(one => one.SourceFor(router))];
        return [.. all
            .Where(one => one is not null && one.Value.IsIPv6 == router.IsIPv6 && one.Value.IsIPv6 == one.Value.IsLinkLocalIPv6
                && one.Value != node.Address?.Value && one.Value != node.SourceFor(router)?.Value)
            .Select(one => one!.Value)
            .Distinct()];
    }

    private static bool CheckPeers(DraftRouter router, DraftUnicast unicast, Findings findings)
    {
        bool good = true;
        Dictionary<Address, Position> seen = [];
        for (int i = 0; i < unicast.Peers?.Count; i++)
        {
            if (unicast.Peers[i] is not Placed<Address> peer)
            {
                good = false;
                continue;
            }

            string path = KeyPath.Item($"{router.Path}.unicast.peers", i);
            bool isVirtual = router.AllAddresses.Any(one => one.Prefix.Value.Address == peer.Value);
            if ((AddressRules.Unusable(peer.Value) ?? (isVirtual ? "a virtual address of this virtual router" : null)) is string why)
            {
                findings.Error(peer.At, DiagnosticCodes.UnusablePeer, $"{path} can't be {peer.Value}, {why}");
                good = false;
            }
            else if (router.IsIPv6 is bool isIPv6 && peer.Value.IsIPv6 != isIPv6)
            {
                findings.Error(
                    peer.At, DiagnosticCodes.UnusablePeer, $"{path} is {Family(peer.Value.IsIPv6)}, but the virtual addresses are {Family(isIPv6)}");
                good = false;
            }
            else if (peer.Value is { IsIPv6: true, IsLinkLocalIPv6: false })
            {
                findings.Error(
                    peer.At,
                    DiagnosticCodes.UnusablePeer,
                    $"{path} must be link-local (fe80::/10), found {peer.Value}",
                    "Adverts over IPv6 come from link-local addresses (RFC 9568 5.1.2.1), in unicast mode too.");
                good = false;
            }

            if (!seen.TryAdd(peer.Value, peer.At))
            {
                findings.Error(peer.At, DiagnosticCodes.DuplicateAddress, $"{path} is {peer.Value}, which is already a peer at {seen[peer.Value]}");
            }
        }

        return good;
    }

    private static void CheckEveryNodeHasOne(Draft draft, DraftRouter router, Position at, Findings findings)
    {
        string[] alone = [.. draft.Nodes
            .Where(one => one.Address is not null && PeersOf(one, router, draft.Nodes).Count == 0)
            .Select(one => Wording.Quote(one.Name))];
        if (alone.Length > 0)
        {
            findings.Error(
                at,
                DiagnosticCodes.NoPeer,
                $"{router.Path}.unicast: no peer is left for node {Wording.Join(alone, " and ")}",
                router.IsIPv6 == true && router.Unicast!.Value.Peers is null
                    ? "Over IPv6 the peers are link-local: list those of all nodes under \"peers\"."
                    : "A node is never its own peer: list the addresses of all nodes, or have more than one node.");
        }
    }

    private static void CheckSource(DraftNode node, DraftRouter router, Findings findings)
    {
        if (node.SourceFor(router) is not Placed<Address> source || source == node.Address)
        {
            return;
        }

        bool isVirtual = router.AllAddresses.Any(one => one.Prefix.Value.Address == source.Value) && node.PriorityFor(router)?.Value != 255;
        string? why = AddressRules.Unusable(source.Value)
            ?? (router.IsIPv6 is bool isIPv6 && source.Value.IsIPv6 != isIPv6
                ? $"{Family(!isIPv6)}, since the virtual addresses are {Family(isIPv6)}"
                : source.Value is { IsIPv6: true, IsLinkLocalIPv6: false } ? "a global address: adverts over IPv6 come from a link-local one"
                : isVirtual ? "a virtual address of this virtual router"
                : null);
        if (why is not null)
        {
            string path = KeyPath.Join(KeyPath.Join(KeyPath.Join("nodes", node.Name), "virtualRouters"), router.Name!.Value);
            findings.Error(source.At, DiagnosticCodes.UnusableSource, $"{KeyPath.Join(path, "sourceAddress")} can't be {source.Value}, {why}");
        }
    }

    private static string Family(bool isIPv6) => isIPv6 ? "IPv6" : "IPv4";
}
