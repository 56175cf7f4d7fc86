using HotStandby.Abstractions;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Tracking;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.Agent.Loop;

/// <summary>
/// One virtual router at work: feeds it what is known (source address, readiness, priority) and carries out what it decides, on the wire
/// and in the kernel. It decides nothing itself.
/// </summary>
public sealed partial class RouterRuntime
{
    private const int FailuresToResign = 3;

    /// <summary>Of addresses in one sentence.</summary>
    private const int MostNamed = 5;

    /// <summary>An address that stays for this long is not fought for any more.</summary>
    private static readonly Duration TakenHolds = Duration.FromSeconds(60);

    /// <summary>From the grace of whoever had the role to the first probes.</summary>
    private static readonly Duration ProbeAfterGrace = Duration.FromSeconds(1);

    /// <summary>Long enough to be seen by whoever looks once an hour.</summary>
    private static readonly Duration FaultStands = Duration.FromSeconds(3600);

    private readonly AdvertisementSender _sender;
    private readonly TransitionReporter _reporter;
    private readonly IAddressWorker _worker;
    private readonly StrayAddresses _strays = new();
    private bool _sourceIsGone;
    private readonly SourceAddress _source = new();
    private DeadlineOf? _overdue;
    private string? _lastSendProblem;
    private int _failuresInARow;
    private MonotonicTime _lastFailureAt = new(long.MinValue);

    /// <summary>When the kernel last had refused too many adverts in a row: from then on it is in FAULT because nobody can hear it.</summary>
    private MonotonicTime _mutedFrom = new(long.MinValue);

    /// <summary>The pause after that.</summary>
    private readonly Refusal _mute = new();

    /// <summary>Announcements of each address that wait until all addresses are bound; 0 for none.</summary>
    private int _announcementsWanted;

    /// <param name="devices">The interface of a name, for the addresses that are not on the virtual router's own.</param>
    public RouterRuntime(
        VirtualRouterConfig config,
        NodeConfig node,
        Func<string, InterfaceRuntime> devices,
        IAddressWorker worker,
        LinkMonitor links,
        TransitionReporter reporter)
    {
        Config = config;
        Node = node;
        Device = devices(config.InterfaceOn(node));
        _sender = new AdvertisementSender(Device);
        _reporter = reporter;
        _worker = worker;
        VirtualRouterSettings settings = RouterSettings.For(config, node);
        Router = new VirtualRouter(settings);
        Machines = new KnownMachines(Router);
        Conflicts = new AddressConflicts(Machines);
        Places = new AddressPlaces(config, node, settings, devices, worker, links);
        Routes = new RouteHolding(worker, config.RoutingEntriesOn(node));
    }

    public VirtualRouterConfig Config { get; private set; }

    public NodeConfig Node { get; private set; }

    public InterfaceRuntime Device { get; }

    public VirtualRouter Router { get; }

    /// <summary>The addresses that move with the role.</summary>
    public AddressPlaces Places { get; }

    /// <summary>Routes and rules, which come after the addresses and go before them.</summary>
    public RouteHolding Routes { get; }

    /// <summary>The kernel has nothing of it, and nothing is under way.</summary>
    public bool Idle => Places.Idle && Routes.Idle;

    /// <summary>Who else claims the addresses, without being a node of this virtual router.</summary>
    public AddressConflicts Conflicts { get; }

    /// <summary>Who the claimants are.</summary>
    public KnownMachines Machines { get; }

    /// <summary>When its notifiers are told once more.</summary>
    public Reassertions Reassertions { get; } = new();

    /// <summary>Asks who else has the addresses.</summary>
    public AddressProber Prober { get; } = new();

    /// <summary>The notifiers of its sync group, which are told of its alarms too; none without a group.</summary>
    public IReadOnlyList<string> GroupNotify { get; set; } = [];

    /// <summary>Why the operator drained the node; null when it is not drained. A drained node has the lowest priority, 1; an owner keeps 255.</summary>
    public string? Drained { get; set; }

    /// <summary>Until when it takes no part because the agent was just started.</summary>
    public StartupHold Hold { get; set; } = StartupHold.None;

