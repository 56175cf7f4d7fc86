using HotStandby.HostProtocol;

namespace HotStandby.PluginHost.Streams;

/// <summary>
/// Everything the host says goes through here: one thread writes, so that a core that does not read holds up nobody but the caller that
/// asked to wait. Bounded: beyond <see cref="Capacity"/> waiting messages of a check only its latest result is kept, log lines are dropped
/// and counted; the other messages are few by nature (one per call) and always kept.
/// </summary>
internal sealed class Outbox
{
    public const int Capacity = 4096;
    public const int LogCapacity = 256;

    private readonly Stream _stream;
    private readonly object _lock = new();
    private readonly Queue<FromHost> _queue = new();
    private readonly Dictionary<string, CheckChanged> _held = [];
    private readonly Thread _writer;
    private long _accepted;
    private long _written;
    private int _logs;
    private int _logsDropped;
    private bool _broken;

    public Outbox(Stream stream)
    {
        _stream = stream;
        _writer = new Thread(Write) { Name = "outbox", IsBackground = true };
        _writer.Start();
    }

    /// <summary>Queues a message and returns at once.</summary>
    public void Send(FromHost message)
    {
        lock (_lock)
        {
            switch (message)
            {
                case Logged when _logs >= LogCapacity:
                    _logsDropped++;
                    return;
                case Logged:
                    _logs++;
                    break;
                case CheckChanged check when _queue.Count >= Capacity || _held.ContainsKey(check.Id):
                    _held[check.Id] = check;
                    Monitor.PulseAll(_lock);
                    return;
            }

            _queue.Enqueue(message);
            _accepted++;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Waits until everything queued before this call is in the pipe.</summary>
    /// <returns>False when <paramref name="limit"/> passed or <paramref name="stop"/> came first.</returns>
    public bool Flush(TimeSpan limit, CancellationToken stop = default)
    {
        using CancellationTokenRegistration wake = stop.Register(Wake);
        long until = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        lock (_lock)
        {
            long upTo = _accepted;
            while (_written < upTo && !_broken)
            {
                long left = until - Environment.TickCount64;
                if (left <= 0 || stop.IsCancellationRequested)
                {
                    return false;
                }

                Monitor.Wait(_lock, (int)Math.Min(left, 1000));
            }

            return true;
        }
    }

    private void Wake()
    {
        lock (_lock)
        {
            Monitor.PulseAll(_lock);
        }
    }

    private void Write()
    {
        using var buffer = new MemoryStream();
        while (true)
        {
            int count = Take(buffer);
            try
            {
                buffer.WriteTo(_stream);
                _stream.Flush();
            }
            catch (IOException)
            {
                // The core is gone; the end of standard input ends the host.
                lock (_lock)
                {
                    _broken = true;
                    Monitor.PulseAll(_lock);
                }

                return;
            }

            lock (_lock)
            {
                _written += count;
                Monitor.PulseAll(_lock);
            }
        }
    }

    /// <summary>Moves what is waiting into the buffer; waits while there is nothing.</summary>
    /// <returns>How many messages of the queue, held results not counted.</returns>
    private int Take(MemoryStream buffer)
    {
        var batch = new List<FromHost>();
        int queued;
        lock (_lock)
        {
            while (_queue.Count == 0 && _held.Count == 0)
            {
                Monitor.Wait(_lock);
            }

            while (_queue.TryDequeue(out FromHost? message))
            {
                batch.Add(message);
            }

            queued = batch.Count;
            batch.AddRange(_held.Values);
            _held.Clear();
            if (_logsDropped > 0)
            {
                batch.Add(new Logged("", $"{_logsDropped} log lines of plugins were dropped: they came faster than they could be written"));
            }

            _logs = 0;
            _logsDropped = 0;
        }

        buffer.SetLength(0);
        foreach (FromHost message in batch)
        {
            buffer.Write(System.Text.Encoding.UTF8.GetBytes(HostProtocolJson.ToLine(message)));
            buffer.WriteByte((byte)'\n');
        }

        return queued;
    }
}
