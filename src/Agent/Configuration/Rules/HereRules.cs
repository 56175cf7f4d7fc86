using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Configuration.Shapes;

namespace HotStandby.Agent.Configuration.Rules;

/// <summary>What a file asks of the node that it is checked on. An interface may come later, which is a warning; one that is there and can never do is an error.</summary>
internal static class HereRules
{
    public static void Check(Draft draft, HotStandbyConfig config, ThisMachine here, Findings findings)
    {
        if (NodeSelection.Choose(config, null, here.HostName, here.Addresses, out _) is not NodeConfig node)
        {
            return;
        }

        DraftNode own = draft.Nodes.First(one => one.Name == node.Name);
        HashSet<string> told = new(StringComparer.Ordinal);
        foreach (DraftRouter router in draft.Routers)
        {
            if (own.InterfaceFor(router) is Placed<string> device)
            {
                Look(router, device.Value, device.At);
                if (config.VirtualRouters.FirstOrDefault(one => one.Name == router.Name?.Value) is VirtualRouterConfig read && here.Unfit(read, node) is string why)
                {
                    findings.Error(device.At, DiagnosticCodes.UnfitInterface, $"{router.Path}: this machine is node \"{node.Name}\", and {why}");
                }
            }

            foreach (DraftAddress? address in router.AllAddresses)
            {
                if (address?.Device is Placed<string> other && own.DeviceFor(router, address) is string name)
                {
                    Look(router, name, other.At);
                }
            }
        }

        void Look(DraftRouter router, string name, Position at)
        {
            if (!here.Find(name) && told.Add(name))
            {
                findings.Warning(
                    at,
                    DiagnosticCodes.NoSuchInterface,
                    $"{router.Path}: this machine is node \"{node.Name}\", and its {Wording.NoInterface(name, here.Interfaces)}",
                    "The virtual router does not take part here before the interface is there.");
            }
        }
    }
}
