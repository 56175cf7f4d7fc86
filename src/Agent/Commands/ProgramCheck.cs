using System.ComponentModel;
using System.Diagnostics;

namespace HotStandby.Agent.Commands;

/// <summary>Lets the program a file is for check it, before the file is put into its place.</summary>
internal static class ProgramCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs the command.</summary>
    /// <param name="command">Program and arguments; <c>{file}</c> stands for the file. Not empty.</param>
    /// <param name="file">The file to be checked.</param>
    /// <returns>Why it was refused, and what the program said; the reason is null when it was accepted.</returns>
    public static async Task<(string? Refusal, string Words)> RunAsync(IReadOnlyList<string> command, string file)
    {
        string[] words = [.. command.Select(word => word.Replace("{file}", file, StringComparison.Ordinal))];
        ProcessStartInfo start = new(words[0], words.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process? process;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception error)
        {
            return ($"{words[0]} can't be started: {error.Message}", "");
        }

        using (process)
        {
            using StreamReader outputReader = process!.StandardOutput;
            using StreamReader errorReader = process.StandardError;
            process.StandardInput.Close();
            Task<string> output = outputReader.ReadToEndAsync();
            Task<string> errors = errorReader.ReadToEndAsync();
            try
            {
                await process.WaitForExitAsync().WaitAsync(Patience).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                process.Kill(entireProcessTree: true);
                return ($"{words[0]} did not answer within {Patience.TotalSeconds:0} s", "");
            }

            string said = (await output.ConfigureAwait(false) + await errors.ConfigureAwait(false)).Trim();
            return (process.ExitCode == 0 ? null : $"{words[0]} refuses the file (exit status {process.ExitCode})", said);
        }
    }
}
