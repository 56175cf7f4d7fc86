using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Threading.Channels;
using HotStandby.Abstractions;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Control;
using HotStandby.Agent.Hosting;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Loop;
using HotStandby.Agent.Status;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Commands;

/// <summary>
/// The agent as a whole: the protocol thread, the plugin host, the control socket and the signals, joined by messages. What the protocol
/// thread says is queued here and handled on another task, so that no log, socket or plugin can hold it up.
/// </summary>
internal sealed class RunningAgent : ILoopObserver, IHostListener, IAsyncDisposable
{
    /// <summary>How long the notifiers may work on the STOP after the addresses are gone.</summary>
    private static readonly TimeSpan NotifierPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ReportPatience = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly string _controlPath;
    private readonly AgentLog _log;
    private readonly Journal _journal = new();
    private readonly RouterLocks _locks = new();
    private readonly ServiceNotification _service = ServiceNotification.FromEnvironment();
    private readonly ServiceState _serviceState;
    private readonly ProtocolLoop _loop;
    private readonly PluginHostSupervisor _host;
    private readonly ReleaseHooks _hooks;
    private readonly AlarmTelling _alarms;
    private readonly TransitionTelling _transitions;
    private readonly CancellationTokenSource _hurry = new();
    private readonly DateTimeOffset _startedAt = DateTimeOffset.Now;
    private readonly Channel<Action> _events = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly bool _requirePluginLock;
    private readonly SemaphoreSlim _reloading = new(1);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DrainOrders _drains;
    private readonly HeapPacker _heap;
    private LoopConfiguration _configuration;
    private ConfigStatus _configStatus;
    private int _leaving;
    private Exception? _failure;
    private volatile bool _isSecond;

    public RunningAgent(string path, string controlPath, LoopConfiguration configuration, AgentLog log, bool requirePluginLock)
    {
        _requirePluginLock = requirePluginLock;
        _path = path;
        _controlPath = controlPath;
        _drains = new DrainOrders(
            controlPath,
            cancellation => AskHooksAsync(stopping: false, role => role.Transition.Priority != 255, cancellation),
            (sentence, cancellation) => AskLoopAsync<bool>(answer => new DrainAsked(sentence, answer), cancellation),
            () => _loop!.Post(new ReplayAsked()));
        _log = log;
        _configuration = configuration;
        _configStatus = new ConfigStatus(path, _startedAt, true, "");
        _serviceState = new ServiceState(configuration.Node.Name, _service.Status);
        _serviceState.Drained(_drains.InForce?.Sentence);
        _serviceState.Configured(configuration.File.VirtualRouters.Select(router => router.Name));
        _heap = new HeapPacker(configuration.File.Agent.RealtimePriority);
        _loop = new ProtocolLoop(configuration, _drains.InForce?.Sentence, this);
        _host = new PluginHostSupervisor(
            HostLaunch.For(configuration.File.Agent), new PluginStore(PluginStore.DefaultRoot), Installed(configuration.File.Agent.PluginPaths), HostConfiguration(configuration), this);
        _alarms = new AlarmTelling(_host.Tell, sentence => _log.Write(LogLevel.Warning, sentence));
        _transitions = new TransitionTelling(_host.Notify, NotificationDone);
        _hooks = new ReleaseHooks(_host.Release, (line, isWarning) => _log.Write(isWarning ? LogLevel.Warning : LogLevel.Info, line));
    }

