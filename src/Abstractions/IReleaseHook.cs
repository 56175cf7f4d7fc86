namespace HotStandby.Abstractions;

/// <summary>
/// A notifier may implement this besides: it is asked before this node leaves MASTER because the operator wants it (stop, drain, switchover), while
/// the virtual addresses still are here and answer. The node waits for the answer, at most the virtual router's <c>releaseBudget</c> and the entry's
/// <c>timeout</c>, then leaves in any case. A failure (check, interface) is not asked about: there is nothing to wait for.
/// </summary>
public interface IReleaseHook
{
    /// <summary>Prepares the leaving, such as letting requests end. May be called while a notification still runs.</summary>
    /// <param name="transition">The one to come: from MASTER to BACKUP, or stopping. Its sequence number is not given out yet: 0.</param>
    /// <param name="cancellationToken">Cancelled when the time is up.</param>
    Task<NotifyResult> ReleaseAsync(Transition transition, CancellationToken cancellationToken);
}
