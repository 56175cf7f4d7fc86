using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>How many held the addresses, and whether a client was served, over time.</summary>
internal sealed class HoldingFigures
{
    private readonly List<(MonotonicTime At, int Holders, bool Served)> _changes = [(default, 0, false)];

    public void Add(MonotonicTime at, int holders, bool served)
    {
        if (_changes[^1].Holders != holders || _changes[^1].Served != served)
        {
            _changes.Add((at, holders, served));
        }
    }

    /// <summary>Between two times: how long nobody and how long more than one held, and the longest time without service.</summary>
    public (Duration Nobody, Duration Several, Duration Outage) Between(MonotonicTime from, MonotonicTime to)
    {
        Duration nobody = Duration.Zero;
        Duration several = Duration.Zero;
        Duration outage = Duration.Zero;
        Duration current = Duration.Zero;
        for (int i = 0; i < _changes.Count; i++)
        {
            MonotonicTime begin = _changes[i].At > from ? _changes[i].At : from;
            MonotonicTime end = MonotonicTime.Min(i + 1 < _changes.Count ? _changes[i + 1].At : to, to);
            if (end <= begin)
            {
                continue;
            }

            Duration length = end - begin;
            nobody += _changes[i].Holders == 0 ? length : Duration.Zero;
            several += _changes[i].Holders > 1 ? length : Duration.Zero;
            current = _changes[i].Served ? Duration.Zero : current + length;
            outage = current > outage ? current : outage;
        }

        return (nobody, several, outage);
    }
}
