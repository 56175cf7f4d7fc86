using System.Globalization;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Tracking;

/// <summary>What was seen of a tracked interface, file or process.</summary>
/// <param name="What">What it is of; known by its value.</param>
/// <param name="Up">Whether it is as it should be.</param>
/// <param name="Number">A file's number, -254..254; null when it has none.</param>
/// <param name="Words">What was seen, for status.</param>
public sealed record Reading(Tracked What, bool Up, int? Number, string Words);

/// <summary>
/// The last reading of every tracked interface, file and process. A flap shorter than the delay that was asked for does not count; a reading
/// that is too old is a failure (interfaces are told by the kernel, and don't grow old). Pure: time is an argument.
/// </summary>
public sealed class ReadingTable
{
    /// <summary>A file or process is read several times a second, and told at least once in this time.</summary>
    public static readonly Duration ToldEvery = Duration.FromSeconds(1);

    /// <summary>Longest a reading is believed.</summary>
    public static readonly Duration ValidFor = Duration.FromSeconds(5);

    private readonly Dictionary<Tracked, Entry> _entries = [];
    private bool _inOperation;

    private sealed class Entry
    {
        public Reading? Last { get; set; }

        public MonotonicTime BelievedUntil { get; set; }

        /// <summary>What counts, before a change that still has to last.</summary>
        public bool Settled { get; set; }

        /// <summary>Since when it is otherwise; null while it is as settled.</summary>
        public MonotonicTime? DiffersSince { get; set; }

        public required bool AddedInOperation { get; init; }

        public required Duration UpDelay { get; init; }

        public required Duration DownDelay { get; init; }

        private Duration Delay => Settled ? DownDelay : UpDelay;

        /// <summary>When the change counts; never while there is none.</summary>
        public MonotonicTime ChangesAt => DiffersSince is MonotonicTime since ? since + Delay : MonotonicTime.Never;

        public bool IsUp(MonotonicTime now) => now >= ChangesAt ? !Settled : Settled;
    }

    /// <summary>Takes over what a file tracks: what stays keeps what was seen, what is new waits for its first reading.</summary>
    public void Configure(IEnumerable<Tracked> sources, MonotonicTime now)
    {
        HashSet<Tracked> wanted = [.. sources];
        foreach (Tracked gone in _entries.Keys.Where(one => !wanted.Contains(one)).ToArray())
        {
            _entries.Remove(gone);
        }

        foreach (Tracked one in wanted.Where(one => !_entries.ContainsKey(one)))
        {
            (Duration up, Duration down) = one switch
            {
                TrackedInterface device => (device.UpDelay, device.DownDelay),
                TrackedProcess process => (process.UpDelay, process.DownDelay),
                _ => (Duration.Zero, Duration.Zero),
            };
            _entries.Add(one, new Entry { BelievedUntil = now + ValidFor, AddedInOperation = _inOperation, UpDelay = up, DownDelay = down });
        }

        _inOperation = true;
    }

    /// <summary>Takes a reading; true when it may change what counts.</summary>
    public bool Heard(Reading reading, MonotonicTime now)
    {
        if (!_entries.TryGetValue(reading.What, out Entry? entry))
        {
            return false;
        }

        bool isNews = entry.Last != reading || now >= entry.BelievedUntil;
        bool settled = entry.Last is null ? reading.Up : entry.IsUp(now);
        entry.DiffersSince = settled == reading.Up ? null
            : settled == entry.Settled && entry.DiffersSince is MonotonicTime since ? since
            : now;
        entry.Settled = settled;
        entry.Last = reading;
        entry.BelievedUntil = reading.What is TrackedInterface ? MonotonicTime.Never : now + ValidFor;
        return isNews;
    }

    /// <summary>Nothing was read because the whole agent stood still: what was believed then stands until it must have been read again.</summary>
    /// <param name="since">When the agent last looked.</param>
    /// <param name="now">When it woke.</param>
    public void Slept(MonotonicTime since, MonotonicTime now)
    {
        foreach (Entry entry in _entries.Values)
        {
            if (entry.BelievedUntil > since && entry.BelievedUntil < now + ToldEvery)
            {
                entry.BelievedUntil = now + ToldEvery;
            }
        }
    }

    /// <summary>What it counts as. What is not in the file, was not seen in time or can't be read is down.</summary>
    public CheckVerdict Of(Tracked what, MonotonicTime now)
    {
        if (!_entries.TryGetValue(what, out Entry? entry))
        {
            return new(CheckStanding.Down, $"{what.Name} is not watched");
        }

        if (now >= entry.BelievedUntil)
        {
            string last = entry.Last is null ? "was never read" : $"was not read for {Seconds(ValidFor)}; before: {entry.Last.Words}";
            return new(CheckStanding.Down, $"{what.Name} {last}");
        }

        if (entry.Last is not Reading reading)
        {
            return new(CheckStanding.Waiting, $"waiting for the first reading of {what.Name}") { KeepsState = entry.AddedInOperation };
        }

        bool up = entry.IsUp(now);
        string waits = up == reading.Up ? "" : $" ({(up ? "counts as up" : "counts as down")} until that has lasted {(up ? entry.DownDelay : entry.UpDelay)})";
        return new(up ? CheckStanding.Up : CheckStanding.Down, $"{what.Name}: {reading.Words}{waits}");
    }

    /// <summary>The number of a tracked file; null when it has none that can be believed.</summary>
    public int? Number(TrackedFile file, MonotonicTime now) =>
        _entries.TryGetValue(file, out Entry? entry) && now < entry.BelievedUntil ? entry.Last?.Number : null;

    /// <summary>The next moment at which time alone changes what something counts as.</summary>
    public MonotonicTime NextDeadline(MonotonicTime now)
    {
        MonotonicTime next = MonotonicTime.Never;
        foreach (Entry entry in _entries.Values)
        {
            next = entry.BelievedUntil > now ? MonotonicTime.Min(next, entry.BelievedUntil) : next;
            next = entry.ChangesAt > now ? MonotonicTime.Min(next, entry.ChangesAt) : next;
        }

        return next;
    }

    private static string Seconds(Duration duration) => string.Create(CultureInfo.InvariantCulture, $"{duration.Nanoseconds / 1e9:0.###} s");
}
