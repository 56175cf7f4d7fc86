using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Configuration.Shapes;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration.Rules;

/// <summary>The nodes' priorities decide one way, and 255 belongs to the owner of the addresses.</summary>
internal static class PriorityRules
{
    private const long Owner = 255;

    public static void Check(Draft draft, Findings findings)
    {
        HashSet<(Position, Position)> reported = [];
        foreach (DraftRouter router in draft.Routers)
        {
            CheckEqual(draft, router, reported, findings);
            foreach (DraftNode node in draft.Nodes)
            {
                CheckOwner(node, router, reported, findings);
            }
        }

        if (draft.Nodes.Count == 1)
        {
            findings.Warning(
                draft.Nodes[0].At,
                DiagnosticCodes.OnlyOneNode,
                $"{Wording.Quote(draft.Nodes[0].Name)} is the only node: nobody can take over from it",
                "Write the other machine under nodes too.");
        }
    }

    private static void CheckEqual(Draft draft, DraftRouter router, HashSet<(Position, Position)> reported, Findings findings)
    {
        Dictionary<long, (DraftNode Node, Placed<long> Priority)> seen = [];
        foreach (DraftNode node in draft.Nodes)
        {
            if (node.PriorityFor(router) is not Placed<long> priority || seen.TryAdd(priority.Value, (node, priority)))
            {
                continue;
            }

            (DraftNode other, Placed<long> same) = seen[priority.Value];
            if (reported.Add((same.At, priority.At)))
            {
                findings.Error(
                    priority.At,
                    DiagnosticCodes.EqualPriorities,
                    $"nodes {Wording.Quote(other.Name)} and {Wording.Quote(node.Name)} both have priority {priority.Value} for virtual router {router.Title}",
                    "Give the node that should be preferred the greater one, for example 150 and 100.");
            }
        }
    }

    private static void CheckOwner(DraftNode node, DraftRouter router, HashSet<(Position, Position)> reported, Findings findings)
    {
        if (node.PriorityFor(router) is not Placed<long> priority || node.Address is not Placed<Address> own)
        {
            return;
        }

        string name = Wording.Quote(node.Name);
        if (priority.Value != Owner)
        {
            int owned = router.Addresses.ToList().FindIndex(one => one is not null && one.Value.Address == own.Value);
            if (owned >= 0)
            {
                findings.Error(
                    router.Addresses[owned]!.At,
                    DiagnosticCodes.OwnerPriority,
                    $"{router.AddressPath(owned)} is the own address of node {name}, which makes it the owner: its priority must be 255, found {priority.Value}",
                    "Choose a virtual address that no node has.");
            }

            return;
        }

        if (router.UseVmac is { Value: true } virtualMac && reported.Add((virtualMac.At, virtualMac.At)))
        {
            findings.Error(
                virtualMac.At,
                DiagnosticCodes.OwnerWithVirtualMac,
                $"{router.Path}.useVmac can't be true: node {name} owns the addresses (priority 255), and its interface answers for them with its own MAC address",
                "Choose virtual addresses that no node has, and priorities up to 254.");
        }

        string[] foreign = [.. router.Addresses
            .Where(one => one is not null && one.Value.Address != own.Value)
            .Select(one => one!.Value.Address.ToString())];
        if (foreign.Length > 0 && reported.Add((priority.At, priority.At)))
        {
            findings.Error(
                priority.At,
                DiagnosticCodes.OwnerPriority,
                $"priority 255 is for the owner of every address of virtual router {router.Title}, but node {name} ({own.Value}) does not own {Wording.Join(foreign, " and ")}",
                "Write 1..254; 150 is usual for the preferred node.");
        }
    }
}
