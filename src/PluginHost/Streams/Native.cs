using System.Runtime.InteropServices;

namespace HotStandby.PluginHost.Streams;

/// <summary>The few calls of libc that .NET has no face for.</summary>
internal static partial class Native
{
    /// <summary>fcntl(2): the lowest free descriptor from the argument up, closed on exec. The same number on every Linux port.</summary>
    public const int DuplicateCloseOnExec = 1030;

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    public static partial int Dup2(int from, int to);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    /// <summary>Ends the process now: no exit handlers, which are plugin code too.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    public static partial void Exit(int status);
}
