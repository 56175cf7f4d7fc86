using System.Text.Json;
using HotStandby.Abstractions;
using HotStandby.PluginHost.Loading;
using HotStandby.PluginHost.Options;
using HotStandby.PluginHost.Running;

namespace HotStandby.TestKit;

/// <summary>
/// One entry of plugins.json in the test's process. Options are bound, services resolved and calls timed by the code of the real host; what is
/// not there is the wall: a plugin that takes its process down takes the tests down.
/// </summary>
public sealed class FakeHost : IDisposable
{
    /// <summary>How long a cancelled call may take to end. The host waits 1 s (checks) or 3 s (notifiers); a machine that builds is slower.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly PluginServices _services;
    private readonly EntrySettings _settings;
    private readonly List<string> _log;

    private FakeHost(PluginServices services, EntrySettings settings, List<string> log)
    {
        _services = services;
        _settings = settings;
        _log = log;
    }

    /// <summary>Whether the plugin registered a check, polled or pushed.</summary>
    public bool IsCheck => _services.Check is not null || _services.PushedCheck is not null;

    /// <summary>Whether it registered a notifier.</summary>
    public bool IsNotifier => _services.Notifier is not null;

    /// <summary>The generator it registered; null for none.</summary>
    public IConfigGenerator? Generator => _services.Generator;

