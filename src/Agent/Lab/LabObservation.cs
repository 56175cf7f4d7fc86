using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>What all nodes, their kernels and the client say at one moment.</summary>
internal sealed class LabObservation
{
    /// <summary>An answer older than this is no answer now.</summary>
    private static readonly Duration AnswerAge = Duration.FromMilliseconds(250);

    private readonly IReadOnlyList<LabMachine> _machines;
    private readonly Dictionary<string, StatusReport?> _reports = [];
    private readonly Dictionary<string, IReadOnlySet<Address>> _kernel = [];

    private LabObservation(IReadOnlyList<LabMachine> machines)
    {
        _machines = machines;
    }

    /// <summary>The agents' status by node; null where none answers.</summary>
    public IReadOnlyDictionary<string, StatusReport?> Reports => _reports;

    public static async Task<LabObservation> ReadAsync(IReadOnlyList<LabMachine> machines, CancellationToken cancellationToken)
    {
        var observation = new LabObservation(machines);
        foreach (LabMachine machine in machines)
        {
            observation._reports[machine.Name] = machine.IsFrozen ? null : await machine.Agent.ReadStatusAsync(cancellationToken).ConfigureAwait(false);
            observation._kernel[machine.Name] = machine.Node.KernelAddresses();
        }

        return observation;
    }

    /// <summary>Whether the node's kernel has all, some or none of the router's addresses.</summary>
    public string KernelWords(WatchedRouter router, LabMachine machine)
    {
        int bound = router.Config.Addresses.Count(address => _kernel[machine.Name].Contains(address.Address));
        return bound == 0 ? "no" : bound == router.Config.Addresses.Count ? "yes" : $"{bound} of {router.Config.Addresses.Count}";
    }

    /// <summary>The nodes whose agents say MASTER, normally one; null for none.</summary>
    public string? MastersOf(WatchedRouter router)
    {
        string masters = string.Join("+", _reports
            .Where(one => one.Value?.VirtualRouters.Any(status => status.Name == router.Config.Name && status.State == "MASTER") == true)
            .Select(one => one.Key));
        return masters.Length == 0 ? null : masters;
    }

    /// <summary>Everything that is not as it should be for one virtual router, in sentences; empty when all is well.</summary>
    public IReadOnlyList<string> Complaints(WatchedRouter router)
    {
        var complaints = new List<string>();
        foreach (LabMachine machine in _machines)
        {
            CheckAgent(router, machine, complaints);
            string bound = KernelWords(router, machine);
            string expected = ExpectedMaster.StateOf(router.Config, machine.Name, machine.Condition, router.Master) == "MASTER" ? "yes" : "no";
            if (bound != expected)
            {
                complaints.Add($"the kernel of {machine.Name} has the addresses of {router.Config.Name}: {bound}, expected {expected}");
            }
        }

        LabMachine? master = _machines.FirstOrDefault(machine => machine.Name == router.Master);
        if (master is null)
        {
            complaints.Add($"no node can be the master of {router.Config.Name}");
        }
        else if (!master.Crashed.Contains(router.Service)
            && !(router.Prober.LastAnswer() is (string responder, Duration age) && responder == master.Name && age < AnswerAge))
        {
            complaints.Add(router.Prober.LastAnswer() is (string last, Duration since)
                ? $"the client's last answer came from {last} {since.Milliseconds:0} ms ago, expected from {master.Name}"
                : $"the client never got an answer from {router.Prober.Target}");
        }

        return complaints;
    }

    private void CheckAgent(WatchedRouter router, LabMachine machine, List<string> complaints)
    {
        if (!machine.AgentShouldRun)
        {
            if (machine.Agent.IsRunning)
            {
                complaints.Add($"the agent on {machine.Name} still runs");
            }

            return;
        }

        if (machine.IsFrozen)
        {
            return;
        }

        if (_reports[machine.Name] is not StatusReport report)
        {
            complaints.Add(machine.Agent.IsRunning
                ? $"the agent on {machine.Name} does not answer on its control socket"
                : $"the agent on {machine.Name} ended");
            return;
        }

        string expected = ExpectedMaster.StateOf(router.Config, machine.Name, machine.Condition, router.Master);
        string? state = report.VirtualRouters.FirstOrDefault(one => one.Name == router.Config.Name)?.State;
        if (state != expected)
        {
            complaints.Add($"{router.Config.Name} is {state ?? "unknown"} on {machine.Name}, expected {expected}");
        }

        foreach (LabService service in machine.Services)
        {
            string verdict = machine.Crashed.Contains(service.Spec) ? "down" : "up";
            foreach (CheckStatus check in report.Checks.Where(check => service.Spec.Checks.Contains(check.Id) && check.State != verdict))
            {
                complaints.Add($"the check {check.Id} is {check.State} on {machine.Name}, expected {verdict} ({check.LastWords})");
            }
        }
    }
}
