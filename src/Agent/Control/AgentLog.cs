using System.Globalization;

namespace HotStandby.Agent.Control;

/// <summary>How much a line matters; the numbers are syslog's, as the journal reads them from "&lt;N&gt;".</summary>
public enum LogLevel
{
    Error = 3,
    Warning = 4,
    Notice = 5,
    Info = 6,
}

/// <summary>
/// The agent's log: standard error, one line an event. Under systemd with the journal's priority prefix, else with a time stamp.
/// </summary>
public sealed class AgentLog
{
    private readonly bool _journal = Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 };
    private readonly Lock _lock = new();

    public void Write(LogLevel level, string line)
    {
        // A line break in a plugin's text must not look like a line of ours.
        string text = line.ReplaceLineEndings(" | ");
        string full = _journal
            ? string.Create(CultureInfo.InvariantCulture, $"<{(int)level}>{text}")
            : string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.Now:yyyy-MM-ddTHH:mm:ss.fffzzz} {Word(level)} {text}");
        lock (_lock)
        {
            try
            {
                Console.Error.WriteLine(full);
            }
            catch (IOException)
            {
                // Nobody reads our standard error any more: serving goes on.
            }
        }
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Error => "ERROR ",
        LogLevel.Warning => "WARN  ",
        LogLevel.Notice => "NOTICE",
        _ => "INFO  ",
    };
}
