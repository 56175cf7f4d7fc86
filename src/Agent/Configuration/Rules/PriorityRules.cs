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
            if (router.Sticky is { Value: true })
            {
                CheckSticky(draft, router, reported, findings);
            }
            else
            {
                CheckEqual(draft, router, reported, findings);
            }

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
                    "Give the node that should be preferred the greater one, for example 150 and 100; or write \"sticky\": true, and whoever has the role keeps it.");
            }
        }
    }

    // Adverts of a sticky master carry up to StickyRange less: priorities closer than that would mean neither equal nor different.
    private static void CheckSticky(Draft draft, DraftRouter router, HashSet<(Position, Position)> reported, Findings findings)
    {
        const int Range = VirtualRouterSettings.StickyRange;
        (DraftNode Node, Placed<long> Priority)[] nodes = [.. draft.Nodes
            .Select(node => (node, node.PriorityFor(router)!))
            .Where(one => one.Item2 is not null)];
        for (int i = 0; i < nodes.Length; i++)
        {
            (DraftNode node, Placed<long> priority) = nodes[i];
            if (priority.Value is <= Range or Owner && reported.Add((priority.At, priority.At)))
            {
                findings.Error(
                    priority.At,
                    DiagnosticCodes.StickyPriorities,
                    $"node {Wording.Quote(node.Name)} has priority {priority.Value} for virtual router {router.Title}, which is sticky: that needs {Range + 1} to 254",
                    "100 is usual.");
            }

            for (int j = 0; j < i; j++)
            {
                (DraftNode other, Placed<long> theirs) = nodes[j];
                long apart = Math.Abs(priority.Value - theirs.Value);
                if (apart is > 0 and <= Range && reported.Add((theirs.At, priority.At)))
                {
                    findings.Error(
                        priority.At,
                        DiagnosticCodes.StickyPriorities,
                        $"nodes {Wording.Quote(other.Name)} and {Wording.Quote(node.Name)} have priorities {theirs.Value} and {priority.Value} for virtual router {router.Title}, which is sticky: {apart} apart is neither equal nor different",
                        $"Give both the same, or make them {Range + 1} apart at least.");
                }
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
