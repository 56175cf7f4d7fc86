using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp.Rig;

/// <summary>One shared link on virtual time: adverts travel as bytes and arrive 0.2 ms later, before any timer that is due then.</summary>
internal sealed class Network
{
    private static readonly Duration Latency = new(200_000);
    private readonly PriorityQueue<(Node To, byte[] Packet), (long At, int Order)> _onTheWire = new();
    private int _order;

    public List<Node> Nodes { get; } = [];

    public MonotonicTime Now { get; private set; }

    /// <summary>Whether an advert from one node reaches another; by default within a segment.</summary>
    public Func<Node, Node, bool> Reaches { get; set; } = (from, to) => from.Segment == to.Segment;

    public Node[] Masters => [.. Nodes.Where(node => node.IsMaster)];

    /// <summary>Time with two masters, in seconds.</summary>
    public double DualSeconds { get; private set; }

    /// <summary>Time in which more than one node held the addresses, in seconds.</summary>
    public double DoublyHeldSeconds { get; private set; }

    /// <summary>Time in which no node held the addresses, in seconds.</summary>
    public double DarkSeconds { get; private set; }

    /// <summary>Time in which a client's packets ended at a node that had the addresses, in seconds: it follows the last announcement.</summary>
    public double AnsweredSeconds { get; private set; }

    private Node? _clientAt;

    public void Announced(Node node) => _clientAt = node;

    public Node Add(string address, byte priority, VirtualRouterSettings? settings = null)
    {
        Node node = new(this, address, (settings ?? Dut.Settings) with { Priority = priority });
        Nodes.Add(node);
        return node;
    }

    public void StartAll()
    {
        foreach (Node node in Nodes)
        {
            node.Start();
        }
    }

    public void Send(Node from, byte[] packet)
    {
        foreach (Node to in Nodes)
        {
            if (to != from && Reaches(from, to))
            {
                _onTheWire.Enqueue((to, packet), ((Now + Latency).Nanoseconds, _order++));
            }
        }
    }

    /// <summary>A packet of somebody who is no node; every node hears it.</summary>
    public void Forge(byte[] packet)
    {
        foreach (Node to in Nodes)
        {
            _onTheWire.Enqueue((to, packet), ((Now + Latency).Nanoseconds, _order++));
        }
    }

    public void Run(double seconds) => RunUntil((Now.Nanoseconds / 1e9) + seconds);

    public void RunUntil(double seconds)
    {
        MonotonicTime end = default(MonotonicTime) + Dut.Seconds(seconds);
        while (true)
        {
            MonotonicTime arrival = _onTheWire.TryPeek(out _, out (long At, int Order) first) ? new MonotonicTime(first.At) : MonotonicTime.Never;
            MonotonicTime timer = Nodes.Select(node => node.NextDeadline).Append(MonotonicTime.Never).Min();
            MonotonicTime next = MonotonicTime.Min(arrival, timer);
            if (next > end)
            {
                MoveTo(end);
                return;
            }

            MoveTo(next);
            if (arrival <= timer)
            {
                (Node to, byte[] packet) = _onTheWire.Dequeue();
                to.Receive(packet);
            }
            else
            {
                Nodes.First(node => node.NextDeadline == timer).Expire();
            }
        }
    }

    private void MoveTo(MonotonicTime time)
    {
        double span = (time - Now).Nanoseconds / 1e9;
        int holders = Nodes.Count(node => node.HoldsAddresses);
        DualSeconds += Masters.Length > 1 ? span : 0;
        DoublyHeldSeconds += holders > 1 ? span : 0;
        DarkSeconds += holders == 0 ? span : 0;
        AnsweredSeconds += _clientAt?.HoldsAddresses == true ? span : 0;
        Now = time;
    }
}
