using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Streams;

namespace HotStandby.PluginHost.Running;

/// <summary>
/// Tells one notifier of one virtual router's or sync group's transitions: in order, one at a time. While a call runs only the latest transition waits: an
/// older one that has not been started is superseded and reported so, for a script that still sets up MASTER when the router is BACKUP again
/// does harm. Every transition handed in is answered by one <see cref="Notified"/>.
/// </summary>
internal sealed class NotifierQueue : CallQueue<Transition>
{
    /// <summary>How long a call may take to clean up (end its processes) after it was cancelled.</summary>
    public static readonly TimeSpan CleanUp = TimeSpan.FromSeconds(3);

    private readonly INotifier _notifier;
    private readonly Outbox _outbox;
    private Transition? _pending;

    public NotifierQueue(HostedPlugin entry, INotifier notifier, Outbox outbox, OpenCalls calls, Action<string?> malfunction)
        : base(entry, calls, malfunction)
    {
        _notifier = notifier;
        _outbox = outbox;
        Start(entry.Id + " queue");
    }

    protected override bool IsEmpty => _pending is null;

    protected override void Put(Transition told)
    {
        if (told.Replay && _pending is { } same && same.To == told.To && same.Stopping == told.Stopping)
        {
            Supersede(told, $"superseded: transition {same.Sequence}, still to be told, says the same");
            return;
        }

        if (_pending is { } older)
        {
            Supersede(older, $"superseded by transition {told.Sequence} before its turn came");
        }

        _pending = told;
    }

    protected override Transition Take()
    {
        Transition next = _pending!;
        _pending = null;
        return next;
    }

    protected override Task<NotifyResult> CallAsync(Transition told, CancellationToken cancellationToken) => _notifier.NotifyAsync(told, cancellationToken);

    protected override void Answer(Transition told, NotifyResult result, TimeSpan took, bool wasTold) =>
        _outbox.Send(Answers.To(Entry.Id, told, result, took, wasTold));

    protected override string Name(Transition told) => $"transition {told.Sequence}";
}
