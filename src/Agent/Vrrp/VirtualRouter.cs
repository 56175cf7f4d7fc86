using HotStandby.Abstractions;

namespace HotStandby.Agent.Vrrp;

/// <summary>
/// The state machine of one virtual router on one node (RFC 9568 6.4, RFC 3768 6.4), pure: time and events in, actions out. One thread calls it;
/// it keeps no clock and does nothing by itself. Every method appends to the caller's <see cref="ActionBuffer"/>, to be carried out in order.
/// This file: what it shows, and Startup, Shutdown and faults. <c>VirtualRouter.Election.cs</c>: adverts and timers.
/// <c>VirtualRouter.HandOver.cs</c>: leaving the role on purpose. <c>VirtualRouter.Reload.cs</c>: changed settings and priority.
/// <c>VirtualRouter.Hmac.cs</c>: signed adverts. <c>VirtualRouter.Doubt.cs</c>: after it failed in the role.
/// <c>VirtualRouter.Group.cs</c>: its part in a sync group. <c>VirtualRouter.Snapshot.cs</c>: its whole state, to be taken and put back.
/// </summary>
public sealed partial class VirtualRouter
{
    private readonly TimerTable _timers = new();
    private readonly AlarmGate _alarms = new();
    private bool _started;
    private Readiness _readiness = Readiness.Waiting;
    private string _readinessSentence = "Waits until its interface and checks are known.";
    private string _stopSentence = "Not started.";
    private string _sourceSentence;

    /// <exception cref="ArgumentException">The settings break one of <see cref="SettingsRules"/>.</exception>
    public VirtualRouter(VirtualRouterSettings settings)
    {
        SettingsRules.Demand(settings);
        Settings = settings;
        EffectivePriority = settings.Priority;
        MasterAdverInterval = settings.AdvertisementInterval;
        Why = _stopSentence;
        _sourceSentence = Sentences.NoSource(settings, null);
    }

    public VirtualRouterSettings Settings { get; private set; }

    public RouterState State { get; private set; } = RouterState.Initialize;

    /// <summary>The sentence of the last transition, or what it waits for.</summary>
    public string Why { get; private set; }

    /// <summary>Of the last transition.</summary>
    public TransitionReason LastReason { get; private set; }

    /// <summary>When it came into <see cref="State"/>: into INITIALIZE with its first <see cref="Start"/>; null before that.</summary>
    public MonotonicTime? Since { get; private set; }

    /// <summary>1..254, or 255 for the owner: what adverts carry and elections compare.</summary>
    public byte EffectivePriority { get; private set; }

    /// <summary>
    /// What this node's adverts carry while it is MASTER: <see cref="EffectivePriority"/>, or less when the settings are sticky and it took the role
    /// from silence. Never below 1.
    /// </summary>
    public byte AdvertisedPriority => (byte)Math.Max(1, EffectivePriority - Succession);

    /// <summary>How much less than <see cref="EffectivePriority"/> it advertises, 0..<see cref="VirtualRouterSettings.StickyRange"/>; 0 unless MASTER.</summary>
    public int Succession => Settings.Sticky ? _succession : 0;

    /// <summary>Own primary address: adverts come from it and the tie-break compares it; IPv6: link-local. Null: it can't take part.</summary>
    public Address? Source { get; private set; }

    /// <summary>The last master heard, a weaker one too; own <see cref="Source"/> while MASTER; null when none was heard or it takes no part.</summary>
    public Address? MasterAddress { get; private set; }

    /// <summary>Priority of <see cref="MasterAddress"/>'s last advert that did not resign, this node's own while MASTER; 0 when there is none.</summary>
    public byte MasterPriority { get; private set; }

    /// <summary>Active_Adver_Interval (RFC 9568 6.1): learned from the master in v3; the own interval in v2 and while MASTER.</summary>
    public Duration MasterAdverInterval { get; private set; }

    /// <summary>RFC 9568 6.1, for the current priority and master interval.</summary>
    public Duration SkewTime => ElectionTimes.SkewTime(Settings.Version, EffectivePriority, MasterAdverInterval);

