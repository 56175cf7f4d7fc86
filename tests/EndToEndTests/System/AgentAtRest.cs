using System.Diagnostics;
using System.Globalization;
using HotStandby.Agent.Status;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>
/// What every test looks at in the end, at each agent that still runs: it does not spin, every deadline was met, and nothing piles up. The figures are
/// the agent's own counters over its own time, and what the kernel counts of its process.
/// </summary>
internal static class AgentAtRest
{
    /// <summary>A pair at 10 ms makes some hundred turns a second; one that spins as many as the core can.</summary>
    private const int MostTurnsPerSecond = 5_000;

    /// <summary>An agent has about thirty, and for each virtual router the two by which other agents know that it is taken.</summary>
    private const int MostDescriptors = 200;

    private const int DescriptorsOfRouter = 2;

    /// <summary>Its own are seven; the rest are the runtime's, which come and go with the requests.</summary>
    private const int MostThreads = 60;

    /// <summary>
    /// More memory of its own than when it first answered, in KiB. A native agent gains some 2 MB, and 10 with 250 virtual routers; one on CoreCLR some 30 for
    /// what is compiled meanwhile. What leaked or stayed after a flood was 80 MB and more.
    /// </summary>
    private static readonly int MostGrowth = AgentBinary.IsNative ? 40_000 : 80_000;

    /// <summary>Of the agent's own time, between the two looks.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    /// <returns>What is wrong, with the node's name; null when all is well, or the agent does not answer.</returns>
    public static string? Unrest(AgentInNode agent)
    {
        if (agent.Process.HasExited || agent.TryStatus() is not StatusReport first)
        {
            return null;
        }

        StatusReport? last = first;
        for (long begin = Stopwatch.GetTimestamp(); last is not null && last.At - first.At < Window; last = agent.TryStatus())
        {
            if (Stopwatch.GetElapsedTime(begin) > Bound)
            {
                return null;
            }

            TestContext.Current.CancellationToken.WaitHandle.WaitOne(20);
        }

        if (last is null || last.Pid != first.Pid)
        {
            return null;
        }

        string who = $"The agent on {agent.Node.Name}, at the end of the test,";
        double turns = (last.Loop.Turns - first.Loop.Turns) / (last.At - first.At).TotalSeconds;
        return last.Loop.OverdueDeadlines > 0 ? $"{who} has left {last.Loop.OverdueDeadlines} deadlines unmet; its log says whose."
            : turns > MostTurnsPerSecond ? $"{who} spins: {turns:0} turns of its loop a second."
            : Piled(agent, last.VirtualRouters.Count) is string piled ? $"{who} has {piled}."
            : null;
    }

    /// <summary>Memory that is the process's alone (proc(5), smaps_rollup), in KiB: the pages of its file count for whoever else runs it too. Null: it has ended, or the kernel does not say.</summary>
    public static int? PrivateKiB(int pid)
    {
        const string Key = "Pss_Anon:";
        try
        {
            string? line = File.ReadLines($"/proc/{pid}/smaps_rollup").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal));
            return line is null ? null : int.Parse(line[Key.Length..^"kB".Length], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string? Piled(AgentInNode agent, int routers)
    {
        int pid = agent.Process.Pid;
        try
        {
            int descriptors = Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length;
            int threads = Directory.GetDirectories($"/proc/{pid}/task").Length;
            return descriptors > MostDescriptors + (DescriptorsOfRouter * routers) ? $"{descriptors} open descriptors"
                : threads > MostThreads ? $"{threads} threads"
                : PrivateKiB(pid) - agent.FirstKiB > MostGrowth ? $"{PrivateKiB(pid)} KiB of memory, and had {agent.FirstKiB} when it first answered"
                : null;
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return null;
        }
    }
}
