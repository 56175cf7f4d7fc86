using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.Agent.Vrrp;

/// <summary>Its whole state, to be taken and put back: what a search over all states needs. A new field belongs into all three lists.</summary>
public sealed partial class VirtualRouter
{
    /// <summary>Copies the state into <paramref name="snapshot"/>, without allocation but for the first signed advert's guard.</summary>
    internal void Save(Snapshot snapshot)
    {
        snapshot.Timers.CopyFrom(_timers);
        snapshot.Alarms.CopyFrom(_alarms);
        snapshot.Standing.CopyFrom(Alarms);
        snapshot.Answers.CopyFrom(_answers);
        snapshot.Defences.CopyFrom(_defences);
        snapshot.Statistics.CopyFrom(Statistics);
        snapshot.Settings = Settings;
        snapshot.State = State;
        snapshot.Why = Why;
        snapshot.LastReason = LastReason;
        snapshot.Since = Since;
        snapshot.EffectivePriority = EffectivePriority;
        snapshot.Source = Source;
        snapshot.MasterAddress = MasterAddress;
        snapshot.MasterPriority = MasterPriority;
        snapshot.MasterAdverInterval = MasterAdverInterval;
        snapshot.LastAdvertisement = LastAdvertisement;
        snapshot.Started = _started;
        snapshot.Readiness = _readiness;
        snapshot.ReadinessSentence = _readinessSentence;
        snapshot.StopSentence = _stopSentence;
        snapshot.SourceSentence = _sourceSentence;
        snapshot.Silence = _silence;
        snapshot.Leaver = _leaver;
        snapshot.LeftAt = _leftAt;
        snapshot.DownSince = _downSince;
        snapshot.DownWait = _downWait;
        snapshot.Learned = _learned;
        snapshot.ListenedAgain = _listenedAgain;
        snapshot.PreemptDelayIsOver = _preemptDelayIsOver;
        snapshot.AnnouncedAt = _announcedAt;
        snapshot.OtherInterval = _otherInterval;
        snapshot.SecondVolley = _secondVolley;
        snapshot.LosingSince = _losingSince;
        snapshot.LosingLast = _losingLast;
        snapshot.SteppedDown = _steppedDown;
        snapshot.Succession = _succession;
        snapshot.Doubt = _doubt;
        snapshot.Sequences.CopyFrom(_sequences);
        snapshot.Replay = Copy(_replay, snapshot.Replay);
    }

    /// <summary>Takes over what <see cref="Save"/> of a virtual router has put into <paramref name="snapshot"/>.</summary>
    internal void Load(Snapshot snapshot)
    {
        _timers.CopyFrom(snapshot.Timers);
        _alarms.CopyFrom(snapshot.Alarms);
        Alarms.CopyFrom(snapshot.Standing);
        _answers.CopyFrom(snapshot.Answers);
        _defences.CopyFrom(snapshot.Defences);
        Statistics.CopyFrom(snapshot.Statistics);
        Settings = snapshot.Settings;
        State = snapshot.State;
        Why = snapshot.Why;
        LastReason = snapshot.LastReason;
        Since = snapshot.Since;
        EffectivePriority = snapshot.EffectivePriority;
        Source = snapshot.Source;
        MasterAddress = snapshot.MasterAddress;
        MasterPriority = snapshot.MasterPriority;
        MasterAdverInterval = snapshot.MasterAdverInterval;
        LastAdvertisement = snapshot.LastAdvertisement;
        _started = snapshot.Started;
        _readiness = snapshot.Readiness;
        _readinessSentence = snapshot.ReadinessSentence;
        _stopSentence = snapshot.StopSentence;
        _sourceSentence = snapshot.SourceSentence;
        _silence = snapshot.Silence;
        _leaver = snapshot.Leaver;
        _leftAt = snapshot.LeftAt;
        _downSince = snapshot.DownSince;
        _downWait = snapshot.DownWait;
        _learned = snapshot.Learned;
        _listenedAgain = snapshot.ListenedAgain;
        _preemptDelayIsOver = snapshot.PreemptDelayIsOver;
        _announcedAt = snapshot.AnnouncedAt;
        _otherInterval = snapshot.OtherInterval;
        _secondVolley = snapshot.SecondVolley;
        _losingSince = snapshot.LosingSince;
        _losingLast = snapshot.LosingLast;
        _steppedDown = snapshot.SteppedDown;
        _succession = snapshot.Succession;
        _doubt = snapshot.Doubt;
        _sequences.CopyFrom(snapshot.Sequences);
        _replay = Copy(snapshot.Replay, _replay);
    }

    private static ReplayGuard? Copy(ReplayGuard? from, ReplayGuard? into)
    {
        if (from is null)
        {
            return null;
        }

        into ??= new ReplayGuard();
        into.CopyFrom(from);
        return into;
    }

    /// <summary>One member for each field of a <see cref="VirtualRouter"/>, named like it.</summary>
    internal sealed class Snapshot(VirtualRouterSettings settings)
    {
        public TimerTable Timers { get; } = new();

        public AlarmGate Alarms { get; } = new();

        public StandingAlarms Standing { get; } = new();

        public TokenBucket Answers { get; } = new(ProvokedBurst);

        public TokenBucket Defences { get; } = new(ProvokedBurst);

        public RouterStatistics Statistics { get; } = new();

        public VirtualRouterSettings Settings { get; set; } = settings;

        public RouterState State { get; set; } = RouterState.Initialize;

        public string Why { get; set; } = "";

        public TransitionReason LastReason { get; set; }

        public MonotonicTime? Since { get; set; }

        public byte EffectivePriority { get; set; }

        public Address? Source { get; set; }

        public Address? MasterAddress { get; set; }

        public byte MasterPriority { get; set; }

        public Duration MasterAdverInterval { get; set; }

        public MonotonicTime? LastAdvertisement { get; set; }

        public bool Started { get; set; }

        public Readiness Readiness { get; set; } = Readiness.Waiting;

        public string ReadinessSentence { get; set; } = "";

        public string StopSentence { get; set; } = "";

        public string SourceSentence { get; set; } = "";

        public Silence Silence { get; set; }

        public Address? Leaver { get; set; }

        public MonotonicTime LeftAt { get; set; }

        public MonotonicTime DownSince { get; set; }

        public DownWait DownWait { get; set; }

        public bool Learned { get; set; }

        public bool ListenedAgain { get; set; }

        public bool PreemptDelayIsOver { get; set; }

        public MonotonicTime? AnnouncedAt { get; set; }

        public Address? OtherInterval { get; set; }

        public MonotonicTime SecondVolley { get; set; } = MonotonicTime.Never;

        public MonotonicTime LosingSince { get; set; }

        public MonotonicTime? LosingLast { get; set; }

        public bool SteppedDown { get; set; }

        public int Succession { get; set; }

        public Doubt Doubt { get; set; }

        public SequenceSource Sequences { get; } = new();

        public ReplayGuard? Replay { get; set; }
    }
}
