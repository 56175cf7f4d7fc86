using System.Runtime.CompilerServices;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.Agent.Simulation;

/// <summary>
/// Signed adverts, and somebody without a key who owns the wire. S15: what a node believes was sent no longer ago than the window and the
/// difference of the clocks, and an agent believes it once. So whoever is MASTER is so for what the nodes themselves have just said or not said:
/// all that the attacker decides is which of it arrives, as whoever cuts the wire does.
/// </summary>
internal sealed partial class SimulationRun
{
    private static readonly Duration Window = HmacSettings.DefaultWindow(Duration.FromSeconds(1));
    private static readonly HmacKey Key = HmacKey.From(1, [.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    private readonly ConditionalWeakTable<byte[], object> _sentAt = [];
    private readonly List<Attacker.Played> _played = [];
    private Attacker? _attacker;
    private MonotonicTime _attackedUntil = new(long.MinValue / 2);

    public bool IsSigned => _setup.Signed;

    /// <summary>Somebody decides what arrives.</summary>
    public bool IsAttacked => _attacker is not null;

    /// <summary>How much longer than without an attacker something may take: an advert is believed for so long after it was sent.</summary>
    public Duration AttackDelay => IsAttacked || Now - _attackedUntil < Believable ? Believable : Duration.Zero;

    private Duration Believable => _setup.WallClocks.Count == 0 ? Window : Window + _setup.WallClocks.Max() - _setup.WallClocks.Min();

    public Duration WallClock(int node) => node < _setup.WallClocks.Count ? _setup.WallClocks[node] : Duration.Zero;

    /// <summary>Null: adverts are not signed.</summary>
    public HmacSettings? Hmac => IsSigned ? new([Key], Key.Id, HmacMode.Enforce, AntiReplay.Time, Window) : null;

    /// <summary>A node takes an advert for true.</summary>
    public void Believed(SimulatedNode node, byte[] packet)
    {
        if (!_setup.Signed || _setup.Attacks.Count == 0 || !_sentAt.TryGetValue(packet, out object? sent))
        {
            return;
        }

        Duration age = Now - (MonotonicTime)sent;
        if (age > Believable + Duration.FromSeconds(1))
        {
            Violate("S15", $"{node.Name} believes an advert that was sent {age} ago");
        }

        if (!node.Believed.Add(packet))
        {
            Violate("S15", $"{node.Name} believes an advert twice, the second time {age} after it was sent");
        }
    }

    private void Record(SimulatedNode from, SimulatedRouter router, byte[] packet, byte priority)
    {
        if (_setup.Attacks.Count > 0)
        {
            _sentAt.Add(packet, Now);
            _attacker?.Hears(from.Index, router.Index, packet, priority == 0, Now);
        }
    }

    private void DeliverAsAttacked(SimulatedNode from, SimulatedNode to, int router, byte[] packet)
    {
        if (_attacker!.Fate(from.Index, to.Index) is Duration late)
        {
            Duration way = _random.Between(LeastLatency, MostLatency);
            _queue.Add(Now + way + late, new(late > Duration.Zero ? SimulatedEventKind.AttackFrame : SimulatedEventKind.Frame, to.Index, router, packet));
        }
    }

    private void Attacked(in SimulatedEvent what)
    {
        switch (what.Kind)
        {
            case SimulatedEventKind.AttackBegin:
                var attack = (Attack)what.Thing!;
                Note(null, $"somebody without a key owns the wire for {attack.Length}");
                Changed();
                _impairments++;
                _attacker = new Attacker(new SeededRandom(attack.Seed), Nodes.Count);
                _queue.Add(Now + attack.Length, new(SimulatedEventKind.AttackEnd, 0));
                NextPhase(_attacker);
                break;
            case SimulatedEventKind.AttackPhase when ReferenceEquals(what.Thing, _attacker):
                NextPhase(_attacker!);
                break;
            case SimulatedEventKind.AttackFrame when IsAttacked:
                Nodes[what.Node].Receive(what.Index, (byte[])what.Thing!, Now);
                break;
            case SimulatedEventKind.AttackEnd when IsAttacked:
                Note(null, "nobody owns the wire any more");
                Changed();
                _impairments--;
                _attacker = null;
                _attackedUntil = Now;
                break;
            default:
                break;
        }
    }

    private void NextPhase(Attacker attacker)
    {
        _played.Clear();
        Duration length = attacker.Begin(Now, _played);
        foreach (Attacker.Played one in _played)
        {
            _queue.Add(one.At, new(SimulatedEventKind.AttackFrame, one.To, one.Router, one.Packet));
        }

        _queue.Add(Now + length, new(SimulatedEventKind.AttackPhase, 0, 0, attacker));
    }
}
