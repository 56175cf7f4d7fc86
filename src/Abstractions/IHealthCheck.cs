namespace HotStandby.Abstractions;

/// <summary>
/// A check that is asked. The host calls it every <c>interval</c>, never twice at once, cancels it after <c>timeout</c>, and counts an
/// exception, a cancellation and a late answer as failed. <c>rise</c> and <c>fall</c> are the host's: report what is seen now.
/// </summary>
public interface IHealthCheck
{
    /// <summary>Looks once. Must observe <paramref name="cancellationToken"/>.</summary>
    Task<CheckResult> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>
/// A check that speaks up by itself, for what the kernel or the service can signal (a process that died, a file that changed).
/// </summary>
public interface IPushedHealthCheck
{
    /// <summary>
    /// Runs until cancelled. Calls <paramref name="report"/> as soon as anything changes, and at least once every
    /// <see cref="PluginContext.Interval"/> even when nothing did: the host counts silence longer than interval plus timeout as failed.
    /// If it returns or throws, the check counts as failed and the host starts it again after the interval.
    /// </summary>
    Task RunAsync(Action<CheckResult> report, CancellationToken cancellationToken);
}

/// <summary>What a check saw.</summary>
/// <param name="Healthy">Whether the service can serve.</param>
/// <param name="Reason">One short sentence for the operator: what was seen, e.g. "HTTP 503 after 12 ms". Never empty.</param>
public sealed record CheckResult(bool Healthy, string Reason)
{
    /// <summary>The service can serve.</summary>
    public static CheckResult Up(string reason) => new(true, reason);

    /// <summary>The service can't serve.</summary>
    public static CheckResult Down(string reason) => new(false, reason);
}
