using System.Diagnostics;
using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Loading;
using HotStandby.PluginHost.Running;
using HotStandby.PluginHost.Streams;

namespace HotStandby.PluginHost.Verbs;

/// <summary>Answers <see cref="HostProtocol.Probe"/>: asks one check once, without rise and fall.</summary>
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
            var watch = Stopwatch.StartNew();
            CheckResult result = services switch
            {
                { Check: { } check } => Ask(entry, check.CheckAsync, entry.Timeout),
                { PushedCheck: { } pushed } => Ask(entry, token => FirstReport(pushed, token), entry.Interval + entry.Timeout),
                _ => throw new PluginRefusedException($"{entry.Use} offers no check"),
            };
            probed = new Probed(result.Healthy, Words.OneLine(result.Reason, result.Healthy ? "healthy, no reason given" : "failed, no reason given"), null) { Took = watch.Elapsed };
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
        var context = new PluginContext(
            entry.Id,
            request.Node,
            entry.Interval,
            entry.Timeout,
            request.BaseDirectory,
            line => outbox.Send(new Logged(entry.Id, Words.OneLine(line, "(empty line)"))));
        return PluginServices.Create(assembly, context, entry.Options);
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
