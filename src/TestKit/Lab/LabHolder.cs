using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace HotStandby.TestKit;

/// <summary>The process <c>hotstandby lab --hold</c>. It ends with its standard input, and so with this process, whatever becomes of it.</summary>
internal sealed class LabHolder : IAsyncDisposable
{
    /// <summary>For the services to come up, tomcat on a busy machine too, or for a checkout's program to be built first. Not a measure.</summary>
    private static readonly TimeSpan StartBound = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly Task _reading;
    private readonly SemaphoreSlim _turn = new(1);
    private bool _endWasTold;

    private LabHolder(Process process)
    {
        _process = process;
        _reading = ReadErrorsAsync();
    }

    /// <summary>Starts it and waits for the lab to stand.</summary>
    /// <exception cref="LabException">It ended before; its words are in the message.</exception>
    public static async Task<(LabHolder Holder, LabDescription Description)> StartAsync(string program, string configuration, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, ["lab", configuration, "--hold"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new LabException($"'{program}' can't be started: {exception.Message}", exception);
        }

        var holder = new LabHolder(process);
        try
        {
            string? line = await process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(StartBound, cancellationToken).ConfigureAwait(false);
            return (holder, LabDescription.Parse(line ?? throw await holder.EndedAsync("before the lab stood").ConfigureAwait(false)));
        }
        catch (Exception exception)
        {
            holder._endWasTold = true;
            await holder.DisposeAsync().ConfigureAwait(false);
            if (exception is TimeoutException)
            {
                throw new LabException($"'{program} lab' did not stand within {StartBound.TotalMinutes:0} min: {holder.Errors}", exception);
            }

            throw;
        }
    }

    /// <summary>Has the lab do something; "ask" returns who answered.</summary>
    /// <exception cref="LabException">It refused, or it is gone.</exception>
    public async Task<string?> DoAsync(string verb, string? node = null, string? router = null)
    {
        // Not cancelled in between: the next one would read this one's answer. The lab bounds every verb.
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            string? line;
            try
            {
                await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { verb, node, router })).ConfigureAwait(false);
                await _process.StandardInput.FlushAsync().ConfigureAwait(false);
                line = await _process.StandardOutput.ReadLineAsync().ConfigureAwait(false);
            }
            catch (IOException)
            {
                line = null;
            }

            using JsonDocument answer = JsonDocument.Parse(line ?? throw await EndedAsync($"at '{verb}'").ConfigureAwait(false));
            return answer.RootElement.GetProperty("done").GetBoolean()
                ? answer.RootElement.TryGetProperty("answer", out JsonElement who) ? who.GetString() : null
                : throw new LabException(answer.RootElement.GetProperty("error").GetString()!);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the lab and waits until nothing is left of it.</summary>
    /// <exception cref="LabException">Something is left, unless the test was told already that the lab ended badly.</exception>
    public async ValueTask DisposeAsync()
    {
        string? trouble = null;
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before.
        }

        try
        {
            await _process.WaitForExitAsync().WaitAsync(EndBound).ConfigureAwait(false);
            await _reading.ConfigureAwait(false);
            if (_process.ExitCode != 0)
            {
                trouble = $"hotstandby lab ended with {_process.ExitCode}: {Errors}";
            }
        }
        catch (TimeoutException)
        {
            _process.Kill();
            trouble = $"hotstandby lab did not end within {EndBound.TotalSeconds:0} s and was killed; the next lab removes what it left: {Errors}";
        }

        _process.StandardOutput.Dispose();
        _process.StandardError.Dispose();
        _process.Dispose();
        _turn.Dispose();
        if (trouble is not null && !_endWasTold)
        {
            throw new LabException(trouble);
        }
    }

    private string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.Length == 0 ? "(it wrote nothing)" : _errors.ToString().TrimEnd();
            }
        }
    }

    private async Task<LabException> EndedAsync(string when)
    {
        _endWasTold = true;
        await _process.WaitForExitAsync().WaitAsync(EndBound).ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        return new LabException($"hotstandby lab ended {when}, with {_process.ExitCode}: {Errors}");
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync().ConfigureAwait(false) is string line)
        {
            lock (_errors)
            {
                _errors.AppendLine(line);
            }
        }
    }
}
