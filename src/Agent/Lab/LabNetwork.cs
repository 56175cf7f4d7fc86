using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>
/// Machines in namespaces on Linux bridges: the nodes, a client, and a switch whose ports can be pulled. No agent runs in it by itself.
/// Everything is gone after <see cref="Dispose"/>; what a killed process left is removed by the next lab.
/// </summary>
internal sealed class LabNetwork : IDisposable
{
    public const string ClientName = "client";
    public const string SwitchName = "switch";

    private readonly LabIdentity _identity;
    private readonly List<LabNode> _machines = [];
    /// <summary>Cut with their carrier kept: the bridge refuses to set the state of a port whose carrier has only just come back.</summary>
    private readonly HashSet<LabNode> _silenced = [];
    private bool _disposed;

    private LabNetwork(LabIdentity identity, LabTopology topology)
    {
        _identity = identity;
        Topology = topology;
        SwitchNamespace = LabRegistry.NamespaceName(identity.Id, SwitchName);
    }

    /// <summary>Four hex digits; the namespaces are called <c>hs-ID-NODE</c>.</summary>
    public string Id => _identity.Id;

    public LabTopology Topology { get; }

    /// <summary>Temp directory of the lab; each machine's <see cref="LabNode.Directory"/> is below it.</summary>
    public string Directory => _identity.Directory;

    public string SwitchNamespace { get; }

    public IReadOnlyList<LabNode> Nodes => _machines[..^1];

    public LabNode Client => _machines[^1];

    /// <exception cref="KeyNotFoundException">No node has that name.</exception>
    public LabNode this[string name] =>
        _machines.Find(node => node.Name == name) ?? throw new KeyNotFoundException($"The lab has no machine '{name}'.");

    /// <summary>Builds the network; on failure nothing is left of it. Needs root.</summary>
    /// <exception cref="LabException">Not root, a tool is missing, or a step failed.</exception>
    public static LabNetwork Create(LabTopology topology)
    {
        if (LabLibC.EffectiveUser() != 0)
        {
            throw new LabException("The lab makes network namespaces and needs root.");
        }

        foreach ((string tool, string package) in new[] { ("ip", "iproute2"), ("nsenter", "util-linux"), ("unshare", "util-linux"), ("setsid", "util-linux") })
        {
            if (SystemCommand.Find(tool) is null)
            {
                throw new LabException($"The lab needs the program '{tool}' (Debian package {package}).");
            }
        }

        LabRegistry.Sweep();
        var network = new LabNetwork(LabRegistry.Register(), topology);
        try
        {
            network.Build();
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Starts a program inside a machine.</summary>
    public LabProcess RunIn(LabNode node, string file, params IEnumerable<string> arguments) => Own(node).Run(file, arguments);

    /// <summary>
    /// Cuts a node's wires at the switch. By default the switch's ports go down, so that the node loses its carrier, as with a pulled
    /// cable; with <paramref name="keepCarrier"/> the bridge just stops forwarding for them and the node has to notice by silence.
    /// </summary>
    public void CutLink(LabNode node, bool keepCarrier = false)
    {
        SetPorts(node, up: false, keepCarrier);
        if (keepCarrier)
        {
            _silenced.Add(node);
        }
    }

    /// <summary>Undoes <see cref="CutLink"/> of either kind.</summary>
    public void HealLink(LabNode node)
    {
        SetPorts(node, up: true, keepCarrier: false);
        if (_silenced.Remove(node))
        {
            SetPorts(node, up: true, keepCarrier: true);
        }
    }

    /// <summary>The addresses the node's kernel has bound now.</summary>
    public IReadOnlySet<Address> AddressesOf(LabNode node) => Own(node).KernelAddresses();

    /// <summary>The switch's port of a machine on a segment; for a capture on the switch.</summary>
    public string SwitchPort(LabNode node, int segment = 0) => $"p{segment}n{_machines.IndexOf(node)}";

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        try
        {
            foreach (LabNode machine in _machines)
            {
                machine.Dispose();
            }
        }
        finally
        {
            LabRegistry.Remove(_identity);
        }
    }

    private LabNode Own(LabNode node) =>
        _machines.Contains(node) ? node : throw new ArgumentException($"'{node.Name}' is a machine of another lab.", nameof(node));

    private void Build()
    {
        NetworkNamespace.Create(SwitchNamespace);
        SystemCommand.IpBatch(SwitchNamespace, Enumerable.Range(0, Topology.Segments)
            .Select(segment => $"link add br{segment} up type bridge stp_state 0 forward_delay 0"));
        foreach (LabNodePlan plan in Topology.Nodes.Append(new LabNodePlan(ClientName, Topology.ClientPorts)))
        {
            string name = LabRegistry.NamespaceName(Id, plan.Name);
            NetworkNamespace.Create(name);
            _machines.Add(LabNode.Create(plan, name, Path.Combine(Directory, plan.Name)));
            Connect(_machines[^1]);
        }
    }

    private void Connect(LabNode machine)
    {
        SystemCommand.IpBatch(SwitchNamespace, machine.Plan.Ports.SelectMany(port => new[]
        {
            $"link add {SwitchPort(machine, port.Segment)} type veth peer name {port.Interface} netns {machine.NamespaceName}",
            $"link set {SwitchPort(machine, port.Segment)} master br{port.Segment} up",
        }));
        SystemCommand.IpBatch(machine.NamespaceName, machine.Plan.Ports.SelectMany(port => port.Addresses
            .Select(address => $"address add {address} dev {port.Interface}{(address.Address.IsIPv6 ? " nodad" : " brd +")}")
            .Append($"link set {port.Interface} up")
            .Concat(port.Routes.Select(route =>
                $"{(route.Address.IsIPv6 ? "-6 " : "")}route add {route} dev {port.Interface} metric 1000"))));
    }

    private void SetPorts(LabNode node, bool up, bool keepCarrier)
    {
        foreach (LabPort port in node.Plan.Ports)
        {
            string name = SwitchPort(node, port.Segment);
            if (keepCarrier)
            {
                // Port states of the bridge: 0 disabled, 3 forwarding (bridge(8)).
                SystemCommand.Run("bridge", "-n", SwitchNamespace, "link", "set", "dev", name, "state", up ? "3" : "0");
            }
            else
            {
                SystemCommand.Run("ip", "-n", SwitchNamespace, "link", "set", name, up ? "up" : "down");
            }
        }
    }
}
