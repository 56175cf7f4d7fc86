using System.Buffers.Binary;
using System.Globalization;
using HotStandby.Abstractions;
using HotStandby.Agent.Simulation;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.UnitTests.Explorer;

/// <summary>
/// Two nodes that sign, and somebody who owns the wire and has no key, for ten minutes from one seed; the nodes crash and come back. Small enough
/// to be compiled with a copy of the core that has a mistake. What must hold is the simulator's S15 and S9.
/// </summary>
internal sealed class AttackedPair
{
    private static readonly Duration Length = Duration.FromSeconds(600);
    private static readonly Duration Window = Duration.FromSeconds(5);
    private static readonly Duration MasterDown = Duration.FromSeconds(4);

    /// <summary>Two wall clocks, a second at most apart, and the way.</summary>
    private static readonly Duration Blur = Duration.FromSeconds(2);

    private readonly SeededRandom _random;
    private readonly Attacker _attacker;
    private readonly ActionBuffer _actions = new();
    private readonly Machine[] _machines;
    private readonly PriorityQueue<(Machine To, byte[] Packet), (long At, int Order)> _wire = new();
    private readonly Dictionary<byte[], MonotonicTime> _sentAt = [];
    private readonly List<Attacker.Played> _played = [];
    private MonotonicTime _now;
    private MonotonicTime _disturbed;
    private MonotonicTime _nextPhase;
    private MonotonicTime _nextFault;
    private int _order;
    private string? _broken;

    private AttackedPair(ulong seed)
    {
        _random = new SeededRandom(seed);
        _attacker = new Attacker(new SeededRandom(~seed), 2);
        _machines = [new(0, 200, _random), new(1, 100, _random)];
        _nextPhase = default(MonotonicTime) + Duration.FromSeconds(10);
        _nextFault = default(MonotonicTime) + Duration.FromSeconds(60);
    }

    /// <summary>The first broken rule of some seeds; null when all is well.</summary>
    public static string? FirstBroken(ulong firstSeed, int seeds)
    {
        for (ulong seed = firstSeed; seed < firstSeed + (ulong)seeds; seed++)
        {
            if (new AttackedPair(seed).Run() is string broken)
            {
                return string.Create(CultureInfo.InvariantCulture, $"attacked, seed {seed}: {broken}");
            }
        }

        return null;
    }

    private string? Run()
    {
        foreach (Machine machine in _machines)
        {
            Start(machine);
        }

        while (_broken is null && _now.Nanoseconds < Length.Nanoseconds)
        {
            MonotonicTime arrival = _wire.TryPeek(out _, out (long At, int Order) first) ? new MonotonicTime(first.At) : MonotonicTime.Never;
            MonotonicTime timer = MonotonicTime.Min(_machines[0].NextDeadline, _machines[1].NextDeadline);
            MonotonicTime next = MonotonicTime.Min(MonotonicTime.Min(arrival, timer), MonotonicTime.Min(_nextPhase, _nextFault));
            Judge(next);
            _now = next;
            if (next == _nextPhase)
            {
                BeginPhase();
            }
            else if (next == _nextFault)
            {
                Fail();
            }
            else if (arrival <= timer)
            {
                (Machine to, byte[] packet) = _wire.Dequeue();
                Hear(to, packet);
            }
            else
            {
                Machine due = _machines.First(machine => machine.NextDeadline == timer);
                due.Router.Expire(_now, _actions);
                CarryOut(due);
            }
        }

        return _broken;
    }

    private void BeginPhase()
    {
        _played.Clear();
        _nextPhase = _now + _attacker.Begin(_now, _played);
        foreach (Attacker.Played one in _played)
        {
            _wire.Enqueue((_machines[one.To], one.Packet), (one.At.Nanoseconds, _order++));
        }
    }

    private void Fail()
    {
        Machine machine = _machines[_random.Below(2)];
        if (machine.Lives && _machines[1 - machine.Index].Lives)
        {
            machine.Lives = false;
        }
        else
        {
            Start(_machines.FirstOrDefault(one => !one.Lives) ?? machine);
        }

        _disturbed = _now;
        _nextFault = _now + _random.Between(Duration.FromSeconds(5), Duration.FromSeconds(90));
    }

    private void Start(Machine machine)
    {
        machine.Begin();
        machine.Router.SetSource(machine.Address, _now, _actions);
        machine.Router.SetReadiness(Readiness.Ready, "All is well.", _now, _actions);
        machine.Router.Start(_now, _actions);
        CarryOut(machine);
    }

