using Microsoft.Win32.SafeHandles;

namespace HotStandby.Plugins.Nginx;

/// <summary>An eventfd: lets any thread end the watcher's wait for the kernel.</summary>
internal sealed class WakeEvent : IDisposable
{
    private readonly SafeFileHandle _event = new(Native.EventFd(0, Native.EventCloseOnExecNonBlocking), ownsHandle: true);

    public WakeEvent()
    {
        if (_event.IsInvalid)
        {
            throw new IOException("cannot create an eventfd: too many open files");
        }
    }

    public void Set()
    {
        try
        {
            _ = Native.Write(_event, 1, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // The watcher is gone; nobody is left to wake.
        }
    }

    /// <summary>Waits until the process exits, <see cref="Set"/> was called, or the limit passes.</summary>
    /// <returns>True when the process has exited.</returns>
    public unsafe bool Wait(SafeFileHandle? process, TimeSpan limit)
    {
        Native.PollEntry* entries = stackalloc Native.PollEntry[2];
        entries[0] = new Native.PollEntry { Descriptor = (int)_event.DangerousGetHandle(), Events = Native.PollIn };
        // poll(2) passes over a negative descriptor.
        entries[1] = new Native.PollEntry { Descriptor = (int)(process?.DangerousGetHandle() ?? -1), Events = Native.PollIn };
        int ready = Native.Poll(entries, 2, Math.Max(0, (int)Math.Ceiling(Math.Min(limit.TotalMilliseconds, 3_600_000))));
        if (ready > 0 && entries[0].Returned != 0)
        {
            ulong count = 0;
            _ = Native.Read(_event, ref count, sizeof(ulong));
        }

        return ready > 0 && entries[1].Returned != 0;
    }

    public void Dispose() => _event.Dispose();
}
