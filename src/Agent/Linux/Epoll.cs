using System.Runtime.InteropServices;

namespace HotStandby.Agent.Linux;

/// <summary>Waits for many descriptors on one thread (epoll(7), level-triggered, read side). Not thread safe.</summary>
public sealed unsafe class Epoll : IDisposable
{
    private const int MaxEvents = 64;

    // struct epoll_event is packed on x86-64 (12 bytes, data at 4) and naturally aligned elsewhere (16 bytes, data at 8).
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = DataOffset + 8;

    private readonly FileDescriptor _epoll;

    /// <exception cref="LinuxException">Out of descriptors or memory.</exception>
    public Epoll()
    {
        _epoll = LibC.EpollCreate(LibC.CloseOnExec);
        if (_epoll.IsInvalid)
        {
            throw LinuxException.Last("epoll_create1");
        }
    }

    /// <summary>From now on <see cref="Wait"/> reports <paramref name="key"/> while <paramref name="fd"/> is readable or in error.</summary>
    /// <exception cref="LinuxException">Not a pollable descriptor, or added before.</exception>
    public void Add(int fd, int key)
    {
        byte* anEvent = stackalloc byte[EventSize];
        *(uint*)anEvent = LibC.EpollIn;
        *(long*)(anEvent + DataOffset) = key;
        if (LibC.EpollControl(_epoll, LibC.EpollControlAdd, fd, anEvent) != 0)
        {
            throw LinuxException.Last("epoll_ctl add");
        }
    }

    /// <summary>A descriptor that is closed or was never added is fine.</summary>
    public void Remove(int fd)
    {
        byte* unused = stackalloc byte[EventSize];
        LibC.EpollControl(_epoll, LibC.EpollControlRemove, fd, unused);
    }

    /// <summary>
    /// Blocks, without a time limit, until at least one descriptor is ready; fills the keys of those that are and returns how many
    /// (at most 64 a call: what is left is reported by the next). A signal does not end the wait.
    /// </summary>
    /// <exception cref="LinuxException">Disposed.</exception>
    public int Wait(Span<int> readyKeys)
    {
        byte* events = stackalloc byte[MaxEvents * 16];
        int room = Math.Min(readyKeys.Length, MaxEvents);
        while (true)
        {
            int count = LibC.EpollWait(_epoll, events, room, -1);
            if (count >= 0)
            {
                for (int i = 0; i < count; i++)
                {
                    readyKeys[i] = (int)*(long*)(events + (i * EventSize) + DataOffset);
                }

                return count;
            }

            if (Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                throw LinuxException.Last("epoll_wait");
            }
        }
    }

    public void Dispose() => _epoll.Dispose();
}
