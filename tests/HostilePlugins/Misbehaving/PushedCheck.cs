using HotStandby.Abstractions;

namespace HotStandby.HostilePlugins.Misbehaving;

internal sealed class PushedCheck(Options options, PluginContext context) : IPushedHealthCheck
{
    public async Task RunAsync(Action<CheckResult> report, CancellationToken cancellationToken)
    {
        switch (options.Deed)
        {
            case Deed.PushFlood:
                for (long i = 0; !cancellationToken.IsCancellationRequested; i++)
                {
                    report(i % 2 == 0 ? CheckResult.Up($"up {i}") : CheckResult.Down($"down {i}"));
                    context.Log($"line {i}");
                }

                break;
            case Deed.PushOnceThenSilent:
                report(CheckResult.Up("once"));
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
                break;
            case Deed.PushAndEnd:
                report(CheckResult.Up("about to end"));
                break;
            case Deed.PushAndThrow:
                throw new InvalidOperationException("no pushing today");
            case Deed.PushBlockForever:
                report(CheckResult.Up("about to block"));
                Thread.Sleep(Timeout.Infinite);
                break;
            default:
                while (true)
                {
                    report(CheckResult.Up("pushed"));
                    await Task.Delay(context.Interval / 2, cancellationToken).ConfigureAwait(false);
                }
        }
    }
}
