using System.Globalization;
using System.Text;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>A run in words: the timeline, then for each fault how long nobody and more than one held the addresses.</summary>
internal static class SimulationReport
{
    public static string Write(SimulationSetup setup, SimulationRun run, Violation? violation)
    {
        StringBuilder text = new();
        foreach (TimelineEntry entry in run.Timeline)
        {
            string node = entry.Node.Length == 0 ? "" : entry.Node + " ";
            text.AppendLine(CultureInfo.InvariantCulture, $"{Seconds(entry.At),10}  {(node.Length == 0 ? "--- " : node)}{entry.Text}");
        }

        foreach (RouterWatch watch in run.Watches)
        {
            Table(setup, run, watch, text);
        }

        text.AppendLine(violation is null
            ? $"Seed {setup.Seed}: no invariant broken in {setup.Length}."
            : $"Seed {setup.Seed}: broken: {violation}");
        return text.ToString();
    }

    /// <summary>The part of the run that a fault's begin or end has to answer for: until the next begin or end.</summary>
    private static void Table(SimulationSetup setup, SimulationRun run, RouterWatch watch, StringBuilder text)
    {
        List<(Duration At, string What)> steps = [(Duration.Zero, "start")];
        foreach (Fault fault in setup.Faults)
        {
            string what = fault.Describe(setup.NodeNames);
            steps.Add((fault.At, what));
            if (fault.Length is Duration length && !fault.IsMoment)
            {
                steps.Add((fault.At + length, $"ended: {what}"));
            }
        }

        steps = [.. steps.Where(step => step.At < setup.Length).OrderBy(step => step.At)];
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{watch.Name,-44}{"NOBODY",12}{"SEVERAL",12}{"OUTAGE",12}");
        for (int i = 0; i < steps.Count; i++)
        {
            MonotonicTime end = i + 1 < steps.Count ? default(MonotonicTime) + steps[i + 1].At : run.Now;
            (Duration nobody, Duration several, Duration outage) = watch.Figures.Between(default(MonotonicTime) + steps[i].At, end);
            text.AppendLine(CultureInfo.InvariantCulture, $"{steps[i].What,-44}{Length(nobody),12}{Length(several),12}{Length(outage),12}");
        }

        text.AppendLine();
    }

    private static string Seconds(Duration at) => (at.Nanoseconds / 1e9).ToString("0.000 s", CultureInfo.InvariantCulture);

    private static string Length(Duration length) =>
        length == Duration.Zero ? "-" : (length.Nanoseconds / 1e6).ToString(length.Nanoseconds < 100_000_000 ? "0.0 ms" : "0 ms", CultureInfo.InvariantCulture);
}
