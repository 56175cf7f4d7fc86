using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Streams;

namespace HotStandby.PluginHost.Running;

/// <summary>Asks a notifier's release hook once, beside whatever else the entry does, and answers with one <see cref="Released"/>.</summary>
internal static class ReleaseCall
{
    public static void Begin(HostedPlugin entry, IReleaseHook hook, Release ask, Outbox outbox, OpenCalls calls, CancellationToken stop) =>
        new Thread(() => Run(entry, hook, ask, outbox, calls, stop)) { Name = entry.Id + " release", IsBackground = true }.Start();

    private static void Run(HostedPlugin entry, IReleaseHook hook, Release ask, Outbox outbox, OpenCalls calls, CancellationToken stop)
    {
        if (!calls.Begin(entry.Id, stop))
        {
            outbox.Send(new Released(entry.Id, ask.Number, HasHook: true, Succeeded: false, "the plugin is being stopped", TimeSpan.Zero));
            return;
        }

        TimeSpan limit = ask.Budget < entry.Timeout ? ask.Budget : entry.Timeout;
        PluginCall<NotifyResult> call = PluginCall<NotifyResult>.Start(entry.Id, token => hook.ReleaseAsync(ask.Transition, token));
        bool ended = call.Wait(limit, stop);
        NotifyResult result = ended
            ? call.Result(why => new NotifyResult(false, why)) ?? new NotifyResult(false, "the release hook answered null")
            : new NotifyResult(false, $"no answer within {Words.Span(limit)}");
        outbox.Send(new Released(entry.Id, ask.Number, HasHook: true, result.Succeeded, Words.OneLine(result.Detail, "no detail given"), call.Took));
        if (!ended)
        {
            // The core no longer waits; until the call is back it is open, so that a crash is laid at its door.
            call.Cancel();
            call.Wait(Timeout.InfiniteTimeSpan, stop);
        }

        calls.End(entry.Id);
    }
}
