using System.Globalization;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.Script;

/// <summary>Runs the scripts of one transition, one after the other, or the one for alarms.</summary>
internal sealed class ScriptNotifier(ScriptOptions options, uint trustedOwner) : INotifier, IReleaseHook, IAlarmNotifier
{
    public ScriptNotifier(ScriptOptions options) : this(options, trustedOwner: 0)
    {
    }

    public async Task<NotifyResult> NotifyAsync(Transition transition, CancellationToken cancellationToken)
    {
        if (transition.Reasserted && (options.OnReassert is not null || !options.Reassert))
        {
            return options.OnReassert is { } again
                ? await RunAsync(again, transition, StateWord(transition.To), cancellationToken).ConfigureAwait(false)
                : new NotifyResult(true, "reassert is false: nothing is run again");
        }

        string state = transition.Stopping ? "STOP" : StateWord(transition.To);
        IReadOnlyList<string>? own = (transition.Stopping, transition.To) switch
        {
            (true, _) => options.OnStop,
            (_, RouterState.Master) => options.OnMaster,
            (_, RouterState.Backup) => options.OnBackup,
            (_, RouterState.Fault) => options.OnFault,
            _ => null,
        };

        // keepalived's notify knows MASTER, BACKUP, FAULT and STOP; INITIALIZE without a stop has no word there.
        IReadOnlyList<string>? every = state == StateWord(RouterState.Initialize) ? null : options.Notify;
        if (own is null && every is null)
        {
            return new NotifyResult(true, $"no script is set for {state}");
        }

        var results = new List<NotifyResult>();
        foreach (IReadOnlyList<string> command in new[] { own, every }.OfType<IReadOnlyList<string>>())
        {
            results.Add(cancellationToken.IsCancellationRequested
                ? new NotifyResult(false, $"{command[0]} was not run: the time was up")
                : await RunAsync(command, transition, state, cancellationToken).ConfigureAwait(false));
        }

        return new NotifyResult(results.TrueForAll(result => result.Succeeded), string.Join("; ", results.Select(result => result.Detail)));
    }

    public async Task<NotifyResult> ReleaseAsync(Transition transition, CancellationToken cancellationToken) => options.OnRelease is { } command
        ? await RunAsync(command, transition, "RELEASE", cancellationToken).ConfigureAwait(false)
        : new NotifyResult(true, "no script is set for onRelease");

    public async Task<NotifyResult> AlarmAsync(Alarm alarm, CancellationToken cancellationToken)
    {
        if (options.OnAlarm is not { } command)
        {
            return new NotifyResult(true, "no script is set for onAlarm");
        }

        string state = alarm.Began ? "BEGIN" : "END";
        return await RunAsync(command, ["ALARM", alarm.VirtualRouter, state, alarm.Code], Environment(alarm, state), cancellationToken).ConfigureAwait(false);
    }

    private async Task<NotifyResult> RunAsync(IReadOnlyList<string> command, Transition transition, string state, CancellationToken cancellationToken)
    {
        // keepalived says 0 of a group.
        string priority = transition.Kind == TransitionKind.Group ? "0" : transition.Priority.ToString(CultureInfo.InvariantCulture);
        return await RunAsync(
            command, [KindWord(transition.Kind), transition.VirtualRouter, state, priority], Environment(transition, state), cancellationToken).ConfigureAwait(false);
    }

    private async Task<NotifyResult> RunAsync(
        IReadOnlyList<string> command, string[] appended, Dictionary<string, string> environment, CancellationToken cancellationToken)
    {
        if (ScriptPath.Fault(command[0], trustedOwner) is { } fault)
        {
            return new NotifyResult(false, $"{command[0]} was not run: {fault}");
        }

        environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        return await new ScriptRun([.. command, .. appended], environment).ToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The whole environment of a script but PATH; documented in docs/plugins/script.md.</summary>
    private static Dictionary<string, string> Environment(Transition transition, string state)
    {
        var environment = new Dictionary<string, string>
        {
            ["HOTSTANDBY_TYPE"] = KindWord(transition.Kind),
            ["HOTSTANDBY_NAME"] = transition.VirtualRouter,
            ["HOTSTANDBY_MEMBERS"] = string.Join(' ', transition.Members),
            ["HOTSTANDBY_VRID"] = transition.Kind == TransitionKind.Group ? "" : transition.Vrid.ToString(CultureInfo.InvariantCulture),
            ["HOTSTANDBY_INTERFACE"] = transition.Interface,
            ["HOTSTANDBY_STATE"] = state,
            ["HOTSTANDBY_FROM"] = StateWord(transition.From),
            ["HOTSTANDBY_PRIORITY"] = transition.Priority.ToString(CultureInfo.InvariantCulture),
            ["HOTSTANDBY_REASON"] = transition.Reason.Replace('\0', ' '),
            ["HOTSTANDBY_VIPS"] = string.Join(' ', transition.Addresses),
            ["HOTSTANDBY_PEER"] = transition.Peer ?? "",
            ["HOTSTANDBY_SEQUENCE"] = transition.Sequence.ToString(CultureInfo.InvariantCulture),
            ["HOTSTANDBY_REPLAY"] = transition.Replay ? "1" : "0",
            ["HOTSTANDBY_REASSERTED"] = transition.Reasserted ? "1" : "0",
        };
        return environment;
    }

    /// <summary>The same for an alarm.</summary>
    private static Dictionary<string, string> Environment(Alarm alarm, string state) => new()
    {
        ["HOTSTANDBY_TYPE"] = "ALARM",
        ["HOTSTANDBY_NAME"] = alarm.VirtualRouter,
        ["HOTSTANDBY_STATE"] = state,
        ["HOTSTANDBY_ALARM"] = alarm.Code,
        ["HOTSTANDBY_ABOUT"] = alarm.About,
        ["HOTSTANDBY_REASON"] = alarm.Sentence.Replace('\0', ' '),
        ["HOTSTANDBY_SINCE"] = alarm.Since.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        ["HOTSTANDBY_SEQUENCE"] = alarm.Sequence.ToString(CultureInfo.InvariantCulture),
        ["HOTSTANDBY_REPLAY"] = alarm.Replay ? "1" : "0",
    };

    private static string KindWord(TransitionKind kind) => kind.ToString().ToUpperInvariant();

    private static string StateWord(RouterState state) => state.ToString().ToUpperInvariant();
}
