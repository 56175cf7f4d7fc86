using System.Collections.Concurrent;
using HotStandby.Abstractions;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Hosting;

/// <summary>
/// Asks the notifiers of the virtual routers that this node is about to leave on purpose, and waits for their answers, at most each virtual router's
/// budget. The protocol goes on meanwhile: MASTER, with the addresses.
/// </summary>
/// <param name="send">Passes a question to the plugin host; false when there is none.</param>
/// <param name="log">Takes a line, and whether it is a warning.</param>
internal sealed class ReleaseHooks(Func<Release, bool> send, Action<string, bool> log)
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<Released?>> _open = new();
    private long _number;

    /// <summary>Returns when every hook has answered, its budget is over or <paramref name="cancellationToken"/> is cancelled.</summary>
    public Task AskAsync(IEnumerable<LeavingRole> roles, CancellationToken cancellationToken) => Task.WhenAll(
        [.. roles.Where(role => role.Budget > TimeSpan.Zero).SelectMany(role => role.Notifiers.Select(id => AskAsync(role, id, cancellationToken)))]);

    public void Answered(Released answer)
    {
        if (_open.TryGetValue(answer.Number, out TaskCompletionSource<Released?>? waiting))
        {
            waiting.TrySetResult(answer);
        }
    }

    /// <summary>Nobody will answer any more.</summary>
    public void HostLeft()
    {
        foreach (TaskCompletionSource<Released?> waiting in _open.Values)
        {
            waiting.TrySetResult(null);
        }
    }

    private async Task AskAsync(LeavingRole role, string id, CancellationToken cancellationToken)
    {
        long number = Interlocked.Increment(ref _number);
        TaskCompletionSource<Released?> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[number] = answer;
        string title = $"{role.Transition.VirtualRouter}: onRelease of {id}";
        try
        {
            if (!send(new Release(id, number, role.Transition, role.Budget)))
            {
                return;
            }

            Released? released = await answer.Task.WaitAsync(role.Budget, cancellationToken).ConfigureAwait(false);
            if (released is null)
            {
                log($"{title}: the plugin host left meanwhile; leaves all the same", true);
            }
            else if (released.HasHook)
            {
                log($"{title} {(released.Succeeded ? "done" : "FAILED")} after {released.Took.TotalMilliseconds:0} ms: {released.Detail}", !released.Succeeded);
            }
        }
        catch (TimeoutException)
        {
            log($"{title} did not end within {role.Budget.TotalSeconds:0.###} s (releaseBudget): leaves all the same", true);
        }
        catch (OperationCanceledException)
        {
            log($"{title} was not waited for any longer", true);
        }
        finally
        {
            _open.TryRemove(number, out _);
        }
    }
}

/// <summary>A role that is about to be left.</summary>
/// <param name="Transition">The one to come.</param>
/// <param name="Notifiers">Ids of the plugin entries that are asked.</param>
/// <param name="Budget">How long they may take; zero: they are not asked.</param>
internal sealed record LeavingRole(Transition Transition, IReadOnlyList<string> Notifiers, TimeSpan Budget);
