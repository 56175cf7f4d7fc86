using HotStandby.HostProtocol;

namespace HotStandby.Agent.Hosting;

/// <summary>One plugin host process from start to end, and what it said of its entries.</summary>
internal sealed class HostLife
{
    private readonly PluginHostProcess _process;
    private int _ended;
    private readonly Lock _lock = new();
    private readonly List<string> _openCalls = [];
    private readonly Dictionary<string, PluginChanged> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CheckChanged> _checks = new(StringComparer.Ordinal);

    private HostLife(PluginHostProcess process, PluginGeneration generation)
    {
        _process = process;
        Pid = process.Pid;
        Generation = generation;
    }

    /// <summary>The copies it loads from.</summary>
    public PluginGeneration Generation { get; }

    /// <summary>Also when it has ended.</summary>
    public int Pid { get; }

    /// <summary>How it ended.</summary>
    public Task<HostDeath> Ended { get; private set; } = null!;

    /// <summary>Whether its process has ended, also while its last words are still being read.</summary>
    public bool HasEnded
    {
        get
        {
            try
            {
                return Ended.IsCompleted || _process.HasExited;
            }
            catch (InvalidOperationException)
            {
                // It has ended and was disposed of.
                return true;
            }
        }
    }

    /// <summary>The last calls that had begun and not ended.</summary>
    public IReadOnlyList<string> OpenCalls
    {
        get
        {
            lock (_lock)
            {
                return [.. _openCalls];
            }
        }
    }

    /// <summary>Starts a host and configures it.</summary>
    /// <param name="launch">How.</param>
    /// <param name="generation">What it loads from.</param>
    /// <param name="configure">Its entries.</param>
    /// <param name="hear">Hears every event; called on one task, one event after the other.</param>
    /// <exception cref="PluginHostException">It can't be started.</exception>
    public static HostLife Start(HostLaunch launch, PluginGeneration generation, Configure configure, Action<HostLife, FromHost> hear)
    {
        HostLife life = new(PluginHostProcess.Start(launch), generation);
        life.Send(configure);
        life.Ended = Task.Run(() => life.LiveAsync(hear));
        return life;
    }

    /// <summary>Queues a message; never blocks. False when the host does not read any more.</summary>
    public bool Send(ToHost message)
    {
        if (_process.Send(message))
        {
            return true;
        }

        if (_process.Unread > 0 && Interlocked.Exchange(ref _ended, 1) == 0)
        {
            // Nothing cures one that has stopped reading, and the next one is told anew. Not here: who sends must not wait.
            _ = Task.Run(Kill);
        }

        return false;
    }

    /// <summary>Messages that it did not get, for it had stopped reading; then it is ended.</summary>
    public int Unread => _process.Unread;

    /// <summary>Asks it to stop: what was queued is still done, notifications get their time.</summary>
    public void CloseInput() => _process.CloseInput();

    /// <summary>Ends it by force; nothing happens when it has ended.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended and was disposed of.
        }
    }

    /// <summary>What it said last of an entry; null when it has not yet.</summary>
    public PluginChanged? Entry(string id)
    {
        lock (_lock)
        {
            return _entries.GetValueOrDefault(id);
        }
    }

    /// <summary>The last verdict on a check; null when there is none yet.</summary>
    public CheckChanged? Check(string id)
    {
        lock (_lock)
        {
            return _checks.TryGetValue(id, out CheckChanged? check) && check.Healthy is not null ? check : null;
        }
    }

    private async Task<HostDeath> LiveAsync(Action<HostLife, FromHost> hear)
    {
        await using (_process.ConfigureAwait(false))
        {
            await foreach (FromHost message in _process.ReadAsync().ConfigureAwait(false))
            {
                Remember(message);
                hear(this, message);
            }

            return await _process.WaitForDeathAsync().ConfigureAwait(false);
        }
    }

    private void Remember(FromHost message)
    {
        lock (_lock)
        {
            switch (message)
            {
                case CallStarted call:
                    _openCalls.Add(call.Id);
                    break;
                case CallEnded call:
                    _openCalls.Remove(call.Id);
                    break;
                case PluginChanged entry:
                    _entries[entry.Id] = entry;
                    break;
                case CheckChanged check:
                    _checks[check.Id] = check;
                    break;
            }
        }
    }
}
