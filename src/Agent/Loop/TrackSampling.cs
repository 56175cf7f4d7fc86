using System.Globalization;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Tracking;

namespace HotStandby.Agent.Loop;

/// <summary>Looks at tracked files and processes; on the watchers' threads, since a file system may hang.</summary>
internal static class TrackSampling
{
    public static readonly TimeSpan FilesEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>One look reads a line for every process of the machine.</summary>
    public static readonly TimeSpan ProcessesEvery = TimeSpan.FromMilliseconds(250);

    public static IEnumerable<Reading> Files(IReadOnlyList<Tracked> wanted)
    {
        foreach (TrackedFile file in wanted.OfType<TrackedFile>())
        {
            NumberFile seen = NumberFile.Read(file.Path);
            yield return seen switch
            {
                { Number: int number } => new(file, number == 0, number, Said(number)),
                { IsMissing: true } when file.Missing is int number => new(file, number == 0, number, $"is missing, which counts as {Said(number)}"),
                _ => new(file, false, null, seen.Problem),
            };
        }
    }

    public static IEnumerable<Reading> Processes(IReadOnlyList<Tracked> wanted)
    {
        TrackedProcess[] processes = [.. wanted.OfType<TrackedProcess>()];
        int[]? counts = ProcessCount.Of([.. processes.Select(one => one.Process)], out string problem);
        for (int i = 0; i < processes.Length; i++)
        {
            yield return counts is null
                ? new(processes[i], false, null, problem)
                : new(processes[i], counts[i] >= processes[i].Quorum, null, string.Create(
                    CultureInfo.InvariantCulture, $"{counts[i]} live, {processes[i].Quorum} must"));
        }
    }

    private static string Said(int number) => number.ToString(CultureInfo.InvariantCulture);
}
