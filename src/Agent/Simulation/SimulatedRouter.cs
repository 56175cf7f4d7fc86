using HotStandby.Abstractions;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Tracking;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>
/// One virtual router on one node: the real state machine, fed and obeyed as the loop does it, on a simulated wire and kernel.
/// </summary>
internal sealed class SimulatedRouter(SimulatedNode node, int index, VirtualRouterConfig config, NodeConfig nodeConfig)
{
    private readonly string[] _interfaces = config.AllInterfaces();
    private DeadlineWatch _deadlines = new();
    private bool _announceWanted;
    private bool _sourceIsGone;

    /// <summary>Which virtual router of the file.</summary>
    public int Index { get; } = index;

    public SimulatedNode Node { get; } = node;

    public VirtualRouterConfig Config { get; } = config;

    /// <summary>An interface with addresses of it that has no carrier, its own first; null when all have.</summary>
    public string? InterfaceDown
    {
        get
        {
            string? down = null;
            foreach (string device in _interfaces)
            {
                down ??= Node.LinkIsUp(device) ? null : device;
            }

            return down;
        }
    }

    /// <summary>Unicast peers hear what the group would; signed is what the setup says, whatever keys the file has.</summary>
    public VirtualRouterSettings Settings { get; private set; } = SettingsOf(node, config, nodeConfig);

    public VirtualRouter Router { get; private set; } = new(SettingsOf(node, config, nodeConfig));

    public SimulatedKernel Kernel { get; } = new();

    public SimulatedHolding Holding { get; private set; } = new();

    /// <summary>What the transitions that were reported add up to.</summary>
    public RouterState Reported { get; private set; }

    /// <summary>On the node's clock, since this agent started and since it was last frozen; null when it sent nothing in this role.</summary>
    public MonotonicTime? LastSent { get; set; }

    /// <summary>Whether priority 0 was sent since it last became MASTER.</summary>
    public bool Resigned { get; private set; }

    public Address OwnSource { get; } = SourceOf(nodeConfig, config, node.Index);

    /// <summary>When to wake for it.</summary>
    public MonotonicTime NextDeadline(MonotonicTime now) => MonotonicTime.Min(Router.NextDeadline, Holding.NextDeadline(now));

    /// <summary>The same at the end of a turn, once in each, as the loop does: what was due is to have been met.</summary>
    public MonotonicTime JudgeDeadlines(MonotonicTime now)
    {
        MonotonicTime next = MonotonicTime.Min(
            _deadlines.Judge(DeadlineOf.Timers, Router.NextDeadline, now), _deadlines.Judge(DeadlineOf.Addresses, Holding.NextDeadline(now), now));
        while (_deadlines.TryTakeFault(out DeadlineOf part))
        {
            Node.World.Overdue(this, part);
        }

        return next;
    }

    /// <summary>A new agent: nothing of the old one is left but what the kernel has.</summary>
    public void Restart()
    {
        Router = new VirtualRouter(Settings);
        Holding = new SimulatedHolding();
        _deadlines = new DeadlineWatch();
        _announceWanted = false;
        Reported = RouterState.Initialize;
        LastSent = null;
        Resigned = false;
    }

    /// <summary>What <see cref="Evaluate"/> found of this virtual router alone.</summary>
    public KnownReadiness Known { get; private set; }

    /// <summary>Looks at everything that is known and tells the state machine priority and source; as the loop's runtime does.</summary>
    public void Evaluate(CheckTable checks, MonotonicTime now, ActionBuffer actions)
    {
        string? problem = InterfaceDown is string down ? $"interface {down} has no carrier" : null;
        Address? source = Node.Has(FaultKind.NoSource, Config.Interface) ? null : OwnSource;
        if (problem is null && source is null)
        {
            problem = $"interface {Config.Interface} has no address of its own to advertise from";
        }

        Holding.ClearProblemIfDue(now);
        bool drained = Node.Has(FaultKind.Drain);
        Router.SetPriority(EffectivePriority.Compute(Router.Settings.Priority, Config.Tracks, checks, now, drained), now, actions);
        CarryOut(actions, now);
        if (source is not null)
        {
            Router.SetSource(source, now, actions);
            CarryOut(actions, now);
        }

        (Readiness readiness, string sentence) = Node.Hold.Holds(now)
            ? (Readiness.Waiting, Node.Hold.Sentence)
            : RouterReadiness.Evaluate(Config.Tracks, checks, problem, Holding.Problem, now);
        Known = new(Config.Name, readiness, sentence);
        _sourceIsGone = source is null;
    }

    /// <summary>Tells the state machine whether it may take part; as the loop's runtime does.</summary>
    public void Follow(Readiness readiness, string sentence, MonotonicTime now, ActionBuffer actions)
    {
        if (readiness != Readiness.Waiting || Router.State is not (RouterState.Backup or RouterState.Master))
        {
            Router.SetReadiness(readiness, sentence, now, actions);
            CarryOut(actions, now);
        }

        if (_sourceIsGone && Router.Source is not null)
        {
            Router.SetSource(null, now, actions);
            CarryOut(actions, now);
        }
    }

