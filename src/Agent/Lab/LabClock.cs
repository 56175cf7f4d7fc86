using System.Diagnostics;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>The clock of every measurement in the lab: CLOCK_MONOTONIC, the one the agents use too.</summary>
internal static class LabClock
{
    public static MonotonicTime Now => new(Stopwatch.GetTimestamp() * (1_000_000_000 / Stopwatch.Frequency));
}
