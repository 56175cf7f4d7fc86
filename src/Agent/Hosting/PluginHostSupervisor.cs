using HotStandby.Abstractions;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Hosting;

/// <summary>What the supervisor tells the rest of the agent; called on its own task, must not block.</summary>
public interface IHostListener
{
    /// <summary>A check spoke.</summary>
    void CheckHeard(CheckChanged result);

    /// <summary>An entry will not run; its check counts as failed from now on.</summary>
    void PluginRefused(string id, string why);

    /// <summary>The host died: last results stand for the grace.</summary>
    void HostLeft();

    /// <summary>The host is up and configured: tell notifiers the current state again.</summary>
    void HostReady();

    /// <summary>What came of a notification.</summary>
    void NotificationDone(Notified outcome);

    /// <summary>What came of a release hook.</summary>
    void Released(Released outcome);

    /// <summary>A line for the log.</summary>
    void Log(string line);
}

/// <summary>Where the host and its plugins stand, for status.</summary>
public sealed record HostSnapshot(string State, int? Pid, int Restarts, string Why, IReadOnlyList<HostedEntry> Entries);

/// <summary>Where one entry stands.</summary>
public sealed record HostedEntry(string Id, string Use, string State, string Why, string Version, int Crashes);

/// <summary>
/// Keeps the plugin host alive: starts it, restarts it with back-off, finds out which plugin took it down, and leaves a plugin out that did
/// so repeatedly. Nothing here is awaited by the protocol.
/// </summary>
public sealed class PluginHostSupervisor : IAsyncDisposable
{
    /// <summary>A plugin that took the host down this often is left out until the next reload.</summary>
    public const int CrashLimit = 3;

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QuietLife = TimeSpan.FromSeconds(30);

    private readonly string _path;
    private readonly IHostListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly List<string> _openCalls = [];
    private Configure _configuration;
    private PluginHostProcess? _host;
    private Task _supervision = Task.CompletedTask;
    private string _state = "starting";
    private string _why = "";
    private int _restarts;

    public PluginHostSupervisor(string path, Configure configuration, IHostListener listener)
    {
        _path = path;
        _configuration = configuration;
        _listener = listener;
        Adopt(configuration);
    }

    private sealed class Entry
    {
        public required string Use { get; set; }

        public string State { get; set; } = "starting";

        public string Why { get; set; } = "";

        public string Version { get; set; } = "";

        public int Crashes { get; set; }

        public IReadOnlyList<string> Types { get; set; } = [];

        public bool LeftOut => Crashes >= CrashLimit;
    }

    public HostSnapshot Snapshot()
    {
        lock (_lock)
        {
            return new HostSnapshot(
                _state,
                _host?.Pid,
                _restarts,
                _why,
                [.. _configuration.Plugins.Select(plugin => EntryOf(plugin.Id, _entries[plugin.Id]))]);
        }

        static HostedEntry EntryOf(string id, Entry entry) =>
            new(id, entry.Use, entry.State, entry.Why, entry.Version, entry.Crashes);
    }

    public void Start() => _supervision = Task.Run(SuperviseAsync);

    /// <summary>Puts another set of entries in force; entries that did not change go on running.</summary>
    public void Reconfigure(Configure configuration)
    {
        lock (_lock)
        {
            _configuration = configuration;
            Adopt(configuration);
            foreach (Entry entry in _entries.Values)
            {
                entry.Crashes = 0;
            }

            _host?.Send(configuration);
        }
    }

    /// <summary>Passes a transition to a notifier. Nothing waits for it; without a host it is told as a replay later.</summary>
    public bool Notify(string id, Transition transition)
    {
        lock (_lock)
        {
            return _host?.Send(new Notify(id, transition)) ?? false;
        }
    }

    /// <summary>Asks a notifier's release hook; false without a host.</summary>
    public bool Release(Release ask)
    {
        lock (_lock)
        {
            return _host?.Send(ask) ?? false;
        }
    }

