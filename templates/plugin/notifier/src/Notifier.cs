using HotStandby.Abstractions;

namespace Plugin_Name;

/// <summary>Told of every transition, one at a time for a virtual router. The host cancels a call after the entry's timeout.</summary>
internal sealed class Notifier(NotifierOptions options, PluginContext context) : INotifier
{
    // Two virtual routers may be told at once.
    private readonly SemaphoreSlim _writing = new(1);

    public async Task<NotifyResult> NotifyAsync(Transition transition, CancellationToken cancellationToken)
    {
        string path = Path.Combine(context.BaseDirectory, options.File);
        string line = $"{transition.At:O} {transition.VirtualRouter} {transition.From} -> {transition.To}: {transition.Reason}\n";
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await File.AppendAllTextAsync(path, line, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The detail stands in the journal: `hotstandby status` shows it.
            return new NotifyResult(false, $"nothing was written: {error.Message}");
        }
        finally
        {
            _writing.Release();
        }

        return new NotifyResult(true, $"one line was appended to {path}");
    }
}
