using System.Runtime.InteropServices;

namespace HotStandby.Agent.Linux;

/// <summary>Keeps the protocol thread on the processor and its pages in memory. A refusal is a sentence for the log, never an exception.</summary>
public static unsafe class RealtimeScheduling
{
    /// <summary>
    /// SCHED_FIFO for the calling thread only; what it starts later runs normally (SCHED_RESET_ON_FORK, sched(7)), so no plugin host
    /// or notification script inherits it.
    /// </summary>
    /// <param name="priority">1..99.</param>
    /// <returns>null when done, else why not.</returns>
    public static string? UseFifo(int priority)
    {
        if (priority is < 1 or > 99)
        {
            return $"A real-time priority is 1 to 99, not {priority}; the thread keeps normal scheduling.";
        }

        if (LibC.SetScheduler(0, LibC.SchedulerFifo | LibC.SchedulerResetOnFork, &priority) == 0)
        {
            return null;
        }

        int errno = Marshal.GetLastPInvokeError();
        string hint = errno == Errno.EPERM ? " It needs CAP_SYS_NICE, or LimitRTPRIO in the systemd unit, and a real-time budget in the cgroup." : "";
        return $"Real-time priority {priority} refused ({Errno.Sentence(errno)}); adverts can be late on a busy machine.{hint}";
    }

    /// <summary>
    /// Locks what the process has touched and will touch (mlockall(2) with MCL_ONFAULT: pages that were never used stay out, so the
    /// resident size does not grow).
    /// </summary>
    /// <returns>null when done, else why not.</returns>
    public static string? LockMemory()
    {
        if (LibC.LockAllMemory(LibC.MemoryLockCurrent | LibC.MemoryLockFuture | LibC.MemoryLockOnFault) == 0)
        {
            return null;
        }

        int errno = Marshal.GetLastPInvokeError();
        string hint = errno is Errno.EPERM or Errno.ENOMEM ? " It needs CAP_IPC_LOCK, or LimitMEMLOCK=infinity in the systemd unit." : "";
        return $"Locking memory refused ({Errno.Sentence(errno)}); swapping can delay adverts.{hint}";
    }
}
