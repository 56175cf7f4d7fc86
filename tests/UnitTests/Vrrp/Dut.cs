using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>
/// The device under test of vrrp.md section 7: VRID 10, priority 100, 1 s, v3 over IPv4, preempt on, VIP 192.0.2.1, own 192.0.2.12, peer
/// 192.0.2.13; on virtual time from 0, with every action kept. Adverts reach it as bytes.
/// </summary>
internal sealed class Dut
{
    public static readonly Address Own = Address.Parse("192.0.2.12");
    public static readonly Address Peer = Address.Parse("192.0.2.13");
    public static readonly Address SmallPeer = Address.Parse("192.0.2.5");
    public static readonly Address Vip = Address.Parse("192.0.2.1");

    public static readonly VirtualRouterSettings Settings = new(
        "VI_1", 10, 3, false, 100, Duration.FromSeconds(1), [new(Vip, 24)], true, Duration.Zero, ChecksumForm.PseudoHeader, 5, Duration.FromSeconds(5));

    public static readonly VirtualRouterSettings SettingsV2 = Settings with { Version = 2 };

    public static readonly VirtualRouterSettings SettingsIPv6 = Settings with
    {
        IsIPv6 = true,
        Addresses = [new(Address.Parse("fe80::1"), 64), new(Address.Parse("2001:db8::1"), 64)],
    };

    private readonly ActionBuffer _buffer = new();

    public Dut(VirtualRouterSettings? settings = null, Address? own = null, bool start = true)
    {
        Router = new VirtualRouter(settings ?? Settings);
        OwnAddress = own ?? (Router.Settings.IsIPv6 ? Address.Parse("fe80::12") : Own);
        Receiver.Add(Router);
        Receiver.SetOwnAddresses([OwnAddress]);
        if (start)
        {
            Do(r => r.SetSource(OwnAddress, Now, _buffer));
            Do(r => r.SetReadiness(Readiness.Ready, "All is well.", Now, _buffer));
            Do(r => r.Start(Now, _buffer));
        }
    }

    public VirtualRouter Router { get; }

    public AdvertisementReceiver Receiver { get; } = new();

    public Address OwnAddress { get; }

    public MonotonicTime Now { get; set; }

    /// <summary>Its wall clock less its monotonic one: 2026 until it is stepped.</summary>
    public Duration WallOffset { get; set; } = Seconds(1_780_000_000);

    public WallStamp Wall => WallStamp.FromUnix(WallOffset.Nanoseconds + Now.Nanoseconds);

    public List<(double At, RouterAction Action)> Log { get; } = [];

    public RouterState State => Router.State;

    /// <summary>Seconds at which adverts were sent.</summary>
    public double[] Adverts => At(RouterActionKind.SendAdvertisement);

    /// <summary>Seconds at which a volley began: without the rest of a take-over's.</summary>
    public double[] Volleys =>
    [
        .. Log.Where(entry => entry.Action.Kind == RouterActionKind.Announce && entry.Action.Announcements != Router.Settings.AnnounceRepeat - 1)
            .Select(entry => entry.At),
    ];

    /// <summary>When, in seconds, and how many of each address.</summary>
    public (double At, int Count)[] Announcements =>
        [.. Log.Where(entry => entry.Action.Kind == RouterActionKind.Announce).Select(entry => (entry.At, entry.Action.Announcements))];

    public IEnumerable<RouterActionKind> Kinds => Log.Select(entry => entry.Action.Kind);

    /// <summary>What is to be done, without the timers.</summary>
    public RouterActionKind[] Deeds =>
        [.. Kinds.Where(kind => kind is not (RouterActionKind.ArmTimer or RouterActionKind.CancelTimer or RouterActionKind.Alarm or RouterActionKind.AlarmBegan or RouterActionKind.AlarmEnded))];

    public string[] Alarms => [.. Log.Where(entry => entry.Action.Kind is RouterActionKind.Alarm or RouterActionKind.AlarmBegan).Select(entry => entry.Action.Sentence)];

    public static Duration Seconds(double seconds) => new((long)Math.Round(seconds * 1e9));

    /// <summary>A DUT that has become MASTER; its log and its clock's past are forgotten.</summary>
    public static Dut Master(VirtualRouterSettings? settings = null, Address? own = null)
    {
        Dut dut = new(settings, own);
        dut.RunUntil(dut.Router.NextDeadline);
        Assert.Equal(RouterState.Master, dut.State);
        dut.Restart();
        return dut;
    }

    /// <summary>From here on, times count from 0 and the log is empty.</summary>
    public void Restart()
    {
        Log.Clear();
        _origin = Now;
    }

    private MonotonicTime _origin;

    public double[] At(RouterActionKind kind) => [.. Log.Where(entry => entry.Action.Kind == kind).Select(entry => entry.At)];

    public RouterAction Last(RouterActionKind kind) => Log.Last(entry => entry.Action.Kind == kind).Action;

    public void Do(Action<VirtualRouter, MonotonicTime, ActionBuffer> call) => Do(r => call(r, Now, _buffer));

    /// <summary>Runs to <paramref name="seconds"/> after the origin, each timer at its own time, those due at the end too.</summary>
    public void RunUntil(double seconds) => RunUntil(_origin + Seconds(seconds));

    public void RunUntil(MonotonicTime end)
    {
        while (Router.NextDeadline <= end)
        {
            Now = Router.NextDeadline;
            Do(r => r.Expire(Now, _buffer));
        }

        Now = end;
    }

    /// <summary>Frozen until then: only after that the timers are looked at, once.</summary>
    public void SleepUntil(double seconds)
    {
        Now = _origin + Seconds(seconds);
        Do(r => r.Expire(Now, _buffer));
    }

    public DropReason Receive(byte[] packet, MacAddress? mac = null)
    {
        DropReason reason = Receiver.Receive(packet, Now, Wall, _buffer, out _, mac);
        Keep();
        return reason;
    }

    /// <summary>A valid advert of the peer, at the present time.</summary>
    public DropReason Hear(byte priority, double seconds = 1, Address? from = null) => Receive(Packets.Advert(
        Router.Settings,
        from ?? (Router.Settings.IsIPv6 ? Address.Parse("fe80::13") : Peer),
        priority,
        Seconds(seconds)));

    /// <summary>The same at a later time, each timer on the way at its own.</summary>
    public DropReason HearAt(double at, byte priority, double seconds = 1, Address? from = null)
    {
        RunUntil(at);
        return Hear(priority, seconds, from);
    }

    /// <summary>Everything a rejected packet must leave alone.</summary>
    public object Snapshot() => (
        State,
        Router.NextDeadline,
        Router.MasterAddress,
        Router.MasterAdverInterval,
        Router.LastAdvertisement,
        Router.EffectivePriority,
        Router.Statistics.AdvertisementsReceived,
        Log.Count(entry => entry.Action.Kind is not (RouterActionKind.Alarm or RouterActionKind.AlarmBegan or RouterActionKind.AlarmEnded)));

    private void Do(Action<VirtualRouter> call)
    {
        call(Router);
        Keep();
    }

    private void Keep()
    {
        foreach (RouterAction action in _buffer.AsSpan())
        {
            Log.Add(((Now - _origin).Nanoseconds / 1e9, action));
        }

        _buffer.Clear();
    }
}
