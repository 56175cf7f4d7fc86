using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace HotStandby.Plugins.Nginx;

/// <summary>A living nginx master process, held by a pidfd so that its id can't come to mean another process.</summary>
internal sealed class MasterProcess : IDisposable
{
    private readonly ulong _started;

    private MasterProcess(int pid, ulong started, SafeFileHandle handle)
    {
        Pid = pid;
        _started = started;
        Handle = handle;
    }

    public int Pid { get; }

    /// <summary>Readable by poll once the process has exited.</summary>
    public SafeFileHandle Handle { get; }

    public bool IsSame(MasterProcess other) => Pid == other.Pid && _started == other._started;

    public void Dispose() => Handle.Dispose();

    /// <summary>Looks for the master now.</summary>
    /// <returns>Null when there is none; then <paramref name="why"/> says what was seen instead.</returns>
    public static MasterProcess? Find(string? pidFile, string processName, out string why) =>
        pidFile is null ? FindByName(processName, out why) : FindByFile(pidFile, processName, out why);

    private static MasterProcess? FindByFile(string pidFile, string processName, out string why)
    {
        string text;
        try
        {
            using var reader = new StreamReader(pidFile);
            char[] start = new char[32];
            text = new string(start, 0, reader.ReadBlock(start, 0, start.Length)).Trim();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            why = $"{processName} is not running: there is no pid file {pidFile}";
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            why = $"cannot read the pid file {pidFile}: {e.Message}";
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) || pid == 0)
        {
            why = $"the pid file {pidFile} holds \"{text}\", expected a process id";
            return null;
        }

        return Open(pid, processName, $" (stale pid file {pidFile})", out why);
    }

    private static MasterProcess? FindByName(string processName, out string why)
    {
        var all = new Dictionary<int, ProcessStat>();
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && ProcessStat.Read(pid) is { } stat)
            {
                all.Add(pid, stat);
            }
        }

        // Workers are children of the master; during an upgrade of the binary the new master is a child of the old one. The oldest wins.
        int master = all
            .Where(one => one.Value.Command == processName && one.Value.IsAlive)
            .Where(one => !all.TryGetValue(one.Value.Parent, out ProcessStat? parent) || parent.Command != processName || !parent.IsAlive)
            .OrderBy(one => one.Value.Started)
            .Select(one => one.Key)
            .FirstOrDefault();
        if (master == 0)
        {
            why = $"no process is named {processName}";
            return null;
        }

        return Open(master, processName, "", out why);
    }

    private static MasterProcess? Open(int pid, string processName, string remark, out string why)
    {
        ProcessStat? before = ProcessStat.Read(pid);
        why = before switch
        {
            null => $"{processName} is not running: there is no process {pid}{remark}",
            { IsAlive: false } => $"{processName} master process {pid} has exited and is a zombie{remark}",
            _ when before.Command != processName => $"{processName} is not running: process {pid} is \"{before.Command}\"{remark}",
            _ => "",
        };
        if (why.Length > 0)
        {
            return null;
        }

        SafeFileHandle? handle = Native.PidfdOpen(pid);
        if (handle is null)
        {
            why = $"cannot watch process {pid}: pidfd_open failed (it needs Linux 5.3 or later)";
            return null;
        }

        // Between the look and the open the id may have come to mean another process.
        if (ProcessStat.Read(pid) is { IsAlive: true } after && after.Started == before!.Started)
        {
            return new MasterProcess(pid, after.Started, handle);
        }

        handle.Dispose();
        why = $"{processName} master process {pid} exited";
        return null;
    }
}
