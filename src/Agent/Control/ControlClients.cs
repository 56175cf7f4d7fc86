using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace HotStandby.Agent.Control;

/// <summary>
/// Takes connections and serves each on a task of its own, so many at a time and no more: whoever comes then waits until one has gone. When none
/// can be taken (the process has no descriptor left) it says so once, pauses, and tries again; it never spins.
/// </summary>
/// <param name="accept">Waits for the next connection.</param>
/// <param name="serve">Serves one and closes it; must not throw.</param>
/// <param name="pause">The pause after a connection that could not be taken.</param>
/// <param name="say">Takes a sentence for the log.</param>
[SuppressMessage("Design", "CA1001", Justification = "A connection may still be served, and gives its place back, when the server is gone; only the wait handle, which nobody asks for, holds anything.")]
internal sealed class ControlClients(
    Func<CancellationToken, ValueTask<Socket>> accept, Func<Socket, Task> serve, Func<CancellationToken, Task> pause, Action<string> say)
{
    /// <summary>More than operators and monitors ever are; each costs a descriptor and some kilobytes.</summary>
    public const int Most = 32;

    /// <summary>From one such line to the next, with the one that it is over: at the limit of descriptors each connection that ends lets one in.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _free = new(Most);

    /// <summary>Until it is cancelled.</summary>
    public async Task TakeAsync(CancellationToken stopping)
    {
        bool failed = false;
        long? saidAt = null;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await _free.WaitAsync(stopping).ConfigureAwait(false);
                Socket client = await TakeOneAsync(stopping).ConfigureAwait(false);
                if (failed)
                {
                    say("the control socket takes connections again");
                }

                failed = false;
                _ = Task.Run(() => ServeAsync(client), CancellationToken.None);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException error)
            {
                if (!failed && (saidAt is not long said || Stopwatch.GetElapsedTime(said) >= Quiet) && !stopping.IsCancellationRequested)
                {
                    say($"the control socket can't take connections, the verbs get no answer until it can: {Words(error)}");
                    saidAt = Stopwatch.GetTimestamp();
                    failed = true;
                }

                try
                {
                    await pause(stopping).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }
    }

    /// <summary>The base class library calls the limit of the process that of the system.</summary>
    private static string Words(SocketException error) => error.SocketErrorCode == SocketError.TooManyOpenSockets
        ? "this process has no file descriptor left (LimitNOFILE of the unit, ulimit -n)"
        : error.Message;

    private async Task<Socket> TakeOneAsync(CancellationToken stopping)
    {
        try
        {
            return await accept(stopping).ConfigureAwait(false);
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            await serve(client).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }
}
