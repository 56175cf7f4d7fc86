namespace HotStandby.Agent.Control;

/// <summary>
/// Carries out the drains and undrains of operators. However many come at once, the last one holds, and the record on disk, what this object says
/// and what the loop was told last agree on it.
/// </summary>
/// <param name="controlPath">Of the control socket, beside which the record is.</param>
/// <param name="prepare">Lets the notifiers prepare a drain, which may take long.</param>
/// <param name="decide">Tells the loop; null ends the drain. Must have told it when it returns; the task ends when the loop has done it.</param>
/// <param name="forget">What was prepared is not carried out after all.</param>
internal sealed class DrainOrders(
    string controlPath, Func<CancellationToken, Task> prepare, Func<string?, CancellationToken, Task> decide, Action forget)
{
    private readonly Lock _lock = new();
    private DrainRecord? _inForce = DrainRecord.Read(controlPath);
    private long _last;

    /// <summary>The drain in force; null when the node is not drained.</summary>
    public DrainRecord? InForce
    {
        get
        {
            lock (_lock)
            {
                return _inForce;
            }
        }
    }

    /// <summary>The record first: a drain that a restart forgets would move the addresses back.</summary>
    /// <param name="drain">Null ends the drain.</param>
    /// <param name="accepted">Called when the order was written down, before anything is prepared.</param>
    /// <returns>Null when it was carried out, else the sentence that says why not.</returns>
    public async Task<string?> SetAsync(DrainRecord? drain, Action accepted, CancellationToken cancellationToken)
    {
        long order;
        lock (_lock)
        {
            if (drain is null && _inForce is null)
            {
                return "this node is not drained: there is nothing to end";
            }

            try
            {
                if (drain is not null)
                {
                    drain.Write(controlPath);
                }
                else
                {
                    DrainRecord.Delete(controlPath);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return $"nothing changed: {error.Message}";
            }

            _inForce = drain;
            order = ++_last;
            accepted();
        }

        if (drain is not null)
        {
            await prepare(cancellationToken).ConfigureAwait(false);
        }

        Task decided;
        lock (_lock)
        {
            if (order != _last)
            {
                if (_inForce is null)
                {
                    forget();
                }

                return _inForce is DrainRecord other ? $"another drain came while this one was prepared, and holds: {other.Sentence}" : "an undrain came while this drain was prepared, and holds";
            }

            decided = decide(drain?.Sentence, cancellationToken);
        }

        await decided.ConfigureAwait(false);
        return null;
    }
}
