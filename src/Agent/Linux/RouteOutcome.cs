using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Linux;

/// <summary>What became of one route or rule.</summary>
public enum RouteResult
{
    /// <summary>The kernel did not have it, and has it now.</summary>
    Added,

    /// <summary>It was there from an earlier call.</summary>
    Kept,

    /// <summary>Somebody else has one in its place, which stays.</summary>
    Foreign,

    Removed,

    /// <summary>It was not there to be removed.</summary>
    Missing,

    /// <summary>The kernel refused; <see cref="RouteOutcome.Error"/> says why.</summary>
    Failed,
}

/// <param name="Error">A sentence with the errno's name; null unless <see cref="RouteResult.Failed"/>.</param>
public readonly record struct RouteOutcome(RoutingEntry Entry, RouteResult Result, string? Error = null);
