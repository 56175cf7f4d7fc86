using System.Runtime.InteropServices;

namespace HotStandby.Agent.Linux;

/// <summary>
/// What a parent left of the signals that rule the agent. An ignored signal stays ignored over exec(2), and a blocked one blocked: nohup and some
/// supervisors start their children so. An agent that never hears SIGTERM can't hand over, and one that never hears SIGHUP never reloads.
/// SIGINT is left alone: a shell has its background jobs ignore it, so that Ctrl-C is for the job in front.
/// </summary>
internal static unsafe partial class InheritedSignals
{
    private const string Library = "libc";
    private const int Hangup = 1;
    private const int Terminate = 15;
    private const int Unblocking = 1; // SIG_UNBLOCK
    private const nint Default = 0; // SIG_DFL
    private const nint Ignore = 1; // SIG_IGN

    // struct sigaction has 152 bytes (the handler first), sigset_t 128: glibc on x86-64 and arm64.
    private const int Enough = 256;

    /// <summary>Gives SIGHUP and SIGTERM their usual effect again. Just before the handlers are set: until then SIGHUP ends the process.</summary>
    public static void Heed()
    {
        byte* before = stackalloc byte[Enough];
        foreach (int signal in (ReadOnlySpan<int>)[Hangup, Terminate])
        {
            if (Action(signal, null, before) == 0 && *(nint*)before == Ignore)
            {
                _ = Handle(signal, Default);
            }
        }
    }

    /// <summary>Lets the calling thread hear them, and the threads that it starts. To be called on the main thread, which lives as long as the process.</summary>
    public static void Unblock()
    {
        byte* set = stackalloc byte[Enough];
        _ = Empty(set);
        _ = Add(set, Hangup);
        _ = Add(set, Terminate);
        _ = Mask(Unblocking, set, null);
    }

    [LibraryImport(Library, EntryPoint = "sigaction", SetLastError = true)]
    private static partial int Action(int signal, byte* action, byte* before);

    [LibraryImport(Library, EntryPoint = "signal", SetLastError = true)]
    private static partial nint Handle(int signal, nint handler);

    [LibraryImport(Library, EntryPoint = "sigemptyset")]
    private static partial int Empty(byte* set);

    [LibraryImport(Library, EntryPoint = "sigaddset")]
    private static partial int Add(byte* set, int signal);

    [LibraryImport(Library, EntryPoint = "pthread_sigmask")]
    private static partial int Mask(int how, byte* set, byte* before);
}
