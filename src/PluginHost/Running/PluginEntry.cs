using System.Diagnostics.CodeAnalysis;
using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Loading;
using HotStandby.PluginHost.Streams;

namespace HotStandby.PluginHost.Running;

/// <summary>One entry of plugins.json from load to stop. Everything that is plugin code runs on threads of its own.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Threads that a plugin does not let go of use them for ever.")]
internal sealed class PluginEntry
{
    private readonly Configure _configure;
    private readonly Outbox _outbox;
    private readonly OpenCalls _calls;
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualResetEventSlim _loaded = new();
    private readonly object _lock = new();
    private readonly List<Thread> _threads = [];
    private readonly Dictionary<(TransitionKind Kind, string Name), NotifierQueue> _queues = [];
    private readonly Dictionary<object, string> _malfunctions = [];
    private AlarmQueue? _alarms;
    private PluginServices? _services;
    private string _refused = "";

    public PluginEntry(HostedPlugin settings, Configure configure, Outbox outbox, OpenCalls calls)
    {
        Settings = settings;
        _configure = configure;
        _outbox = outbox;
        _calls = calls;
        new Thread(Load) { Name = settings.Id + " load", IsBackground = true }.Start();
    }

    public HostedPlugin Settings { get; }

    /// <summary>Why nothing can be told to it now; null when its plugin runs.</summary>
    private string? Refusal => this switch
    {
        { _stop.IsCancellationRequested: true } => "the plugin is being stopped",
        { _loaded.IsSet: false } => "the plugin has not loaded yet",
        { _services: null } => $"the plugin was refused: {_refused}",
        _ => null,
    };

    /// <summary>True once the plugin was loaded or refused, and its checks run.</summary>
    public bool WaitLoaded(TimeSpan limit) => _loaded.Wait(limit);

    public bool IsRefused => _loaded.IsSet && _services is null;

    /// <summary>Tells the core that the plugin's code has not let go of its load yet; it may still come to life.</summary>
    public void SayLoading(TimeSpan since) => Say(PluginState.Malfunctioning, $"it has been loading for {Words.Span(since)}");

    public void Notify(Transition transition)
    {
        string? refusal;
        lock (_lock)
        {
            refusal = Refusal ?? (_services!.Notifier is null ? "the plugin is no notifier" : null);
            if (refusal is null)
            {
                if (!_queues.TryGetValue((transition.Kind, transition.VirtualRouter), out NotifierQueue? queue))
                {
                    var source = new object();
                    queue = new NotifierQueue(Settings, _services!.Notifier!, _outbox, _calls, why => Malfunction(source, why));
                    _queues.Add((transition.Kind, transition.VirtualRouter), queue);
                }

                queue.Offer(transition);
                return;
            }
        }

        _outbox.Send(Answers.Refuse(Settings.Id, transition, refusal));
    }

    /// <summary>Tells the notifier of an alarm's begin or end.</summary>
    /// <returns>False when it does not listen to alarms.</returns>
    public bool Tell(Alarm alarm)
    {
        string? refusal;
        lock (_lock)
        {
            refusal = Refusal;
            if (refusal is null)
            {
                if (_services!.Notifier is not IAlarmNotifier notifier)
                {
                    return false;
                }

                if (_alarms is null)
                {
                    var source = new object();
                    _alarms = new AlarmQueue(Settings, notifier, _outbox, _calls, why => Malfunction(source, why));
                }

                _alarms.Offer(alarm);
                return true;
            }
        }

        _outbox.Send(Answers.Refuse(Settings.Id, alarm, refusal));
        return true;
    }

