using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;

namespace HotStandby.EndToEndTests.Lab;

/// <summary>
/// Stand-ins for the agents of a lab: all in one, they see every node at once and give the address to the first node that can serve.
/// They tell whether the lab's steps and its verdict work, before there is an agent and whatever its state.
/// </summary>
internal sealed class StandInAgents(string vip)
{
    private readonly List<Agent> _agents = [];

    /// <summary>When set, a node keeps the address although it lost its service, link or agent.</summary>
    public bool NeverRelease { get; init; }

    /// <summary>When set, no node can be drained.</summary>
    public bool NeverDrain { get; init; }

    public ILabAgent On(LabNode node)
    {
        _agents.Add(new Agent(this, node));
        return _agents[^1];
    }

    /// <summary>What the real agent's gratuitous ARP does; set once the lab stands.</summary>
    public Action ForgetNeighbour { get; set; } = () => { };

    /// <summary>Whether a node's port at the switch is closed although it has its carrier; set once the lab stands.</summary>
    public Func<LabNode, bool> IsCutOff { get; set; } = _ => false;

    private void Elect()
    {
        Agent? best = _agents.OrderBy(agent => agent.IsDrained).FirstOrDefault(agent => agent.CanServe && !IsCutOff(agent.Node));
        foreach (Agent agent in _agents.OrderBy(agent => agent == best))
        {
            bool shouldHold = agent == best || (agent.CanServe && IsCutOff(agent.Node));
            if (agent.Holds == shouldHold || (NeverRelease && _agents.Exists(one => one.Holds)))
            {
                continue;
            }

            agent.Node.RunToEnd("ip", "address", shouldHold ? "add" : "del", vip, "dev", "eth0");
            agent.Holds = shouldHold;
            ForgetNeighbour();
        }
    }

    private sealed class Agent(StandInAgents all, LabNode node) : ILabAgent
    {
        private string _state = "INITIALIZE";
        private long _sequence;
        private readonly List<TransitionStatus> _transitions = [];
        private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;

        public LabNode Node { get; } = node;

        public bool IsRunning { get; private set; }

        public bool Holds { get; set; }

        public string Words => "stand-in";

        public bool IsDrained { get; private set; }

        public bool CanServe => IsRunning && ServiceRuns && LinkIsUp;

        private bool ServiceRuns =>
            File.Exists(Node.PathInside("/run/nginx.pid"))
            && Node.RunToEnd("sh", "-c", "kill -0 $(cat /run/nginx.pid) 2>/dev/null && echo yes || echo no") == "yes\n";

        private bool LinkIsUp => Node.RunToEnd("cat", "/sys/class/net/eth0/carrier") == "1\n";

        public void Start() => IsRunning = true;

        public void Kill(LinuxSignal signal)
        {
            IsRunning = signal == LinuxSignal.Continue;
            all.Elect();
        }

        public void Drain(bool on)
        {
            if (all.NeverDrain)
            {
                throw new LabException("this stand-in can't be drained");
            }

            IsDrained = on;
            all.Elect();
        }

        public Task<StatusReport?> ReadStatusAsync(CancellationToken cancellationToken)
        {
            all.Elect();
            return Task.FromResult(IsRunning ? Report() : null);
        }

        public void Dispose()
        {
        }

        private StatusReport Report()
        {
            string state = Holds ? "MASTER" : CanServe ? "BACKUP" : "FAULT";
            DateTimeOffset now = DateTimeOffset.UtcNow;
            if (state != _state)
            {
                _transitions.Add(new TransitionStatus(++_sequence, now, "VI_1", _state, state, "the stand-in says so", []));
                _state = state;
            }

            return new StatusReport(
                StatusReport.CurrentSchema,
                Node.Name,
                "0",
                1,
                now,
                _startedAt,
                new ConfigStatus("", now, true, ""),
                [new VirtualRouterStatus("VI_1", 51, "eth0", 3, state, "", now, 0, new PriorityStatus(1, 1, []), null, null, [], new Dictionary<string, long>())],
                [new CheckStatus("nginx", "Nginx", ServiceRuns ? "up" : "down", "", 0, 0)],
                [],
                new HostStatus("running", null, 0, ""),
                new LoopStatus(0, 0, 0, false),
                [.. _transitions]);
        }
    }
}
