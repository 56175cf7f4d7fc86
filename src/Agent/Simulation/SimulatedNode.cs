using HotStandby.Abstractions;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Tracking;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Simulation;

/// <summary>One machine: its clock, its kernel, the agent's process, and the checks of the plugin host.</summary>
internal sealed partial class SimulatedNode
{
    /// <summary>As many frames wait for a frozen agent; the kernel drops what comes after.</summary>
    private const int FramesThatWait = 1024;

    private static readonly Duration StopPatience = Duration.FromSeconds(2);
    private readonly ActionBuffer _actions = new();
    private readonly Dictionary<string, AdvertisementReceiver> _receivers = new(StringComparer.Ordinal);
    private readonly List<(int Router, byte[] Packet)> _frames = [];
    private readonly List<CheckChanged> _results = [];
    private readonly Dictionary<(FaultKind Kind, string Interface), int> _faultsOfInterface = [];
    private readonly List<(SyncGroup Election, GroupStanding Standing)> _groups = [];
    private readonly int[] _faults = new int[FaultWords.All.Count];
    private readonly HotStandbyConfig _file;
    private readonly Tracked[] _sources;
    private CheckTable _checks = new();
    private MonotonicTime _lastEvaluated;
    private MonotonicTime _wakeAt = MonotonicTime.Never;
    private MonotonicTime? _stopBy;
    private MonotonicTime? _sleptSince;
    private bool _evaluate;
    private bool _flapDown;
    private bool _boots;
    private MonotonicTime _booted;

    public SimulatedNode(SimulationRun world, int index, HotStandbyConfig file, int partsPerMillion)
    {
        World = world;
        Index = index;
        _file = file;
        Config = file.Nodes[index];

        // No two machines booted at one time: a time of one node that got into another's would show.
        Clock = new SimulatedClock(new MonotonicTime((1000 + (777L * index)) * 1_000_000_000), partsPerMillion);
        Routers = [.. file.VirtualRouters.Select((router, at) => new SimulatedRouter(this, at, router, Config))];
        _sources = [.. file.VirtualRouters.SelectMany(router => router.Tracks).SelectMany(track => track.What.Sources).Distinct()];
        Checks = [.. file.Plugins
            .Where(plugin => file.VirtualRouters.Any(router => router.Tracks.Any(track => track.What.Checks.Contains(plugin.Id))))
            .Select(plugin => new SimulatedCheck(plugin))];
    }

    public SimulationRun World { get; }

    public int Index { get; }

    public NodeConfig Config { get; }

    public string Name => Config.Name;

    public SimulatedClock Clock { get; }

    public IReadOnlyList<SimulatedRouter> Routers { get; }

    /// <summary>What the machine's wall clock shows, right or wrong; it goes on while the machine stands still.</summary>
    public WallStamp Wall(MonotonicTime at) =>
        WallStamp.FromUnix(1_780_000_000_000_000_000 + at.Nanoseconds + World.WallClock(Index).Nanoseconds);

    public IReadOnlyList<SimulatedCheck> Checks { get; }

    /// <summary>An agent exists, frozen or not.</summary>
    public bool HasAgent { get; private set; }

    /// <summary>SIGSTOP.</summary>
    public bool IsFrozen { get; private set; }

    public bool IsStopping => _stopBy is not null;

    public bool IsPaused => Has(FaultKind.Pause);

    public bool HasPower => !Has(FaultKind.PowerOff);

    /// <summary>The agent gets the processor.</summary>
    public bool Runs => HasAgent && !IsFrozen && !IsPaused;

    public bool LinkIsUp(string device) => !Has(FaultKind.LinkDown, device) && !_flapDown;

    /// <summary>The kernel answers on the wire of an interface.</summary>
    public bool Answers(string device) => HasPower && !IsPaused && LinkIsUp(device);

    /// <summary>The service behind the addresses is alive.</summary>
    public bool ServiceIsWell { get; private set; } = true;

    /// <summary>Until when it takes no part because the agent was just started.</summary>
    public StartupHold Hold { get; private set; } = StartupHold.None;

    /// <summary>When the agent last began to run, or ceased to.</summary>
    public MonotonicTime RunsSince { get; private set; }

