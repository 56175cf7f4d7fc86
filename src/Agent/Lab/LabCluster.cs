using HotStandby.Agent.Configuration;

namespace HotStandby.Agent.Lab;

/// <summary>
/// The nodes of plugins.json in a network of their own, each with the services that the file's plugins watch and with an agent; nothing of it
/// is started by itself. All is gone after <see cref="Dispose"/>.
/// </summary>
internal sealed class LabCluster : IDisposable
{
    private readonly List<LabMachine> _machines = [];

    /// <param name="config">The file as the agents read it.</param>
    /// <param name="agentOn">Makes the agent of a node, not started.</param>
    /// <exception cref="LabException">Not root, something is not installed, or the file is beyond what the lab can build.</exception>
    public LabCluster(HotStandbyConfig config, Func<LabNode, ILabAgent> agentOn)
    {
        Services = LabServiceSpec.From(config);
        foreach (LabServiceSpec service in Services)
        {
            service.RequireInstalled();
        }

        Network = LabNetwork.Create(TopologyPlan.From(config));
        try
        {
            foreach ((NodeConfig node, LabNode machine) in config.Nodes.Zip(Network.Nodes))
            {
                _machines.Add(new LabMachine(node, machine, agentOn(machine), [.. Services.Select(service => service.On(machine))]));
            }
        }
        catch
        {
            Network.Dispose();
            throw;
        }
    }

    public LabNetwork Network { get; }

    /// <summary>What runs on every node.</summary>
    public IReadOnlyList<LabServiceSpec> Services { get; }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<LabMachine> Machines => _machines;

    /// <summary>Starts every service and waits until each answers on its own node.</summary>
    /// <exception cref="LabException">One ended, or does not answer.</exception>
    public void StartServices(CancellationToken cancellationToken)
    {
        foreach (LabService service in _machines.SelectMany(machine => machine.Services))
        {
            service.Start();
        }

        foreach (LabService service in _machines.SelectMany(machine => machine.Services))
        {
            service.WaitUntilItAnswers(LabOptions.ServiceBound, cancellationToken);
        }
    }

    /// <summary>The service a client of the virtual router asks: the one a check it tracks watches, else the first.</summary>
    public LabServiceSpec ServiceBehind(VirtualRouterConfig router) =>
        Services.FirstOrDefault(one => one.Checks.Any(check => router.Tracks.Any(track => track.What.Checks.Contains(check)))) ?? Services[0];

    /// <summary>What the client asks of the virtual router.</summary>
    public ProbeTarget TargetOf(VirtualRouterConfig router) => ProbeTargets.Of(router, ServiceBehind(router), Network.Client, Network.Topology);

    public void Dispose()
    {
        // Ends every process in the nodes, too.
        Network.Dispose();
        foreach (LabMachine machine in _machines)
        {
            machine.Agent.Dispose();
        }
    }
}
