using System.Globalization;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>Prints the lab's table, row by row as the steps end.</summary>
internal sealed class LabTable(TextWriter output)
{
    public void Line(string text) => output.WriteLine(text);

    public void Header() => Row("STEP", "MASTER", "VIP IN THE KERNEL", "OUTAGE", "PREDICTED", "RESULT");

    public void Step(string name, IReadOnlyList<LabRouterOutcome> outcomes, IReadOnlyList<(string Node, TransitionStatus Transition)> transitions)
    {
        foreach (LabRouterOutcome outcome in outcomes)
        {
            Row(
                outcome == outcomes[0] ? name : "",
                (outcomes.Count > 1 ? outcome.Router + ": " : "") + $"{outcome.Before ?? "-"} -> {outcome.After ?? "-"}",
                string.Join(", ", outcome.Kernel.Select(one => $"{one.Node} {one.Bound}")),
                Milliseconds(outcome.Outage.Length),
                outcome.Predicted is Duration predicted ? Milliseconds(predicted) : "-",
                outcome.Complaints.Count == 0 ? "ok" : "FAILED");
        }

        foreach ((string node, TransitionStatus one) in transitions)
        {
            output.WriteLine($"    {one.At.ToLocalTime():HH:mm:ss.fff} {node} {one.VirtualRouter} {one.From} -> {one.To}: {one.Reason}");
        }

        foreach (string complaint in outcomes.SelectMany(outcome => outcome.Complaints).Distinct())
        {
            output.WriteLine($"    not as it should be: {complaint}");
        }

        output.Flush();
    }

    /// <summary>One decimal below 100 ms, whole milliseconds from there.</summary>
    public static string Milliseconds(Duration duration) =>
        duration.Milliseconds.ToString(duration.Milliseconds < 99.95 ? "0.0 ms" : "0 ms", CultureInfo.InvariantCulture);

    private void Row(string step, string master, string kernel, string outage, string predicted, string result) =>
        output.WriteLine($"{step,-32} {master,-20} {kernel,-26} {outage,-10} {predicted,-10} {result}");
}

/// <summary>What one step did to one virtual router.</summary>
/// <param name="Before">The master before the step; null for none.</param>
/// <param name="After">The master seen at its end.</param>
/// <param name="Kernel">For each node whether its kernel has the addresses: yes, no, or "1 of 2".</param>
/// <param name="Outage">The client's longest time without an answer.</param>
/// <param name="Predicted">What the simulator says it would be; null where it can't know.</param>
/// <param name="Complaints">Empty when the step ended as it should.</param>
internal sealed record LabRouterOutcome(
    string Router,
    string? Before,
    string? After,
    IReadOnlyList<(string Node, string Bound)> Kernel,
    AnswerGap Outage,
    Duration? Predicted,
    IReadOnlyList<string> Complaints);