    /// <summary>Asks the notifier's release hook.</summary>
    /// <returns>False when there is none, or the plugin does not run.</returns>
    public bool Release(Release ask)
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested || _services?.Notifier is not IReleaseHook hook)
            {
                return false;
            }

            ReleaseCall.Begin(Settings, hook, ask, _outbox, _calls, _stop.Token);
            return true;
        }
    }

    /// <summary>Stops the checks, lets pending notifications be told within <paramref name="drain"/>, frees what the plugin holds.</summary>
    public void Stop(TimeSpan drain)
    {
        List<Action<TimeSpan>> queues;
        Thread[] threads;
        lock (_lock)
        {
            _stop.Cancel();
            queues = [.. _queues.Values.Select<NotifierQueue, Action<TimeSpan>>(queue => queue.Close)];
            if (_alarms is not null)
            {
                queues.Add(_alarms.Close);
            }

            threads = [.. _threads];
        }

        Task.WaitAll([.. queues.Select(close => Task.Factory.StartNew(() => close(drain), TaskCreationOptions.LongRunning))]);
        bool ended = threads.All(thread => thread.Join(TimeSpan.FromSeconds(1.5)));
        if (ended && _services?.Free() is string thrown)
        {
            _outbox.Send(new Logged(Settings.Id, "it threw while it was stopped: " + thrown));
        }
    }

    private void Load()
    {
        if (!_calls.Begin(Settings.Id, _stop.Token))
        {
            return;
        }

        PluginConsole.Enter(Settings.Id);
        try
        {
            PluginAssembly assembly = PluginAssembly.Load(PluginFile.Find(Settings.Use, _configure.PluginPaths, _configure.Refusals));
            PluginServices services = PluginServices.Create(assembly, Context(Settings, _configure.Node, _configure.BaseDirectory, _outbox), Settings.Options);
            lock (_lock)
            {
                _services = services;
            }

            Say(PluginState.Active, "");
            StartChecks(services);
        }
        catch (Exception e)
        {
            _refused = e is PluginRefusedException ? e.Message : Words.Of(e);
            Say(PluginState.Refused, _refused);
        }

        _calls.End(Settings.Id);
        _loaded.Set();
    }

    /// <summary>What an entry's plugin is given, to run as well as to be judged or probed.</summary>
    public static PluginContext Context(HostedPlugin entry, string node, string baseDirectory, Outbox outbox) => new(
        entry.Id,
        node,
        entry.Interval,
        entry.Timeout,
        baseDirectory,
        line => outbox.Send(new Logged(entry.Id, Words.OneLine(line, "(empty line)"))));

    private void StartChecks(PluginServices services)
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            var source = new object();
            if (services.Check is { } check)
            {
                var polled = new PolledCheck(Settings, check, _outbox, _calls, why => Malfunction(source, why));
                _threads.Add(new Thread(() => polled.Run(_stop.Token)) { Name = Settings.Id + " schedule", IsBackground = true });
            }

            if (services.PushedCheck is { } pushedCheck)
            {
                var pushed = new PushedCheck(Settings, pushedCheck, _outbox, _calls, why => Malfunction(source, why));
                _threads.Add(new Thread(() => pushed.Run(_stop.Token)) { Name = Settings.Id + " listen", IsBackground = true });
            }

            _threads.ForEach(thread => thread.Start());
        }
    }

    /// <summary>A check and several queues may malfunction each for itself; the entry is active again when none does.</summary>
    private void Malfunction(object source, string? why)
    {
        lock (_malfunctions)
        {
            if (why is null)
            {
                _malfunctions.Remove(source);
            }
            else
            {
                _malfunctions[source] = why;
            }

            Say(_malfunctions.Count == 0 ? PluginState.Active : PluginState.Malfunctioning, string.Join("; ", _malfunctions.Values.Distinct()));
        }
    }

    private void Say(PluginState state, string why)
    {
        PluginServices? services = _services;
        _outbox.Send(new PluginChanged(
            Settings.Id,
            Settings.Use,
            state,
            why.Length == 0 ? "" : Words.OneLine(why, ""),
            services?.Assembly.Version ?? "",
            services?.TypeNames ?? [])
        {
            IsCheck = services is { Check: not null } or { PushedCheck: not null },
        });
    }
}