    /// <summary>Whether each of its parts asks for moments that are met.</summary>
    public DeadlineWatch Deadlines { get; } = new();

    /// <summary>When to wake for it; to be asked once at the end of every turn.</summary>
    /// <param name="readiness">What <see cref="NextEvaluation"/> says; <see cref="MonotonicTime.Never"/> of one that leaves and is not looked at any more.</param>
    /// <param name="now">The time that the turn went by.</param>
    public MonotonicTime NextDeadline(MonotonicTime readiness, MonotonicTime now)
    {
        MonotonicTime next = Deadlines.Judge(DeadlineOf.Readiness, readiness, now);
        next = MonotonicTime.Min(next, Deadlines.Judge(DeadlineOf.Timers, Router.NextDeadline, now));
        next = MonotonicTime.Min(next, Deadlines.Judge(DeadlineOf.Claims, Conflicts.NextDeadline, now));
        next = MonotonicTime.Min(next, Deadlines.Judge(DeadlineOf.Reassertion, Reassertions.NextDeadline, now));
        next = MonotonicTime.Min(next, Deadlines.Judge(DeadlineOf.Probes, Prober.NextDeadline, now));
        next = MonotonicTime.Min(next, Deadlines.Judge(DeadlineOf.Alarms, Router.Alarms.NextDeadline, now));
        next = MonotonicTime.Min(next, Deadlines.Judge(DeadlineOf.Addresses, Places.NextDeadline(now), now));
        next = MonotonicTime.Min(next, Deadlines.Judge(DeadlineOf.Routes, RoutesDeadline, now));
        while (Deadlines.TryTakeFault(out DeadlineOf part))
        {
            _overdue = part;
        }

        return next;
    }

    private MonotonicTime RoutesDeadline =>
        Routes.NextDeadline(addressesAreThere: true) == MonotonicTime.Never ? MonotonicTime.Never : Routes.NextDeadline(Places.Complete);

    /// <summary>Asks the address worker for whatever is due.</summary>
    public void Reconcile(MonotonicTime now)
    {
        Places.Reconcile(now);
        if (now >= RoutesDeadline)
        {
            Routes.Reconcile(Places.Complete, now);
        }
    }

    /// <summary>Whether something that the address worker did was asked for by this router.</summary>
    public bool Asked(AddressWork work) => ReferenceEquals(work.Owner, Routes) || ReferenceEquals(work.Owner, _strays) || Places.Asked(work) is not null;

    /// <summary>When <see cref="Evaluate"/> has something new to say although nothing happened since it was asked.</summary>
    public MonotonicTime NextEvaluation(MonotonicTime since) =>
        _mutedFrom >= since ? _mutedFrom
        : _mute.Problem is not null && _mute.Until > since ? _mute.Until
        : Hold.Holds(since) ? Hold.Until
        : MonotonicTime.Never;

    /// <summary>What <see cref="Evaluate"/> found of this virtual router alone.</summary>
    public KnownReadiness Known { get; private set; }

