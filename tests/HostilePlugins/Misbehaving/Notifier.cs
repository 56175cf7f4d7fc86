using HotStandby.Abstractions;

namespace HotStandby.HostilePlugins.Misbehaving;

internal sealed class Notifier(Options options) : INotifier, IAlarmNotifier
{
    public Task<NotifyResult> NotifyAsync(Transition transition, CancellationToken cancellationToken) =>
        DoAsync($"told {transition.VirtualRouter} {transition.To}", cancellationToken);

    public Task<NotifyResult> AlarmAsync(Alarm alarm, CancellationToken cancellationToken) =>
        DoAsync($"told {alarm.VirtualRouter} {alarm.Code} {(alarm.Began ? "began" : "ended")}", cancellationToken);

    private async Task<NotifyResult> DoAsync(string detail, CancellationToken cancellationToken)
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

        return new NotifyResult(true, detail);
    }
}
