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

    /// <summary>The host died, or could not be started: last results stand for the grace.</summary>
    void HostLeft(string why);

    /// <summary>The host is up and configured: tell notifiers the current state again.</summary>
    void HostReady();

    /// <summary>An entry was loaded, or works again: what it could not be told before it may be told now. Called under the supervisor's lock: nothing may be sent from within.</summary>
    void PluginRuns(string id);

    /// <summary>The host is about to be told to stop: what is still to be sent must be sent now.</summary>
    void HostStopping();

    /// <summary>What came of a notification.</summary>
    void NotificationDone(Notified outcome);

    /// <summary>What came of telling a notifier of an alarm.</summary>
    void AlarmTold(AlarmTold outcome);

    /// <summary>What came of a release hook.</summary>
    void Released(Released outcome);

    /// <summary>A line for the log.</summary>
    void Log(string line);

    /// <summary>A line for the log that should be looked at.</summary>
    void Warn(string line);
}

/// <summary>Where the host and its plugins stand, for status.</summary>
/// <param name="Unread">Messages that could not be passed to a host, because it had stopped reading.</param>
public sealed record HostSnapshot(string State, int? Pid, int Restarts, string Why, IReadOnlyList<HostedEntry> Entries, int Unread);

/// <summary>Where one entry stands.</summary>
public sealed record HostedEntry(string Id, string Use, string State, string Why, string Version, int Crashes);

/// <summary>
/// Keeps the plugin host alive: starts it, restarts it with back-off, finds out which plugin took it down, and leaves a plugin out that did
/// so repeatedly. Nothing here is awaited by the protocol. How new files of a plugin come into force stands in the other part.
/// </summary>
public sealed partial class PluginHostSupervisor : IAsyncDisposable
{
    /// <summary>A plugin that took the host down this often is left out until the next reload.</summary>
    public const int CrashLimit = 3;

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QuietLife = TimeSpan.FromSeconds(30);

    private readonly HostLaunch _launch;
    private readonly PluginStore _store;
    private readonly IHostListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _placing = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private InstalledPlugins _installed;
    private PluginGeneration _generation;

    /// <summary>What the file says; <see cref="_running"/> is what the host runs, which differs while new files of a plugin are tried.</summary>
    private Configure _wanted;

    private Configure _running;
    private HostLife? _life;
    private Task? _supervision;
    private string _state = "starting";
    private string _why = "";
    private int _restarts;
    private int _unread;

    public PluginHostSupervisor(HostLaunch launch, PluginStore store, InstalledPlugins installed, Configure configuration, IHostListener listener)
    {
        ArgumentNullException.ThrowIfNull(store);
        _launch = launch;
        _store = store;
        _installed = installed;
        _generation = store.Next();
        _wanted = configuration;
        _running = configuration;
        _listener = listener;
        Adopt(configuration);
    }

    private sealed class Entry
    {
        public required string Use { get; set; }

        public string State { get; set; } = "starting";

        public string Why { get; set; } = "";

        public string Version { get; set; } = "";

