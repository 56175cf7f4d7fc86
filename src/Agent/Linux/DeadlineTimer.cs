using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Linux;

/// <summary>
/// One absolute deadline on CLOCK_MONOTONIC as a descriptor (timerfd_create(2), TFD_TIMER_ABSTIME): re-arming from the due time
/// does not drift, however late the loop is. Not thread safe.
/// </summary>
public sealed unsafe class DeadlineTimer : IDisposable
{
    private readonly FileDescriptor _timer;
    private MonotonicTime _armed = MonotonicTime.Never;

    /// <exception cref="LinuxException">Out of descriptors or memory.</exception>
    public DeadlineTimer()
    {
        _timer = LibC.TimerCreate(LibC.ClockMonotonic, LibC.NonBlocking | LibC.CloseOnExec);
        if (_timer.IsInvalid)
        {
            throw LinuxException.Last("timerfd_create");
        }
    }

    /// <summary>Readable from the deadline on, until <see cref="Acknowledge"/> or the next <see cref="Arm"/>.</summary>
    public int Descriptor => _timer.Number;

    /// <summary>A deadline in the past fires at once; <see cref="MonotonicTime.Never"/> disarms. The same deadline again costs nothing.</summary>
    /// <exception cref="LinuxException">Disposed.</exception>
    public void Arm(MonotonicTime deadline)
    {
        if (deadline == _armed)
        {
            return;
        }

        LibC.TimerSpecification wanted = default;
        if (deadline != MonotonicTime.Never)
        {
            // Zero would disarm (timerfd_settime(2)); anything at or before the clock's start fires at once.
            long nanoseconds = Math.Max(deadline.Nanoseconds, 1);
            wanted.Value.Seconds = nanoseconds / 1_000_000_000;
            wanted.Value.Nanoseconds = nanoseconds % 1_000_000_000;
        }

        if (LibC.TimerSet(_timer, LibC.TimerAbsolute, &wanted, null) != 0)
        {
            throw LinuxException.Last("timerfd_settime");
        }

        _armed = deadline;
    }

    /// <summary>Takes the expiry off the descriptor; nothing to take is fine.</summary>
    public void Acknowledge()
    {
        ulong expirations;
        if (LibC.Read(_timer, &expirations, sizeof(ulong)) == sizeof(ulong))
        {
            _armed = MonotonicTime.Never;
        }
    }

    public void Dispose() => _timer.Dispose();
}
