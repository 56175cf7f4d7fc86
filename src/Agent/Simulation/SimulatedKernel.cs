using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>
/// The virtual addresses of one virtual router in one machine's kernel. They are bound with a lifetime that only the agent renews (two
/// adverts, at least 2 s, renewed at half of it), and the kernel takes them off by its own clock, agent or not.
/// </summary>
internal sealed class SimulatedKernel
{
    public bool Holds { get; private set; }

    /// <summary>On the machine's clock.</summary>
    public MonotonicTime ExpiresAt { get; private set; }

    /// <summary>A look at <see cref="ExpiresAt"/> is in the queue.</summary>
    public bool ExpiryIsQueued { get; set; }

    public static Duration Lease(Duration interval) => Duration.FromSeconds(Math.Max(2, 2 * interval.Nanoseconds / 1_000_000_000));

    public void Bind(MonotonicTime local, Duration lease)
    {
        Holds = true;
        ExpiresAt = local + lease;
    }

    /// <summary>They are gone at another time than their lifetime says.</summary>
    public void EndLease(MonotonicTime local)
    {
        ExpiresAt = local;
        ExpiryIsQueued = false;
    }

    public void Remove() => Holds = false;
}
