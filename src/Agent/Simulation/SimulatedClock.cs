using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>
/// One machine's monotonic clock against the time of the simulation: it began somewhere else, it runs a little fast or slow, and it stands
/// still while the whole machine is paused.
/// </summary>
internal sealed class SimulatedClock(MonotonicTime atBoot, int partsPerMillion)
{
    private readonly double _rate = 1 + (partsPerMillion / 1e6);
    private MonotonicTime _world;
    private MonotonicTime _local = atBoot;
    private bool _stands;

    public MonotonicTime Local(MonotonicTime world) =>
        _stands ? _local : new(_local.Nanoseconds + (long)((world - _world).Nanoseconds * _rate));

    /// <summary>The first moment of the world at which the clock shows at least <paramref name="local"/>; not while it stands.</summary>
    public MonotonicTime World(MonotonicTime local)
    {
        if (local == MonotonicTime.Never)
        {
            return local;
        }

        MonotonicTime world = new(_world.Nanoseconds + (long)((local - _local).Nanoseconds / _rate));
        while (Local(world) < local)
        {
            world = new(world.Nanoseconds + 1);
        }

        return world;
    }

    public void Pause(MonotonicTime world)
    {
        _local = Local(world);
        _stands = true;
    }

    public void Resume(MonotonicTime world)
    {
        _world = world;
        _stands = false;
    }
}
