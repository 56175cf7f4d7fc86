using System.Diagnostics;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Bench;

/// <summary>
/// One round's stage: two nodes and a client on one bridge, a tap on the client's interface, and the agents that were started. Everything
/// is gone after <see cref="Dispose"/>.
/// </summary>
internal sealed class Scene : IDisposable
{
    public const byte Owner = 255;

    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(20);
    private static readonly AddressPrefix Vip = new(Address.Parse("10.99.0.100"), 24);

    private static readonly LabTopology Wire =
        LabTopology.OneWire(RouterPlan.Interface, 24, [("web1", "10.99.0.1"), ("web2", "10.99.0.2")]);

    private readonly List<LabProcess> _agents = [];
    private readonly CancellationToken _cancellationToken;

    private Scene(LabNetwork network, RouterPlan plan, CancellationToken cancellationToken)
    {
        Network = network;
        Plan = plan;
        _cancellationToken = cancellationToken;
        Tap = WireTap.Open(network.Client.NamespaceName, "eth0");
    }

    public LabNetwork Network { get; }

    public RouterPlan Plan { get; }

    public WireTap Tap { get; }

    public LabNode A => Network.Nodes[0];

    public LabNode B => Network.Nodes[1];

    /// <param name="interval">Of the advertisements.</param>
    /// <param name="priorityA">255 makes A the owner: the virtual address is one of its own.</param>
    /// <param name="cancellationToken">Ends every wait of the scene.</param>
    /// <param name="tracked">See <see cref="RouterPlan.Tracked"/>.</param>
    /// <param name="routers">See <see cref="RouterPlan.Routers"/>.</param>
    public static Scene Create(Duration interval, byte priorityA, CancellationToken cancellationToken, bool tracked = false, int routers = 1)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LabNetwork network = LabNetwork.Create(priorityA == Owner ? WithOwner(Wire) : Wire);
        try
        {
            return new Scene(network, new RouterPlan(Vip, interval, [priorityA, 100], tracked, routers), cancellationToken);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The node's first address; an owner has the virtual one beside it.</summary>
    public static Address AddressOf(LabNode node) => node.Plan.Ports[0].Addresses[0].Address;

    /// <summary>What plugins.json gives as the node's address: the virtual one for an owner.</summary>
    public static Address ConfiguredAddressOf(LabNode node) => node.Plan.Ports[0].Addresses[^1].Address;

    /// <summary>Starts an agent; when <paramref name="through"/> is given, by means of that command, which must exec what follows it.</summary>
    public LabProcess Start(Contender contender, LabNode node, IReadOnlyList<string>? through = null)
    {
        LabProcess agent = contender.Start(this, node, through ?? []);
        _agents.Add(agent);
        return agent;
    }

    /// <summary>Waits until a node advertises and its kernel has the virtual address; returns its first advertisement.</summary>
    /// <exception cref="LabException">It did not get there, or its agent ended; the agent's last words are in the message.</exception>
    public WireEvent WaitForMaster(LabNode node, MonotonicTime from)
    {
        WireEvent advert = Await($"{node.Name} to advertise", wireEvent => IsAdvertOf(node, wireEvent), from, Plan.MasterDownInterval(0));
        WaitUntil(() => Network.AddressesOf(node).Contains(Plan.Vip.Address), $"{node.Name} to bind {Plan.Vip}", StartBound);
        return advert;
    }

    /// <summary>An advertisement of this node in the role of the master, that is, without its farewell.</summary>
    public static bool IsAdvertOf(LabNode node, WireEvent wireEvent) =>
        wireEvent is { IsAdvertisement: true, Priority: > 0 }
        && node.Plan.Ports[0].Addresses.Any(own => own.Address == wireEvent.Source);

    /// <summary>The first fitting event at or after <paramref name="from"/>.</summary>
    /// <param name="what">For the message.</param>
    /// <param name="nominal">How long it may take by the protocol; some seconds are added.</param>
    public WireEvent Await(string what, Func<WireEvent, bool> fits, MonotonicTime from, Duration nominal)
    {
        WireEvent? found = null;
        WaitUntil(
            () => (found = Tap.WaitFor(fits, from, TimeSpan.FromMilliseconds(50))) is not null,
            what,
            nominal.ToTimeSpan() + StartBound);
        return found!.Value;
    }

    /// <summary>Waits for a condition with a bound; cancellation and the end of an agent end it too.</summary>
    public void WaitUntil(Func<bool> condition, string what, TimeSpan bound)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!condition())
        {
            _cancellationToken.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(begin) > bound)
            {
                throw new LabException($"Waited {bound.TotalSeconds:0} s in vain for {what}. The agents' last words:\n{Words()}");
            }

            Thread.Sleep(1);
        }
    }

    /// <summary>Lets time pass, as a settling or a measuring window does.</summary>
    public void Pass(TimeSpan time)
    {
        _cancellationToken.WaitHandle.WaitOne(time);
        _cancellationToken.ThrowIfCancellationRequested();
        if (_agents.Exists(agent => agent.HasExited))
        {
            throw new LabException($"An agent ended by itself. The agents' last words:\n{Words()}");
        }
    }

    public void Dispose()
    {
        Tap.Dispose();
        Network.Dispose();
    }

    /// <summary>keepalived takes an owner's address off when it starts, and then needs another one to send from.</summary>
    private static LabTopology WithOwner(LabTopology wire)
    {
        LabNodePlan first = wire.Nodes[0];
        LabPort port = first.Ports[0] with { Addresses = [.. first.Ports[0].Addresses, Vip] };
        return wire with { Nodes = [first with { Ports = [port] }, .. wire.Nodes.Skip(1)] };
    }

    private string Words() => string.Join("\n    --\n", _agents.Select(agent => LabLog.Tail(agent.Output)));
}
