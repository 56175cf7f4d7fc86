using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.Script;

/// <summary>
/// One run of one program: no shell, a clean environment, working directory /, standard input at its end, output kept up to a limit. It
/// runs in a session and process group of its own, which is killed as a whole when the time is up.
/// </summary>
internal sealed class ScriptRun(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment)
{
    /// <summary>Between SIGTERM and SIGKILL.</summary>
    private static readonly TimeSpan TermGrace = TimeSpan.FromSeconds(2);

    /// <summary>How long output is waited for after the program ended: something it left behind may hold the pipe for ever.</summary>
    private static readonly TimeSpan OutputGrace = TimeSpan.FromMilliseconds(200);

    /// <summary>util-linux; it makes itself the leader of a new session and then becomes the program, so the process id stays.</summary>
    private static readonly string[] SetSid = ["/usr/bin/setsid", "/bin/setsid"];

    private readonly ScriptOutput _output = new();

    /// <summary>Never throws; cancelling ends the program within two seconds.</summary>
    public async Task<NotifyResult> ToEndAsync(CancellationToken cancellationToken)
    {
        if (Array.Find(SetSid, File.Exists) is not { } setsid)
        {
            return new NotifyResult(false, $"{command[0]} was not run: there is no {SetSid[0]} (package util-linux), which is needed to end a script as a whole");
        }

        using var process = new Process { StartInfo = StartInfo(setsid) };
        long started = Stopwatch.GetTimestamp();
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return new NotifyResult(false, $"{command[0]} was not run: {e.Message}");
        }

        // Process.Dispose leaves streams that were asked for to who asked, and a pipe left to the collector stays open until it comes.
        using StreamReader output = process.StandardOutput;
        using StreamReader errors = process.StandardError;
        process.StandardInput.Close();
        Task reading = Task.WhenAll(_output.ReadAsync(output.BaseStream), _output.ReadAsync(errors.BaseStream));
        bool late = false;
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            late = true;
            await EndGroupAsync(process).ConfigureAwait(false);
        }

        await Task.WhenAny(reading, Task.Delay(OutputGrace, CancellationToken.None)).ConfigureAwait(false);
        string took = string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");
        string what = late ? $"did not end in time and was killed after {took}" : $"{ExitWords(process.ExitCode)} after {took}";
        return new NotifyResult(!late && process.ExitCode == 0, $"{command[0]} {what}{_output.Summary}");
    }

    private ProcessStartInfo StartInfo(string setsid)
    {
        var start = new ProcessStartInfo(setsid)
        {
            UseShellExecute = false,
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in command)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static async Task EndGroupAsync(Process process)
    {
        int group = process.Id;
        // Before setsid has made the group there is only the process.
        if (Native.Kill(-group, Native.SigTerm) != 0)
        {
            _ = Native.Kill(group, Native.SigTerm);
        }

        long until = Stopwatch.GetTimestamp();
        while (Native.Kill(-group, 0) == 0 && Stopwatch.GetElapsedTime(until) < TermGrace)
        {
            await Task.Delay(20, CancellationToken.None).ConfigureAwait(false);
        }

        if (Native.Kill(-group, Native.SigKill) != 0 && !process.HasExited)
        {
            _ = Native.Kill(group, Native.SigKill);
        }

        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>.NET says 128 + the signal's number for a process that a signal ended, as a shell does.</summary>
    private static string ExitWords(int code) => code switch
    {
        > 128 and < 128 + 65 => string.Create(CultureInfo.InvariantCulture, $"was ended by signal {code - 128} (or exited {code})"),
        _ => string.Create(CultureInfo.InvariantCulture, $"exited {code}"),
    };
}
