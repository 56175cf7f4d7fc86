using System.Text.Json;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Streams;

namespace HotStandby.PluginHost.Running;

/// <summary>The entries that run now. A reload touches only what differs. Used by one thread.</summary>
internal sealed class EntrySet(Outbox outbox, OpenCalls calls)
{
    /// <summary>
    /// How long one plugin's load may hold up the next one's. They are loaded one after the other, so that a plugin that takes the host down
    /// while it loads is the only suspect.
    /// </summary>
    private static readonly TimeSpan LoadLimit = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, PluginEntry> _entries = [];
    private Configure? _configure;

    /// <summary>Removes, restarts and starts entries until those of <paramref name="configure"/> run; the others go on untouched.</summary>
    public void Apply(Configure configure)
    {
        // Of the surroundings, Refusals may differ: what runs was let in, and what was refused is tried again.
        bool sameSurroundings = _configure is { } before
            && before.Node == configure.Node
            && before.BaseDirectory == configure.BaseDirectory
            && before.PluginPaths.SequenceEqual(configure.PluginPaths);
        _configure = configure;
        Dictionary<string, HostedPlugin> wanted = [];
        foreach (HostedPlugin plugin in configure.Plugins)
        {
            if (!wanted.TryAdd(plugin.Id, plugin))
            {
                outbox.Send(new Logged("", $"the id \"{plugin.Id}\" stands twice in the configuration; the second entry is not loaded"));
            }
        }

        foreach ((string id, PluginEntry entry) in _entries.ToArray())
        {
            // A refused entry is tried again: its DLL may have been put in place since.
            if (sameSurroundings && !entry.IsRefused && wanted.TryGetValue(id, out HostedPlugin? same) && Same(entry.Settings, same))
            {
                wanted.Remove(id);
                continue;
            }

            _entries.Remove(id);
            Retire(entry, NotifierDrain(entry));
        }

        foreach (HostedPlugin plugin in configure.Plugins)
        {
            if (wanted.Remove(plugin.Id))
            {
                var entry = new PluginEntry(plugin, configure, outbox, calls);
                _entries.Add(plugin.Id, entry);
                if (!entry.WaitLoaded(LoadLimit))
                {
                    entry.SayLoading(LoadLimit);
                }
            }
        }
    }

    public void Notify(Notify notify)
    {
        if (_entries.TryGetValue(notify.Id, out PluginEntry? entry))
        {
            entry.Notify(notify.Transition);
        }
        else
        {
            outbox.Send(Answers.Refuse(notify.Id, notify.Transition, $"there is no plugin entry \"{notify.Id}\""));
        }
    }

    public void Tell(TellAlarm tell)
    {
        if (!_entries.TryGetValue(tell.Id, out PluginEntry? entry))
        {
            outbox.Send(Answers.Refuse(tell.Id, tell.Alarm, $"there is no plugin entry \"{tell.Id}\""));
        }
        else if (!entry.Tell(tell.Alarm))
        {
            outbox.Send(new AlarmTold(tell.Id, tell.Alarm.Sequence, Listens: false, Succeeded: true, "", TimeSpan.Zero) { WasTold = true });
        }
    }

    public void Release(Release ask)
    {
        if (!_entries.TryGetValue(ask.Id, out PluginEntry? entry) || !entry.Release(ask))
        {
            outbox.Send(new Released(ask.Id, ask.Number, HasHook: false, Succeeded: true, "", TimeSpan.Zero));
        }
    }

    /// <summary>Stops everything; notifications get up to their timeout, at most <paramref name="limit"/>.</summary>
    public void StopAll(TimeSpan limit)
    {
        Thread[] stopping = [.. _entries.Values.Select(entry => Retire(entry, Min(NotifierDrain(entry), limit)))];
        _entries.Clear();
        foreach (Thread thread in stopping)
        {
            thread.Join(limit + TimeSpan.FromSeconds(2));
        }
    }

    private static Thread Retire(PluginEntry entry, TimeSpan drain)
    {
        var thread = new Thread(() => entry.Stop(drain)) { Name = entry.Settings.Id + " stop", IsBackground = true };
        thread.Start();
        return thread;
    }

    private static TimeSpan NotifierDrain(PluginEntry entry) => entry.Settings.Timeout;

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static bool Same(HostedPlugin left, HostedPlugin right) =>
        left with { Options = default } == right with { Options = default } && SameOptions(left.Options, right.Options);

    private static bool SameOptions(JsonElement left, JsonElement right) =>
        left.ValueKind == JsonValueKind.Undefined || right.ValueKind == JsonValueKind.Undefined
            ? left.ValueKind == right.ValueKind
            : JsonElement.DeepEquals(left, right);
}
