using System.Globalization;
using System.Text;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Status;

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
/// <para>
/// Whoever logs never waits: lines are queued, and a thread of its own writes them. When nobody reads standard error (a journald that stands
/// still, a pipe that is full) the queue fills up, then lines are dropped and counted, and the log says how many once it is read again.
/// </para>
/// </summary>
public sealed class AgentLog : IDisposable
{
    /// <summary>
    /// Longest queue, in characters: some thousand lines, half a megabyte. Of these lines of level INFO, which plugins may write in any number, get
    /// one half, so that they can't keep out what matters.
    /// </summary>
    internal const int Capacity = 256 * 1024;

    /// <summary>Longest line, in characters.</summary>
    internal const int LongestLine = 16 * 1024;

    /// <summary>A write that takes longer is said in status.</summary>
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(1);

    /// <summary>How long the end of the agent waits for a log that nobody reads: its roles are handed over by then.</summary>
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(1);

    private readonly bool _journal = Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 };
    private readonly Stream _output;
    private readonly object _lock = new();
    private readonly Queue<string> _lines = new();
    private readonly Thread _writer;
    private int _waiting;
    private long _dropped;
    private int _droppedHere;
    private long? _writesSince;
    private bool _closed;

    /// <summary>When a line was lost since nobody can read it any more; null while the last one was written.</summary>
    private long? _lostSince;

    public AgentLog()
        : this(StandardError.Open())
    {
    }

    internal AgentLog(Stream output)
    {
        _output = output;
        _writer = new Thread(WriteLines, 256 * 1024) { Name = "log", IsBackground = true };
        _writer.Start();
    }

    /// <summary>Queues a line and returns at once.</summary>
    public void Write(LogLevel level, string line)
    {
        string full = Compose(level, line);
        lock (_lock)
        {
            if (_waiting + full.Length > (level == LogLevel.Info ? Capacity / 2 : Capacity))
            {
                _dropped++;
                _droppedHere++;
                return;
            }

            TellOfDropped();
            Queue(full);
        }
    }

    /// <summary>How the log fares.</summary>
    public LogStatus Status()
    {
        lock (_lock)
        {
            TimeSpan writes = _writesSince is long since ? TimeSpan.FromMilliseconds(Environment.TickCount64 - since) : TimeSpan.Zero;
            return new LogStatus(
                _dropped,
                _lostSince is long lost ? TimeSpan.FromMilliseconds(Environment.TickCount64 - lost).TotalSeconds
                : writes >= Stall ? writes.TotalSeconds
                : null);
        }
    }

    /// <summary>Lets what is queued be written, but does not wait long for it.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            Monitor.PulseAll(_lock);
        }

        _writer.Join(LastPatience);
    }

    private void Queue(string line)
    {
        _lines.Enqueue(line);
        _waiting += line.Length;
        Monitor.PulseAll(_lock);
    }

    /// <summary>At the place where they are missing.</summary>
    private void TellOfDropped()
    {
        if (_droppedHere > 0)
        {
            Queue(Compose(LogLevel.Warning, $"{_droppedHere} line(s) of this log are missing here: they came faster than they were read"));
            _droppedHere = 0;
        }
    }

    private void WriteLines()
    {
        while (Next() is string line)
        {
            try
            {
                byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
                _output.Write(bytes, 0, bytes.Length);
                Lost(null);
            }
            catch (IOException)
            {
                // Nobody reads our standard error any more: serving goes on, and status says so.
                Lost(Environment.TickCount64);
            }
        }
    }

    private void Lost(long? at)
    {
        lock (_lock)
        {
            _dropped += at is null ? 0 : 1;
            _lostSince = at is null ? null : _lostSince ?? at;
        }
    }

    /// <returns>Null at the end.</returns>
    private string? Next()
    {
        lock (_lock)
        {
            _writesSince = null;
            while (_lines.Count == 0 && _droppedHere == 0)
            {
                if (_closed)
                {
                    return null;
                }

                Monitor.Wait(_lock);
            }

            if (_lines.Count == 0)
            {
                TellOfDropped();
            }

            string line = _lines.Dequeue();
            _waiting -= line.Length;
            _writesSince = Environment.TickCount64;
            return line;
        }
    }

    private string Compose(LogLevel level, string line)
    {
        string text = PlainText.OneLine(line.Length <= LongestLine ? line : $"{line[..LongestLine]} ... ({line.Length - LongestLine} more characters)");
        return _journal
            ? string.Create(CultureInfo.InvariantCulture, $"<{(int)level}>{text}")
            : string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.Now:yyyy-MM-ddTHH:mm:ss.fffzzz} {Word(level)} {text}");
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Error => "ERROR ",
        LogLevel.Warning => "WARN  ",
        LogLevel.Notice => "NOTICE",
        _ => "INFO  ",
    };
}
