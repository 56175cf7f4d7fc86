namespace HotStandby.PluginTests.Import.RoundTrip;

/// <summary>What <c>render keepalived</c> refuses of an imported file unless it is asked leniently. docs/import.md has the same table.</summary>
/// <param name="Part">Of the message.</param>
/// <param name="What">For the table.</param>
/// <param name="Reason">Why, for the table.</param>
internal sealed record PermittedRefusal(string Part, string What, string Reason)
{
    public static IReadOnlyList<PermittedRefusal> All { get; } =
    [
        new("preemptUnhealthy: ", "`nopreempt` or `preempt_delay` with weighted checks", "The agent's protect a master only while it is well (KA3014); keepalived's protect any. The lines are rendered."),
    ];
}
