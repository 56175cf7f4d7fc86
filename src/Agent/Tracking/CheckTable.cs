using System.Globalization;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Tracking;

/// <summary>What a check counts as.</summary>
public enum CheckStanding
{
    /// <summary>Nothing heard yet, and its first deadline has not passed.</summary>
    Waiting,
    Up,
    Down,
}

/// <summary>What a check counts as now, and the sentence that says why.</summary>
public readonly record struct CheckVerdict(CheckStanding Standing, string Sentence)
{
    /// <summary>Came with a reload and has not spoken: until it does, it changes neither priority nor state (keepalived #1941).</summary>
    public bool KeepsState { get; init; }
}

/// <summary>
/// The last word of every check and how long it may be believed. A result older than its deadline is a failure, never the last value;
/// while the plugin host is away the last results stand for the configured grace. Pure: time is an argument.
/// </summary>
public sealed class CheckTable
{
    /// <summary>Time the host may take to start and load plugins, beside interval and timeout, before a check that was never heard counts as failed.</summary>
    public static readonly Duration HostStartAllowance = Duration.FromSeconds(10);

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private Duration _grace = Duration.FromSeconds(10);
    private bool _inOperation;

    /// <summary>Why no check can speak: the plugin host does not run. Null while it does.</summary>
    public string? HostIsAway { get; private set; }

    /// <summary>The interfaces, files and processes that are tracked beside the checks.</summary>
    public ReadingTable Readings { get; } = new();

    private sealed class Entry
    {
        public required PluginConfig Plugin { get; set; }

        public bool? Healthy { get; set; }

        public string LastWords { get; set; } = "";

        public MonotonicTime? HeardAt { get; set; }

        public MonotonicTime BelievedUntil { get; set; }

        /// <summary>Until when a silence is laid at the door of a sleep of this agent.</summary>
        public MonotonicTime ExcusedUntil { get; set; }

        public Duration ValidFor { get; set; }

        public Duration? Took { get; set; }

        public string? Refused { get; set; }

        public required bool AddedInOperation { get; init; }
    }

    /// <summary>Takes over everything a file tracks.</summary>
    public void Configure(HotStandbyConfig file, MonotonicTime now)
    {
        Configure(file.Plugins, Duration.From(file.Agent.HostGrace), now);
        Readings.Configure(file.VirtualRouters.SelectMany(router => router.Tracks).SelectMany(track => track.What.Sources), now);
    }

    /// <summary>Takes the entries of a file over: a check that stays keeps what it said, a new one starts waiting.</summary>
    public void Configure(IEnumerable<PluginConfig> plugins, Duration grace, MonotonicTime now)
    {
        _grace = grace;
        HashSet<string> kept = new(StringComparer.Ordinal);
        foreach (PluginConfig plugin in plugins)
        {
            kept.Add(plugin.Id);
            if (_entries.TryGetValue(plugin.Id, out Entry? known) && known.Plugin.Use == plugin.Use)
            {
                known.Plugin = plugin;
                known.Refused = null;
                continue;
            }

            Duration patience = Duration.From(plugin.Interval) + Duration.From(plugin.Timeout) + HostStartAllowance;
            _entries[plugin.Id] = new Entry
            {
                Plugin = plugin,
                BelievedUntil = now + patience,
                ValidFor = patience,
                AddedInOperation = _inOperation,
            };
        }

        foreach (string gone in _entries.Keys.Where(id => !kept.Contains(id)).ToArray())
        {
            _entries.Remove(gone);
        }

        _inOperation = true;
    }

    /// <summary>A result came in. It is as old as it says, however long it was on its way; one from the future is taken as made now.</summary>
    public void Heard(CheckChanged result, MonotonicTime now)
    {
        if (!_entries.TryGetValue(result.Id, out Entry? entry))
        {
            return;
        }

        HostIsAway = null;
        entry.LastWords = result.Reason;
        entry.Took = result.Took is TimeSpan took ? Duration.From(took) : null;
        if (result.Healthy is bool healthy)
        {
            entry.Healthy = healthy;
            entry.Refused = null;
            MonotonicTime made = MonotonicTime.Min(new(result.MadeAt), now);
            MonotonicTime stands = made + Duration.From(result.ValidFor);
            entry.HeardAt = made;
            entry.ValidFor = Duration.From(result.ValidFor);
            entry.BelievedUntil = stands > entry.ExcusedUntil ? stands : entry.ExcusedUntil;
        }
    }

