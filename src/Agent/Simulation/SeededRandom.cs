using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>SplitMix64: a few lines that give the same sequence for the same seed on every runtime, for ever.</summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9e3779b97f4a7c15;
        ulong mixed = (_state ^ (_state >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>0 to <paramref name="end"/> - 1.</summary>
    public int Below(int end) => (int)(Next() % (ulong)end);

    /// <summary>0 to below 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double share) => share > 0 && Unit() < share;

    public Duration Between(Duration least, Duration most) =>
        new(least.Nanoseconds + (long)(Unit() * (most.Nanoseconds - least.Nanoseconds)));

    /// <summary>Short ones as often as long ones, by order of magnitude; both bounds above zero.</summary>
    public Duration BetweenByMagnitude(Duration least, Duration most) =>
        new((long)(least.Nanoseconds * Math.Pow((double)most.Nanoseconds / least.Nanoseconds, Unit())));

    public T OneOf<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];
}
