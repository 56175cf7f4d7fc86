using HotStandby.Abstractions;

namespace HotStandby.HostilePlugins.Misbehaving;

internal sealed class Notifier(Options options) : INotifier
{
    public async Task<NotifyResult> NotifyAsync(Transition transition, CancellationToken cancellationToken)
    {
        switch (options.Deed)
        {
            case Deed.NotifySlowly:
                await Task.Delay(options.Take, cancellationToken).ConfigureAwait(false);
                break;
            case Deed.NotifyNeverReturn:
                Thread.Sleep(Timeout.Infinite);
                break;
        }

        return new NotifyResult(true, $"told {transition.VirtualRouter} {transition.To}");
    }
}
