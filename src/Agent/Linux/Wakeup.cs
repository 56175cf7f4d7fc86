namespace HotStandby.Agent.Linux;

/// <summary>Wakes the loop from any thread (eventfd(2)). Signals before an acknowledge count as one.</summary>
public sealed unsafe class Wakeup : IDisposable
{
    private readonly FileDescriptor _event;

    /// <exception cref="LinuxException">Out of descriptors or memory.</exception>
    public Wakeup()
    {
        _event = LibC.EventCreate(0, LibC.NonBlocking | LibC.CloseOnExec);
        if (_event.IsInvalid)
        {
            throw LinuxException.Last("eventfd");
        }
    }

    /// <summary>Readable while a signal waits.</summary>
    public int Descriptor => _event.Number;

    /// <summary>Never blocks: the counter can't fill up in practice, and a full one is readable anyway.</summary>
    /// <exception cref="ObjectDisposedException">The receiver is gone.</exception>
    public void Signal()
    {
        ulong one = 1;
        LibC.Write(_event, &one, sizeof(ulong));
    }

    /// <summary>Takes all signals; none is fine. Call it before looking at what was posted, never after.</summary>
    public void Acknowledge()
    {
        ulong count;
        LibC.Read(_event, &count, sizeof(ulong));
    }

    public void Dispose() => _event.Dispose();
}
