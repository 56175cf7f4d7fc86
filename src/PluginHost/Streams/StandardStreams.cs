using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HotStandby.PluginHost.Streams;

/// <summary>
/// The two pipes to the core. They are moved off descriptors 0 and 1 before any plugin is loaded: a plugin (or a process it starts) that
/// writes to standard output would otherwise write into the message stream, and one that reads standard input would eat messages.
/// Afterwards descriptor 1 is standard error and descriptor 0 is /dev/null.
/// </summary>
internal static class StandardStreams
{
    /// <exception cref="Win32Exception">A descriptor is closed or the table is full.</exception>
    public static (Stream FromCore, Stream ToCore) Take()
    {
        int input = Checked(Native.Fcntl(0, Native.DuplicateCloseOnExec, 3), "standard input");
        int output = Checked(Native.Fcntl(1, Native.DuplicateCloseOnExec, 3), "standard output");
        int nothing = Checked(Native.Open("/dev/null", 0), "/dev/null");
        Checked(Native.Dup2(nothing, 0), "standard input");
        if (nothing != 0)
        {
            _ = Native.Close(nothing);
        }

        Checked(Native.Dup2(2, 1), "standard output");
        return (
            new FileStream(new SafeFileHandle(input, ownsHandle: true), FileAccess.Read, bufferSize: 0),
            new FileStream(new SafeFileHandle(output, ownsHandle: true), FileAccess.Write, bufferSize: 0));
    }

    private static int Checked(int result, string what) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"cannot take {what}");
}
