using System.Diagnostics;
using System.Net.NetworkInformation;
using System.Text;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>
/// Machines on one wire, the agents on them, and two of the three witnesses: the wire as the client sees it, and what each kernel holds.
/// The third, the agents' own status, is asked where it matters. Nodes are webN at 10.77.0.N/24 on eth0.
/// </summary>
internal sealed class Cluster : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly List<AgentInNode> _agents = [];
    private readonly List<Keepalived> _keepaliveds = [];

    private Cluster(LabNetwork network)
    {
        Network = network;
        Wire = WireTap.Open(network.Client.NamespaceName, "eth0");
        Begin = LabClock.Now;
    }

    public LabNetwork Network { get; }

    /// <summary>The wire as the client sees it: every multicast and broadcast of the nodes whose link is not cut.</summary>
    public WireTap Wire { get; }

    public MonotonicTime Begin { get; }

    public LabNode this[string node] => Network[node];

    public static Cluster Of(int nodes)
    {
        LabTopology one = LabTopology.OneWire("eth0", 24, [.. Enumerable.Range(1, nodes).Select(number => ($"web{number}", $"10.77.0.{number}"))]);
        return Of(one);
    }

    /// <summary>Two nodes with a second wire: eth1, where webN is 10.78.0.N/24. <see cref="Wire"/> is the first one.</summary>
    public static Cluster OnTwoWires()
    {
        LabTopology one = LabTopology.OneWire("eth0", 24, ("web1", "10.77.0.1"), ("web2", "10.77.0.2"));
        LabPort Second(int number) => new(1, "eth1", [new AddressPrefix(Address.Parse($"10.78.0.{number}"), 24)], []);
        return Of(new LabTopology(
            2,
            [.. one.Nodes.Select((node, i) => node with { Ports = [.. node.Ports, Second(i + 1)] })],
            [.. one.ClientPorts, Second(99)]));
    }

    /// <summary>Pulls or plugs the cable of one interface only; the node sees its carrier go.</summary>
    public void SetCable(string node, int segment, bool plugged) => SystemCommand.Run(
        "ip", "-n", Network.SwitchNamespace, "link", "set", Network.SwitchPort(this[node], segment), plugged ? "up" : "down");

    private static Cluster Of(LabTopology topology)
    {
        var network = LabNetwork.Create(topology);
        try
        {
            return new Cluster(network);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <param name="options">More options of <c>run</c>.</param>
    public AgentInNode Start(string node, PluginsJson file, params IReadOnlyList<string> options)
    {
        var agent = AgentInNode.Start(this[node], file, options);
        _agents.Add(agent);
        return agent;
    }

    public Keepalived StartKeepalived(string node, params IReadOnlyList<KeepalivedInstance> instances)
    {
        // First in line as the agents are; real-time it would be killed by its own limit (rlimit_rttime) on a busy machine.
        var keepalived = Keepalived.Start(this[node], instances, ["vrrp_priority -20"]);
        _keepaliveds.Add(keepalived);
        return keepalived;
    }

    /// <summary>The nodes whose kernel has an address, by name.</summary>
    public IReadOnlyList<string> Holders(Address address) =>
        [.. Network.Nodes.Where(node => node.KernelAddresses().Contains(address)).Select(node => node.Name)];

    /// <summary>Whether exactly this node's kernel has the address.</summary>
    public bool Holds(string node, Address address) => Holders(address) is [string only] && only == node;

    /// <summary>The source address of a node's adverts: its own IPv4 address, or the link-local one of its interface.</summary>
    public Address SourceOf(string node, bool ipv6) => ipv6
        ? this[node].KernelAddresses().First(address => address.IsLinkLocalIPv6 && address.ToIPAddress().GetAddressBytes()[11] == 0xff)
        : Address.Parse($"10.77.0.{node[3..]}");

    /// <summary>Adverts of a node since a point in time.</summary>
    public IReadOnlyList<WireEvent> Adverts(string node, MonotonicTime since, bool ipv6 = false)
    {
        Address source = SourceOf(node, ipv6);
        return [.. Wire.Since(since).Where(seen => seen.IsAdvertisement && seen.Source == source)];
    }

    /// <summary>Whether the address answers an echo request of the client within 3 s.</summary>
    public bool ClientPings(Address address) => NetworkNamespace.Run(Network.Client.NamespaceName, () =>
    {
        using var ping = new Ping();
        return ping.Send(address.ToIPAddress(), 3000).Status == IPStatus.Success;
    });

    /// <summary>Fails when a node has advertised since a point in time.</summary>
    public void AssertSilent(string node, MonotonicTime since, bool ipv6 = false)
    {
        int count = Adverts(node, since, ipv6).Count;
        Assert.True(count == 0, $"{node} sent {count} adverts.{Environment.NewLine}{Describe()}");
    }

    /// <summary>Waits for the node's next advert after a point in time that fits.</summary>
    public WireEvent WaitForAdvert(string node, MonotonicTime since, Func<WireEvent, bool>? fits = null, bool ipv6 = false)
    {
        Address source = SourceOf(node, ipv6);
        WireEvent? found = Wire.WaitFor(seen => seen.IsAdvertisement && seen.Source == source && fits?.Invoke(seen) != false, since, Bound);
        Assert.True(found is not null, $"No such advert came from {node}.{Environment.NewLine}{Describe()}");
        return found.Value;
    }

    /// <summary>Waits until a node has sent some more adverts: time that passes while something must not happen.</summary>
    public void WaitForMoreAdverts(string node, int count, bool ipv6 = false)
    {
        MonotonicTime since = LabClock.Now;
        Until(() => Adverts(node, since, ipv6).Count >= count, $"{count} more adverts of {node}");
    }

    /// <summary>Waits until one node holds the address, alone, and says so; and no other agent says MASTER.</summary>
    public void WaitForMaster(string node, string router, Address address)
    {
        Until(() => Holds(node, address), $"{node} to be the only holder of {address}");
        Until(
            () => _agents.Where(agent => !agent.Process.HasExited).All(agent => agent.State(router) == "MASTER" == (agent.Node.Name == node)),
            $"{node} to be the only agent that says MASTER");
    }

    public void Until(Func<bool> condition, string what) => Until(condition, what, Bound);

    /// <summary>The log is written by a thread of its own: its line may come after the answer of a verb.</summary>
    public void UntilLogged(AgentInNode agent, string words) =>
        Until(() => agent.Log.Contains(words, StringComparison.Ordinal), $"{agent.Node.Name} to log \"{words}\"");

    public void Until(Func<bool> condition, string what, TimeSpan bound)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(begin) > bound)
            {
                Assert.Fail($"Waited {bound.TotalSeconds} s in vain for {what}.{Environment.NewLine}{Describe()}");
            }

            TestContext.Current.CancellationToken.WaitHandle.WaitOne(5);
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Everything a reader of a failed test wants to see.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        foreach (LabNode node in Network.Nodes)
        {
            text.AppendLine($"{node.Name} kernel: {string.Join(' ', node.KernelAddresses())}");
        }

        foreach (AgentInNode agent in _agents)
        {
            text.AppendLine($"{agent.Node.Name} agent (exit {agent.Process.ExitCode}): "
                + string.Join(' ', (agent.TryStatus()?.VirtualRouters ?? []).Select(router => $"{router.Name}={router.State} ({router.Why})")));
            text.AppendLine(LabLog.Tail(agent.Log));
        }

        foreach (Keepalived keepalived in _keepaliveds)
        {
            text.AppendLine($"{keepalived.Node.Name} keepalived:").AppendLine(LabLog.Tail(keepalived.Log));
        }

        text.AppendLine("wire, last 30:");
        foreach (WireEvent seen in Wire.Events.TakeLast(30))
        {
            text.AppendLine($"    {(seen.At - Begin).Milliseconds:0.000} ms {seen.Kind} {seen.Source} vrid {seen.Vrid} prio {seen.Priority} {seen.Interval} {seen.Target}");
        }

        return text.ToString();
    }

    /// <summary>Every test ends with the same look at its agents (<see cref="AgentAtRest"/>).</summary>
    public void Dispose()
    {
        string? unrest = null;
        string words = "";
        foreach (AgentInNode agent in _agents)
        {
            if (unrest is null && agent.LookAtRest() is string found)
            {
                (unrest, words) = (found, LabLog.Tail(agent.Log));
            }
        }

        Wire.Dispose();
        foreach (IDisposable process in _agents.Cast<IDisposable>().Concat(_keepaliveds))
        {
            process.Dispose();
        }

        Network.Dispose();
        Assert.True(unrest is null, $"{unrest}{Environment.NewLine}{words}");
    }
}
