using System.Runtime.InteropServices;
using HotStandby.Agent.Linux;

namespace HotStandby.Agent.Commands;

/// <summary>
/// SIGHUP, from the first moment of <c>run</c> on: it asks for a reload, never ends the agent, and one that comes before the agent can reload is
/// remembered. Whatever the parent left of it (nohup ignores it) is taken over; of SIGTERM too.
/// </summary>
internal sealed class HangupSignal : IDisposable
{
    private readonly Lock _lock = new();
    private readonly PosixSignalRegistration _registration;
    private Action? _reload;
    private bool _heard;

    /// <summary>On the main thread.</summary>
    public HangupSignal()
    {
        InheritedSignals.Unblock();
        InheritedSignals.Heed();
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Hear);
    }

    /// <summary>From now on <paramref name="reload"/>, which must not block, is called each time; at once when a signal came before.</summary>
    public void Attach(Action reload)
    {
        lock (_lock)
        {
            _reload = reload;
            if (_heard)
            {
                reload();
            }
        }
    }

    /// <summary>The agent is on its way out: a signal has no effect any more.</summary>
    public void Detach()
    {
        lock (_lock)
        {
            _reload = null;
        }
    }

    public void Dispose() => _registration.Dispose();

    private void Hear(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_lock)
        {
            _heard = true;
            _reload?.Invoke();
        }
    }
}