    /// <summary>The host will not run this entry: a check that can't run is a failed check.</summary>
    public void Refused(string id, string why)
    {
        if (_entries.TryGetValue(id, out Entry? entry))
        {
            entry.Refused = why;
        }
    }

    /// <summary>
    /// The plugin host is away: what is known now stands for the grace, then nothing is known. What was never heard is not known: a host that never
    /// comes up is not waited for once more with each of its deaths.
    /// </summary>
    public void HostLeft(string why, MonotonicTime now)
    {
        HostIsAway = why;
        foreach (Entry entry in _entries.Values)
        {
            MonotonicTime graceEnd = now + _grace;
            if (entry.HeardAt is not null && entry.BelievedUntil > now && entry.BelievedUntil < graceEnd)
            {
                entry.BelievedUntil = graceEnd;
            }
        }
    }

    /// <summary>
    /// This agent stood still (frozen, or the machine was), so it heard nobody: what was believed then stands until every check that is alive has had
    /// the time for one call. Its results that waited come first, and nobody is told of a failed check because of a sleep of the agent.
    /// </summary>
    /// <param name="since">When the agent last looked.</param>
    /// <param name="now">When it woke.</param>
    public void Slept(MonotonicTime since, MonotonicTime now)
    {
        foreach (Entry entry in _entries.Values)
        {
            MonotonicTime spoken = now + (entry.ValidFor - Duration.From(entry.Plugin.Interval));
            if (entry.BelievedUntil > since && entry.BelievedUntil < spoken)
            {
                entry.BelievedUntil = spoken;
                entry.ExcusedUntil = spoken;
            }
        }

        Readings.Slept(since, now);
    }

    /// <summary>What the check counts as at <paramref name="now"/>. An unknown id is a failed check.</summary>
    public CheckVerdict Of(string id, MonotonicTime now)
    {
        if (!_entries.TryGetValue(id, out Entry? entry))
        {
            return new(CheckStanding.Down, $"check {id} is not in the file");
        }

        if (entry.Refused is string why)
        {
            return new(CheckStanding.Down, $"check {id} can't run: {why}");
        }

        if (now >= entry.BelievedUntil)
        {
            string silence = entry.HeardAt is MonotonicTime heard
                ? $"said nothing for {Seconds(now - heard)} (expected within {Seconds(entry.ValidFor)}); its last words: {entry.LastWords}"
                : $"never gave a result (expected within {Seconds(entry.ValidFor)})";
            return new(CheckStanding.Down, $"check {id} {silence}{HostTrouble}");
        }

        return entry.Healthy switch
        {
            true => new(CheckStanding.Up, entry.LastWords),
            false => new(CheckStanding.Down, $"check {id}: {entry.LastWords}"),
            null => entry.Plugin.Start switch
            {
                StartAs.Healthy => new(CheckStanding.Up, "counts as healthy until its first result"),
                StartAs.Failed => new(CheckStanding.Down, $"check {id} counts as failed until its first result"),
                _ => new(CheckStanding.Waiting, $"waiting for the first result of check {id}{HostTrouble}") { KeepsState = entry.AddedInOperation },
            },
        };
    }

    private string HostTrouble => HostIsAway is null ? "" : $"; the plugin host does not run: {HostIsAway}";

    /// <summary>The next moment at which silence alone changes a verdict.</summary>
    public MonotonicTime NextDeadline(MonotonicTime now)
    {
        MonotonicTime next = Readings.NextDeadline(now);
        foreach (Entry entry in _entries.Values)
        {
            if (entry.BelievedUntil > now)
            {
                next = MonotonicTime.Min(next, entry.BelievedUntil);
            }
        }

        return next;
    }

    /// <summary>For status: when its last result was made and how long that call took; null when there was none.</summary>
    public (MonotonicTime? HeardAt, Duration? Took, string LastWords) LastResult(string id) =>
        _entries.TryGetValue(id, out Entry? entry) ? (entry.HeardAt, entry.Took, entry.LastWords) : (null, null, "");

    private static string Seconds(Duration duration) =>
        string.Create(CultureInfo.InvariantCulture, $"{duration.Nanoseconds / 1e9:0.###} s");
}
