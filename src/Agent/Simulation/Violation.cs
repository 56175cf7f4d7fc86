using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>A broken invariant.</summary>
/// <param name="Invariant">S1 to S11, see <see cref="RouterWatch"/>.</param>
/// <param name="At">From the start of the run.</param>
/// <param name="Sentence">What was seen and what the bound is.</param>
internal sealed record Violation(string Invariant, Duration At, string Sentence)
{
    public override string ToString() => $"{Invariant} at {At}: {Sentence}";
}