    /// <summary>Signed adverts that this agent took for true.</summary>
    public HashSet<byte[]> Believed { get; } = [];

    public bool Has(FaultKind kind) => _faults[(int)kind] > 0;

    /// <summary>Whether the node or one of its interfaces has it.</summary>
    public bool Has(FaultKind kind, string device) => Has(kind) || _faultsOfInterface.GetValueOrDefault((kind, device)) > 0;

    /// <summary>When the last result of a check was made, on the node's clock, as status would tell it.</summary>
    public MonotonicTime? KnownOf(SimulatedCheck check) => _checks.LastResult(check.Plugin.Id).HeardAt;

    public int Change(FaultKind kind, int by, string? device = null) => device is null
        ? _faults[(int)kind] += by
        : _faultsOfInterface[(kind, device)] = _faultsOfInterface.GetValueOrDefault((kind, device)) + by;

    public bool Holds(int router) => HasPower && !IsPaused && Routers[router].Kernel.Holds;

    public void StartAgent(MonotonicTime at)
    {
        HasAgent = true;
        Believed.Clear();
        IsFrozen = false;
        RunsSince = at;
        _stopBy = null;
        _sleptSince = null;
        _frames.Clear();
        _results.Clear();
        _receivers.Clear();
        _checks = new CheckTable();
        MonotonicTime now = Clock.Local(at);
        _checks.Configure(_file, now);
        _booted = _boots ? now : _booted;
        _boots = false;
        Hold = StartupHold.For(_file.Agent, now, _booted);
        foreach (SimulatedRouter router in Routers)
        {
            router.Restart();
            if (!_receivers.TryGetValue(router.Config.Interface, out AdvertisementReceiver? receiver))
            {
                _receivers.Add(router.Config.Interface, receiver = new AdvertisementReceiver());
            }

            receiver.Add(router.Router);
            receiver.SetOwnAddresses([router.OwnSource]);
            router.Router.Start(now, _actions);
            router.CarryOut(_actions, now);
        }

        _groups.Clear();
        _groups.AddRange(_file.SyncGroups.Select(group =>
            (new SyncGroup(group.Name, [.. Routers.Where(router => router.Config.SyncGroup == group.Name).Select(router => router.Router)]), new GroupStanding())));
        foreach (SimulatedCheck check in Checks)
        {
            check.Restart();
        }

        _evaluate = true;
        Turn(at);
    }

    public void KillAgent(MonotonicTime at)
    {
        HasAgent = false;
        IsFrozen = false;
        RunsSince = at;
        _wakeAt = MonotonicTime.Never;
    }

    public void LosePower(MonotonicTime at)
    {
        KillAgent(at);
        _boots = true;
        foreach (SimulatedRouter router in Routers)
        {
            router.Kernel.Remove();
            World.KernelChanged(router);
        }
    }

    public void StopAgent(MonotonicTime at)
    {
        MonotonicTime now = Clock.Local(at);
        _stopBy = now + StopPatience;
        foreach (SimulatedRouter router in Routers)
        {
            router.Router.Stop("Told to stop (SIGTERM).", now, _actions);
            router.CarryOut(_actions, now);
        }

        Turn(at);
    }

    public void Freeze(MonotonicTime at)
    {
        IsFrozen = true;
        _sleptSince = Clock.Local(at);
        RunsSince = at;
    }

    /// <summary>After SIGCONT: the kernel's report first, then mail, then what waited on the wire, then the timers.</summary>
    public void Thaw(MonotonicTime at)
    {
        IsFrozen = false;
        RunsSince = at;
        ForgetSent();
        Resume(at);
    }

    /// <summary>SIGCONT while the machine stands still: it goes on with the machine.</summary>
    public void Unfreeze() => IsFrozen = false;

    public void Pause(MonotonicTime at)
    {
        Clock.Pause(at);
        RunsSince = at;
        foreach (SimulatedRouter router in Routers)
        {
            World.KernelChanged(router);
        }
    }

    public void Unpause(MonotonicTime at)
    {
        Clock.Resume(at);
        RunsSince = at;
        ForgetSent();
        foreach (SimulatedRouter router in Routers)
        {
            World.WatchExpiry(router);
            World.KernelChanged(router);
        }

        if (HasAgent && !IsFrozen)
        {
            Resume(at);
        }
    }