    /// <summary>
    /// Looks at everything that is known and tells the state machine priority and source; <see cref="Follow"/> tells it the readiness, which a sync
    /// group has in common. Level: safe to call at any time.
    /// </summary>
    public void Evaluate(CheckTable checks, MonotonicTime now, ActionBuffer actions)
    {
        Places.ClearProblemIfDue(now);
        string? unfit = Device.Link is LinkState there ? InterfaceFitness.Problem(Router.Settings, Config.UseVmac, there) : null;
        string? interfaceProblem = unfit ?? Device.ProblemOf(Router.Settings.IsIPv6) ?? Places.LinkProblem;
        bool hasInterfaces = interfaceProblem is null;
        Address? source = Device.Link is LinkState link ? _source.On(link, Config, Node, Router.Settings) : null;
        if (interfaceProblem is null && source is null)
        {
            interfaceProblem = SourceAddress.Required(Config, Node, Router.Settings) is Address required ? $"interface {Device.Name} does not have the address {required} to advertise from"
                : Router.Settings.IsIPv6
                ? $"interface {Device.Name} has no link-local IPv6 address to advertise from"
                : $"interface {Device.Name} has no IPv4 address of its own to advertise from";
            interfaceProblem += Device.Link is LinkState port && Places.OwnerOf(port) is string owner
                ? $"; it is a port of {owner}, which has the addresses: name that one in the file"
                : "";
        }

        TellWhetherItIsAPort(now, actions);

        // What was never there is waited for; what goes away later is a fault, and so is what can't come.
        string? waitsFor = interfaceProblem is not null && unfit is null && Router.State == RouterState.Initialize && _failuresInARow == 0
            ? $"waits for its {(hasInterfaces ? "address" : "interface")}: {interfaceProblem}"
            : null;

        Router.SetPriority(EffectivePriority.Compute(Router.Settings.Priority, Config.Tracks, checks, now, Drained is not null), now, actions);
        CarryOut(actions, now);
        if (source is not null)
        {
            Router.SetSource(source, now, actions);
            CarryOut(actions, now);
        }

        _mute.EndIfDue(now);
        interfaceProblem ??= _mute.Problem;
        (Readiness readiness, string sentence) =
            Hold.Holds(now) ? (Readiness.Waiting, Hold.Sentence)
            : waitsFor is not null
                ? (Readiness.Waiting, waitsFor)
                : RouterReadiness.Evaluate(Config.Tracks, checks, interfaceProblem, Places.Problem, now);
        Known = new(Config.Name, readiness, sentence);
        _sourceIsGone = source is null;
        bool needsHost = readiness != Readiness.Ready && !Hold.Holds(now) && checks.HostIsAway is not null;

        // Every boot has a second or two of duplicate address detection: nobody is to be woken for that.
        bool addressComes = source is null && Router.Settings.IsIPv6 && Device.Link is { AwaitsLinkLocalIPv6: true };
        string? own = addressComes ? null : waitsFor ?? interfaceProblem ?? Places.Problem;
        TellWhetherItCan(own ?? (needsHost && !addressComes ? sentence : null), ofHost: own is null, now, actions);
    }

