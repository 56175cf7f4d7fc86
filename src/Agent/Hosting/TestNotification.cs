using HotStandby.Abstractions;

namespace HotStandby.Agent.Hosting;

/// <summary>
/// What a notifier is told as a test. The contract has no word for a test, so that a notifier takes it for what it says; it says as little as there is:
/// a replay (nothing has changed) of a state, of a virtual router that no file can have, without an address, a peer or a number of its own.
/// </summary>
public static class TestNotification
{
    /// <summary>No virtual router's: names in plugins.json have no parentheses.</summary>
    public const string VirtualRouter = "(test)";

    /// <summary>The word for an alarm, which is no state: see <see cref="OfAlarm"/>.</summary>
    public const string Alarm = "alarm";

    private const string Words = "a test by 'hotstandby plugins test': nothing has changed, and no virtual router has this name";

    /// <summary>The states there are to be told of, as the notifiers' scripts know them.</summary>
    public static IReadOnlyList<string> States { get; } = ["master", "backup", "fault", "stop", Alarm];

    /// <summary>The notification.</summary>
    /// <param name="state">One of <see cref="States"/> but <see cref="Alarm"/>.</param>
    /// <param name="at">Now.</param>
    public static Transition Of(string state, DateTimeOffset at)
    {
        RouterState told = state switch
        {
            "master" => RouterState.Master,
            "backup" => RouterState.Backup,
            "fault" => RouterState.Fault,
            "stop" => RouterState.Initialize,
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "no state to be told of"),
        };
        return new(
            Sequence: 0,
            VirtualRouter,
            Vrid: 255,
            Interface: "lo",
            From: told,
            To: told,
            Stopping: state == "stop",
            Priority: 1,
            Addresses: [],
            Peer: null,
            Reason: Words,
            At: at,
            Replay: true);
    }

    /// <summary>An alarm that begins, marked in the same ways.</summary>
    /// <param name="at">Now.</param>
    public static Abstractions.Alarm OfAlarm(DateTimeOffset at) =>
        new(Sequence: 0, Code: "test", VirtualRouter, About: "", Words, Began: true, Since: at, At: at, Replay: true);
}