    /// <summary>Active_Down_Interval (RFC 9568 6.1), for the current priority and master interval.</summary>
    public Duration MasterDownInterval =>
        ElectionTimes.MasterDownInterval(Settings.Version, EffectivePriority, MasterAdverInterval, Settings.DownTimerAdverts);

    /// <summary>The last advert accepted (BACKUP) or sent (MASTER); null when there was none in this state.</summary>
    public MonotonicTime? LastAdvertisement { get; private set; }

    public RouterStatistics Statistics { get; } = new();

    /// <summary>What is wrong and lasts, as this virtual router and whoever carries out its actions see it. No part of the election.</summary>
    public StandingAlarms Alarms { get; } = new();

    /// <summary>When <see cref="Expire"/> must be called next; <see cref="MonotonicTime.Never"/> when no timer runs.</summary>
    public MonotonicTime NextDeadline => _timers.Next;

    /// <summary>When one timer runs out; <see cref="MonotonicTime.Never"/> when it does not run.</summary>
    public MonotonicTime Deadline(RouterTimer timer) => _timers[timer];

    /// <summary>Whether adverts mean something to it: it takes part, or waits for the one it hands the role over to.</summary>
    public bool Listens => TakesPart || HandsOver;

    private bool TakesPart => State is RouterState.Backup or RouterState.Master;

    /// <summary>Administratively up; does nothing when it is up already.</summary>
    public void Start(MonotonicTime now, ActionBuffer actions)
    {
        _started = true;
        Since ??= now;
        Alarms.Open();
        Follow(now, actions);
    }

    /// <summary>
    /// Shutdown: priority 0 if MASTER, releases the addresses, INITIALIZE; its alarms end, for whoever was told of one would wait for ever. Does nothing when
    /// it is stopped already.
    /// </summary>
    public void Stop(string sentence, MonotonicTime now, ActionBuffer actions)
    {
        _started = false;
        _stopSentence = sentence;
        Follow(now, actions);
        Alarms.EndAll(Sentences.NobodyLooks(sentence), actions);
    }

    /// <summary>What tracking says; the sentence names what it waits for or what failed, and counts only then.</summary>
    public void SetReadiness(Readiness readiness, string sentence, MonotonicTime now, ActionBuffer actions)
    {
        _readiness = readiness;
        _readinessSentence = sentence;
        Follow(now, actions);
    }

    /// <summary>
    /// The own primary address. Null, or one that can't be a source (other family, multicast, IPv6 not link-local): it resigns and takes no part.
    /// Another one: used from the next advert and tie-break on.
    /// </summary>
    public void SetSource(Address? source, MonotonicTime now, ActionBuffer actions)
    {
        bool usable = source is Address address
            && address.IsIPv6 == Settings.IsIPv6
            && !address.IsMulticast
            && !address.IsUnspecified
            && (!address.IsIPv6 || address.IsLinkLocalIPv6);
        Address? before = Source;
        _sourceSentence = Sentences.NoSource(Settings, source);
        if (usable)
        {
            Source = source;
            MasterAddress = State == RouterState.Master ? source : MasterAddress;
            Follow(now, actions);
            return;
        }

        // The old address still is the source of the resignation: below IP it can be sent, and peers know this node by it.
        Source = null;
        Follow(now, actions, resignFrom: before);
    }

    /// <summary>The addresses are reached by another MAC address or another port of a switch than before: if MASTER, announces them as after a take-over.</summary>
    public void Moved(MonotonicTime now, ActionBuffer actions)
    {
        if (State == RouterState.Master)
        {
            Announce(now, actions);
            ArmSecondVolley(now, actions);
        }
    }