    /// <summary>Tells the state machine whether it may take part; to be called after <see cref="Evaluate"/> of every virtual router.</summary>
    public void Follow(Readiness readiness, string sentence, MonotonicTime now, ActionBuffer actions)
    {
        // A check added by a reload has not spoken yet: that moves nobody (keepalived #1941).
        bool takesPart = Router.State is RouterState.Backup or RouterState.Master;
        if (readiness != Readiness.Waiting || !takesPart)
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

    /// <summary>
    /// What keeps it from serving and is not a check's word is nobody's business but the operator's: it lasts until somebody mends it, and a node in
    /// INITIALIZE tells no notifier.
    /// </summary>
    /// <param name="ofHost">The plugin host does not run: it dies with other words each time, which is the same to the operator.</param>
    private void TellWhetherItCan(string? obstacle, bool ofHost, MonotonicTime now, ActionBuffer actions)
    {
        int cause = ofHost ? 1 : 0;
        if (obstacle is not null)
        {
            if (!ofHost || !Router.Alarms.Again(AlarmCode.CannotServe, default, now, cause))
            {
                Router.Alarms.Begin(AlarmCode.CannotServe, default, $"can't serve: {obstacle}", holds: null, now, actions, cause);
            }
        }
        else
        {
            string sentence = Router.Alarms.Stands(AlarmCode.FailedInRole)
                ? "the kernel has had its pause; what it refused, and nothing has changed since, is the alarm failed-in-role"
                : "nothing of this machine keeps it from serving any more";
            Router.Alarms.End(AlarmCode.CannotServe, default, sentence, actions);
        }

        CarryOut(actions, now);
    }

    /// <summary>Puts a changed file in force without leaving the role.</summary>
    public void Change(VirtualRouterConfig config, NodeConfig node, MonotonicTime now, ActionBuffer actions)
    {
        Config = config;
        Node = node;
        VirtualRouterSettings settings = RouterSettings.For(config, node);
        Router.Apply(settings, now, actions);
        Routes.Change(config.RoutingEntriesOn(node), now);
        if (Places.Change(config, node, settings, now) && Router.State == RouterState.Master)
        {
            _announcementsWanted = Router.Settings.AnnounceRepeat;
        }

        CarryOut(actions, now);
    }

    /// <summary>The address worker finished something for this router.</summary>
    public void AddressesDone(AddressWork work, MonotonicTime now, ActionBuffer actions)
    {
        if (work.Kind == AddressWorkKind.Routed)
        {
            foreach (string news in Routes.Done(work, now))
            {
                _reporter.Alarmed(this, news);
            }

            return;
        }

        if (work.Kind == AddressWorkKind.Cleared)
        {
            foreach (BindOutcome outcome in work.Outcomes.Where(outcome => outcome.Result != BindResult.Missing))
            {
                _reporter.Alarmed(this, outcome.Error ?? $"took {outcome.Address} off, which somebody else had put there (agent.strayAddresses)");
            }

            return;
        }

        AddressPlace at = Places.Asked(work)!;
        string? before = Places.Problem;
        at.Holding.Done(work, now);
        if (work.Kind == AddressWorkKind.Bound && Router.State == RouterState.Master && Places.Problem is string refusal && before is null)
        {
            Router.FailedInRole(refusal, curesUnseen: false, now, actions);
            CarryOut(actions, now);
        }

        if (work.Kind == AddressWorkKind.Bound && at.TakenOff is (string which, MonotonicTime since) && at.Holding.Complete)
        {
            at.TakenOff = null;
            if (since >= Router.Since && Router.State == RouterState.Master)
            {
                Router.Alarms.Begin(AlarmCode.AddressTaken, default, $"{which} by somebody else: put back", TakenHolds, now, actions);
            }
        }

        // The kernel's report of an address usually comes before the worker's answer: without a look now it would never count as seen.
        LinksChanged(now, actions);
        if (work.Kind != AddressWorkKind.Bound)
        {
            return;
        }

        if (Places.Complete)
        {
            Routes.Want(now);
            NoteService(actions);
            CarryOut(actions, now);
        }
    }

    /// <summary>The kernel's links and addresses changed.</summary>
    public void LinksChanged(MonotonicTime now, ActionBuffer actions)
    {
        FollowCarrier(now);
        if (Places.Follow())
        {
            _failuresInARow = 0;
            _mute.NewChance();
            Router.SomethingChanged(now, actions);
            CarryOut(actions, now);
        }

        // The interface itself is the news then: the router leaves the role for that, and its addresses go on that way.
        bool isNews = Device.ProblemOf(Router.Settings.IsIPv6) is not null;
        foreach (AddressPlace place in Places.All)
        {
            if (isNews || place.LinkProblem is not null || !place.Holding.Wanted)
            {
                place.TakenOff = null;
                continue;
            }

            IReadOnlyList<AddressPrefix> missing = place.Holding.Compare(Places.LinkOf(place), now);
            if (missing.Count > 0)
            {
                _announcementsWanted = Router.Settings.AnnounceRepeat;
                string where = place.Holding.Device?.DeviceName ?? place.Device.Name;
                string which = $"{string.Join(", ", missing.Take(MostNamed))}{(missing.Count > MostNamed ? $" and {missing.Count - MostNamed} more" : "")}";
                if (place.Holding.LeaseIsOver(now))
                {
                    _reporter.Alarmed(this, $"{which} left {where} by the end of its lifetime: this agent stood still and did not renew it");
                }
                else if (!place.IsReplaced)
                {
                    place.TakenOff ??= ($"{which} was taken off {where}", now);
                }
            }
        }

        CarryOut(actions, now);
    }

    /// <summary>A frame with an advert for this virtual router, or of its addresses: who sent it is known by its MAC address, whatever became of the advert.</summary>
    public void HeardFrom(MacAddress mac, Address source, DropReason reason, MonotonicTime now, ActionBuffer actions)
    {
        if (reason == DropReason.None)
        {
            Conflicts.AdvertFrom(mac, now);
            Machines.Accepted(mac, source, now, actions);
            LostToThisMaster(source, now);
        }
        else if (reason is not (DropReason.OwnSource or DropReason.NotRunning or DropReason.Stranger))
        {
            Machines.Dropped(mac, source, reason, now);
        }
    }

    /// <summary>
    /// A node took itself for the master, by an advert or an announcement, and this node is it still. Right after a take-over it is the one who had the role and
    /// has not heard yet: the notifiers are being told anyway.
    /// </summary>
    private void LostToThisMaster(Address loser, MonotonicTime now)
    {
        if (Router.State == RouterState.Master && now - Router.Since > Duration.Min(Reassertions.Moment, Router.Settings.AdvertisementInterval))
        {
            Reassertions.Won(loser, now);
        }
    }

    /// <summary>Looks for addresses of it that somebody else has put on this machine. Level: safe to call at any time, and costs nothing while nothing changed.</summary>
    /// <param name="removes">Whether they are taken off.</param>
    public void LookForStrays(HostAddresses host, bool removes, MonotonicTime now, ActionBuffer actions)
    {
        foreach (HostAddress stray in _strays.Look(host, Router, Places.Addresses, Device.KernelName, now, actions))
        {
            if (removes)
            {
                _worker.Clear(_strays, stray.InterfaceIndex, stray.Address.Prefix);
            }
        }

        CarryOut(actions, now);
    }

    /// <summary>Judges what was claimed on the interface this turn. Call it when the adverts that waited have been received.</summary>
    public void JudgeClaims(MonotonicTime now, ActionBuffer actions)
    {
        foreach (ref readonly AddressClaim claim in Device.Claims.Heard)
        {
            Machines.Claimed(claim, now);
        }

        if (Router.State != RouterState.Master)
        {
            Conflicts.ForgetUndecided();
            return;
        }

        foreach (AddressPlace place in Places.All)
        {
            foreach (ref readonly AddressClaim claim in place.Device.Claims.Heard)
            {
                bool isOther = place.Has(claim.Address) && !Places.IsOwn(claim.Mac);
                if (isOther)
                {
                    // Who announces an address took itself for the master. Who answers for one just has it, whoever put it there.
                    bool announces = !Prober.MayBeAnswered(now);
                    Prober.Hurry(now);
                    if (announces && Machines.NodeAt(claim.Mac) is Address node)
                    {
                        LostToThisMaster(node, now);
                    }
                }

                if (isOther && Conflicts.Heard(claim, isElsewhere: place.Device != Device, Router.MasterDownInterval, now, actions))
                {
                    Defend(place, claim.Address);
                }
            }
        }

        while (Conflicts.TryTakeDue(now, out Address due))
        {
            foreach (AddressPlace place in Places.All)
            {
                if (place.Has(due))
                {
                    Defend(place, due);
                }
            }
        }

        Conflicts.Expire(now, actions);
        CarryOut(actions, now);
    }

    /// <summary>Ends the alarms about what was not seen any more. A deadline that nobody met stands for a while: it is to be reported.</summary>
    public void ExpireAlarms(MonotonicTime now, ActionBuffer actions)
    {
        if (_overdue is DeadlineOf part)
        {
            _overdue = null;
            Router.Alarms.Begin(AlarmCode.AgentFault, default, Sentences.Overdue(part), FaultStands, now, actions);
        }
        else if (Deadlines.AnyUnmet)
        {
            Router.Alarms.Again(AlarmCode.AgentFault, default, now);
        }

        Router.Alarms.Expire(now, actions);
        CarryOut(actions, now);
    }

    private void Defend(AddressPlace place, Address address)
    {
        if (place.Device is { Channel: InterfaceChannel channel, Link: LinkState link })
        {
            NoteSendProblem(place.Announcer.Once(channel, Places.ServingMac(link), address));
        }
    }

    /// <summary>
    /// Begins the volley that is wanted when all addresses are there, and sends the next part of it. Call it at the end of a turn: the adverts
    /// that waited may say that this node has nothing to announce. Only a MASTER does: in a hand-over the successor may have announced already.
    /// </summary>
    public void Announce()
    {
        _announcementsWanted = Router.State == RouterState.Master ? _announcementsWanted : 0;
        if (_announcementsWanted > 0 && Places.Complete)
        {
            Places.BeginAnnouncing(_announcementsWanted);
            _announcementsWanted = 0;
        }

        if (Places.Announces)
        {
            NoteSendProblem(Places.ContinueAnnouncing());
        }
    }

    /// <summary>Asks who else has the addresses, now and then; at the end of a turn, when every announcement that could be sent has been.</summary>
    public void Probe(MonotonicTime now)
    {
        if (Router.State != RouterState.Master)
        {
            Prober.Stop();
            Reassertions.Stop();
        }
        else if (_announcementsWanted > 0 || Places.Announces || !Places.Complete)
        {
            Prober.PutOff(now);
        }
        else if (Prober.NextDeadline <= now)
        {
            Prober.Continue(Router.Settings.Peers, Router.Source, Places.All, now);
        }
    }

    /// <summary>Does what the state machine decided, in its order, and empties the buffer.</summary>
    public void CarryOut(ActionBuffer actions, MonotonicTime now)
    {
        for (int i = 0; i < actions.Count; i++)
        {
            RouterAction action = actions[i];
            switch (action.Kind)
            {
                case RouterActionKind.SendAdvertisement:
                    SendAdvertisement(action.Priority, action.Interval, action.Source, now, actions);
                    break;
                case RouterActionKind.BindAddresses:
                    Places.Want(now);
                    Prober.Begin(AddressConflicts.Grace(Router.MasterDownInterval) + ProbeAfterGrace, now);
                    Places.NotePaths();
                    break;
                case RouterActionKind.ReleaseAddresses:
                    _announcementsWanted = 0;
                    Routes.Unwant();
                    Places.Unwant(now);
                    break;
                case RouterActionKind.Announce:
                    _announcementsWanted = Math.Max(_announcementsWanted, action.Announcements);
                    break;
                case RouterActionKind.Transition:
                    TellOfSilentPort(action, now);
                    _reporter.Transitioned(this, action.From, action.To, action.Reason, action.Sentence);
                    break;
                case RouterActionKind.Alarm:
                    _reporter.Alarmed(this, action.Sentence);
                    break;
                case RouterActionKind.AlarmBegan or RouterActionKind.AlarmEnded:
                    _reporter.AlarmChanged(this, action, now);
                    break;
                default:
                    // Timers are read from NextDeadline; the actions exist for tests and simulation.
                    break;
            }
        }

        actions.Clear();
    }

    private void SendAdvertisement(byte priority, Duration interval, Address source, MonotonicTime now, ActionBuffer actions)
    {
        if (Device.Channel is not InterfaceChannel channel || Device.Link is not LinkState link)
        {
            Router.Statistics.CountSendFailure();
            return;
        }

        ulong sequence = Router.NextSequence(WallClock.Now, MonotonicClock.Now);
        string? problem = _sender.Send(Router.Settings, channel, link, Places.ServingMac(link), new(priority, interval, source, sequence));
        NoteSendProblem(problem);

        // One turn may send several: one moment of a full queue is one failure.
        _failuresInARow = problem is null ? 0 : now > _lastFailureAt ? _failuresInARow + 1 : _failuresInARow;
        _lastFailureAt = problem is null ? _lastFailureAt : now;
        if (problem is not null)
        {
            Router.Statistics.CountSendFailure();
        }
        else
        {
            NoteService(actions);
        }

        // Whom nobody hears must not keep the role: in FAULT for a while (vrrp.md C197).
        if (_failuresInARow >= FailuresToResign)
        {
            _failuresInARow = 0;
            _mutedFrom = now;
            _mute.Asked();
            _mute.Refused($"{FailuresToResign} advertisements in a row could not be sent: {problem}", now);
            Router.FailedInRole(_mute.Problem!, curesUnseen: true, now, actions);
        }
    }

    /// <summary>A node that once failed in the role has it now with all that belongs to it.</summary>
    private void NoteService(ActionBuffer actions)
    {
        if (Router.IsInDoubt && _failuresInARow == 0 && Places.Complete)
        {
            Router.ServesInRole(actions);
        }
    }

    private void NoteSendProblem(string? problem)
    {
        if (problem is not null && problem != _lastSendProblem)
        {
            _reporter.Alarmed(this, problem);
        }

        _lastSendProblem = problem;
    }
}
