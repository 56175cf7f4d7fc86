using System.Globalization;
using HotStandby.Agent.Lab;

namespace HotStandby.Bench;

/// <summary>What processes cost, from /proc.</summary>
internal static class ProcessCost
{
    /// <summary>A process and everything below it.</summary>
    public static IReadOnlyList<int> Tree(int pid)
    {
        var pids = new List<int> { pid };
        for (int next = 0; next < pids.Count; next++)
        {
            pids.AddRange(LabProcess.ChildrenOf(pids[next]));
        }

        return pids;
    }

    /// <summary>Proportional set size in KiB; shared pages are divided by the number of their users.</summary>
    public static long PssKiB(int pid)
    {
        string line = File.ReadLines($"/proc/{pid}/smaps_rollup").First(line => line.StartsWith("Pss:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Open files, sockets and pipes.</summary>
    public static int Descriptors(int pid) => Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length;

    /// <summary>Nanoseconds on a processor so far, of all living threads of the processes (schedstat; stat counts in 10 ms).</summary>
    public static long CpuNanoseconds(IEnumerable<int> pids) => pids
        .SelectMany(pid => Directory.GetDirectories($"/proc/{pid}/task"))
        .Sum(task => long.Parse(File.ReadAllText(task + "/schedstat").Split(' ')[0], CultureInfo.InvariantCulture));
}