    public void Reload(byte? priority, MonotonicTime now, ActionBuffer actions)
    {
        VirtualRouterSettings read = Settings with { Priority = priority is byte one && !Settings.IsOwner ? one : Settings.Priority };
        if (SettingsRules.FirstProblem(read) is not null)
        {
            // The agent refuses such a file, and a refused reload changes nothing.
            return;
        }

        Settings = read;
        Router.Apply(Settings, now, actions);
        CarryOut(actions, now);
    }

    /// <summary>Does what the state machine decided, in its order, and empties the buffer.</summary>
    public void CarryOut(ActionBuffer actions, MonotonicTime now)
    {
        bool resignedBefore = Resigned;
        for (int i = 0; i < actions.Count; i++)
        {
            RouterAction action = actions[i];
            switch (action.Kind)
            {
                case RouterActionKind.SendAdvertisement:
                    Resigned |= action.Priority == 0;
                    Node.World.Sent(this, action, now);
                    LastSent = now;
                    break;
                case RouterActionKind.BindAddresses:
                    Holding.Want(now);
                    break;
                case RouterActionKind.ReleaseAddresses:
                    _announceWanted = false;
                    Holding.Unwant();
                    break;
                case RouterActionKind.Announce:
                    _announceWanted = true;
                    break;
                case RouterActionKind.Transition:
                    Resigned &= action.To != RouterState.Master;
                    Node.World.Transitioned(this, action, resignedBefore || Resigned, now);
                    Reported = action.To;
                    break;
                case RouterActionKind.Alarm or RouterActionKind.AlarmBegan:
                    Node.World.Alarmed(this, action.Sentence);
                    break;
                default:
                    break;
            }
        }

        actions.Clear();
        AnnounceIfHeld();
    }

    /// <summary>At the end of a turn, when it is known what is still wanted.</summary>
    public void Reconcile(MonotonicTime now)
    {
        if (Holding.Reconcile(now) != SimulatedHolding.Work.None)
        {
            Node.World.AskKernel(this);
        }
    }

    /// <summary>The kernel does what it was asked, and the agent hears of it.</summary>
    public void KernelWorks(MonotonicTime now, ActionBuffer actions)
    {
        Duration lease = SimulatedKernel.Lease(Settings.AdvertisementInterval);
        string? refusal = Holding.UnderWay == SimulatedHolding.Work.Bind && BindIsRefused ? $"the kernel refused {Config.Addresses[0]}" : null;
        bool held = Holding.UnderWay switch
        {
            SimulatedHolding.Work.Release => false,
            SimulatedHolding.Work.Bind => refusal is null,

            // A renewal that comes too late finds nothing to renew.
            _ => Kernel.Holds,
        };
        if (held)
        {
            Kernel.Bind(now, lease);
        }
        else
        {
            Kernel.Remove();
        }

        Holding.Done(held, refusal, lease, now);
        if (Router.State == RouterState.Master && Holding.Problem is string problem)
        {
            Router.FailedInRole(problem, curesUnseen: false, now, actions);
        }
        else if (held && Holding.Wanted)
        {
            Router.ServesInRole(actions);
        }

        CarryOut(actions, now);

        Node.World.KernelChanged(this);
        AnnounceIfHeld();
        Reconcile(now);
    }

    /// <summary>The kernel refuses its addresses on one of its interfaces.</summary>
    public bool BindIsRefused
    {
        get
        {
            bool refused = false;
            foreach (string device in _interfaces)
            {
                refused |= Node.Has(FaultKind.BindRefused, device);
            }

            return refused;
        }
    }

    /// <summary>Something about its interfaces changed that may be why the kernel refused the addresses.</summary>
    public void LinksChanged(MonotonicTime now, ActionBuffer actions)
    {
        Holding.NewChance();
        Router.SomethingChanged(now, actions);
        CarryOut(actions, now);
    }

    /// <summary>The kernel's report reaches the agent: the addresses are gone. They are put back at the end of the turn, if still wanted then.</summary>
    public void Missed(MonotonicTime now) =>
        _announceWanted |= Holding.UnderWay == SimulatedHolding.Work.None && Holding.Lost(now) && Holding.Wanted;

    private void AnnounceIfHeld()
    {
        // In a hand-over the successor may have announced already.
        _announceWanted &= Router.State == RouterState.Master;
        if (_announceWanted && Holding is { Wanted: true, Held: true })
        {
            _announceWanted = false;
            Node.World.Announced(this);
        }
    }

    private static VirtualRouterSettings SettingsOf(SimulatedNode node, VirtualRouterConfig config, NodeConfig nodeConfig) =>
        RouterSettings.For(config, nodeConfig) with { Unicast = null, Hmac = config.Version == 3 ? node.World.Hmac : null };

    /// <summary>The node's address of the file where it fits, else one in the subnet of the virtual address; IPv6: link-local.</summary>
    private static Address SourceOf(NodeConfig node, VirtualRouterConfig router, int index)
    {
        if (router.Addresses[0].Address.IsIPv6)
        {
            return Address.Read([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, (byte)(index + 1)]);
        }

        return node.Address.IsIPv6 ? Address.Read([169, 254, 1, (byte)(index + 1)]) : node.Address;
    }
}
