using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.UnitTests.Vrrp.Rig;

/// <summary>One node of the rig: a real virtual router behind a real receiver.</summary>
internal sealed class Node
{
    private readonly Network _network;
    private readonly ActionBuffer _actions = new();

    public Node(Network network, string address, VirtualRouterSettings settings)
    {
        _network = network;
        Address = Address.Parse(address);
        Router = new VirtualRouter(settings);
        Receiver.Add(Router);
        Receiver.SetOwnAddresses([Address]);
    }

    public Address Address { get; }

    public VirtualRouter Router { get; private set; }

    public AdvertisementReceiver Receiver { get; } = new();

    /// <summary>A dead node neither hears nor does anything; its addresses are gone with it.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Nodes with the same number hear each other.</summary>
    public int Segment { get; set; }

    /// <summary>How far its wall clock is ahead of the true time.</summary>
    public Duration WallOffset { get; set; }

    /// <summary>Everything it has sent, and when, in seconds.</summary>
    public List<(double At, byte[] Packet)> Tape { get; } = [];

    public WallStamp Wall => WallStamp.FromUnix(Dut.Seconds(1_780_000_000).Nanoseconds + _network.Now.Nanoseconds + WallOffset.Nanoseconds);

    public bool IsMaster => !IsDead && Router.State == RouterState.Master;

    public bool HoldsAddresses { get; private set; }

    public List<(double At, byte Priority)> Sent { get; } = [];

    public List<double> Volleys { get; } = [];

    public List<(double At, RouterState To, string Why)> Transitions { get; } = [];

    public List<string> Alarms { get; } = [];

    public MonotonicTime NextDeadline => IsDead ? MonotonicTime.Never : Router.NextDeadline;

    public void Start() => Do(r =>
    {
        IsDead = false;
        r.SetSource(Address, _network.Now, _actions);
        r.SetReadiness(Readiness.Ready, "All is well.", _network.Now, _actions);
        r.Start(_network.Now, _actions);
    });

    public void Stop() => Do(r => r.Stop("Stopped.", _network.Now, _actions));

    public void Set(Action<VirtualRouter, MonotonicTime, ActionBuffer> call) => Do(r => call(r, _network.Now, _actions));

    public void Crash()
    {
        IsDead = true;
        HoldsAddresses = false;
    }

    /// <summary>A new process after a crash: nothing of the old state is left.</summary>
    public void Restart()
    {
        Receiver.Remove(Router);
        Router = new VirtualRouter(Router.Settings);
        Receiver.Add(Router);
        Start();
    }

    public void Expire() => Do(r => r.Expire(_network.Now, _actions));

    public void Receive(byte[] packet)
    {
        if (!IsDead)
        {
            Receiver.Receive(packet, _network.Now, Wall, _actions, out _);
            CarryOut();
        }
    }

    private void Do(Action<VirtualRouter> call)
    {
        call(Router);
        CarryOut();
    }

    private void CarryOut()
    {
        double at = _network.Now.Nanoseconds / 1e9;
        foreach (ref readonly RouterAction action in _actions.AsSpan())
        {
            switch (action.Kind)
            {
                case RouterActionKind.SendAdvertisement:
                    Sent.Add((at, action.Priority));
                    ulong sequence = Router.NextSequence(Wall, _network.Now);
                    byte[] packet = Packets.Advert(Router.Settings, action.Source, action.Priority, action.Interval, sequence);
                    Tape.Add((at, packet));
                    _network.Send(this, packet);
                    break;
                case RouterActionKind.BindAddresses:
                    HoldsAddresses = true;
                    break;
                case RouterActionKind.ReleaseAddresses:
                    HoldsAddresses = false;
                    break;
                case RouterActionKind.Announce:
                    Assert.True(HoldsAddresses, "Announced addresses that are not bound.");
                    Volleys.Add(at);
                    _network.Announced(this);
                    break;
                case RouterActionKind.Transition:
                    Transitions.Add((at, action.To, action.Sentence));
                    break;
                case RouterActionKind.Alarm or RouterActionKind.AlarmBegan:
                    Alarms.Add(action.Sentence);
                    break;
            }
        }

        _actions.Clear();
        Assert.Equal((Router.State == RouterState.Master || Router.HandsOver) && !IsDead, HoldsAddresses);
    }
}