    /// <summary>What the plugin wrote with <see cref="PluginContext.Log"/> so far.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log)
            {
                return [.. _log];
            }
        }
    }

    /// <summary>Sets an entry up as the host does: binds the options, lets the plugin register, resolves what it offers.</summary>
    /// <param name="plugin">A fresh instance.</param>
    /// <param name="options">The entry's <c>options</c> as JSON.</param>
    /// <param name="settings">The entry's other settings; null for the defaults.</param>
    /// <exception cref="HostRefusalException">The host would refuse the entry.</exception>
    public static FakeHost Load(IPlugin plugin, string options = "{}", EntrySettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(plugin);
        settings ??= new EntrySettings();
        var log = new List<string>();
        var context = new PluginContext(settings.Id, settings.Node, settings.Interval, settings.Timeout, settings.BaseDirectory, line =>
        {
            lock (log)
            {
                log.Add(line);
            }
        });
        string path = plugin.GetType().Assembly.Location;
        var assembly = new PluginAssembly(new PluginFile(Path.GetFileNameWithoutExtension(path), path), plugin, "", []);
        try
        {
            using JsonDocument document = JsonDocument.Parse(options);
            return new FakeHost(PluginServices.Create(assembly, context, document.RootElement.Clone()), settings, log);
        }
        catch (Exception e) when (e is PluginRefusedException or JsonException)
        {
            throw new HostRefusalException(e.Message, e);
        }
    }

    /// <summary>Loads a DLL into a load context of its own, as the host does: the contract version, the types, the one public class.</summary>
    /// <param name="path">The plugin's DLL, absolute.</param>
    /// <exception cref="HostRefusalException">The host would refuse it.</exception>
    public static void RequireLoadable(string path)
    {
        try
        {
            PluginAssembly.Load(new PluginFile(Path.GetFileNameWithoutExtension(path), path));
        }
        catch (PluginRefusedException e)
        {
            throw new HostRefusalException(e.Message, e);
        }
    }

    /// <summary>The JSON schema of an options record, as <c>hotstandby schema</c> writes it.</summary>
    public static JsonElement SchemaOf(Type optionsType) => OptionsSchema.Of(optionsType);

    /// <summary>Asks the check once; a pushed check runs until its first report.</summary>
    /// <param name="stop">Cancels the call as the stop of the host does.</param>
    /// <exception cref="InvalidOperationException">The plugin offers no check.</exception>
    public HostAnswer Check(CancellationToken stop = default)
    {
        if (_services.PushedCheck is { } pushed)
        {
            return CheckPushed(pushed, stop);
        }

        IHealthCheck check = _services.Check ?? throw new InvalidOperationException("the plugin offers no check");
        return Call<CheckResult>(check.CheckAsync, result => (result.Healthy, result.Reason), stop);
    }

    /// <summary>Tells the notifier of a transition.</summary>
    /// <param name="transition">See <see cref="Samples"/>.</param>
    /// <param name="stop">Cancels the call as the stop of the host does.</param>
    /// <exception cref="InvalidOperationException">The plugin offers no notifier.</exception>
    public HostAnswer Notify(Transition transition, CancellationToken stop = default)
    {
        INotifier notifier = _services.Notifier ?? throw new InvalidOperationException("the plugin offers no notifier");
        return Call<NotifyResult>(token => notifier.NotifyAsync(transition, token), result => (result.Succeeded, result.Detail), stop);
    }

    /// <summary>Whether its notifier listens to alarms too.</summary>
    public bool IsAlarmNotifier => _services.Notifier is IAlarmNotifier;

    /// <summary>Tells the notifier of an alarm's begin or end.</summary>
    /// <param name="alarm">See <see cref="Samples"/>.</param>
    /// <param name="stop">Cancels the call as the stop of the host does.</param>
    /// <exception cref="InvalidOperationException">The plugin offers no notifier, or it does not listen to alarms.</exception>
    public HostAnswer Tell(Alarm alarm, CancellationToken stop = default)
    {
        IAlarmNotifier notifier = _services.Notifier as IAlarmNotifier ?? throw new InvalidOperationException("the plugin offers no notifier of alarms");
        return Call<NotifyResult>(token => notifier.AlarmAsync(alarm, token), result => (result.Succeeded, result.Detail), stop);
    }

    /// <summary>Lets the generator write one node's file.</summary>
    /// <param name="request">The model and the node, see <see cref="Samples"/>.</param>
    /// <param name="stop">Cancels the call as the stop of the host does.</param>
    /// <exception cref="InvalidOperationException">The plugin offers no generator.</exception>
    public HostAnswer Generate(GenerationRequest request, CancellationToken stop = default)
    {
        IConfigGenerator generator = _services.Generator ?? throw new InvalidOperationException("the plugin offers no generator");
        return Call<string>(token => generator.GenerateAsync(request, token), text => (true, text), stop);
    }

    /// <summary>Disposes what the plugin registered, as the host does when the entry stops.</summary>
    public void Dispose() => Task.Run(() => _services.Provider.DisposeAsync().AsTask()).GetAwaiter().GetResult();

    private HostAnswer CheckPushed(IPushedHealthCheck check, CancellationToken stop)
    {
        // The run goes on after its first report until it is cancelled, as in the host: so CameBack tells whether it heeds that.
        CheckResult? first = null;
        using var reported = new ManualResetEventSlim();
        PluginCall<CheckResult> call = PluginCall<CheckResult>.Start(_settings.Id, async token =>
        {
            Task run = check.RunAsync(
                result =>
                {
                    Interlocked.CompareExchange(ref first, result, null);
                    reported.Set();
                },
                token);
            await run.ConfigureAwait(false);
            return first ?? CheckResult.Down("the check ended by itself");
        });
        bool heard = false;
        try
        {
            heard = reported.Wait(_settings.Interval + _settings.Timeout, stop);
        }
        catch (OperationCanceledException)
        {
            // Cut off before it spoke.
        }

        TimeSpan took = call.Took;
        call.Cancel();
        bool ended = call.Wait(Patience, CancellationToken.None);
        CheckResult result = Volatile.Read(ref first) ?? (ended ? call.Result(CheckResult.Down) : null) ?? CheckResult.Down("silent");
        return new HostAnswer(heard && result.Healthy, result.Reason, heard, ended, took);
    }

    private HostAnswer Call<T>(Func<CancellationToken, Task<T>> ask, Func<T, (bool Succeeded, string Words)> read, CancellationToken stop)
        where T : class
    {
        PluginCall<T> call = PluginCall<T>.Start(_settings.Id, ask);
        if (call.Wait(_settings.Timeout, stop))
        {
            string? failed = null;
            T? result = call.Result(why =>
            {
                failed = why;
                return null!;
            });
            (bool succeeded, string words) = failed is not null ? (false, failed) : result is null ? (false, "the plugin answered null") : read(result);
            return new HostAnswer(succeeded, words, InTime: true, CameBack: true, call.Took);
        }

        TimeSpan took = call.Took;
        call.Cancel();
        bool ended = call.Wait(Patience, CancellationToken.None);
        string late = stop.IsCancellationRequested ? "cut off: the host stopped" : $"no answer within {_settings.Timeout.TotalMilliseconds:0} ms";
        return new HostAnswer(false, ended ? late : late + "; the call is still running", InTime: false, ended, took);
    }
}
