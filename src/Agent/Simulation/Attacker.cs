using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>
/// Somebody who owns the wire and has no key: hears every advert, decides whether and when it arrives at each node, and plays what it has
/// recorded, in its own name for nobody. What it does changes from phase to phase, as chance has it.
/// </summary>
internal sealed class Attacker(SeededRandom random, int nodes)
{
    private const int MostRecorded = 8192;

    private readonly Recorded[] _tape = new Recorded[MostRecorded];
    private readonly Lane[] _lanes = new Lane[nodes * nodes];
    private long _recorded;

    /// <summary>What becomes of adverts from one node to another.</summary>
    private enum Way
    {
        Open,
        Cut,
        Slow,
    }

    /// <summary>A recorded advert that arrives at a node.</summary>
    internal readonly record struct Played(MonotonicTime At, int To, int Router, byte[] Packet);

    /// <summary>A node has sent: it goes onto the tape.</summary>
    public void Hears(int from, int router, byte[] packet, bool resigns, MonotonicTime now) =>
        _tape[_recorded++ % MostRecorded] = new(from, router, packet, resigns, now);

    /// <summary>How much longer an advert takes to a node; null: it never comes.</summary>
    public Duration? Fate(int from, int to)
    {
        Lane lane = _lanes[(from * nodes) + to];
        return lane.Way switch
        {
            Way.Cut => null,
            Way.Slow => random.Between(Duration.Zero, lane.Most),
            _ => Duration.Zero,
        };
    }

    /// <summary>Begins another phase.</summary>
    /// <param name="played">Gets what is played in it.</param>
    /// <returns>How long it lasts.</returns>
    public Duration Begin(MonotonicTime now, List<Played> played)
    {
        for (int i = 0; i < _lanes.Length; i++)
        {
            Way way = random.OneOf(Way.Open, Way.Open, Way.Cut, Way.Slow);

            // What was kept back is worth most.
            MonotonicTime since = way == Way.Cut && _lanes[i].Way != Way.Cut ? now : _lanes[i].CutSince;
            _lanes[i] = new(way, random.BetweenByMagnitude(Duration.FromMilliseconds(5), Duration.FromSeconds(60)), since);
        }

        Duration length = random.BetweenByMagnitude(Duration.FromMilliseconds(200), Duration.FromSeconds(90));
        for (int tries = random.Below(4); tries > 0; tries--)
        {
            Play(now, now + length, played);
        }

        return length;
    }

    /// <summary>Goes away: nothing more is lost or late.</summary>
    public void End() => Array.Clear(_lanes);

    private void Play(MonotonicTime from, MonotonicTime to, List<Played> played)
    {
        long oldest = Math.Max(0, _recorded - MostRecorded);
        if (_recorded == 0)
        {
            return;
        }

        int target = random.Below(nodes);
        Recorded at = _tape[(oldest + (long)(random.Unit() * (_recorded - oldest))) % MostRecorded];
        int sender = at.From;
        if (sender == target)
        {
            sender = (sender + 1) % nodes;
        }

        MonotonicTime begin = random.OneOf(at.SentAt, _lanes[(sender * nodes) + target].CutSince, from - random.BetweenByMagnitude(Duration.FromMilliseconds(100), Duration.FromSeconds(20)));
        double pace = random.OneOf(1.0, 1.0, 1.0, 0.5, 0.05);
        MonotonicTime start = from + random.Between(Duration.Zero, Duration.FromSeconds(1));
        bool onlyResigning = random.Chance(0.1);
        MonotonicTime? first = null;
        for (long i = oldest; i < _recorded; i++)
        {
            Recorded one = _tape[i % MostRecorded];
            if (one.From != sender || one.SentAt < begin || (onlyResigning && !one.Resigns))
            {
                continue;
            }

            first ??= one.SentAt;
            MonotonicTime when = start + new Duration((long)((one.SentAt - first.Value).Nanoseconds * pace));
            if (when > to)
            {
                break;
            }

            played.Add(new(when, target, one.Router, one.Packet));
        }
    }

    private readonly record struct Recorded(int From, int Router, byte[] Packet, bool Resigns, MonotonicTime SentAt);

    /// <param name="Most">The longest delay of a slow one.</param>
    private readonly record struct Lane(Way Way, Duration Most, MonotonicTime CutSince);
}