    public void SetService(bool well) => ServiceIsWell = well;

    public void FlapLink(bool down) => _flapDown = down;

    /// <summary>Links or addresses changed, as far as the kernel tells: look again at once.</summary>
    public void LinksChanged(MonotonicTime at)
    {
        foreach (SimulatedRouter router in Routers)
        {
            router.LinksChanged(Clock.Local(at), _actions);
        }

        LookAgain(at);
    }

    public void LookAgain(MonotonicTime at)
    {
        if (Runs)
        {
            _evaluate = true;
            Turn(at);
        }
    }

    public void Receive(int router, byte[] packet, MonotonicTime at)
    {
        if (!HasAgent || IsPaused || !LinkIsUp(Routers[router].Config.Interface))
        {
            return;
        }

        if (_frames.Count < FramesThatWait)
        {
            _frames.Add((router, packet));
        }

        if (!IsFrozen)
        {
            Turn(at);
        }
    }

    public void Heard(CheckChanged result, MonotonicTime at)
    {
        if (HasAgent)
        {
            _results.Add(result);
            if (Runs)
            {
                Turn(at);
            }
        }
    }

    public void KernelWorks(SimulatedRouter router, MonotonicTime at)
    {
        // A frozen or paused agent's worker stands still too; it goes on with Resume.
        if (Runs && router.Holding.UnderWay != SimulatedHolding.Work.None)
        {
            router.KernelWorks(Clock.Local(at), _actions);
            World.WatchExpiry(router);
            if (router.Holding.Problem is not null)
            {
                _evaluate = true;
                Turn(at);
                return;
            }

            Rewake(at, endsTurn: false);
            EndIfStopped(at);
        }
    }

    /// <summary>The kernel took the addresses off, or somebody else did.</summary>
    public void KernelRemoved(SimulatedRouter router, MonotonicTime at)
    {
        router.Kernel.Remove();
        World.KernelChanged(router);
        if (Runs && LinkIsUp(router.Config.Interface))
        {
            router.Missed(Clock.Local(at));
            router.Reconcile(Clock.Local(at));
            Rewake(at, endsTurn: false);
        }
    }

    public void Wake(MonotonicTime at)
    {
        if (at >= _wakeAt)
        {
            _wakeAt = MonotonicTime.Never;
            if (Runs)
            {
                Turn(at);
            }
        }
    }

    public void Reload(byte? priority, MonotonicTime at)
    {
        MonotonicTime now = Clock.Local(at);
        foreach (SimulatedRouter router in Routers)
        {
            router.Reload(priority, now, _actions);
        }

        _evaluate = true;
        Turn(at);
    }

    /// <summary>The operator's drain, as the loop carries it out: priorities first, then every master hands over.</summary>
    public void Drain(MonotonicTime at)
    {
        MonotonicTime now = Clock.Local(at);
        EvaluateAll(now);
        foreach (SimulatedRouter router in Routers)
        {
            if (router.Router is { State: RouterState.Master, Settings.IsOwner: false })
            {
                router.Router.StepDown("Drained by the operator: stays backup unless no other node is there.", now, _actions);
                router.Router.Resume();
                router.CarryOut(_actions, now);
            }
        }

        Turn(at);
    }

    /// <summary>What a virtual router shows, to compare before and after something that must change nothing.</summary>
    public (RouterState, byte, Address?, MonotonicTime, VirtualRouterSettings, int) Face(SimulatedRouter router) =>
        (router.Router.State, router.Router.EffectivePriority, router.Router.MasterAddress, router.Router.NextDeadline, router.Router.Settings, _actions.Count);

    /// <summary>Offers another virtual router in a reload; true when it was refused as it must be.</summary>
    public bool RefusesAnother(SimulatedRouter router, MonotonicTime at)
    {
        try
        {
            router.Router.Apply(
                router.Settings with { Vrid = (byte)(router.Settings.Vrid % 255 + 1), Priority = 254 }, Clock.Local(at), _actions);
        }
        catch (ArgumentException)
        {
            return true;
        }

        _actions.Clear();
        return false;
    }

    private void ForgetSent()
    {
        foreach (SimulatedRouter router in Routers)
        {
            router.LastSent = null;
        }
    }
}