    /// <summary>Runs until a signal ends it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(HangupSignal hangup)
    {
        if (_locks.Take(Identities(_configuration), out _) is string taken)
        {
            _log.Write(LogLevel.Error, $"{taken}: one agent may run it, stop that one first");
            return ExitCodes.RouterTaken;
        }

        Task events = HandleEventsAsync();
        ControlServer control = ControlServer.Listen(_controlPath, AnswerAsync, sentence => _log.Write(LogLevel.Warning, sentence));
        await using (control.ConfigureAwait(false))
        {
            if (_service.Problem is string unheard)
            {
                _log.Write(LogLevel.Warning, unheard);
            }

            if (InstalledPlugins.OwnBinaryFault is string fault)
            {
                _log.Write(LogLevel.Warning, $"who may change plugins is not looked at, because this agent itself can be changed: {fault}");
            }

            if (_drains.InForce is DrainRecord drain)
            {
                _log.Write(LogLevel.Warning, $"{drain.Sentence} at {drain.Since:O}, before this start: serves only if no other node does, until 'hotstandby undrain'");
            }

            // Only now is it sure that no other agent runs here whose addresses these are. This run starts as a backup and must not answer for them.
            foreach (string swept in Leftovers.SweepOurs(_configuration, _locks.Others()))
            {
                _log.Write(LogLevel.Warning, swept);
            }

            using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, "SIGTERM"));
            using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, "SIGINT"));
            Thread protocol = new(RunLoop) { Name = "protocol", IsBackground = true };
            protocol.Start();
            hangup.Attach(() => _ = Task.Run(ReloadAsync));
            if (_configuration.File.Plugins.Count > 0)
            {
                _host.Start();
            }

            await _stopped.Task.ConfigureAwait(false);
            hangup.Detach();
            _events.Writer.TryComplete();
            await events.ConfigureAwait(false);
            await _host.StopAsync(NotifierPatience).ConfigureAwait(false);
        }

        if (_failure is not null)
        {
            _log.Write(LogLevel.Error, $"the protocol thread failed, which is a bug: {_failure}");
            return ExitCodes.Failed;
        }

        return _isSecond ? ExitCodes.RouterTaken : ExitCodes.Good;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync().ConfigureAwait(false);
        _loop.Dispose();
        _heap.Dispose();
        _locks.Dispose();
        _reloading.Dispose();
        _hurry.Dispose();
        _service.Dispose();
    }

    void ILoopObserver.Transitioned(Transition transition, IReadOnlyList<string> notifiers) => _events.Writer.TryWrite(() =>
    {
        if (!transition.Replay)
        {
            _journal.Add(transition);
            string to = transition.Stopping ? "STOP" : StatusReport.StateName(transition.To);
            bool ofGroup = transition.Kind == TransitionKind.Group;
            _log.Write(LogLevel.Notice, $"{(ofGroup ? "sync group " : "")}{transition.VirtualRouter} {StatusReport.StateName(transition.From)} -> {to}: {transition.Reason}");
            if (!ofGroup)
            {
                _serviceState.Moved(transition.VirtualRouter, to, transition.Reason);
                if (!transition.Stopping && transition.From is not (RouterState.Backup or RouterState.Master))
                {
                    _ = Task.Run(LockAnewAsync);
                }
            }
        }

        else if (transition.Reasserted)
        {
            bool ofGroup = transition.Kind == TransitionKind.Group;
            _log.Write(LogLevel.Notice, $"{(ofGroup ? "sync group " : "")}{transition.VirtualRouter} stays MASTER, and its notifiers are told again: {transition.Reason}");
        }

        foreach (string id in notifiers)
        {
            _transitions.Tell(id, transition);
        }
    });

    void ILoopObserver.Alarmed(string virtualRouter, string sentence) => _events.Writer.TryWrite(() =>
        _log.Write(LogLevel.Warning, virtualRouter.Length == 0 ? sentence : $"{virtualRouter}: {sentence}"));

    void ILoopObserver.AlarmChanged(AlarmChange change) => _events.Writer.TryWrite(() =>
    {
        Alarm alarm = change.Alarm;
        if (!alarm.Replay)
        {
            _serviceState.Alarm(alarm.VirtualRouter, alarm.Code, alarm.Began);
            _log.Write(
                alarm.Began ? LogLevel.Warning : LogLevel.Notice,
                $"{alarm.VirtualRouter}: ALARM {alarm.Code}{(alarm.Began ? "" : " is over")}: {alarm.Sentence}");
        }

        _alarms.Tell(alarm, change.Notifiers);
    });

    void ILoopObserver.Started() => _events.Writer.TryWrite(() => _service.Ready(_serviceState.Text));

    void ILoopObserver.Alive() => _service.Watchdog();

    void IHostListener.CheckHeard(CheckChanged result) => _loop.Post(new CheckHeard(result));

    void IHostListener.PluginRefused(string id, string why) => _loop.Post(new CheckRefused(id, why));

    void IHostListener.HostLeft(string why)
    {
        _loop.Post(new HostLeft(why));
        _hooks.HostLeft();
    }

    void IHostListener.Released(Released outcome) => _hooks.Answered(outcome);

    void IHostListener.HostReady()
    {
        _alarms.HostReady();
        HotStandbyConfig file = _configuration.File;
        _transitions.HostReady((kind, name) => kind == TransitionKind.Group
            ? file.SyncGroups.Any(group => group.Name == name)
            : file.VirtualRouters.Any(router => router.Name == name));
        _loop.Post(new ReplayAsked());
    }

    void IHostListener.HostStopping()
    {
        _transitions.Stopping();
        _alarms.Stopping();
    }

    /// <summary>Not at once: the supervisor must not be asked from within to send something.</summary>
    void IHostListener.PluginRuns(string id) => _events.Writer.TryWrite(() =>
    {
        _transitions.Runs(id);
        _alarms.Runs(id);
    });

    void IHostListener.NotificationDone(Notified outcome)
    {
        NotificationDone(outcome);
        _transitions.Answered(outcome);
    }

    private void NotificationDone(Notified outcome)
    {
        _journal.Note(outcome);
        LogLevel level = outcome.Succeeded ? LogLevel.Info : LogLevel.Warning;
        _log.Write(level, $"notifier {outcome.Id} {(outcome.Succeeded ? "done" : "FAILED")} after {outcome.Took.TotalMilliseconds:0} ms: {outcome.Detail}");
    }

    void IHostListener.AlarmTold(AlarmTold outcome)
    {
        _alarms.Answered(outcome);
        if (outcome.Listens)
        {
            string what = $"after {outcome.Took.TotalMilliseconds:0} ms: {outcome.Detail}";
            _log.Write(
                outcome.Succeeded ? LogLevel.Info : LogLevel.Warning,
                $"notifier {outcome.Id}, alarm {outcome.Sequence}, {(outcome.Succeeded ? "done" : "FAILED")} {what}");
        }
    }

    void IHostListener.Warn(string line) => _log.Write(LogLevel.Warning, line);

    void IHostListener.Log(string line) => _log.Write(LogLevel.Info, line);

    private void RunLoop()
    {
        try
        {
            _loop.Run();
        }
#pragma warning disable CA1031 // Whatever it is, the agent must end (and the kernel take its addresses off) instead of living on without a protocol.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _failure = error;
        }

        _stopped.TrySetResult();
    }

    private async Task HandleEventsAsync()
    {
        await foreach (Action handle in _events.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            handle();
        }
    }

    private void Stop(PosixSignalContext context, string signal)
    {
        context.Cancel = true;
        if (Interlocked.Exchange(ref _leaving, 1) != 0)
        {
            // The operator does not want to wait for the hooks.
            _ = _hurry.CancelAsync();
            return;
        }

        _log.Write(LogLevel.Notice, $"{signal}: leaving");
        Leave($"stopped by {signal}");
    }

    private void Leave(string reason)
    {
        _service.Stopping();
        _ = Task.Run(async () =>
        {
            await AskHooksAsync(stopping: true, _ => true, _hurry.Token).ConfigureAwait(false);
            _loop.Post(new StopAsked(reason));
        });
    }

    /// <summary>
    /// A virtual router takes part, so its interface is there: perhaps only since now, with another name than the file has for it, by which another agent
    /// runs the same virtual router. The two would take each other's addresses for their own, so the one that finds out leaves, as it would not have
    /// started with the interface there.
    /// </summary>
    private async Task LockAnewAsync()
    {
        await _reloading.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_locks.Take(Identities(_configuration), out _) is string taken && Interlocked.Exchange(ref _leaving, 1) == 0)
            {
                _isSecond = true;
                _log.Write(LogLevel.Error, $"{taken}: one agent may run it, this one leaves");
                Leave($"stopped: {taken}");
            }
        }
        finally
        {
            _reloading.Release();
        }
    }

    /// <summary>Lets the notifiers prepare what the operator asked for, while the addresses still answer here.</summary>
    private async Task AskHooksAsync(bool stopping, Func<HeldRole, bool> leaves, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<HeldRole> roles = await AskLoopAsync<IReadOnlyList<HeldRole>>(
                answer => new RolesAsked(stopping, answer), cancellationToken).ConfigureAwait(false);
            await _hooks.AskAsync(
                roles.Where(leaves).Select(role => new LeavingRole(role.Transition, role.Notifiers, role.Budget)), cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            _log.Write(LogLevel.Warning, $"the release hooks were not asked: {error.Message}");
        }
        catch (OperationCanceledException)
        {
            _log.Write(LogLevel.Notice, "told to stop a second time: waits for no release hook");
        }
    }

    /// <summary>Validate all of it, then put it in force, or change nothing and say why.</summary>
    /// <returns>A refusal, or the plan that was carried out.</returns>
    private async Task<ReloadOutcome> ReloadAsync()
    {
        await _reloading.WaitAsync().ConfigureAwait(false);
        try
        {
            _service.Reloading();
            (string? refusal, ReloadPlan? plan, IReadOnlyList<string> warnings) = await TryReloadAsync().ConfigureAwait(false);
            IReadOnlyList<string> obstacles = refusal is null ? [.. warnings, .. await ObstaclesAsync().ConfigureAwait(false)] : [];
            _configStatus = refusal is null
                ? new ConfigStatus(_path, DateTimeOffset.Now, true, "")
                : _configStatus with { LastReloadSucceeded = false, LastReload = refusal };
            _log.Write(refusal is null ? LogLevel.Notice : LogLevel.Error, refusal ?? $"reloaded {_path}");
            _serviceState.Configured(_configuration.File.VirtualRouters.Select(router => router.Name));
            _serviceState.Reloaded(refusal);
            return new(refusal, plan, obstacles);
        }
        finally
        {
            _service.Ready(_serviceState.Text);
            _reloading.Release();
        }
    }

    /// <returns>A refusal, which says why nothing was changed, or the plan that was carried out, and what was to be said before that.</returns>
    private async Task<(string? Refusal, ReloadPlan? Plan, IReadOnlyList<string> Warnings)> TryReloadAsync()
    {
        (string? refusal, LoopConfiguration? configuration) = await ReadAgainAsync().ConfigureAwait(false);
        if (configuration is null)
        {
            return ($"reload refused, nothing changed: {refusal}", null, []);
        }

        IReadOnlyList<string> warnings = await WarningsAsync(configuration).ConfigureAwait(false);
        foreach (string warning in warnings)
        {
            _log.Write(LogLevel.Warning, $"reload: {warning}");
        }

        // Looked up once: what is kept below is what was taken, also if an interface got another name meanwhile.
        HashSet<RouterIdentity> identities = Identities(configuration);
        if (_locks.Take(identities, out IReadOnlyList<RouterIdentity> added) is string taken)
        {
            return ($"reload refused, nothing changed: {taken}", null, []);
        }

        // A virtual router that is added moves before the loop has answered, and of one that is not known nothing is remembered. Afterwards, also of a
        // refusal, those of the file in force are set.
        _serviceState.Configured(_configuration.File.VirtualRouters.Concat(configuration.File.VirtualRouters).Select(router => router.Name).Distinct());
        TaskCompletionSource<string?> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(new ConfigurationChanged(configuration, answer));
        if (await answer.Task.ConfigureAwait(false) is string why)
        {
            _locks.Release(added);
            return ($"reload refused, nothing changed: {why}", null, []);
        }

        ReloadPlan plan = PlanFor(configuration);
        foreach (string line in plan.Lines())
        {
            _log.Write(LogLevel.Notice, $"reload: {line}");
        }

        _locks.Keep(identities);
        _configuration = configuration;
        _host.Reconfigure(HostConfiguration(configuration), Installed(configuration.File.Agent.PluginPaths));
        string[] entries = [.. configuration.File.Plugins.Select(plugin => plugin.Id)];
        _transitions.Configured(entries);
        _alarms.Configured(entries);
        if (configuration.File.Plugins.Count > 0)
        {
            // Nothing happens when it was started before, which an earlier file may have been the reason for.
            _host.Start();
        }

        return (null, plan, warnings);
    }

    /// <returns>A refusal, or the file as it is now, found good.</returns>
    private async Task<(string? Refusal, LoopConfiguration? Configuration)> ReadAgainAsync()
    {
        FileJudgement judgement = await FileJudgement.OfAsync(_path, _requirePluginLock, judgesOwner: true).ConfigureAwait(false);
        ConfigResult result = judgement.Result;
        if (result.Config is not HotStandbyConfig file)
        {
            return (string.Join("; ", result.Diagnostics.Select(diagnostic => diagnostic.ToString())), null);
        }

        if (judgement.NotAskedSentence is string gap)
        {
            return (gap, null);
        }

        return file.Nodes.FirstOrDefault(node => node.Name == _configuration.Node.Name) is NodeConfig node
            ? (null, new(file, node))
            : ($"the file has no node {_configuration.Node.Name} any more", null);
    }

    private ReloadPlan PlanFor(LoopConfiguration configuration) =>
        ReloadPlan.Between(_configuration.File, _configuration.Node, configuration.File, configuration.Node);

    private async Task<string> AnswerAsync(ControlRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return request.Verb switch
            {
                "status" => JsonSerializer.Serialize(
                    Report(await AskLoopAsync<LoopReport>(answer => new ReportAsked(answer), cancellationToken).ConfigureAwait(false)),
                    ControlJson.Default.StatusReport),
                "switchover" or "switchback" => await SwitchoverAsync(request, cancellationToken).ConfigureAwait(false),
                "drain" => await DrainAsync(new DrainRecord(request.Reason ?? "", DateTimeOffset.Now), cancellationToken).ConfigureAwait(false),
                "undrain" => await DrainAsync(null, cancellationToken).ConfigureAwait(false),
                "reload" => Told(await ReloadAsync().ConfigureAwait(false)),
                "plan" => await PlanAsync().ConfigureAwait(false),
                _ => ControlServer.Error($"unknown verb {request.Verb}; known: status, switchover, switchback, drain, undrain, reload, plan"),
            };
        }
        catch (TimeoutException)
        {
            return ControlServer.Error($"the protocol thread did not answer within {ReportPatience.TotalSeconds:0} s");
        }
    }

    /// <exception cref="TimeoutException">The protocol thread did not answer.</exception>
    private async Task<T> AskLoopAsync<T>(Func<TaskCompletionSource<T>, LoopMessage> question, CancellationToken cancellationToken)
    {
        TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(question(answer));
        return await answer.Task.WaitAsync(ReportPatience, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> SwitchoverAsync(ControlRequest request, CancellationToken cancellationToken)
    {
        bool back = request.Verb == "switchback";
        if (!back)
        {
            string? group = _configuration.File.VirtualRouters.FirstOrDefault(router => router.Name == request.Router)?.SyncGroup;
            await AskHooksAsync(
                stopping: false,
                role => group is null ? role.Group is null && role.Transition.VirtualRouter == request.Router : role.Group == group,
                cancellationToken).ConfigureAwait(false);
        }

        string? refusal = await AskLoopAsync<string?>(
            answer => new SwitchoverAsked(request.Router ?? "", back, answer), cancellationToken).ConfigureAwait(false);
        _log.Write(LogLevel.Notice, $"{request.Verb} {request.Router}: {refusal ?? "begun"}");
        return refusal is null ? Done([]) : ControlServer.Error(refusal);
    }

    private async Task<string> DrainAsync(DrainRecord? drain, CancellationToken cancellationToken)
    {
        string? refusal = await _drains.SetAsync(
            drain,
            () =>
            {
                _serviceState.Drained(drain?.Sentence);
                _log.Write(LogLevel.Notice, drain is null ? "undrain: takes part again as the file says" : $"{drain.Sentence}: hands every role over");
            },
            cancellationToken).ConfigureAwait(false);
        return refusal is null ? Done([]) : ControlServer.Error(refusal);
    }

    private async Task<string> PlanAsync()
    {
        (string? refusal, LoopConfiguration? configuration) = await ReadAgainAsync().ConfigureAwait(false);
        return configuration is null ? ControlServer.Error($"would be refused: {refusal}") : Told(new(null, PlanFor(configuration), await WarningsAsync(configuration).ConfigureAwait(false)));
    }

    /// <summary>What a change of the file does to the pair while the other nodes have the old one.</summary>
    private async Task<IReadOnlyList<string>> WarningsAsync(LoopConfiguration configuration)
    {
        try
        {
            LoopReport report = await AskLoopAsync<LoopReport>(answer => new ReportAsked(answer), CancellationToken.None).ConfigureAwait(false);
            return ReloadWarnings.Of(_configuration.File, configuration.File, report.VirtualRouters);
        }
        catch (TimeoutException)
        {
            return [];
        }
    }

    /// <summary>Which virtual routers can't serve on this machine with the file that was put in force just now: who asked for it wants to know at once.</summary>
    private async Task<IReadOnlyList<string>> ObstaclesAsync()
    {
        try
        {
            LoopReport report = await AskLoopAsync<LoopReport>(answer => new ReportAsked(answer), CancellationToken.None).ConfigureAwait(false);
            return
            [
                .. report.VirtualRouters.SelectMany(router => router.Alarms
                    .Where(alarm => alarm.Code == Vrrp.AlarmCodes.Word(Vrrp.AlarmCode.CannotServe))
                    .Select(alarm => $"WARNING: virtual router {router.Name} is {router.State}: {alarm.Sentence}")),
            ];
        }
        catch (TimeoutException)
        {
            // The file is in force all the same.
            return [];
        }
    }

    private static string Told(ReloadOutcome outcome) =>
        outcome.Plan is null ? ControlServer.Error(outcome.Refusal ?? "") : Done([.. outcome.Plan.Lines(), .. outcome.Obstacles]);

    /// <summary>What came of a reload, or would.</summary>
    /// <param name="Refusal">Why nothing was changed; null when the file is in force.</param>
    /// <param name="Plan">What was changed; null when it was refused.</param>
    /// <param name="Obstacles">What was said before, and what keeps virtual routers from serving now.</param>
    private sealed record ReloadOutcome(string? Refusal, ReloadPlan? Plan, IReadOnlyList<string> Obstacles);

    private static string Done(IReadOnlyList<string> lines) => JsonSerializer.Serialize(new ControlDone(true, lines), ControlJson.Default.ControlDone);

    private StatusReport Report(LoopReport loop)
    {
        HostSnapshot host = _host.Snapshot();
        StatusReport report = new(
            StatusReport.CurrentSchema,
            _configuration.Node.Name,
            typeof(RunningAgent).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
            Environment.ProcessId,
            DateTimeOffset.Now,
            _startedAt,
            _configStatus,
            loop.VirtualRouters,
            loop.Checks,
            [.. host.Entries.Select(entry => new PluginStatus(entry.Id, entry.Use, entry.State, entry.Why, entry.Version, entry.Crashes) { FailedCalls = _journal.Failed(entry.Id) })],
            new HostStatus(host.State, host.Pid, host.Restarts, host.Why) { Unread = host.Unread, AlarmsGivenUp = _alarms.GivenUp },
            loop.Loop,
            _journal.Last(20))
        {
            NodeProblem = loop.NodeProblem,
            Drained = _drains.InForce is DrainRecord drain ? new DrainStatus(drain.Reason, drain.Since) : null,
            Log = _log.Status(),
            Heap = _heap.Status(),
        };
        return report with { Problems = StatusProblems.Of(report) };
    }

    private InstalledPlugins Installed(IReadOnlyList<string> sitePaths) => InstalledPlugins.Of(_path, sitePaths, _requirePluginLock);

    private static Configure HostConfiguration(LoopConfiguration configuration) => new(
        ToHost.ProtocolVersion,
        configuration.Node.Name,
        configuration.File.BaseDirectory,
        HostLocation.SearchPaths(configuration.File.Agent.PluginPaths),
        [
            .. configuration.File.Plugins.Select(plugin => new HostedPlugin(
                plugin.Id, plugin.Use, plugin.Interval, plugin.Timeout, plugin.Rise, plugin.Fall, plugin.Start, plugin.Options)),
        ]);

    private static HashSet<RouterIdentity> Identities(LoopConfiguration configuration) =>
    [
        .. configuration.File.VirtualRouters
            .Select(router => RouterIdentity.On(router.InterfaceOn(configuration.Node), router.Addresses[0].Address.IsIPv6, router.Vrid)),
        .. configuration.File.VirtualRouters
            .Select(router => RouterIdentity.Of(router.DeviceOn(configuration.Node, router.Addresses[0]), router.Addresses[0].Address)),
    ];
}
