using System.Text;
using HotStandby.Agent.Configuration.Json;

namespace HotStandby.Agent.Configuration.Secrets;

/// <summary>
/// Reads a short secret from a file that nobody but root (and the user the agent runs as) can read, on a path nobody else can change. No
/// message holds what was read.
/// </summary>
internal static class SecretFile
{
    private const int LargestSecret = 4096;

    /// <summary>The content without its last line end; null when it can't be used, which was reported.</summary>
    /// <param name="path">Absolute.</param>
    public static string? Read(string path, Position at, string key, Findings findings)
    {
        if (PathTrust.Fault(path, isSecret: true) is string fault)
        {
            findings.Error(at, DiagnosticCodes.SecretNotSafe, $"{key}: {fault.Split(';')[0]}", fault.Contains(';', StringComparison.Ordinal) ? $"Mend it with: {fault.Split(';')[1].Trim()}" : null);
            return null;
        }

        return Content(path, at, key, findings);
    }

    /// <summary>A credential that systemd put into $CREDENTIALS_DIRECTORY (systemd.exec(5)), which only the service can read.</summary>
    public static string? ReadCredential(string name, Position at, string key, Findings findings)
    {
        if (Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is not { Length: > 0 } folder)
        {
            findings.Error(
                at,
                DiagnosticCodes.SecretUnreadable,
                $"{key}: there is no $CREDENTIALS_DIRECTORY, so no credential \"{name}\"",
                $"systemd sets it for a service with LoadCredential={name}:PATH; by hand: systemd-run -P --wait -p LoadCredential={name}:PATH ...");
            return null;
        }

        return Content(Path.Combine(folder, name), at, key, findings);
    }

    private static string? Content(string path, Position at, string key, Findings findings)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] bytes = new byte[LargestSecret + 1];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length <= LargestSecret)
            {
                string text = Encoding.UTF8.GetString(bytes, 0, length);
                return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
            }

            findings.Error(at, DiagnosticCodes.SecretUnreadable, $"{key}: {path} is larger than {LargestSecret} bytes");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string why = error is FileNotFoundException or DirectoryNotFoundException ? "there is no such file"
                : error is UnauthorizedAccessException ? "permission denied"
                : error.Message;
            findings.Error(at, DiagnosticCodes.SecretUnreadable, $"{key}: {path} can't be read: {why}");
        }

        return null;
    }
}