        /// <summary>Why the plugin's new files are not in force; empty when they are.</summary>
        public string Replacement { get; set; } = "";

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
                _life?.Pid,
                _restarts,
                _why,
                [.. _wanted.Plugins.Select(plugin => EntryOf(plugin.Id, _entries[plugin.Id]))],
                _unread + (_life?.Unread ?? 0));
        }

        static HostedEntry EntryOf(string id, Entry entry) =>
            new(id, entry.Use, entry.State, entry.Why.Length > 0 ? entry.Why : entry.Replacement, entry.Version, entry.Crashes);
    }

    /// <summary>Starts the supervision unless it runs: two on one life would wait for each other's host for ever.</summary>
    public void Start()
    {
        lock (_lock)
        {
            _supervision ??= Task.Run(SuperviseAsync);
        }
    }

    /// <summary>Passes a transition to a notifier. Nothing waits for it; false without a host.</summary>
    public bool Notify(string id, Transition transition)
    {
        lock (_lock)
        {
            if (_held is not null)
            {
                _held.Add(new(id, transition));
                return true;
            }

            return _life?.Send(new Notify(id, transition)) ?? false;
        }
    }

    /// <summary>Passes an alarm's begin or end to a notifier. Nothing waits for it; false without a host, and while the first of two still tells its own.</summary>
    public bool Tell(string id, Alarm alarm)
    {
        lock (_lock)
        {
            return _held is null && (_life?.Send(new TellAlarm(id, alarm)) ?? false);
        }
    }

    /// <summary>Asks a notifier's release hook; false without a host.</summary>
    public bool Release(Release ask)
    {
        lock (_lock)
        {
            return _life?.Send(ask) ?? false;
        }
    }

    /// <summary>Lets pending notifications finish, at most <paramref name="patience"/>, and ends the host.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task ends;
        lock (_lock)
        {
            SendHeld();
        }

        _listener.HostStopping();
        lock (_lock)
        {
            _life?.CloseInput();
            ends = Task.WhenAll(_supervision ?? Task.CompletedTask, _trial, _retirement);
        }

        try
        {
            await ends.WaitAsync(patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            lock (_lock)
            {
                _life?.Kill();
                _retiring?.Kill();
            }

            await ends.ConfigureAwait(false);
        }

        _store.Dispose();
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
        PlaceAll(_generation, _running);
        while (!_stopping.IsCancellationRequested)
        {
            long startedAt = Environment.TickCount64;
            try
            {
                HostLife life = StartLife();
                _listener.HostReady();
                await ReignAsync(life).ConfigureAwait(false);
            }
            catch (PluginHostException error)
            {
                Report(error.Message);
            }

            if (_stopping.IsCancellationRequested)
            {
                break;
            }

            _listener.HostLeft(Snapshot().Why);
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
        }
    }

    /// <summary>A new host, or the one that took over while none ran.</summary>
    private HostLife StartLife()
    {
        lock (_lock)
        {
            _state = "running";
            _life ??= HostLife.Start(_launch, _generation, ForHost(_running, _generation), Hear);
            if (_stopping.IsCancellationRequested)
            {
                // It was not there yet when the others were told to stop.
                _life.CloseInput();
            }

            return _life;
        }
    }

    /// <summary>Until the host died, or the one that took over from it.</summary>
    private async Task ReignAsync(HostLife life)
    {
        while (true)
        {
            Task superseded;
            lock (_lock)
            {
                if (_life != life)
                {
                    life = _life ?? life;
                    continue;
                }

                superseded = _superseded.Task;
            }

            if (await Task.WhenAny(life.Ended, superseded).ConfigureAwait(false) == superseded)
            {
                continue;
            }

            lock (_lock)
            {
                if (_life == life)
                {
                    _life = null;
                    break;
                }
            }
        }

        HostDeath death = await life.Ended.ConfigureAwait(false);
        if (!_stopping.IsCancellationRequested)
        {
            Blame(life, death);
        }
    }

    /// <summary>What a host is told: its own copies first, then where a plugin lies that could not be copied.</summary>
    private Configure ForHost(Configure configure, PluginGeneration generation) => configure with
    {
        PluginPaths = [generation.Folder, .. configure.PluginPaths],
        Refusals = generation.Refusals,
        Plugins = [.. configure.Plugins.Where(plugin => !_entries[plugin.Id].LeftOut)],
    };

    /// <returns>The plugins whose installed files are others than the generation's.</returns>
    private string[] PlaceAll(PluginGeneration generation, Configure configure)
    {
        lock (_placing)
        {
            return [.. configure.Plugins.Select(plugin => plugin.Use).Distinct().Where(name => !generation.Place(name, _installed, _listener.Log))];
        }
    }

    private void Hear(HostLife life, FromHost message)
    {
        switch (message)
        {
            case CheckChanged or PluginChanged:
                lock (_lock)
                {
                    // One on trial is looked at, one that retires has nothing more to say of these.
                    if (_life == life)
                    {
                        Adopt(message);
                    }
                }

                break;
            case CallStarted or CallEnded:
                break;
            case Notified outcome:
                _listener.NotificationDone(outcome);
                break;
            case AlarmTold outcome:
                _listener.AlarmTold(outcome);
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

    private void Adopt(FromHost message)
    {
        if (message is CheckChanged check)
        {
            _listener.CheckHeard(check);
        }
        else if (message is PluginChanged plugin)
        {
            PluginMoved(plugin);
        }
    }

    private void PluginMoved(PluginChanged plugin)
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

        if (plugin.State == PluginState.Refused)
        {
            _listener.PluginRefused(plugin.Id, plugin.Why);
        }
        else
        {
            // Also when it malfunctions: one part of it may have come back while another has not.
            _listener.PluginRuns(plugin.Id);
        }

        if (plugin.State != PluginState.Active)
        {
            _listener.Warn($"plugin {plugin.Id} ({plugin.Use}) {plugin.State.ToString().ToLowerInvariant()}: {plugin.Why}");
        }
    }

    private void Blame(HostLife life, HostDeath death)
    {
        string? culprit;
        string sentence;
        int crashes = 0;
        lock (_lock)
        {
            _unread += life.Unread;
        }

        if (life.Unread > 0)
        {
            Report($"the plugin host {life.Pid} was ended: it had stopped reading, and more than {PluginHostProcess.Room} messages waited for it; the next one is told anew");
            return;
        }

        lock (_lock)
        {
            Dictionary<string, IReadOnlyList<string>> types = _entries.ToDictionary(pair => pair.Key, pair => pair.Value.Types);
            (culprit, sentence) = CrashAttribution.Blame(life.OpenCalls, types, death);
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
        bool isNews;
        lock (_lock)
        {
            isNews = _why != sentence;
            _why = sentence;
        }

        // A host that can't start is tried again for ever; the first time it is a warning.
        if (isNews)
        {
            _listener.Warn(sentence);
        }
        else
        {
            _listener.Log(sentence);
        }
    }
}