    /// <summary>Lets pending notifications finish, at most <paramref name="patience"/>, and ends the host.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _host?.CloseInput();
        }

        try
        {
            await _supervision.WaitAsync(patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            lock (_lock)
            {
                _host?.Kill();
            }

            await _supervision.ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        _stopping.Dispose();
    }

    private void Adopt(Configure configuration)
    {
        foreach (HostedPlugin plugin in configuration.Plugins)
        {
            if (!_entries.TryGetValue(plugin.Id, out Entry? entry) || entry.Use != plugin.Use)
            {
                _entries[plugin.Id] = new Entry { Use = plugin.Use };
            }
        }
    }

    private async Task SuperviseAsync()
    {
        TimeSpan backOff = FirstBackOff;
        while (!_stopping.IsCancellationRequested)
        {
            long startedAt = Environment.TickCount64;
            try
            {
                PluginHostProcess host = PluginHostProcess.Start(_path);
                await using (host.ConfigureAwait(false))
                {
                    await LiveAsync(host).ConfigureAwait(false);
                }
            }
            catch (PluginHostException error)
            {
                Report(error.Message);
            }

            if (_stopping.IsCancellationRequested)
            {
                break;
            }

            _listener.HostLeft();
            backOff = Environment.TickCount64 - startedAt > QuietLife.TotalMilliseconds ? FirstBackOff : backOff;
            lock (_lock)
            {
                _restarts++;
                _state = "restarting";
            }

            try
            {
                await Task.Delay(backOff, _stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            backOff = TimeSpan.FromTicks(Math.Min(backOff.Ticks * 2, LongestBackOff.Ticks));
        }

        lock (_lock)
        {
            _state = "stopped";
            _host = null;
        }
    }

    private async Task LiveAsync(PluginHostProcess host)
    {
        lock (_lock)
        {
            _openCalls.Clear();
            _host = host;
            _state = "running";
            Configure healthy = _configuration with
            {
                Plugins = [.. _configuration.Plugins.Where(plugin => !_entries[plugin.Id].LeftOut)],
            };
            host.Send(healthy);
        }

        _listener.HostReady();
        await foreach (FromHost message in host.ReadAsync().ConfigureAwait(false))
        {
            Handle(message);
        }

        HostDeath death = await host.WaitForDeathAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _host = null;
        }

        if (!_stopping.IsCancellationRequested)
        {
            Blame(death);
        }
    }

    private void Handle(FromHost message)
    {
        switch (message)
        {
            case CheckChanged result:
                _listener.CheckHeard(result);
                break;
            case CallStarted call:
                lock (_lock)
                {
                    _openCalls.Add(call.Id);
                }

                break;
            case CallEnded call:
                lock (_lock)
                {
                    _openCalls.Remove(call.Id);
                }

                break;
            case PluginChanged plugin:
                PluginMoved(plugin);
                break;
            case Notified outcome:
                _listener.NotificationDone(outcome);
                break;
            case Released outcome:
                _listener.Released(outcome);
                break;
            case Logged log:
                _listener.Log(log.Id.Length == 0 ? log.Text : $"plugin {log.Id}: {log.Text}");
                break;
            default:
                _listener.Log($"the plugin host sent an event a running agent does not expect: {message.GetType().Name}");
                break;
        }
    }

    private void PluginMoved(PluginChanged plugin)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(plugin.Id, out Entry? entry))
            {
                return;
            }

            entry.State = plugin.State.ToString().ToLowerInvariant();
            entry.Version = plugin.Version;
            entry.Types = plugin.Types;
            if (plugin.State != PluginState.Active || entry.Crashes == 0)
            {
                entry.Why = plugin.Why;
            }
        }

        if (plugin.State == PluginState.Refused)
        {
            _listener.PluginRefused(plugin.Id, plugin.Why);
        }

        if (plugin.State != PluginState.Active)
        {
            _listener.Log($"plugin {plugin.Id} ({plugin.Use}) {plugin.State.ToString().ToLowerInvariant()}: {plugin.Why}");
        }
    }

    private void Blame(HostDeath death)
    {
        string? culprit;
        string sentence;
        int crashes = 0;
        lock (_lock)
        {
            Dictionary<string, IReadOnlyList<string>> types = _entries.ToDictionary(pair => pair.Key, pair => pair.Value.Types);
            (culprit, sentence) = CrashAttribution.Blame(_openCalls, types, death);
            if (culprit is not null && _entries.TryGetValue(culprit, out Entry? entry))
            {
                crashes = ++entry.Crashes;
                entry.State = "malfunctioning";
                entry.Why = entry.LeftOut
                    ? $"took the plugin host down {crashes} times, left out until the next reload; last: {sentence}"
                    : $"took the plugin host down: {sentence}";
                sentence = $"plugin {culprit} ({entry.Use}) {entry.Why}";
            }
        }

        Report(sentence);
        if (culprit is not null && crashes >= CrashLimit)
        {
            _listener.PluginRefused(culprit, sentence);
        }
    }

    private void Report(string sentence)
    {
        lock (_lock)
        {
            _why = sentence;
        }

        _listener.Log(sentence);
    }
}
