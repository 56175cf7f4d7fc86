using HotStandby.Agent.Linux;

namespace HotStandby.Agent.Commands;

/// <summary>What the process's exit status means; documented in docs/commands.md.</summary>
internal static class ExitCodes
{
    public const int Good = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int NotRunning = 3;
    public const int NotPermitted = 4;
    public const int ConfigInvalid = 5;
    public const int ConfigWarnings = 6;
    public const int NotWell = 7;
    public const int RouterTaken = 8;

    /// <summary>Of a file or system call that failed.</summary>
    public static int Of(Exception error) => error is UnauthorizedAccessException or LinuxException { Number: Errno.EPERM or Errno.EACCES } ? NotPermitted : Failed;
}
