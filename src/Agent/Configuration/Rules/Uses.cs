namespace HotStandby.Agent.Configuration.Rules;

/// <summary>
/// What the virtual routers and sync groups name each plugin entry for. This, not the plugin's own word, decides whether an entry is a check or a
/// notifier, so that a file means the same whether the plugin host was asked or not.
/// </summary>
internal sealed class Uses
{
    private readonly HashSet<string> _tracked;
    private readonly HashSet<string> _notified;

    private Uses(HashSet<string> tracked, HashSet<string> notified)
    {
        _tracked = tracked;
        _notified = notified;
    }

    public static Uses Of(Draft draft) => new(
        [.. draft.Trackers.SelectMany(one => one.Tracks).SelectMany(one => one.Checks).Select(one => one.Id.Value)],
        [.. draft.Trackers.SelectMany(one => one.Notify).Select(one => one?.Value).OfType<string>()]);

    public bool IsTracked(DraftPlugin entry) => entry.Id is not null && _tracked.Contains(entry.Id.Value);

    public bool IsNotified(DraftPlugin entry) => entry.Id is not null && _notified.Contains(entry.Id.Value);

    public bool IsNotifierOnly(DraftPlugin entry) => IsNotified(entry) && !IsTracked(entry);
}
