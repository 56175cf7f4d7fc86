
namespace HotStandby.Agent.Lab;

/// <summary>Says how to look around in a lab that stays.</summary>
internal static class LabTour
{
    public static void Print(LabTable table, LabNetwork network, IReadOnlyList<LabMachine> machines, IReadOnlyList<WatchedRouter> routers)
    {
        string agent = string.Join(' ', AgentProcess.Itself());
        LabNode first = machines[0].Node;
        table.Line("");
        table.Line("The lab stays until Ctrl-C. From another terminal, as root:");
        foreach (WatchedRouter router in routers)
        {
            table.Line($"  ip netns exec {network.Client.NamespaceName} curl -s '{router.Prober.Target}'      # who serves {router.Config.Name}");
        }

        foreach (LabMachine machine in machines)
        {
            table.Line($"  {Enter(machine.Node)} {agent} status      # {machine.Name}");
        }

        table.Line($"  ip netns exec {first.NamespaceName} ip address      # addresses of {first.Name}, from its kernel");
        table.Line($"  {Enter(first)} bash      # a shell on {first.Name}, with its /run, its processes and its host name");
        table.Line($"  ip -n {network.SwitchNamespace} link set {network.SwitchPort(first)} down      # pulls the cable of {first.Name}; 'up' plugs it in");
        table.Line($"  Logs: {string.Join(' ', machines.Select(machine => Path.Combine(machine.Node.Directory, "agent.log")))}");
    }

    private static string Enter(LabNode node) => $"nsenter -t {node.HolderPid} -m -u -n -p";
}
