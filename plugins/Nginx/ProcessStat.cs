using System.Globalization;

namespace HotStandby.Plugins.Nginx;

/// <summary>What /proc/PID/stat says (proc_pid_stat(5)).</summary>
/// <param name="Command">The process's name, at most 15 bytes.</param>
/// <param name="State">R, S, D, Z, ...</param>
/// <param name="Parent">Its parent's id.</param>
/// <param name="Started">Clock ticks between boot and its start: with the id it names one process.</param>
internal sealed record ProcessStat(string Command, char State, int Parent, ulong Started)
{
    /// <summary>A zombie has exited; nobody has fetched its status yet.</summary>
    public bool IsAlive => State is not ('Z' or 'X' or 'x');

    /// <returns>Null when there is no such process, or this process may not see it.</returns>
    public static ProcessStat? Read(int pid)
    {
        string text;
        try
        {
            text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // The name stands in parentheses and may itself hold spaces and parentheses.
        int open = text.IndexOf('(');
        int close = text.LastIndexOf(')');
        if (open < 0 || close < open)
        {
            return null;
        }

        string[] fields = text[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19
            && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out int parent)
            && ulong.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out ulong started)
            ? new ProcessStat(text[(open + 1)..close], fields[0][0], parent, started)
            : null;
    }
}