    private void Hear(Machine to, byte[] packet)
    {
        if (!to.Lives || to.Receiver.Receive(packet, _now, to.Wall(_now), _actions, out _) != DropReason.None)
        {
            _actions.Clear();
            return;
        }

        Duration age = _now - _sentAt[packet];
        _broken ??= age > Window + Blur ? $"n{to.Index} believes an advert that was sent {age} ago" : null;
        _broken ??= !to.Believed.Add(packet) ? $"n{to.Index} believes an advert twice, {age} after it was sent" : null;
        CarryOut(to);
    }

    private void CarryOut(Machine machine)
    {
        for (int i = 0; i < _actions.Count; i++)
        {
            RouterAction action = _actions[i];
            if (action.Kind == RouterActionKind.Transition)
            {
                _disturbed = _now;
            }

            if (action.Kind != RouterActionKind.SendAdvertisement)
            {
                continue;
            }

            byte[] packet = machine.Advert(action, _now);
            _sentAt[packet] = _now;
            _attacker.Hears(machine.Index, 0, packet, action.Priority == 0, _now);
            if (_attacker.Fate(machine.Index, 1 - machine.Index) is Duration late)
            {
                _wire.Enqueue((_machines[1 - machine.Index], packet), ((_now + late).Nanoseconds + 200_000, _order++));
            }
        }

        _actions.Clear();
    }

    /// <summary>Between now and <paramref name="until"/> nothing happens.</summary>
    private void Judge(MonotonicTime until)
    {
        bool isServed = _machines.Any(machine => machine.Lives && machine.Router.State == RouterState.Master);
        if (!isServed && until - _disturbed > Window + Blur + MasterDown + Duration.FromSeconds(1))
        {
            _broken ??= $"nobody is MASTER for {until - _disturbed} after the last crash, start or transition";
        }
    }

    private sealed class Machine(int index, byte priority, SeededRandom random)
    {
        private static readonly VirtualRouterSettings Settings = new(
            "VI_1",
            51,
            3,
            IsIPv6: false,
            100,
            Duration.FromSeconds(1),
            [new AddressPrefix(Address.Read([192, 0, 2, 100]), 24)],
            Preempt: true,
            Duration.Zero,
            ChecksumForm.PseudoHeader,
            AnnounceRepeat: 1,
            AnnounceDelay: Duration.Zero)
        {
            Hmac = new([HmacKey.From(1, new byte[32])], 1, HmacMode.Enforce, AntiReplay.Time, Window),
        };

        private readonly Duration _wallClock = random.Between(Duration.FromMilliseconds(-500), Duration.FromMilliseconds(500));

        public int Index { get; } = index;

        public bool Lives { get; set; }

        public Address Address { get; } = Address.Read([192, 0, 2, (byte)(11 + index)]);

        public VirtualRouter Router { get; private set; } = new(Settings);

        public AdvertisementReceiver Receiver { get; private set; } = new();

        public HashSet<byte[]> Believed { get; } = [];

        public MonotonicTime NextDeadline => Lives ? Router.NextDeadline : MonotonicTime.Never;

        public WallStamp Wall(MonotonicTime now) => WallStamp.FromUnix(1_780_000_000_000_000_000 + now.Nanoseconds + _wallClock.Nanoseconds);

        public void Begin()
        {
            Lives = true;
            Believed.Clear();
            Router = new VirtualRouter(Settings with { Priority = priority });
            Receiver = new AdvertisementReceiver();
            Receiver.Add(Router);
            Receiver.SetOwnAddresses([Address]);
        }

        public byte[] Advert(in RouterAction action, MonotonicTime now)
        {
            const int Header = 20;
            Address group = AdvertisementCodec.Group(isIPv6: false);
            byte[] packet = new byte[Header + AdvertisementCodec.Length(Router.Settings)];
            ulong sequence = Router.NextSequence(Wall(now), now);
            AdvertisementCodec.Write(packet.AsSpan(Header), Router.Settings, action.Priority, action.Interval, action.Source, group, sequence);
            packet[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
            packet[8] = 255;
            packet[9] = AdvertisementCodec.Protocol;
            action.Source.Write(packet.AsSpan(12));
            group.Write(packet.AsSpan(16));
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), (ushort)~InternetChecksum.Fold(InternetChecksum.Add(0, packet.AsSpan(0, Header))));
            return packet;
        }
    }
}
