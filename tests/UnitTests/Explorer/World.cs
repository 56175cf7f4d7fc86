using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Explorer;

/// <summary>
/// One state of everything: the nodes, the messages under way (at most two from each node to each other) and what the rules remember. This file:
/// what it is and what can happen. <c>World.Steps.cs</c>: what a step does. <c>World.Rules.cs</c>: what must hold. <c>World.Code.cs</c>: as bytes.
/// </summary>
internal sealed partial class World
{
    public const int MostMessages = 2;

    /// <summary>In a state's bytes every time counts from now; when one is read, now is this.</summary>
    private static readonly MonotonicTime Start = default(MonotonicTime) + Duration.FromSeconds(1000);

    /// <summary>No time older than this makes a difference: every wait of the state machine is shorter.</summary>
    private static readonly Duration Oldest = Duration.FromSeconds(8);

    /// <summary>Without a fault there are some ten steps in a second.</summary>
    private const int MostStepsToSettle = 10_000;

    /// <summary>Between two moments at which a fault can begin or end.</summary>
    private static readonly Duration Tick = Duration.FromMilliseconds(500);

    private static readonly Duration Lease = Duration.FromSeconds(2);
    private readonly ExplorationSetup _setup;
    private readonly ActionBuffer _actions = new();
    private readonly Message[] _messages;
    private readonly int[] _counts;
    private int _cut = -1;
    private int _faultsLeft;

    public World(ExplorationSetup setup)
    {
        _setup = setup;
        Nodes = [.. setup.Priorities.Select((_, index) => new WorldNode(setup, index))];
        _messages = new Message[Nodes.Length * Nodes.Length * MostMessages];
        _counts = new int[Nodes.Length * Nodes.Length];
        _faultsLeft = setup.Faults;
        Now = Start;
        _calmSince = Start;
        _nobodySince = Start;
        foreach (WorldNode node in Nodes)
        {
            StartAgent(node);
        }

        List<Step> possible = [];
        for (int i = 0; setup.IsSettled && Calm <= setup.Settle && Broken is null; i++)
        {
            if (i == MostStepsToSettle)
            {
                Break("S9", "time does not go on");
            }

            Possible(possible);
            Take(possible.First(step => step.Kind is StepKind.Deliver or StepKind.Expire or StepKind.Advance));
        }

        // What is never among a state's bytes is in the snapshots from here on.
        Save();
    }

    public WorldNode[] Nodes { get; }

    public MonotonicTime Now { get; private set; }

    /// <summary>The first rule that was broken; null as long as all is well.</summary>
    public string? Broken { get; private set; }

    /// <summary>More messages were sent than may be under way: what comes of it is not looked at.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Everything that can happen now.</summary>
    public void Possible(List<Step> steps)
    {
        steps.Clear();
        int count = Nodes.Length;
        bool mayFail = _faultsLeft > 0;
        for (byte from = 0; from < count; from++)
        {
            for (byte to = 0; to < count; to++)
            {
                if (_counts[(from * count) + to] > 0 && !Nodes[to].IsFrozen)
                {
                    steps.Add(new(StepKind.Deliver, from, to));
                    Add(steps, mayFail, StepKind.Lose, from, to);
                }
            }
        }

        for (byte i = 0; i < count; i++)
        {
            WorldNode node = Nodes[i];
            bool serves = node.Runs && !node.IsStopping;
            Add(steps, node.Runs && node.Router.NextDeadline <= Now, StepKind.Expire, i);
            Add(steps, node.IsFrozen, StepKind.Thaw, i);
            Add(steps, !node.HasAgent, StepKind.Restart, i);
            Add(steps, _cut == i, StepKind.Heal, i);
            Add(steps, serves && node.CheckFailed, StepKind.CheckIsWell, i);
            Add(steps, serves && node.Router.SteppedDown, StepKind.Resume, i);
            if (mayFail)
            {
                Add(steps, serves, StepKind.Freeze, i);
                Add(steps, node.Runs, StepKind.Crash, i);
                Add(steps, _cut < 0 && (i == 0 || count > 2), StepKind.Partition, i);
                Add(steps, serves && !node.CheckFailed, StepKind.CheckFails, i);
                Add(steps, serves, StepKind.Stop, i);
                Add(steps, serves && node.IsMaster, StepKind.StepDown, i);
            }
        }

        Add(steps, NextMoment() > Now, StepKind.Advance);
    }

    private static void Add(List<Step> steps, bool possible, StepKind kind, byte node = 0, byte to = 0)
    {
        if (possible)
        {
            steps.Add(new(kind, node, to));
        }
    }

    /// <summary>When something is due next; now when something is due now, so that time can't go on.</summary>
    private MonotonicTime NextMoment()
    {
        MonotonicTime next = Now + Tick;
        foreach (WorldNode node in Nodes)
        {
            next = node.Runs ? MonotonicTime.Min(next, node.Router.NextDeadline) : next;
            next = MonotonicTime.Min(next, node.LeftoverUntil);
        }

        for (int i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] > 0 && !Nodes[i % Nodes.Length].IsFrozen)
            {
                next = MonotonicTime.Min(next, _messages[i * MostMessages].SentAt + _setup.Delay);
            }
        }

        return next;
    }

    public override string ToString() => string.Join("; ", Nodes.Select(node =>
        $"n{node.Index} {(!node.HasAgent ? "no agent" : node.Router.State)}{(node.IsFrozen ? " frozen" : "")}{(node.CheckFailed ? " check failed" : "")}"
        + $"{(node.Holds ? " holds" : "")}"))
        + (_cut >= 0 ? $"; n{_cut} is cut off" : "");
}
