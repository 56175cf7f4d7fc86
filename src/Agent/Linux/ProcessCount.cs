using System.Text;

namespace HotStandby.Agent.Linux;

/// <summary>Counts living processes by name, from /proc.</summary>
internal static class ProcessCount
{
    /// <summary>The kernel keeps as many characters of a name (TASK_COMM_LEN).</summary>
    private const int LongestShortName = 15;

    /// <summary>How many processes of each name live. Zombies and dead ones do not count, and neither do threads.</summary>
    /// <param name="names">As in /proc/PID/comm; longer than 15 characters: the last part of the command's path.</param>
    /// <param name="problem">Why nothing can be said; empty when it can.</param>
    /// <param name="proc">Where procfs is mounted.</param>
    /// <returns>In the order of the names; null when /proc can't be read.</returns>
    public static int[]? Of(IReadOnlyList<string> names, out string problem, string proc = "/proc")
    {
        int[] counts = new int[names.Count];
        int seen = 0;
        try
        {
            foreach (string folder in Directory.EnumerateDirectories(proc))
            {
                ReadOnlySpan<char> pid = Path.GetFileName(folder.AsSpan());
                if (pid.IsEmpty || pid.ContainsAnyExceptInRange('0', '9') || ReadText(folder + "/stat") is not string stat)
                {
                    continue;
                }

                seen++;
                Count(names, counts, folder, stat);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"can't be counted: {exception.Message}";
            return null;
        }

        // Under hidepid an agent without rights sees only itself; nobody sees nothing at all.
        problem = seen == 0 ? $"can't be counted: {proc} shows no process" : "";
        return seen == 0 ? null : counts;
    }

    private static void Count(IReadOnlyList<string> names, int[] counts, string folder, string stat)
    {
        // "PID (name) state ...": the name may hold any character, a bracket too.
        int open = stat.IndexOf('(', StringComparison.Ordinal);
        int close = stat.LastIndexOf(')');
        if (open < 0 || close < open || close + 2 >= stat.Length || stat[close + 2] is 'Z' or 'X' or 'x')
        {
            return;
        }

        ReadOnlySpan<char> shortName = stat.AsSpan(open + 1, close - open - 1);
        for (int i = 0; i < names.Count; i++)
        {
            string name = names[i];
            bool isIt = name.Length <= LongestShortName
                ? shortName.SequenceEqual(name)
                : name.AsSpan().StartsWith(shortName) && shortName.Length == LongestShortName && LongName(folder).SequenceEqual(name);
            counts[i] += isIt ? 1 : 0;
        }
    }

    private static ReadOnlySpan<char> LongName(string folder)
    {
        string command = ReadText(folder + "/cmdline") ?? "";
        int end = command.IndexOf('\0', StringComparison.Ordinal);
        return Path.GetFileName(command.AsSpan(0, end < 0 ? command.Length : end));
    }

    // Null when the process has gone meanwhile.
    private static string? ReadText(string path)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = LibC.OpenToRead(path);
        Span<byte> text = stackalloc byte[512];
        int length = file.IsInvalid ? -1 : LibC.ReadSome(file, text);
        return length < 0 ? null : Encoding.UTF8.GetString(text[..length]);
    }
}