    /// <summary>Brings the state in line with start/stop, readiness and source.</summary>
    private void Follow(MonotonicTime now, ActionBuffer actions, Address? resignFrom = null)
    {
        if (_started && _readiness == Readiness.Ready && Source is not null)
        {
            if (!TakesPart)
            {
                Startup(now, actions);
            }

            return;
        }

        (RouterState target, TransitionReason reason, string sentence) = (_started, _readiness) switch
        {
            (false, _) => (RouterState.Initialize, TransitionReason.Shutdown, _stopSentence),
            (_, Readiness.Waiting) => (RouterState.Initialize, TransitionReason.Fault, _readinessSentence),
            (_, Readiness.Fault) => (RouterState.Fault, TransitionReason.Fault, _readinessSentence),

            // Before it ever took part it waits for an address; losing the one it had is a fault.
            _ => (State == RouterState.Initialize ? RouterState.Initialize : RouterState.Fault, TransitionReason.Fault, _sourceSentence),
        };
        if (State == target)
        {
            Why = sentence;
            return;
        }

        if (State == RouterState.Master)
        {
            LeaveMaster(target, reason, sentence, resignFrom ?? Source, now, actions);
            return;
        }

        CancelAll(actions);
        ForgetMaster();
        Move(target, reason, sentence, now, actions);
    }

    private void Startup(MonotonicTime now, ActionBuffer actions)
    {
        bool mended = State == RouterState.Fault;
        UseOwnInterval();
        if (EffectivePriority == 255 && MayChallenge(now))
        {
            BecomeMaster(TransitionReason.Owner, Sentences.OwnerStartup(mended ? Why : null), now, actions);
            return;
        }

        if (HandsOver)
        {
            // It left for a fault that is over already: while it heard nobody, the heir may have come.
            EndHandOver(actions);
        }

        ForgetMaster();
        ArmMasterDown(now, actions);
        Move(
            RouterState.Backup,
            mended ? TransitionReason.FaultCleared : TransitionReason.Startup,
            mended && Alarms.Stands(AlarmCode.FailedInRole)
                ? Sentences.StartupInDoubt(Why, MasterDownInterval)
                : Sentences.Startup(mended ? Why : null, MasterDownInterval),
            now,
            actions);
    }

    /// <summary>In this order (vrrp.md section 4): the old master must be silenced before caches are moved.</summary>
    private void BecomeMaster(TransitionReason reason, string sentence, MonotonicTime now, ActionBuffer actions)
    {
        CancelAll(actions);
        Cancel(RouterTimer.HandOver, actions);
        _succession = reason == TransitionReason.NoResponse ? BehindTheSilentMaster : 0;
        UseOwnInterval();
        _losingLast = null;
        _steppedDown = false;
        MasterAddress = Source;
        Send(AdvertisedPriority, Source, now, actions);
        actions.Add(new(RouterActionKind.BindAddresses));
        AnnounceTakeover(now, actions);
        Arm(RouterTimer.Adver, now + Settings.AdvertisementInterval, actions);
        ArmSecondVolley(now, actions);
        ArmRefresh(now, actions);
        Statistics.BecameMaster++;
        Move(RouterState.Master, reason, sentence, now, actions);
    }

    /// <summary>The one way out of MASTER, whatever the cause. Into BACKUP the caller arms Master_Down_Timer.</summary>
    /// <param name="resignFrom">The address to send priority 0 from when it leaves on purpose; null when it yields.</param>
    private void LeaveMaster(
        RouterState to,
        TransitionReason reason,
        string sentence,
        Address? resignFrom,
        MonotonicTime now,
        ActionBuffer actions)
    {
        CancelAll(actions);

        // A node that was frozen has been replaced already: its priority 0 would only shorten the timers of the others for nothing.
        if (resignFrom is Address own && !WasAsleep(now))
        {
            BeginHandOver(own, now, actions);
        }
        else
        {
            actions.Add(new(RouterActionKind.ReleaseAddresses));
        }

        Statistics.LeftMaster++;
        ForgetMaster();
        Move(to, reason, sentence, now, actions);
    }

    private void Move(RouterState to, TransitionReason reason, string sentence, MonotonicTime now, ActionBuffer actions)
    {
        RouterState from = State;
        State = to;
        Since = now;
        LastReason = reason;
        Why = sentence;
        actions.Add(new(RouterActionKind.Transition, EffectivePriority, From: from, To: to, Reason: reason, Sentence: sentence));
    }

    private void UseOwnInterval()
    {
        MasterAdverInterval = Settings.AdvertisementInterval;
        _learned = false;
    }

    private void ForgetMaster()
    {
        _succession = 0;
        MasterAddress = null;
        MasterPriority = 0;
        LastAdvertisement = null;
        _silence = Silence.NeverHeard;
        _preemptDelayIsOver = false;
    }
}
