using System.Diagnostics;
using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Loading;
using HotStandby.PluginHost.Running;
using HotStandby.PluginHost.Streams;

namespace HotStandby.PluginHost.Verbs;

/// <summary>Answers <see cref="HostProtocol.Probe"/>: asks one check once, without rise and fall, or tells one notifier once.</summary>
internal sealed class CheckProbe(Outbox outbox, OpenCalls calls)
{
    public void Probe(Probe request)
    {
        HostedPlugin entry = request.Plugin;
        calls.Begin(entry.Id, CancellationToken.None);
        Probed probed;
        try
        {
            PluginServices services = Load(request);
            probed = request switch
            {
                { Notification: { } told } => Tell(entry, Offered(entry, services.Notifier), (notifier, token) => notifier.NotifyAsync(told, token)),
                { Alarm: { } told } => Tell(entry, OfferedForAlarms(entry, services.Notifier), (notifier, token) => notifier.AlarmAsync(told, token)),
                _ => Ask(entry, services),
            };
        }
        catch (PluginRefusedException e)
        {
            probed = new Probed(false, "", e.Message);
        }

        calls.End(entry.Id);
        outbox.Send(probed);
        outbox.Send(new Done());
    }

    private PluginServices Load(Probe request)
    {
        HostedPlugin entry = request.Plugin;
        PluginConsole.Enter(entry.Id);
        PluginAssembly assembly = PluginAssembly.Load(PluginFile.Find(entry.Use, request.PluginPaths, request.Refusals));
        PluginContext context = PluginEntry.Context(entry, request.Node, request.BaseDirectory, outbox);
        return PluginServices.Create(assembly, context, entry.Options);
    }

    private static Probed Ask(HostedPlugin entry, PluginServices services)
    {
        var watch = Stopwatch.StartNew();
        CheckResult result = services switch
        {
            { Check: { } check } => Ask(entry, check.CheckAsync, entry.Timeout),
            { PushedCheck: { } pushed } => Ask(entry, token => FirstReport(pushed, token), entry.Interval + entry.Timeout),
            { Notifier: not null } => throw new PluginRefusedException(
                $"{entry.Use} offers no check, it is a notifier: 'hotstandby plugins test {entry.Id} --notify STATE' tells it of a state, and it does then what it does in that state"),
            _ => throw new PluginRefusedException($"{entry.Use} offers no check, it is a generator: 'hotstandby plugins test {entry.Id} --node NODE' renders with it"),
        };
        return new Probed(result.Healthy, Words.OneLine(result.Reason, result.Healthy ? "healthy, no reason given" : "failed, no reason given"), null) { Took = watch.Elapsed };
    }

    private static INotifier Offered(HostedPlugin entry, INotifier? notifier) =>
        notifier ?? throw new PluginRefusedException($"{entry.Use} is no notifier: it is told of nothing");

    private static IAlarmNotifier OfferedForAlarms(HostedPlugin entry, INotifier? notifier) =>
        Offered(entry, notifier) as IAlarmNotifier
            ?? throw new PluginRefusedException($"{entry.Use} is no notifier of alarms: it is told of transitions only");

    private static Probed Tell<T>(HostedPlugin entry, T notifier, Func<T, CancellationToken, Task<NotifyResult>> tell)
    {
        PluginCall<NotifyResult> call = PluginCall<NotifyResult>.Start(entry.Id, token => tell(notifier, token));
        if (call.Wait(entry.Timeout, CancellationToken.None))
        {
            NotifyResult result = call.Result(why => new NotifyResult(false, why)) ?? new NotifyResult(false, "the notifier answered null");
            return new Probed(result.Succeeded, Words.OneLine(result.Detail, "no detail given"), null) { Took = call.Took };
        }

        TimeSpan took = call.Took;
        call.Cancel();
        call.Wait(NotifierQueue.CleanUp, CancellationToken.None);
        return new Probed(false, $"no answer within {Words.Span(entry.Timeout)}", null) { Took = took };
    }

    private static CheckResult Ask(HostedPlugin entry, Func<CancellationToken, Task<CheckResult>> check, TimeSpan limit)
    {
        PluginCall<CheckResult> call = PluginCall<CheckResult>.Start(entry.Id, check);
        if (call.Wait(limit, CancellationToken.None))
        {
            return call.Result(CheckResult.Down) ?? CheckResult.Down("the check answered null");
        }

        call.Cancel();
        return CheckResult.Down($"no answer within {Words.Span(limit)}");
    }

    /// <summary>A check that speaks up by itself says first what it sees.</summary>
    private static async Task<CheckResult> FirstReport(IPushedHealthCheck check, CancellationToken token)
    {
        var first = new TaskCompletionSource<CheckResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task run = check.RunAsync(result => first.TrySetResult(result), token);
        if (await Task.WhenAny(first.Task, run).ConfigureAwait(false) == run && !first.Task.IsCompleted)
        {
            await run.ConfigureAwait(false);
            return CheckResult.Down("the check ended by itself");
        }

        return await first.Task.ConfigureAwait(false);
    }
}
